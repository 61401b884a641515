#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: install.sh BUILD: the installed tree works after it was moved, from another folder and without a home.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAILED: $*"; exit 1; }
cmake --install "$1" --prefix "$work/first" >"$work/log" 2>&1 || { cat "$work/log"; fail "cmake --install"; }
if grep -q 'BINAURIUM_WITH_TORCH:BOOL=ON' "$1/CMakeCache.txt"; then
    cmake --install "$1" --prefix "$work/first" --component torch >"$work/log" 2>&1 || { cat "$work/log"; fail "cmake --install --component torch"; }
fi
mv "$work/first" "$work/moved"
cd / || exit 1
cli=$work/moved/bin/binaurium-cli
for program in "$work"/moved/bin/*; do
    readelf -d "$program" | grep -E 'R(UN)?PATH' | grep -q "$1" && fail "$program has the build folder in its search path"
done
ldd "$cli" | grep libtorch | grep -vq "$work/moved" && fail "libtorch comes from elsewhere: $(ldd "$cli" | grep libtorch)"
run() { env -i PATH="$PATH" HOME="$work/home" LC_ALL=C.UTF-8 QT_QPA_PLATFORM=offscreen "$@"; }
run "$cli" render "$work/moved/share/binaurium/scenes/kitchen.scene.json" -o "$work/k.wav" || fail "render"
[ -s "$work/k.wav" ] || fail "no audio"
run "$cli" doctor >"$work/doctor" || fail "doctor"
grep -q "$work/moved/share/binaurium" "$work/doctor" || fail "doctor does not name the installed data folder: $(cat "$work/doctor")"
if [ -x "$work/moved/bin/binaurium" ]; then
    run "$work/moved/bin/binaurium" --help | grep -qi usage || fail "binaurium --help"
    desktop-file-validate "$work"/moved/share/applications/*.desktop || fail "desktop file"
    appstreamcli validate --no-net "$work"/moved/share/metainfo/*.xml || fail "metainfo"
fi
exit 0
