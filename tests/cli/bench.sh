#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: bench.sh CLI SOURCE: answers of an outside system are scored, compared and tabled, without any model.
set -u
. "$(dirname "$0")/lib.sh"
cli=$1
cd "$work" || exit 1
item() { echo "{\"format\":\"binaurium-item\",\"version\":1,\"id\":\"$1\",\"scene\":null,\"level\":\"L1\",\"task\":\"side\",\"template\":\"side-1\",\"question\":\"Which side?\",\"options\":[\"left\",\"right\"],\"answer\":\"$2\",\"program\":null,\"evidence\":\"\",\"margins\":{},\"split\":\"test\"}"; }
for i in 1 2 3 4 5 6; do item "i$i" left; done >items.jsonl
for i in 1 2 3 4 5; do echo "{\"id\":\"i$i\",\"answer\":\"(A)\"}"; done >good.jsonl
for i in 1 2 3 4 5 6; do echo "{\"id\":\"i$i\",\"answer\":\"B) right\"}"; done >bad.jsonl
expect 0 "83.3" "$cli" bench --data items.jsonl --predictions good.jsonl --name good -o good # the sixth is missing: wrong
expect 0 "0.0" "$cli" bench --data items.jsonl --predictions bad.jsonl --name bad -o bad
expect 3 "holds results" "$cli" bench --data items.jsonl --predictions bad.jsonl -o bad
expect 0 "+83.3" "$cli" bench compare good bad
expect 0 "mcnemar_p" "$cli" bench compare good bad --json
expect 0 "toprule" "$cli" bench table good bad --format latex --scorer text
expect 0 "binaurium-benchmark" "$cli" bench table good --format json
expect 4 "no report" "$cli" bench table "$work/nowhere"
echo '{"id":"i1","answer":"A"}' >>good.jsonl
expect 3 "second time" "$cli" bench --data items.jsonl --predictions good.jsonl -o again
expect 2 "give --data" "$cli" bench -o again
expect 4 "no data set" "$cli" bench --data "$work/nowhere.jsonl" --predictions bad.jsonl -o again
item i1 left >>items.jsonl
expect 3 "twice" "$cli" bench --data items.jsonl --predictions bad.jsonl -o again
exit $bad
