# Usage: help, man page, unknown commands and options, senseless values.
. "$(dirname -- "$0")/lib.sh"

run 0 --help
says out "usage: gradcheck COMMAND"
says out "Exit status"
run 0 --version
says out "gradcheck 0.1.0"
run 0 --man
says out ".TH GRADCHECK 1"
run 0 run --man
says out '\-\-threshold'
for command in run list explain graph train evaluate report diff accept merge new init mutate; do
  run 0 $command --help
  says out "usage: gradcheck $command"
done
# Examples first, and each is a command as it is typed: its options are there. No line is over 100 columns, and what a
# command takes is in groups.
for command in "" run list explain graph train evaluate report diff accept merge mutate; do
  # shellcheck disable=SC2086 # none is an argument too
  run 0 $command --help
  cp "$work/out" "$work/help"
  count=$((count + 1))
  ! grep -q '.\{101\}' "$work/help" || fail "$command --help has a line of more than 100 columns"
  first=$(grep -n '^[A-Z].*:$' "$work/help" | head -n 1)
  [ "${first#*:}" = Examples: ] || fail "$command --help does not begin with examples"
  grep '^  gradcheck ' "$work/help" | sed 's/   .*//; s/ -- .*//; s/^  gradcheck //' >"$work/examples"
  [ -s "$work/examples" ] || fail "$command --help has no examples"
  while read -r example; do
    eval "run 0 $example --help"
    says out "usage: gradcheck ${example%% *}"
  done <"$work/examples"
done
run 2 run mine.so --no-such-option --help
run 0 run --help
for group in "Which cases" "What is checked of them, and against what" "How the run goes" Reports "Gates and baselines" \
  "Display and help"; do
  says out "$group:"
done
lacks out "Training:"
lacks out "Graphs:"
run 0 graph --help
says out "Graphs:"
run 0 train --help
says out "Training:"
run 0 help
says out "usage: gradcheck COMMAND"
run 0 help train
says out "usage: gradcheck train"
run 0 help suite
says out "A suite is a YAML file"
says out "  differentiate: true or false "
run 0 help layers
says out "  conv2d: convolution of images"
says out "x input (N Ci H W)"
says out "sizes: Co, groups=1, K=kernel, padding=0, dilation=1, stride=1, kernel"
says out "smoothing: 0 "
run 2 help frobnicate
says err "no help on 'frobnicate'; the topics are suite, layers, run, list"
run 2
run 2 frobnicate
says err "'frobnicate' is no command"
run 2 run --frobnicate
says err "unknown option --frobnicate"
run 2 list --jobs 3
says err "does not belong to"
run 2 run --threshold -1
says err "--threshold -1: a positive number"
run 2 run --threshold f16=1e-3
says err "--threshold f16=1e-3: a positive number such as 1e-6, or one for a dtype such as f32=1e-4,f64=1e-9"
run 2 run --threshold f32=1e-4,f64=0
run 2 run --threshold f32=1e-4,
run 2 run --threshold f32=
run 2 run --threshold nan
run 2 run --threshold inf
run 2 run --threshold 0
run 2 run --threshold
says err "wants a value"
run 2 run --step 0
run 2 run --step -1e-4
run 2 run --step nan
run 2 run --step fast
# Steps that are none: the reason is the step, not the layer, and it takes no time.
cat >"$work/one.yaml" <<'YAML'
cases:
  - {name: a, layer: relu, values: {x: {shape: [3, 4], normal: 1}}}
YAML
for step in 1e-300 1e308; do
  run 5 run "$work/one.yaml" --step $step
  says out "the step is lost in rounding of x + h, or leads beyond the largest number"
  lacks out "domain"
done
for step in 8e307 1e150; do
  run 5 run "$work/one.yaml" --step $step
done
# As large a budget as there is: all elements.
for budget in 18446744073709551615 18446744073709551614 13; do
  run 0 run "$work/one.yaml" --budget $budget
  says out "12 of 12 elements"
done
run 2 run "$work/one.yaml" --twin "$work/none.so"
says err "--twin $work/none.so: cannot be opened: No such file or directory"
run 2 run "$work/one.yaml" --baseline "$work/none.json"
says err "a run with --save-baseline $work/none.json makes it"
printf '1,2\n3,-4\n' >"$work/data.csv"
for way in "layer: relu" "network: [relu]"; do
  printf 'cases:\n  - {name: a, %s, values: {x: {csv: data.csv}}}\n' "$way" >"$work/data.yaml"
  run 4 run "$work/data.yaml"
  says out "inputs that are data are differentiated where they say differentiate: true"
  sed 's/data.csv/data.csv, differentiate: true/' "$work/data.yaml" >"$work/checked.yaml"
  run 0 run "$work/checked.yaml"
done
run 2 run --seed 18446744073709551616
says err "a whole number below 2^64 is wanted"
# Places where nothing can be written are told before the run.
for place in "--html-dir $work/one.yaml" "--html-dir $work/no/page" "--dump $work/one.yaml" "--dump $work/no/arrays"; do
  # shellcheck disable=SC2086 # an option and its value
  run 3 run "$work/one.yaml" $place
  says err "cannot be written"
  lacks err "(1 of 1"
done
run 0 run "$work/one.yaml" --html-dir "$work/page/" --dump "$work/arrays/"
if [ "$(id -u)" -ne 0 ]; then
  mkdir "$work/closed"
  : >"$work/closed/result.json"
  chmod a-w "$work/closed"
  run 3 run "$work/one.yaml" --json "$work/closed/result.json"
  lacks err "(1 of 1"
  run 0 run "$work/one.yaml" --events "$work/closed/result.json" # which is written in place
  chmod u+w "$work/closed"
fi
run 2 run --seed -1
run 2 run --seed 99999999999999999999999
run 2 run --dtype f16
run 2 run --jobs many
run 2 run --shard 0/3
run 2 run --shard 4/3
run 2 run --shard 1
run 2 run --strict=yes
says err "takes no value"
run 2 explain
says err "usage: gradcheck explain"
run 2 diff one.json
run 2 run missing.yaml
says err "missing.yaml"
run 2 run missing.so
run 2 run textbook.txt
says err "a suite (.yaml) or a plug-in (.so)"
run 2 report missing.json
run 0 explain apple
says out "apple:"
says out "In short: backward says"
run 0 explain two-layer-net:W1 --svg "$work/steps.svg"
says out "two-layer-net:W1, element "
says out "How far each step is from the analytic gradient"
says steps.svg "<title"
run 0 explain apple:apple --svg -
says out "<svg xmlns="
lacks out "In short"
run 2 explain 'apple:apple['
says err "CASE:TENSOR[I,J]"
run 0 explain zero-gradient
says out "zero-gradient: the mistake behind a wrong gradient"
says out "The gradient is exactly zero where the derivative is not."
says out "exposed by"
says out "what to do"
run 0 explain codes
says out "guard-zone "
says out "unexpected-pass "
run 2 explain zero-gradeint
says err "'zero-gradeint' is no code"
says err "did you mean zero-gradient?"
says err "gradcheck explain codes"
run 0 explain error-bars
says out "error bars: A difference counted in units of its own error bound."
run 0 explain words
says out "waived: "
run 2 explain waved
says err "did you mean waived?"
run 2 explain appel
says err "textbook.yaml has no case 'appel'; did you mean 'apple'?"
run 2 explain no-such-thing-at-all
lacks err "did you mean"
run 2 explain 'apple:apple[3]'
run 2 explain 'apple:pear'
says err "no tensor 'pear'"
run 2 explain 'pear:x'
says err "no case 'pear'"
passed
