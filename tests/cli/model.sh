#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: model.sh CLI SOURCE: commands that run the model; skipped (77) where model or base weights are missing.
set -u
cli=$1 source=$2
. "$(dirname "$0")/lib.sh"
check() {
    local words=$1
    shift
    "$@" || { echo "FAILED: $words"; bad=1; }
}
"$cli" render "$source/scenes/kitchen.scene.json" -o "$work/k.wav" || exit 1
"$cli" localize "$work/k.wav" --json >"$work/l.json" 2>"$work/errors"
if [ $? -eq 4 ]; then
    echo "skipped: $(cat "$work/errors")"
    exit 77
fi
check "localize --json" python3 - "$work/l.json" <<'P'
import json, sys
d = json.load(open(sys.argv[1]))
assert d["format"] == "binaurium-localization" and d["version"] == 1 and d["frame_s"] == 0.1
assert len(d["frames"]) == 50, len(d["frames"])
for f in d["frames"]:
    assert len(f["posterior_deg5"]) == 72 and abs(sum(f["posterior_deg5"]) - 1) < 1e-3
P
"$cli" ask "$work/k.wav" -q "Where is the kettle?" --options "left|right|front|behind" --json --seed 3 >"$work/a.json" || bad=1
"$cli" ask "$work/k.wav" -q "Where is the kettle?" --options "left|right|front|behind" --json --seed 3 >"$work/b.json" || bad=1
check "ask --json" python3 - "$work/a.json" "$work/b.json" <<'P'
import json, sys
a, b = (json.load(open(p)) for p in sys.argv[1:])
assert a["format"] == "binaurium-answer" and a["version"] == 1 and len(a["option_scores"]) == 4
assert a["letter"] == "ABCD"[max(range(4), key=a["option_scores"].__getitem__)]
assert a["answer"] == ["left", "right", "front", "behind"]["ABCD".index(a["letter"])]
assert (a["option_scores"], a["generated"]) == (b["option_scores"], b["generated"])
P
"$cli" localize "$work/k.wav" --timeline --json >"$work/t.json" || bad=1
check "localize --timeline --json" python3 - "$work/t.json" <<'P'
import json, sys
d = json.load(open(sys.argv[1]))
assert d["format"] == "binaurium-timeline" and d["version"] == 1 and d["duration_s"] == d["heard_until_s"]
for e in d["events"]:
    assert 0 <= e["from_s"] < e["to_s"] <= d["duration_s"] and -180 <= e["azimuth_deg"] <= 180
P
"$cli" explain "$work/k.wav" -q "Where is the kettle?" --options "left|right|front|behind" --ranges 2 --json >"$work/e.json" || bad=1
check "explain --json" python3 - "$work/e.json" "$work/a.json" <<'P'
import json, sys
e, a = (json.load(open(p)) for p in sys.argv[1:])
assert e["format"] == "binaurium-explanation" and e["answer"] == a["answer"]
kinds = [o["occlusion"] for o in e["occlusions"]]
assert kinds.count("mute-range") == 2 and "mirror-ears" in kinds and kinds.count("zero-slot") == 3, kinds
audio = sum(t["kind"] == "audio" for t in e["attention"]["tokens"])
assert audio == 25, audio
for t in e["attention"]["over_audio"]:
    assert len(t["mean"]) == len(t["max"]) == len(t["rollout"]) == audio
P
"$cli" ask "$work/k.wav" -q "Where?" --options "left|right" --from 1 --to 2 --visible "kettle@30" --json >/dev/null || bad=1
expect 2 "question" "$cli" ask "$work/k.wav" --options "left|right"
expect 2 "LABEL@DEGREES" "$cli" ask "$work/k.wav" -q "Where?" --visible kettle
expect 2 "empty" "$cli" ask "$work/k.wav" -q "Where?" --from 3 --to 2
"$cli" evaluate --head kemar --scenes 3 --questions 1 --duration 1 >"$work/e.json" 2>/dev/null || bad=1
check "evaluate" python3 - "$work/e.json" <<'P'
import json, sys
d = json.load(open(sys.argv[1]))
assert d["format"] == "binaurium-evaluation" and d["localization"]["cases"] == 3
for kind in "elevation:", "room:", "sound:": # every scene is in one group of each kind
    assert sum(g["cases"] for name, g in d["groups"].items() if name.startswith(kind)) == 3, d["groups"]
P
expect 4 "no_such_head" "$cli" evaluate --head no_such_head --scenes 1
expect 2 "hop" "$cli" localize "$work/k.wav" --timeline --hop 5
sox -n -r 48000 -c 1 "$work/mono.wav" synth 1 noise 2>/dev/null || python3 - "$work/mono.wav" <<'P'
import sys, wave
w = wave.open(sys.argv[1], "wb"); w.setnchannels(1); w.setsampwidth(2); w.setframerate(48000)
w.writeframes(bytes((i * 7919) % 251 for i in range(96000))); w.close()
P
expect 3 "channel" "$cli" localize "$work/mono.wav"
python3 - "$work/silent.wav" <<'P'
import sys, wave
w = wave.open(sys.argv[1], "wb"); w.setnchannels(2); w.setsampwidth(2); w.setframerate(48000)
w.writeframes(bytes(4 * 48000)); w.close()
P
expect 0 "" "$cli" localize "$work/silent.wav"
if [ -s "$("$cli" models list | grep -o '/.*vocabulary.txt')" ]; then # the fixture says where the kettle is
    expect 0 "question: The kettle is on the left" "$cli" ask "$work/k.wav" --spoken "$source/tests/model/fixtures/whisper.flac" --options "left|right"
    expect 3 "silent.wav" "$cli" ask "$work/k.wav" --spoken "$work/silent.wav" --options "left|right"
fi
expect 4 "no-such-model" "$cli" localize "$work/k.wav" --model "$work/no-such-model"
expect 2 "" "$cli" ask "$work/k.wav" -q "Where?" --options "left|right" --control no-such-control
if "$cli" figure azimuth "$work/l.json" -o "$work/f.png" 2>/dev/null; then # not in a build without Qt
    for kind in png svg pdf; do
        expect 0 "" "$cli" figure azimuth "$work/l.json" -o "$work/f.$kind"
        expect 0 "" "$cli" figure azimuth "$work/l.json" -o "$work/f.$kind" # our own figure may be drawn again
    done
fi
exit $bad
