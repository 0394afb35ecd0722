# Standard descriptors that are closed: what was asked for is written, or it is said that it was not; no file gets the words
# that were meant for another.
. "$(dirname -- "$0")/lib.sh"
printf 'cases:\n  - name: plain\n    layer: relu\n' >"$work/plain.yaml"

# closed STATUS: what "$gradcheck run" ended with.
closed() {
  count=$((count + 1))
  [ "$status" -eq "$1" ] || fail "exit status $status instead of $1"
}
status=0
"$gradcheck" run "$work/plain.yaml" >"$work/out" 2>"$work/err" <&- || status=$?
closed 0
says out "1 pass"
status=0
"$gradcheck" run "$work/plain.yaml" >"$work/out" 2>&- </dev/null || status=$?
closed 0
says out "1 pass"
status=0
"$gradcheck" run "$work/plain.yaml" >&- 2>"$work/err" </dev/null || status=$?
closed 3
says err "standard output: cannot be written"
status=0
"$gradcheck" list "$work/plain.yaml" >&- 2>"$work/err" </dev/null || status=$?
closed 3
status=0
"$gradcheck" run "$work/plain.yaml" --json "$work/alone.json" <&- >&- 2>&- || status=$?
closed 3
run 3 report "$work/alone.json" # whose text is lost
says out "1 pass"
says out "not all is written"

# A result of the first version of the format is reported, compared and taken for a baseline; one of the next is not.
first=$source_dir/fixtures/results/version-1.json
run 0 diff "$first" "$first"
status=0
"$gradcheck" report "$first" >"$work/out" 2>"$work/err" || status=$?
lacks err "format_version"
run 1 run "$work/plain.yaml" --baseline "$first" # whose cases are not there any more
says out "vanished"
sed 's/"format_version": 1/"format_version": 3/' "$first" >"$work/next.json"
run 2 report "$work/next.json"
says err "format_version: found 3, expected 1 or 2"
run 2 run "$work/plain.yaml" --baseline "$work/next.json"
says err "format_version: found 3, expected 1 or 2"
passed
