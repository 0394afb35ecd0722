# One mistake in six gradients of five shapes is one cause: in a few lines, in the result, and once in what CI shows.
. "$(dirname -- "$0")/lib.sh"
compiler=${4:-cc}

build() { # NAME FLAGS...
  name=$1
  shift
  "$compiler" -O1 -shared -fPIC -I"$source_dir/src/include" "$@" -o "$work/$name.so" "$source_dir/checks/cli/lstm_cell.c" -lm
}
build wrong -DFORGET_DC
build right
# What is right in float has a twin, so that it passes on any values.
build wrong.twin -DFORGET_DC -include gradcheck/as_double.h
build right.twin -include gradcheck/as_double.h

run 0 run "$work/right.so" --json "$work/right.json" --text -
says right.json '"causes": []'

for seed in 0 1 2; do
  run 1 run "$work/wrong.so" --seed $seed --json "$work/wrong.json" --text - --junit "$work/wrong.xml"
  count=$((count + 3))
  [ "$(wc -l <"$work/out")" -le 25 ] || fail "one mistake is told in $(wc -l <"$work/out") lines"
  [ "$(grep -c '^FAIL lstm_cell: x, h_prev, c_prev, W, U, b; 5 of 5 cases ' "$work/out")" -eq 1 ] || fail "the cause is not told once"
  [ "$(grep -c 'path-lost' "$work/out")" -eq 1 ] || fail "the name of the mistake is not told once"
  says out "the contribution of output c is missing"
  says wrong.json '"where": "x, h_prev, c_prev, W, U, b; 5 of 5 cases"'
  count=$((count + 1))
  [ "$(grep -c '<failure ' "$work/wrong.xml")" -eq 30 ] || fail "JUnit has not a failure a tensor"
done
# A loss that takes the upstream gradient to be 1 without saying so: one finding, not that and a name that fits none.
for flag in FORGOTTEN DECLARED; do
  "$compiler" -O1 -shared -fPIC -I"$source_dir/src/include" -D$flag -o "$work/$flag.so" "$source_dir/checks/cli/loss_without_flag.c"
done
run 0 run "$work/DECLARED.so"
run 1 run "$work/FORGOTTEN.so" --text -
count=$((count + 2))
[ "$(grep -c '^FAIL half_square: x; 5 of 5 cases ' "$work/out")" -eq 1 ] || fail "the flag that is missing is not told once"
[ "$(grep -c '^   ignores-upstream ' "$work/out")" -eq 1 ] || fail "another name for a flag that is missing"
says out "declares GCHK_IGNORES_UPSTREAM"

# Read again, the same.
run 1 report "$work/wrong.json" --text "$work/again.txt"
run 1 run "$work/wrong.so" --seed 2 --text "$work/text"
sed '$d' "$work/text" >"$work/a" # but for the seconds
sed '$d' "$work/again.txt" >"$work/b"
same "$work/a" "$work/b"
passed
