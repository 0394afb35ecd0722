# Networks of the reference layers: all pass, in both precisions; and with a wrong relu in the place of the right one, not.
. "$(dirname -- "$0")/lib.sh"

matches() { # PATTERN: of a line of the report
  count=$((count + 1))
  grep -qE -- "^ *$1" "$work/out" || fail "no line matches $1"
}
suite=$source_dir/fixtures/suites/layers.yaml
for dtype in f64 f32; do
  run 0 run "$suite" --dtype $dtype --text -
  says out "0 fail, 0 inconclusive, 0 skipped, 0 error"
  for name in conv-net residual-net down-and-up lstm-classifier transformer-block; do matches "PASS +$name "; done
done

{
  echo "plugins: [$plugins/plugins/wrong_relu.so]"
  cat "$suite"
} >"$work/wrong.yaml"
run 1 run -v "$work/wrong.yaml" --text -
matches 'FAIL +conv-net '
matches 'FAIL +w1 '
matches 'PASS +W3 '
matches 'PASS +residual-net '
passed
