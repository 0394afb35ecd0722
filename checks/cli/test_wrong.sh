# Wrong layers: exit 1, and the tensor is named.
. "$(dirname -- "$0")/lib.sh"

run 1 run -v "$plugins/cli/wrong.yaml"
for case in transposed sign no-batch-mean; do
  count=$((count + 1))
  grep -qE "^ +FAIL +$case " "$work/out" || fail "$case is not reported as failed"
done
says out "FAIL transposed W"
says out "FAIL sign x"
says out "FAIL no-batch-mean x"
says out "rerun"
tail -n 1 "$work/out" | grep -q '^FAIL ' || fail "the last line does not start with FAIL"
# One failing tensor does not hide another.
count=$((count + 1))
grep -qE "^      PASS +b " "$work/out" || fail "the right tensor beside a wrong one is not reported"
# The rerun line works as it stands.
rerun=$(sed -e ':a' -e 'N; $!ba' -e 's/ \\\n */ /g' "$work/out" | sed -n 's/^ *rerun *gradcheck \(explain .*\)/\1/p' | head -n 1)
count=$((count + 1))
(cd "$source_dir" && eval "\"$gradcheck\" $rerun" >"$work/out" 2>"$work/err")
[ $? -eq 1 ] || fail "the rerun line does not explain a failure: gradcheck $rerun"
says out "FAIL: the difference is far outside the error bound"
passed
