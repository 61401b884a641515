#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Stands for "binaurium-cli train" in tests of the workbench: takes the lock, writes events, obeys signals; trains
# nothing. STUB_MODE: quick (ends after five steps), endless, deaf (does not obey), broken (ends before its folder is
# there), memory (ends as one that ran out of memory). Two stages of the quick mode: encoder, sft.
mode=${STUB_MODE:-endless}
[ "$1" = train ] || exit 2
if [ "$2" = --resume ]; then run=$3 state=resumed; else config=$2 run=$4 state=started; fi
if [ "$mode" = broken ]; then echo "error: there are no heads" >&2; exit 4; fi
if [ $state = started ]; then
    [ -e "$run/events.jsonl" ] && exit 3
    mkdir -p "$run/checkpoints" && cp "$config" "$run/config.toml"
fi
say() { printf '{"time":%s,%s}\n' "$(date +%s.%N)" "$1" >>"$run/events.jsonl"; }
stage=encoder
step=0
finish() {
    say "\"type\":\"stage\",\"stage\":\"$stage\",\"state\":\"stopped\",\"step\":$step,\"steps\":1000"
    exit 5
}
# before the lock: who holds it obeys
if [ "$mode" = deaf ]; then trap '' TERM; else trap finish TERM INT; fi
exec 9<>"$run/lock"
flock -w 1 9 || exit 3 # a look of the workbench holds it for a moment
printf '%-20s\n' $$ 1<>"$run/lock"
[ $state = started ] && say '"type":"format","format":"binaurium-events","version":1'
say "\"type\":\"stage\",\"stage\":\"$stage\",\"state\":\"$state\",\"step\":0,\"steps\":1000"
if [ "$mode" = memory ]; then
    echo "std::bad_alloc" >&2
    exit 1
fi
echo "stub: training $run"
while true; do
    step=$((step + 1))
    say "\"type\":\"step\",\"stage\":\"$stage\",\"step\":$step,\"loss\":$((1000 - step)),\"lr\":0.001"
    sleep 0.05 9>&-
    [ "$mode" = quick ] && [ $step -ge 5 ] && break
done
say "\"type\":\"stage\",\"stage\":\"$stage\",\"state\":\"finished\",\"step\":$step"
