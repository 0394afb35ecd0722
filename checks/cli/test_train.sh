# gradcheck train: curves and weights, the same for the same seed, gradient checks on the way, and what can go wrong.
. "$(dirname -- "$0")/lib.sh"

# The digits need no download. The accuracies are the sums of right rows; chance would be 0.1.
run 0 train digits-he-init --iterations 600 --batch 32 --seed 3 --threads 1 --check-every 200 --csv "$work/a.csv" --html "$work/a.html" --weights "$work/a.npz"
says out "TRAINED  digits-he-init: 600 iterations of 32 rows"
says out "gradients checked 4 times"
says out "none wrong"
# The rows of epochs are those of the CSV: the mean loss since the row before, and the accuracies.
grep -E '^ +[0-9]+ ' "$work/out" >"$work/rows"
awk -F, 'NR > 1 { if ($2 != "") { sum += $2; n++ }
  if ($3 != "") { if (n > 0) printf "%d %.4f %.4f %.4f\n", $1, sum / n, $3, $4; else printf "0 - %.4f %.4f\n", $3, $4
                  sum = 0; n = 0 } }' "$work/a.csv" >"$work/expected"
sed 's/^ *//; s/  */ /g' "$work/rows" >"$work/printed"
same "$work/printed" "$work/expected"
[ "$(wc -l <"$work/rows")" -eq 15 ] || fail "an epoch is 44 iterations, and 600 have $(wc -l <"$work/rows") rows instead of 15"
count=$((count + 1))
[ "$(wc -l <"$work/a.csv")" -eq 602 ] || fail "a.csv has $(wc -l <"$work/a.csv") lines instead of 602: a head, iteration 0 and 600 more"
[ "$(head -n 1 "$work/a.csv")" = "iteration,loss,train_accuracy,test_accuracy" ] || fail "a.csv has another head"
tail -n 1 "$work/a.csv" | awk -F, '{ exit !($1 == 600 && $2 < 0.5 && $3 > 0.95 && $4 > 0.93) }' || fail "a.csv ends in $(tail -n 1 "$work/a.csv")"
awk -F, '$1 == 0 { exit !($2 == "" && $3 < 0.3) }' "$work/a.csv" || fail "a.csv begins with $(sed -n 2p "$work/a.csv")"
grep -q 'id="train-loss-t"' "$work/a.html" || fail "the page has no loss curve"
grep -q 'id="train-accuracy-t"' "$work/a.html" || fail "the page has no accuracy curve"

# The same seed, the same bytes of curves and weights; another seed, others.
run 0 train digits-he-init --iterations 600 --batch 32 --seed 3 --threads 1 -q --csv "$work/b.csv" --weights "$work/b.npz"
same "$work/a.csv" "$work/b.csv"
same "$work/a.npz" "$work/b.npz"
count=$((count + 1))
[ -s "$work/err" ] && fail "-q tells progress"
lacks out "train acc"
run 0 train digits-he-init --iterations 600 --batch 32 --seed 4 --threads 1 --csv "$work/c.csv" --weights "$work/c.npz"
cmp -s "$work/a.csv" "$work/c.csv" && fail "the seed does not matter"

# Ten seeds: their median lies within those of torch, which trains the same network from ten others; a rate that is a hundred
# times too small is not taken for it. README has the figures of the file.
seeds=$source_dir/fixtures/reference/ten-seeds.csv
median_is_of_torch() { # RATE
  : >"$work/accuracies"
  for seed in 0 1 2 3 4 5 6 7 8 9; do
    run 0 train digits --iterations 1000 --seed "$seed" --threads 1 --rate "$1" -q --csv "$work/seed.csv"
    tail -n 1 "$work/seed.csv" | cut -d , -f 4 >>"$work/accuracies"
  done
  sort -n "$work/accuracies" | awk -F, '
    FNR == NR { if ($1 == "torch" && $2 == "digits") { if (!n || $6 < least) least = $6; if ($6 > most) most = $6; n++ } next }
    { a[FNR] = $1 }
    END { median = (a[5] + a[6]) / 2; exit !(n == 10 && FNR == 10 && least - 5e-5 <= median && median <= most + 5e-5) }' "$seeds" -
}
count=$((count + 2))
median_is_of_torch 0.1 || fail "the median of ten seeds is not within those of torch: $(sort "$work/accuracies" | tr '\n' ' ')"
median_is_of_torch 0.001 && fail "a rate of 0.001 trains as well as one of 0.1"
for program in gradcheck torch; do
  for network in digits two-layer-net; do
    count=$((count + 1))
    figures=$(grep "^$program,$network," "$seeds" | cut -d , -f 6 | sort -n |
      awk '{ a[NR] = $1 } END { printf "%.4f | %.4f | %.4f", (a[5] + a[6]) / 2, a[1], a[10] }')
    grep "^| .$network. .*| $program |" "$source_dir/src/doc/training.md" | grep -qF " $figures " || fail "the guide lacks $figures of $network by $program"
  done
