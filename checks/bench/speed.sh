#!/bin/sh
# Times gradcheck beside other programs that do the same work, in one run on one machine, and prints ratios and targets.
#
#   sh checks/bench/speed.sh GRADCHECK [PART...]
#
# PARTS  check    the gradient check of 784-50-10 on three images of MNIST, all 39,760 elements: the documents' Python, torch
#                 slow and fast (where $PYTHON has it), naive C (two forwards an element), the least work that there is
#                 (limit: only what changes; ladder: with bounds and judgement), gradcheck with the documents' step and auto
#        whole    the same as whole programs: a suite of that case alone, and out of the built-in suite by --filter
#        suite    the built-in suite
#        plugins  layers that declare nothing, every element: gelu of 1,024 to 10^6, a row-wise normalisation of 4096 x 256
#        scale    784-HIDDEN-10 and INPUTS-50-10, every element
#        deep     784-1000-200-10, 987,210 elements, also by the gradcheck $BEFORE where there is one
#        threads  the same with --jobs 1 and 2
#        big      4096-2048-600-10, 9.6 million elements, as gradcheck chooses to check it
#        train    10,000 iterations of the documents' training
#        All of them where none is named; `check` gives the N that others are told in.
#
# FIGURES  CPU seconds, user and system, of a program and all processes that it waits for, the least of $ROUNDS (5) runs.
#          "alone" leaves out start and loading: what the documents' Python, torch and the C programs measure of
#          themselves; of gradcheck, without probes, the wall seconds of the case in its result, or the CPU seconds of
#          `run` less those of `list`, whichever is less: the first has what other programs take of a busy machine, the
#          second processes and reports. "whole" has all of it: start, loading, processes, probes, report.
#          A run that takes longer than $LIMIT (300) seconds is ended and gives no figure; a target without its figures
#          is "-".
#          All use the kernels that OpenBLAS chooses, or those of OPENBLAS_CORETYPE, and one thread but where it is said.
#          The C programs are built with $CC (gcc) -Ofast -march=native.
#
# Needs python3 with numpy ($PYTHON, /usr/bin/python3 by default), a compiler with OpenBLAS, the full MNIST
# (fixtures/mnist/fetch.sh) for the documents' Python and training. $KEEP names a file for the figures.
set -eu

[ $# -ge 1 ] || { echo "usage: sh speed.sh GRADCHECK [PART...]" >&2; exit 2; }
gradcheck=$1
shift
parts=${*:-check whole suite plugins scale deep threads big train}
rounds=${ROUNDS:-5}
limit=${LIMIT:-300}
python=${PYTHON:-/usr/bin/python3}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
mnist=$here/../../fixtures/mnist
"$python" -c 'import numpy' 2>/dev/null || { echo "speed.sh: $python has no numpy; set PYTHON" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
figures=$work/figures
: >"$figures"
export OPENBLAS_NUM_THREADS=1

# note NAME VALUE: keeps a figure and prints it.
note() {
  echo "$1 $2" >>"$figures"
  printf '  %-28s %14s\n' "$1" "$2"
}

# measure ROUNDS COMMAND...: its output is in $work/out. Sets cpu, wall, megabytes and status.
measure() {
  times=$1
  shift
  "$python" "$here/measure.py" "$times" "$limit" "$work/out" "$@" >"$work/measured"
  read -r cpu wall megabytes status <"$work/measured"
}

# whole NAME COMMAND...: CPU seconds of a whole program.
whole() {
  name=$1
  shift
  measure "$rounds" "$@"
  case $status in
  0 | 1 | 5) note "$name" "$cpu" ;;
  *) echo "  $name: no figure, exit status $status" ;;
  esac
}

# own NAME COMMAND...: CPU seconds that a program prints of itself, "cpu 1.2 s" or "1.2 s cpu".
own() {
  name=$1
  shift
  : >"$work/least"
  round=0
  while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    measure 1 "$@"
    [ "$status" = 0 ] || { echo "  $name: no figure, exit status $status"; return 0; }
    sed -n 's/.*cpu \([0-9.]*\) s.*/\1/p; s/.* \([0-9.]*\) s cpu.*/\1/p' "$work/out" >>"$work/least"
  done
  note "$name" "$(sort -n "$work/least" | head -n 1)"
}

