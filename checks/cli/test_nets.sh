# Networks of the reference layers: all pass, in both precisions; and with a wrong relu in the place of the right one, not.
. "$(dirname -- "$0")/lib.sh"

suite=$source_dir/fixtures/suites/layers.yaml
for dtype in f64 f32; do
  run 0 run "$suite" --dtype $dtype --text -
  says out "0 fail, 0 inconclusive, 0 skipped, 0 error"
  for name in conv-net residual-net down-and-up lstm-classifier; do says out "PASS  $name "; done
done

{
  echo "plugins: [$plugins/plugins/wrong_relu.so]"
  cat "$suite"
} >"$work/wrong.yaml"
run 1 run "$work/wrong.yaml" --text -
says out "FAIL  conv-net      w1"
says out "PASS  conv-net      W3"
says out "PASS  residual-net  x"
passed