done

# A case that starts from the weights is as accurate before its first step as they were at the end.
data="csv: $source_dir/fixtures/digits/digits.csv.gz, split: {part: PART, fraction: 0.8, seed: 42}"
x="x: {$data, columns: [0, 64], standardise: true}" t="t: {$data, column: 64, one_hot: 10}"
part() { echo "$x, $t" | sed "s/PART/$1/g"; }
cat >"$work/after.yaml" <<END
cases:
  - name: after
    values:
      $(echo "$x" | sed 's/PART/train/; s/64],/64], rows: [0, 40],/')
      $(echo "$t" | sed 's/PART/train/; s/64,/64, rows: [0, 40],/')
      W1: {npz: a.npz, member: W1}
      B1: {npz: a.npz, member: B1}
      W2: {npz: a.npz, member: W2}
      B2: {npz: a.npz, member: B2}
    network:
      - linear: {units: 30, W: W1, b: B1, as: Z1}
      - relu: {as: A1}
      - linear: {units: 10, W: W2, b: B2, as: Z2}
      - softmax_with_loss: {t: t, as: loss}
    train: {$(part train)}
    test: {$(part test)}
END
run 0 train after "$work/after.yaml" --iterations 1 -q --csv "$work/after.csv"
count=$((count + 1))
[ "$(sed -n 2p "$work/after.csv" | cut -d, -f3-)" = "$(tail -n 1 "$work/a.csv" | cut -d, -f3-)" ] ||
  fail "the weights have other accuracies when they are loaded: $(sed -n 2p "$work/after.csv") and $(tail -n 1 "$work/a.csv")"
# It is checked after training. Units that are dead are counted, here all of them; what is before them is not checked then.
run 0 run "$work/after.yaml" -v --text -
says out "PASS  after"
sed 's/B1: {.*/B1: -1000/' "$work/after.yaml" >"$work/dead.yaml"
run 5 run "$work/dead.yaml" -v --text -
says out "30 of 30 units of relu (relu) are exactly 0 in all 40 rows"

# Optimisers and precisions.
for optimiser in momentum adam; do
  run 0 train digits-he-init --iterations 300 --batch 32 --optimiser $optimiser --dtype f32 -q --csv "$work/o.csv"
  tail -n 1 "$work/o.csv" | awk -F, '{ exit !($3 > 0.9) }' || fail "$optimiser ends in $(tail -n 1 "$work/o.csv")"
done
run 0 train digits-he-init --iterations 20 --batch 32 -q --csv -
count=$((count + 1))
head -n 1 "$work/out" | grep -q '^iteration,loss' || fail "--csv - is not on standard output"
[ "$(wc -l <"$work/out")" -eq 22 ] || fail "standard output has more than the CSV"
says err "TRAINED"

# A gradient that becomes wrong on the way stops it: exit 1, after checks that passed; what there is is written.
cat >"$work/late.yaml" <<END
plugins: [$plugins/plugins/late_layers.so]
cases:
  - name: late
    values: {x: {shape: [3, 2]}, W: {constant: 0.1}, b: 0}
    network: [affine: {units: 1, W: W, b: b}, late_loss]
    train: {x: [[1, 0.5], [0.5, 1], [1, 1], [0.8, 0.9], [0.6, 1.1], [1, 0.7]]}
