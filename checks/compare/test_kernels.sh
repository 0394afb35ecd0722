# Kernels with a wrong forward and the backward that belongs to it: all pass a run, and fail beside a reference, by name.
. "$(dirname -- "$0")/../cli/lib.sh"

# Each with the layer that it should be; in the table of a plug-in these are all.
compared="my_conv=conv2d
my_norm=layer_norm
my_gelu=gelu_tanh
my_softmax=softmax
my_bce=bce
my_affine=affine
my_batch_norm=batch_norm gamma=1 beta=0 running_mean=0 running_var=1"
set --
while IFS= read -r value; do set -- "$@" --compare "$value"; done <<VALUES
$compared
VALUES

for dtype in "" _f32; do
  right=$plugins/compare/kernels_right$dtype.so wrong=$plugins/compare/kernels_wrong$dtype.so
  run 0 run "$wrong"
  run 0 run "$right" -v "$@"
  says out "agrees-with-reference agrees with batch_norm"
  lacks out "forward-differs"
  run 1 run "$wrong" "$@"
  says out "0 pass, "
  for reference in conv2d layer_norm gelu_tanh softmax bce affine batch_norm; do
    says out "forward-differs-from-reference forward is not that of $reference: "
  done
  lacks out "gradient-differs"
  says out "are those of this forward: backward goes with it"
  # What is offered to run again compares again.
  run 1 run "$wrong" --compare "my_gelu=gelu_tanh x=x" --filter my_gelu
  says out "rerun            gradcheck run --filter my_gelu "
  says out " --compare 'my_gelu=gelu_tanh x=x'"
  # Only what is selected is judged, and other layers may be named.
  run 0 run "$wrong" --compare my_gelu=gelu_tanh --filter my_softmax
done

# Beside a plain version that stands in the same plug-in.
run 0 run "$plugins/compare/with_plain_right.so" -v
says out "agrees with plain_cube"
run 1 run "$plugins/compare/with_plain_wrong.so"
says out "forward is not that of plain_cube"

# Refused, with a remedy.
run 2 run "$right" --compare my_cnov=conv2d
says err "there is no case of a layer 'my_cnov' in kernels_right_f32.so; write LAYER=REFERENCE"
run 2 run "$right" --compare my_conv=conv2
says err "there is no built-in layer 'conv2', did you mean conv2d"
run 2 run "$right" --compare my_conv=conv2d --compare my_conv=conv2d
says err "my_conv is compared by 'my_conv=conv2d' already"
run 2 run "$right" --compare "my_affine=affine W=W^T W=W"
says err "W=W: one of them is said already"
run 2 run "$right" --compare "my_batch_norm=batch_norm"
says err 'nothing says what gamma "C", beta "C", running_mean "C", running_var "C" is'
run 2 run "$right" --compare
says err "--compare"

# In a suite file: a layer of a plug-in, and a network as a whole.
suite() { # LINE...: of a case, after its name
  {
    echo "plugins: [$right]"
    echo "cases:"
    echo "  - name: one"
    for line; do echo "    $line"; done
  } >"$work/suite.yaml"
}
suite "layer: my_conv" "dtype: f32" "compare: {layer: conv2d, kernel: w, stride: 1}"
run 0 run "$work/suite.yaml" -v
says out "agrees with conv2d"
suite "layer: my_affine" "dtype: f32" "compare: linear"
run 1 run "$work/suite.yaml"
says out "forward is not that of linear"
suite "layer: my_affine" "dtype: f32" "compare: {layer: linear, W: W^T}"
run 0 run "$work/suite.yaml"
suite "values: {x: {shape: [3, 4]}, t: {shape: [3, 4], one_hot: true}}" "network: [softmax, {cross_entropy: {t: t}}]" \
  "compare: softmax_with_loss"
run 0 run "$work/suite.yaml" -v
says out "agrees with softmax_with_loss: 1 of 1 outputs and 12 of 12 gradients"
suite "values: {x: {shape: [3, 4]}, t: {shape: [3, 4], one_hot: true}}" "network: [sigmoid, {cross_entropy: {t: t}}]" \
  "compare: softmax_with_loss"
run 1 run "$work/suite.yaml"
says out "forward is not that of softmax_with_loss"
# Every built-in layer in float beside itself in double, by names and shapes alone.
{
  echo "cases:"
  "$gradcheck" help layers | sed -n 's/^  \([a-z_0-9]*\): .*/  - {name: \1, layer: \1, dtype: f32, compare: \1}/p'
} >"$work/all.yaml"
run 0 run "$work/all.yaml" -v
all=$(grep -c "compare:" "$work/all.yaml")
[ "$all" -gt 80 ] || fail "there are $all layers"
[ "$(grep -c "agrees with" "$work/out")" -eq "$all" ] || fail "not every layer agrees with itself"

# And beside another one, or one of another option: no two of these are a function.
while IFS='|' read -r layer reference; do
  suite "layer: $layer" "dtype: f32" "compare: $reference"
  run 1 run "$work/suite.yaml"
  says out "forward-differs-from-reference forward is not that of"
done <<ROWS
gelu|gelu_tanh
silu|mish
leaky_relu|{layer: leaky_relu, slope: 0.02}
elu|selu
hardtanh|{layer: hardtanh, max: 0.5}
avg_pool|max_pool
layer_norm|{layer: layer_norm, eps: 1e-2}
huber|{layer: huber, delta: 2}
mse|{layer: mse, sum: 1}
upsample_bilinear|upsample_nearest
attention|{layer: attention, causal: 1}
sub|{layer: sub, x: y, y: x}
ROWS
suite "layer: relu" "compare: {stride: 2}"
run 2 run "$work/suite.yaml"
says err "suite.yaml:5:14: compare names no layer; write compare: {layer: conv2d, stride: 2}"
suite "layer: relu" "compare: {layer: relu, x: z}"
run 2 run "$work/suite.yaml"
says err "suite.yaml:5:14: comparing relu with relu: x=z: relu has no tensor 'z'"
suite "layer: relu" "compare: [relu]"
run 2 run "$work/suite.yaml"
says err "suite.yaml:5:14: compare is a list"
suite "layer: relu" "compare: {layer: relu, x: \"x y\"}"
run 2 run "$work/suite.yaml"
says err "write it without blanks"
passed