# alone NAME ARGUMENT...: seconds of the check of one case, as its result has them, and its forwards in $forwards.
alone() {
  name=$1
  shift
  : >"$work/least"
  round=0
  measure "$rounds" "$gradcheck" list "$1"
  start=$cpu
  while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    measure 1 "$gradcheck" run "$@" --no-probes --quiet --json "$work/result.json"
    case $status in
    0 | 1 | 5) ;;
    *) echo "  $name: no figure, exit status $status"; return 0 ;;
    esac
    "$python" -c 'import json, sys
case = json.load(open(sys.argv[1]))["timing"]["cases"][0]
print("%.6f" % min(case["wall_s"], float(sys.argv[2]) - float(sys.argv[3])), case["forward_calls"])' \
      "$work/result.json" "$cpu" "$start" >>"$work/least"
  done
  sort -n "$work/least" | head -n 1 >"$work/best"
  read -r seconds forwards <"$work/best"
  note "$name" "$seconds"
}

# network NAME INPUTS LAYER...: a suite with a network of the case NAME, layers of so many units with relu between them.
network() {
  name=$1
  inputs=$2
  shift 2
  {
    echo "cases:"
    echo "  - name: $name"
    echo "    values:"
    echo "      x: {shape: [3, $inputs], normal: 1, differentiate: false}"
    echo "      t: {shape: [3, 10], one_hot: true}"
    echo "    network:"
    for units; do
      echo "      - affine: {units: $units}"
      echo "      - relu"
    done
    echo "      - affine: {units: 10}"
    echo "      - softmax_with_loss: {t: t, as: loss}"
  } >"$work/$name.yaml"
}

# compile NAME: the C program speed_NAME.c.
compile() {
  ${CC:-gcc} -Ofast -march=native -o "$work/$1" "$here/speed_$1.c" -lopenblas -lm -lpthread
}

# plugin LAYER ROWS WIDTH: prints the path of a plug-in.
plugin() {
  # shellcheck disable=SC2046 # the flags are words
  ${CC:-gcc} -O2 $("$gradcheck" --cflags) -DLAYER="$1" -DROWS="$2" -DWIDTH="$3" -shared -fPIC -o "$work/$1-$2.so" \
    "$here/speed_plugins.c" -lm
  echo "$work/$1-$2.so"
}

has_mnist() {
  [ -f "$mnist/full/train-images-idx3-ubyte" ] || { echo "  the full MNIST is missing: sh fixtures/mnist/fetch.sh"; return 1; }
}

cat >"$work/two.yaml" <<END
cases:
  - name: two-layer-net
    values:
      x: {idx: $mnist/train-images.idx3-ubyte.gz, rows: [0, 3], scale: 1/255}
      t: {idx: $mnist/train-labels.idx1-ubyte.gz, rows: [0, 3], one_hot: 10}
      W1: {normal: 0.01}
      b1: 0
      W2: {normal: 0.01}
      b2: 0
    network:
      - affine: {units: 50, W: W1, b: b1}
      - relu
      - affine: {units: 10, W: W2, b: b2}
      - softmax_with_loss: {t: t, as: loss}
END

# Three images as doubles, and their labels: what the C programs read.
rows_for_c() {
  "$python" -c 'import gzip, struct, sys
images = gzip.open(sys.argv[1] + "/train-images.idx3-ubyte.gz").read()[16:]
labels = gzip.open(sys.argv[1] + "/train-labels.idx1-ubyte.gz").read()[8:]
open(sys.argv[2], "wb").write(struct.pack("=2352d3i", *(b / 255 for b in images[:2352]), *labels[:3]))' \
    "$mnist" "$work/rows"
}

