#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: layers.sh SOURCE: includes point one way, and Qt and libtorch stay where they belong (docs/architecture.md).
cd "$1" || exit 1
bad=0
complain() { echo "FAILED: $*"; bad=1; }
# layer: the layers it may include besides itself.
while read -r layer allowed; do
    pattern=$(echo "$layer $allowed" | tr ' ' '|')
    found=$(find "core/$layer" -maxdepth 2 \( -name '*.h' -o -name '*.cpp' \) -print0 |
        xargs -0 grep -nE '#include "(core|widgets|app)/' | grep -vE "#include \"core/($pattern)/" | grep -v "^core/$layer/files/.*#include \"core/model/files/")
    [ -z "$found" ] || complain "core/$layer includes what lies below it:
$found"
done <<'T'
support
audio support
scene support audio
acoustics support audio scene
dataset support audio scene acoustics
model support audio scene acoustics dataset
training support audio scene acoustics dataset model
benchmark support audio scene acoustics dataset model
T
found=$(grep -rnE '#include <Q' core || true)
[ -z "$found" ] || complain "Qt in the core: $found"
found=$(grep -rlE 'torch/|ATen/|c10/' core/support core/audio core/scene core/acoustics core/dataset core/model/files core/model/*.h core/training/run core/benchmark/statistics core/benchmark/localization core/benchmark/report widgets app || true)
[ -z "$found" ] || complain "libtorch outside the model's sources: $found"
long=$(git ls-files '*.h' '*.cpp' 2>/dev/null | xargs wc -l | awk '$1 > 600 && $2 != "total"')
[ -z "$long" ] || complain "files above 600 lines: $long"
missing=$(git ls-files '*.h' '*.cpp' '*.cmake' '*CMakeLists.txt' 2>/dev/null | xargs grep -L 'SPDX-License-Identifier' || true)
[ -z "$missing" ] || complain "no SPDX line: $missing"
exit $bad
