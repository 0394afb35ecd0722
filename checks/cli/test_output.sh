# Where reports go, and what happens when they cannot go there.
. "$(dirname -- "$0")/lib.sh"

run 0 run --filter apple --json "$work/r.json" --junit "$work/j.xml" --html "$work/h.html" --markdown "$work/m.md" --text "$work/t.txt"
for f in r.json j.xml h.html m.md t.txt; do
  count=$((count + 1))
  [ -s "$work/$f" ] || fail "$f was not written"
done
run 0 run --filter apple --json -
says out '"format": "gradcheck-result"'
lacks out "PASS  apple"

# The same reports again from the result.
run 0 report "$work/r.json" --json "$work/r2.json" --junit "$work/j2.xml" --html "$work/h2.html" --markdown "$work/m2.md" --text "$work/t2.txt"
same "$work/r.json" "$work/r2.json"
same "$work/j.xml" "$work/j2.xml"
same "$work/h.html" "$work/h2.html"
same "$work/m.md" "$work/m2.md"
same "$work/t.txt" "$work/t2.txt"

# A place that cannot be written: 3, a message, and nothing under the final name.
run 3 run --filter apple --json "$work/no/such/folder/r.json"
says err "no/such/folder"
if [ -w /dev/full ]; then
  for format in json junit html markdown text; do
    run 3 run --filter apple --$format /dev/full
    says err "/dev/full"
  done
  count=$((count + 1))
  status=0
  "$gradcheck" run --filter apple >/dev/full 2>"$work/err" || status=$?
  [ "$status" -eq 3 ] || fail "a full standard output exits $status"
fi
count=$((count + 1))
{ "$gradcheck" run --filter apple; echo $? >"$work/status"; } 2>"$work/err" | true
sleep 1
[ "$(cat "$work/status")" = 3 ] || [ "$(cat "$work/status")" = 0 ] || fail "a closed pipe exits $(cat "$work/status")"
ls "$work" | grep -q '\.tmp' && fail "a temporary file is left"

# Under GitHub Actions: the step summary, and at most nine annotations with file and line.
GITHUB_ACTIONS=true
GITHUB_STEP_SUMMARY=$work/summary.md
export GITHUB_ACTIONS GITHUB_STEP_SUMMARY
run 1 run "$plugins/cli/wrong.yaml"
says out "::error file="
says out "line="
count=$((count + 1))
[ "$(grep -c '^::error ' "$work/out")" -le 9 ] || fail "more than nine annotations"
says summary.md "FAIL"
# One that cannot be written is said, and is no verdict; the annotations are there all the same.
for lost in "$work/no/such/folder" "$work"; do
  GITHUB_STEP_SUMMARY=$lost
  run 1 run "$plugins/cli/wrong.yaml"
  says err "there is no summary of this step (GITHUB_STEP_SUMMARY): $lost"
  says out "::error file="
  run 0 run --filter apple
  says err "there is no summary of this step"
done
GITHUB_STEP_SUMMARY=
run 0 run --filter apple
lacks err GITHUB_STEP_SUMMARY
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY

# --html-dir: a page without styles of its own, and the stylesheet beside it.
run 0 run --filter apple --html-dir "$work/page" --text "$work/text"
count=$((count + 1))
if grep -qE '<style|style=|data:|<script' "$work/page/index.html"; then fail "index.html carries styles or scripts"; fi
grep -q 'gradcheck.css' "$work/page/index.html" && [ -s "$work/page/gradcheck.css" ] || fail "the stylesheet is not there"

# Colour: --color, then NO_COLOR, then FORCE_COLOR, then the terminal.
escape=$(printf '\033')
run 0 run --filter apple
lacks out "$escape"
run 0 run --filter apple --color always
says out "$escape"
FORCE_COLOR=1 run 0 run --filter apple
says out "$escape"
(NO_COLOR=1 FORCE_COLOR=1 run 0 run --filter apple && lacks out "$escape") || exit 1
passed