part_check() {
  rows_for_c
  for program in naive limit ladder; do
    compile "$program"
  done
  own naive "$work/naive" "$work/rows"
  measure 1 "$work/limit" "$work/rows"
  [ "$status" = 0 ] || echo "  limit: no figure, exit status $status"
  awk '$4 == 1 && $2 == "skip" { print "limit-" $1 "-" $3, $5 }' "$work/out" >"$work/limits"
  while read -r name value; do note "$name" "$value"; done <"$work/limits"
  measure 1 "$work/ladder" "$work/rows"
  [ "$status" != 0 ] || note limit-ladder "$(sed -n 's/ladder skip: cpu \([0-9.]*\) s.*/\1/p' "$work/out")"
  if has_mnist; then
    own documents-check "$python" "$here/documents_gradient_check.py"
    if "$python" -c 'import torch' 2>/dev/null; then
      own torch-slow "$python" "$here/torch_gradient_check.py" slow
      own torch-fast "$python" "$here/torch_gradient_check.py" fast
    fi
  fi
  alone fixed-alone "$work/two.yaml" --step 1e-4
  alone auto-alone "$work/two.yaml"
}

part_whole() {
  whole one-whole "$gradcheck" run "$work/two.yaml"
  whole one-whole-fixed "$gradcheck" run "$work/two.yaml" --step 1e-4
  note one-whole-mb "$megabytes"
  whole filter-whole "$gradcheck" run --filter two-layer-net
  ! has_mnist || whole documents-check-whole "$python" "$here/documents_gradient_check.py"
}

part_suite() {
  whole suite "$gradcheck" run
  note suite-mb "$megabytes"
}

part_plugins() {
  for rows in 16 64 256 1024 4096 15625; do
    alone "gelu@$((rows * 64))" "$(plugin gelu "$rows" 64)" --full
  done
  forwards=
  alone rowwise "$(plugin row_norm 4096 256)" --full
  [ -z "$forwards" ] || note rowwise-forwards "$forwards"
}

part_scale() {
  for hidden in 50 100 200 400 1000; do
    network "hidden-$hidden" 784 "$hidden"
    alone "hidden@$hidden" "$work/hidden-$hidden.yaml"
  done
  for inputs in 784 1568 4096; do
    network "inputs-$inputs" "$inputs" 50
    alone "inputs@$inputs" "$work/inputs-$inputs.yaml"
  done
}

part_deep() {
  network deep 784 1000 200
  whole deep "$gradcheck" run "$work/deep.yaml"
  note deep-mb "$megabytes"
  [ -z "${BEFORE:-}" ] || whole deep-before "$BEFORE" run "$work/deep.yaml"
}

part_threads() {
  network deep 784 1000 200
  for jobs in 1 2; do
    measure "$rounds" "$gradcheck" run "$work/deep.yaml" --no-probes --quiet --jobs "$jobs"
    [ "$status" = late ] || note "jobs$jobs-wall" "$wall"
  done
}

part_big() {
  network big 4096 2048 600
  whole big "$gradcheck" run "$work/big.yaml"
  [ "$status" = late ] || note big-mb "$megabytes"
}

part_train() {
  has_mnist || return 0
  whole train "$gradcheck" train two-layer-net
  note train-mb "$megabytes"
  whole train-f32 "$gradcheck" train two-layer-net --dtype f32
  whole train-loading "$gradcheck" train two-layer-net --iterations 1
  whole documents-train "$python" "$here/documents_train.py" 10000
  note documents-train-mb "$megabytes"
  whole documents-train-as-it-is env -u OPENBLAS_NUM_THREADS "$python" "$here/documents_train.py" 10000
}

for part in $parts; do
  case $part in
  check | whole | suite | plugins | scale | deep | threads | big | train)
    echo "$part"
    "part_$part"
    ;;
  *)
    echo "speed.sh: there is no part $part; there are check, whole, suite, plugins, scale, deep, threads, big, train" >&2
    exit 2
    ;;
  esac
done
awk -f "$here/speed.awk" "$figures"
[ -z "${KEEP:-}" ] || cp "$figures" "$KEEP"
