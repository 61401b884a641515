#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: smoke.sh CLI SOURCE: commands that need no model and no window, and their exit codes.
set -u
cli=$1 source=$2
. "$(dirname "$0")/lib.sh"
scene=$source/scenes/kitchen.scene.json
expect 0 render "$cli" --help
expect 2 "" "$cli" no-such-command
expect 2 "" "$cli" render
expect 0 "" "$cli" render "$scene" -o "$work/k.wav" --meta "$work/k.json" --stems "$work/stems"
[ -s "$work/k.wav" ] && grep -q binaurium-labels "$work/k.json" && [ "$(ls "$work/stems" | wc -l)" -eq 2 ] || { echo "FAILED: files of render"; bad=1; }
sum=$(sha256sum <"$work/k.wav")
expect 0 "" "$cli" render "$scene" -o "$work/again.wav" --threads 1
[ "$sum" = "$(sha256sum <"$work/again.wav")" ] || { echo "FAILED: the same scene gave other bytes"; bad=1; }
expect 0 "" "$cli" render "$scene" -o "$work/k.wav" --format foa # our own file may be made again
echo "somebody's notes" >"$work/notes.wav"
expect 3 "notes.wav" "$cli" render "$scene" -o "$work/notes.wav" # others' never without asking
grep -q notes "$work/notes.wav" || { echo "FAILED: a file was overwritten"; bad=1; }
expect 0 "" "$cli" render "$scene" -o "$work/notes.wav" --overwrite
echo "somebody's notes" >"$work/notes.txt"
expect 4 "none.scene.json" "$cli" render "$work/none.scene.json" -o "$work/x.wav"
echo '{"format":"binaurium-scene","version":9}' >"$work/new.scene.json"
expect 3 "9" "$cli" render "$work/new.scene.json" -o "$work/x.wav"
echo '{"format":' >"$work/half.scene.json"
expect 3 "half.scene.json" "$cli" render "$work/half.scene.json" -o "$work/x.wav"
echo 'no head' >"$work/bad.sofa"
expect 3 "bad.sofa" "$cli" render "$scene" -o "$work/x.wav" --head "$work/bad.sofa"
expect 4 "none.sofa" "$cli" render "$scene" -o "$work/x.wav" --head "$work/none.sofa"
sed 's|"generator": "kettle"|"file": "../../../etc/hostname"|; s|"generator_seed": 11,||' "$scene" >"$work/out.scene.json"
expect 3 "allow-outside" "$cli" render "$work/out.scene.json" -o "$work/x.wav"
[ ! -e "$work/x.wav" ] || { echo "FAILED: an output was left behind"; bad=1; }
expect 0 "T30" "$cli" response "$scene" --source Kettle -o "$work/rir.wav"
expect 0 "T30" "$cli" response "$work/rir.wav"
"$cli" response "$work/rir.wav" --json >"$work/r.json" && python3 - "$work/r.json" <<'P' || { echo "FAILED: response --json"; bad=1; }
import json, sys
d = json.load(open(sys.argv[1]))
assert d["format"] == "binaurium-response" and d["version"] == 1 and [c["name"] for c in d["channels"]] == ["left", "right"]
assert 0.05 < d["channels"][0]["bands"][4]["t30_s"] < 3 and len(d["iacc"]) == 8
P
if "$cli" figure response "$work/r.json" -o "$work/decay.pdf" 2>/dev/null; then # not in a build without Qt
    expect 0 "" "$cli" figure response "$work/r.json" -o "$work/decay.png"
    expect 3 "binaurium-response" "$cli" figure response "$work/new.scene.json" -o "$work/x.png"
fi
scene_with() { # NAME PYTHON: the example scene, changed
    python3 -c "import json, sys; d = json.load(open(sys.argv[1])); s = d['sources'][0]; $2; json.dump(d, open(sys.argv[2], 'w'))" \
        "$scene" "$work/$1.scene.json"
}
scene_with dry "d['room']['anechoic'] = True"
expect 0 "interaural" "$cli" response "$work/dry.scene.json"
scene_with walk "d['room']['anechoic'] = True; s['trajectory'] = {'waypoints': [{'time_s': 0, 'position_m': [2.4, 3.5, 1.5]}, {'time_s': 1, 'position_m': [3.0, 1.9, 1.5]}]}"
expect 0 "omni, onset 0.0046" "$cli" response "$work/walk.scene.json"          # 1.6 m away
expect 0 "omni, onset 0.0017" "$cli" response "$work/walk.scene.json" --time 1 # 0.6 m away
scene_with brir "d['room']['measured'] = 'brir.sofa'"
echo 'no room' >"$work/brir.sofa"
expect 3 "brir.sofa" "$cli" response "$work/brir.scene.json" # what was measured, not the walls
expect 2 "leave out --head" "$cli" response "$work/brir.scene.json" --head "$work/bad.sofa"
scene_with long "d['room']['rt60_s'] = 15"
expect 3 "long.scene.json: room: rt60 of 15 s" "$cli" render "$work/long.scene.json" -o "$work/x.wav"
scene_with hum "s['generator'] = 'hum of the spheres'"
expect 3 "hum.scene.json: source 'Kettle': there is no generator" "$cli" render "$work/hum.scene.json" -o "$work/x.wav"
expect 2 "threads" "$cli" render "$scene" -o "$work/x.wav" --threads -1
expect 0 "brick" "$cli" materials
expect 2 "Kettle" "$cli" response "$scene" --source Nobody
expect 3 "notes.txt" "$cli" response "$work/notes.txt"
expect 4 "none.wav" "$cli" response "$work/none.wav"
expect 0 "smollm2" "$cli" models list
expect 0 "" "$cli" doctor
exit $bad
