# Shards, merge, baseline, diff, events.
. "$(dirname -- "$0")/lib.sh"

strip() {
  sed -e '/^  "environment": {/,/^  }/d' -e '/^  "timing": {/,$d' "$1"
}
run 0 run --filter '[a-s]*' --json "$work/whole.json" --text "$work/text"
for i in 1 2 3; do run 0 run --filter '[a-s]*' --shard $i/3 --json "$work/$i.json" --text "$work/text"; done
run 0 merge "$work/2.json" "$work/3.json" "$work/1.json" --json "$work/merged.json" --text "$work/text"
strip "$work/whole.json" >"$work/whole"
strip "$work/merged.json" >"$work/merged"
same "$work/whole" "$work/merged"
run 2 merge "$work/1.json" "$work/2.json"
run 2 merge "$work/1.json" "$work/1.json" "$work/2.json"

# A case that gradcheck chose is passed over where a shape of the layer's own fails, whichever shards they are in.
for below in 1 20; do
  "${4:-cc}" -O1 -shared -fPIC "-I$source_dir/src/include" -DWRONG_BELOW=$below -o "$work/relu.so" \
    "$source_dir/checks/cli/wrong_relu.c" || fail "wrong_relu.c does not compile"
  wanted=$((below > 1))
  run $wanted run "$work/relu.so" --json "$work/whole.relu" --text "$work/text"
  for n in 2 3 9; do
    passes=0
    for i in $(seq $n); do
      status=0
      "$gradcheck" run "$work/relu.so" --shard "$i/$n" --json "$work/$i.json" --text "$work/text" 2>"$work/err" || status=$?
      [ $status -eq 0 ] && passes=$((passes + 1))
    done
    [ $below -eq 1 ] || [ $n -ne 9 ] || [ $passes -gt 2 ] || fail "only $passes of $n shards have cases that pass alone"
    run $wanted merge $(seq -f "$work/%g.json" $n) --json "$work/merged.json" --text "$work/text"
    strip "$work/whole.relu" >"$work/whole"
    strip "$work/merged.json" >"$work/merged"
    same "$work/whole" "$work/merged"
  done
done

# A case that vanished is a regression in every shard, and once in all of them; renamed, it is offered under its new name.
printf 'cases:\n  - {name: a, layer: relu}\n  - {name: b, layer: sigmoid}\n  - {name: c, layer: tanh}\n' >"$work/three.yaml"
run 0 run "$work/three.yaml" --save-baseline "$work/three.json" --text "$work/text"
for edit in '/name: a/d' 's/name: b/name: d/' '/name: [ab]/d' 's/e/e/'; do
  sed -e "$edit" "$work/three.yaml" >"$work/other.yaml"
  wanted=1
  [ "$edit" != 's/e/e/' ] || wanted=0
  run $wanted run "$work/other.yaml" --baseline "$work/three.json" --json "$work/whole.other" --text "$work/text"
  for n in 2 3; do
    for i in $(seq $n); do
      run $wanted run "$work/other.yaml" --shard "$i/$n" --baseline "$work/three.json" --json "$work/$i.json" --text "$work/text"
    done
    run $wanted merge $(seq -f "$work/%g.json" $n) --json "$work/merged.json" --text "$work/text"
    strip "$work/whole.other" >"$work/whole"
    strip "$work/merged.json" >"$work/merged"
    same "$work/whole" "$work/merged"
  done
  run $wanted merge "$work/whole.other" --text "$work/text"
done

# A baseline: the same run is no regression; reading and saving in one run is allowed.
run 0 run --filter '[a-s]*' --baseline "$work/whole.json" --save-baseline "$work/next.json"
run 0 diff "$work/whole.json" "$work/next.json"
# Worse by a factor of 20 but within its threshold: a regression, with tensor, before and after.
cat >"$work/drift.yaml" <<'YAML'
cases:
  - name: drift
    layer: softmax_with_loss
    options: {log_eps: 1e-9}
    threshold: 1e-3
    values: {x: [[0.3, 2.9, 4.0], [0.1, 0.2, 0.7]], t: [[0, 0, 1], [0, 1, 0]]}
YAML
run 0 run "$work/drift.yaml" --save-baseline "$work/drift.json" --text "$work/text"
sed -i 's/log_eps: 1e-9/log_eps: 2e-8/' "$work/drift.yaml"
run 1 run "$work/drift.yaml" --baseline "$work/drift.json" --json "$work/drifted.json" --text -
says out "drift"
run 1 diff "$work/drift.json" "$work/drifted.json"
says out "mean difference"
run 0 diff "$work/drifted.json" "$work/drift.json"

run 0 run --filter apple --events "$work/events" --text "$work/text"
head -n 1 "$work/events" | grep -q '"event": *"start"' || fail "the first event is not start"
tail -n 1 "$work/events" | grep -q '"event": *"end"' || fail "the last event is not end"
run 0 run --filter sigmoid --dump "$work/dump" --text "$work/text"
# Everything that a verdict is made from, of each upstream gradient.
for what in analytic numeric bound step verdict analytic.1 numeric.1 bound.1; do
  [ -s "$work/dump/sigmoid/x.$what.npy" ] || fail "x.$what.npy was not dumped"
done
run 0 run --filter sigmoid --dtype f32 --dump "$work/dump32" --text "$work/text"
for what in slack slack.1; do [ -s "$work/dump32/sigmoid/x.$what.npy" ] || fail "x.$what.npy was not dumped"; done

# A threshold for each precision; the result says which was given, and shards of other ones are not of one run.
cat >"$work/both.yaml" <<'YAML'
cases:
  - {name: double, layer: sigmoid, dtype: f64}
  - {name: float, layer: sigmoid, dtype: f32}
YAML
run 0 run "$work/both.yaml" --threshold f64=1e-6,f32=1e-4 --json "$work/both.json" --text "$work/text"
grep -Eq '"threshold_f64": 9\.99999999999999[0-9]*e-07' "$work/both.json" || fail "the threshold of f64 is not in the result"
grep -Eq '"threshold_f32": (0\.0001|1(\.0*)?e-0?4|1\.00000000000000[0-9]*e-04)' "$work/both.json" || fail "the threshold of f32 is not in the result"
# Far below what differences can tell: no pass, and no fail either.
run 5 run "$work/both.yaml" --threshold f32=1e-12 --text -
says out "PASS          double  x"
says out "cannot tell at this threshold: mean"
run 0 run "$work/both.yaml" --threshold f32=1e-12 --filter double --text "$work/text"
passed
