# gradcheck evaluate: the accuracies that training ended with, others for other weights, and files that do not belong.
. "$(dirname -- "$0")/lib.sh"

accuracy() { grep '^  accuracy ' "$work/out"; }
# The right rows of a hundred of the training part, rounded down.
percent() { accuracy | sed 's/^  accuracy \([0-9.]*\) on .*/\1/' | awk '{ print int(100 * $1) }'; }

# What is saved at the end of training is evaluated as it was then; in f32 a row or two near a border may change sides.
run 0 train --iterations 300 --batch 32 -q --weights "$work/w.npz"
trained=$(accuracy)
run 0 evaluate --weights "$work/w.npz"
says out "EVALUATED  digits: weights of $work/w.npz, f64"
count=$((count + 1))
[ "$(accuracy)" = "$trained" ] || fail "trained: $trained; evaluated: $(accuracy)"
percent_trained=$(percent)
run 0 evaluate digits --dtype f32 --weights "$work/w.npz"
[ "$(($(percent) - percent_trained))" -ge -1 ] && [ "$(($(percent) - percent_trained))" -le 1 ] || fail "in f32 it is $(accuracy), in f64 $trained"
run 0 evaluate --weights "$work/w.npz" --batch 7
[ "$(accuracy)" = "$trained" ] || fail "batches of 7 have another accuracy: $(accuracy)"

# Other weights are another network: those before training, and those of training with the labels of other rows.
run 0 evaluate
says out "weights as the case starts from"
[ "$(percent)" -lt 40 ] && [ "$percent_trained" -gt 90 ] || fail "untrained $(accuracy), trained $trained"
digits="csv: $source_dir/fixtures/digits/digits.csv.gz"
data() { echo "x: {$digits, columns: [0, 64], rows: [$1, $2], standardise: true}, t: {$digits, column: 64, rows: [$3, $4], one_hot: 10}"; }
cat >"$work/shifted.yaml" <<END
cases:
  - name: shifted
    values: {$(data 0 32 1 33), W1: {he: true}, B1: 0, W2: {he: true}, B2: 0}
    network: [linear: {units: 30, W: W1, b: B1}, relu, linear: {units: 10, W: W2, b: B2}, softmax_with_loss: {t: t}]
    train: {$(data 0 1796 1 1797)}
END
run 0 train shifted "$work/shifted.yaml" --iterations 300 -q --weights "$work/shifted.npz"
run 0 evaluate --weights "$work/shifted.npz"
[ "$(percent)" -lt 40 ] || fail "weights of other labels have $(accuracy)"

# A case with the weights of a file has them without --weights, and says nothing of test rows where it has none.
cat >"$work/kept.yaml" <<END
cases:
  - name: kept
    values: {$(data 0 32 0 32), W1: {npz: w.npz, member: W1}, B1: {npz: w.npz, member: B1},
             W2: {npz: w.npz, member: W2}, B2: {npz: w.npz, member: B2}}
    network: [linear: {units: 30, W: W1, b: B1}, relu, linear: {units: 10, W: W2, b: B2}, softmax_with_loss: {t: t}]
    train: {$(data 0 500 0 500)}
  - name: smaller
    values: {$(data 0 32 0 32)}
    network: [linear: {units: 10, W: W1, b: B1}, softmax_with_loss: {t: t}]
    train: {$(data 0 500 0 500)}
  - name: half
    values: {$(data 0 32 0 32), W1: {he: true}}
    network: [linear: {units: 30, W: W1, b: B1}, relu, linear: {units: 10}, softmax_with_loss: {t: t}]
    train: {$(data 0 500 0 500)}
END
run 0 evaluate kept "$work/kept.yaml"
says out "on 500 training rows"
lacks out "test rows"
[ "$(percent)" -gt 90 ] || fail "the weights of the case have $(accuracy)"

# Files that do not belong.
run 2 evaluate smaller "$work/kept.yaml" --weights "$work/w.npz"
says err "w.npz: W1 is (30,64) there and (10,64) here; are these the weights of another network?"
run 2 evaluate half "$work/kept.yaml" --weights "$work/w.npz"
says err "w.npz has no array linear2.W, which is a parameter of shape (10,30) here"
run 0 train smaller "$work/kept.yaml" --iterations 1 -q --weights "$work/small.npz"
run 0 evaluate smaller "$work/kept.yaml" --weights "$work/small.npz"
run 2 evaluate digits-he-init --weights "$source_dir/fixtures/reference/digits-he-init.npz"
says err "digits-he-init.npz has no array B1, which is a parameter of shape (30) here"
run 3 train --rate 1e300 -q --weights "$work/nan.npz"
run 2 evaluate --weights "$work/nan.npz"
says err "weights are finite"
head -c 900 "$work/w.npz" >"$work/cut.npz"
run 2 evaluate --weights "$work/cut.npz"
says err "cut.npz"
run 2 evaluate --weights "$work/none.npz"
says err "none.npz: cannot be opened"

# What has no accuracy.
cat >"$work/late.yaml" <<END
plugins: [$plugins/plugins/late_layers.so]
cases:
  - name: late
    values: {x: {shape: [3, 2]}, W: {constant: 0.1}, b: 0}
    network: [affine: {units: 1, W: W, b: b}, late_loss]
    train: {x: [[1, 0.5], [0.5, 1], [1, 1]]}
END
run 2 evaluate late "$work/late.yaml" --batch 3
says err "late has no accuracy"
run 2 evaluate relu
says err "nothing to train on"
run 2 evaluate nothing
says err 'has no case "nothing"'
run 2 evaluate --iterations 3
says err "does not belong to \`gradcheck evaluate\`"
run 2 evaluate a b c
passed