END
run 1 train late "$work/late.yaml" --batch 3 --iterations 200 --rate 0.05 --check-every 5 --csv "$work/late.csv" --html "$work/late.html" --weights "$work/late.npz"
says out "STOPPED  late"
says out "stopped at a wrong gradient after iteration"
says err "FAIL late: x, W, b"
grep -q "stopped at a wrong gradient" "$work/late.html" || fail "the page does not say why it stopped"
steps=$(sed -n 's/.*late: \([0-9]*\) iterations.*/\1/p' "$work/out")
checks=$(sed -n 's/.*gradients checked \([0-9]*\) times.*/\1/p' "$work/out")
count=$((count + 1))
[ "$steps" -ge 5 ] && [ "$steps" -lt 200 ] && [ "$checks" -ge 2 ] || fail "it stopped after $steps iterations and $checks checks"
[ -s "$work/late.npz" ] && [ "$(wc -l <"$work/late.csv")" -eq "$((steps + 2))" ] || fail "what it had done is not written"
# Without checks nobody notices.
run 0 train late "$work/late.yaml" --batch 3 --iterations 200 --rate 0.05 -q
# A gradient that is wrong from the start stops it before the first step.
run 1 train digits-normal-init --iterations 50 --batch 32 --check-every 10 -q
says out "STOPPED  digits-normal-init: 0 iterations"
says err "log_eps"
run 0 train digits-normal-init --iterations 50 --batch 32 -q

# A loss that runs away is no success.
run 3 train digits-he-init --iterations 500 --batch 32 --rate 1e300 -q
says out "a smaller --rate"

# Without a name it trains the digits, from a clone that has nothing else; rows are never many.
run 0 train
says out "TRAINED  digits: 10000 iterations of 100 rows"
[ "$(grep -cE '^ +[0-9]+ ' "$work/out")" -eq 19 ] || fail "the table has $(grep -cE '^ +[0-9]+ ' "$work/out") rows instead of 19"

# What cannot be.
run 2 train nothing
says err 'has no case "nothing"'
run 2 train relu
says err "nothing to train on"
run 2 train digits-he-init --batch 100000
says err "give a smaller one, --batch 1437"
run 2 train digits-he-init --optimiser rmsprop
says err "sgd, momentum or adam"
run 2 train digits-he-init --rate 0
run 2 train digits-he-init "$plugins/plugins/late_layers.so"
says err "plugins: ["
run 3 train digits-he-init --iterations 5 --weights "$work/no/such/folder.npz"
says err "cannot be written"

# Data that are not there: the message says what brings them. The full MNIST is where fixtures/mnist/fetch.sh puts it.
mkdir "$work/data" "$work/data/suites" "$work/data/mnist"
cp -r "$source_dir/fixtures/suites/textbook.yaml" "$work/data/suites/"
cp -r "$source_dir/fixtures/digits" "$source_dir/fixtures/reference" "$work/data/"
cp "$source_dir"/fixtures/mnist/*.gz "$source_dir/fixtures/mnist/fetch.sh" "$work/data/mnist/"
GRADCHECK_DATA=$work/data
export GRADCHECK_DATA
run 2 train two-layer-net
says err "mnist/full/train-images-idx3-ubyte: cannot be opened"
says err "it is brought by: sh "
says err "mnist/fetch.sh"
run 0 run --filter two-layer-net
unset GRADCHECK_DATA

# With the full set: two epochs of the documents' run.
if [ -f "$source_dir/fixtures/mnist/full/train-images-idx3-ubyte" ]; then
  run 0 train two-layer-net --iterations 1200 -q --csv "$work/mnist.csv"
  says out "on 10000 test rows"
  tail -n 1 "$work/mnist.csv" | awk -F, '{ exit !($4 > 0.91 && $4 < 0.95) }' || fail "mnist.csv ends in $(tail -n 1 "$work/mnist.csv")"
else
  echo "the full MNIST is not there: its run is left out" >&2
fi
passed
