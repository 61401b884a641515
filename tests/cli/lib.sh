# SPDX-License-Identifier: GPL-3.0-or-later
# Shared by the command-line tests: a scratch folder, and commands with their expected exit code.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
# expect CODE WORDS COMMAND...: exit code and words somewhere in the output.
expect() {
    local code=$1 words=$2
    shift 2
    "$@" >"$work/output" 2>&1
    local got=$?
    if [ $got -ne "$code" ] || { [ -n "$words" ] && ! grep -qi -- "$words" "$work/output"; }; then
        echo "FAILED: $* gave $got (expected $code with '$words')"
        head -n 5 "$work/output"
        bad=1
    fi
}
