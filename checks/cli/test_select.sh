# Which cases are run, listed and repeated: filters, the list for programs, seeds, expectations, what failed last.
. "$(dirname -- "$0")/lib.sh"

# names: the cases that `list` shows, one a line.
names() {
  run 0 list "$@"
  sed -n 's/^\([^ ].*\)  (.*/\1/p' "$work/out" >"$work/names"
}

# are NAME...: these are all of them, in this order.
are() {
  printf '%s\n' "$@" >"$work/wanted"
  same "$work/wanted" "$work/names"
}

# --- list --json
names --filter 'relu-p*' --filter affine
are relu-product affine
run 0 list --filter 'relu-p*' --filter affine --json "$work/list.json"
says out "relu-product  (relu, f64)"
says list.json '"title": "textbook.yaml"'
says list.json '"name": "relu-product"'
says list.json '"sizes": "N=3 inputs=4 units=5"'
says list.json '{"name": "W", "role": "parameter", "dtype": "f64", "shape": [4, 5]}'
run 0 list --filter affine --json -
lacks out "(affine, f64)"
says out '"format": "gradcheck-list"'
run 4 list --filter 'no-such-*' --json "$work/none.json"
says none.json '"cases": []'
run 3 list --json "$work"
says err "cannot be written"
run 2 list --json "$source_dir/fixtures/suites/textbook.yaml" "$source_dir/fixtures/suites/textbook.yaml"
says err "would be written over"

# --- --filter: what begins with - leaves out, in any order
names --filter 'relu*' --filter '-*at-0*'
are relu relu-mask relu-product relu-in-place
names --filter '-*at-0*' --filter '-relu-[mp]*' --filter 'relu*'
are relu relu-in-place
run 0 list
before=$(grep -c '^[^ ]' "$work/out")
run 0 list --filter '-relu'
after=$(grep -c '^[^ ]' "$work/out")
[ "$after" -eq $((before - 1)) ] || fail "--filter -relu leaves $after of $before cases"
lacks out "relu  (relu, f64)"
run 4 list --filter relu --filter -relu
lacks err "is called so"
run 0 list --filter relu --filter afine # one that takes none, beside one that takes some
says err "--filter 'afine': none of the"
says err "did you mean 'affine'?"
lacks err "--filter 'relu'"
run 0 run --filter '-[b-z]*' --filter -affine --json "$work/filtered.json" --junit "$work/filtered.xml"
says filtered.json '"filter": "-[b-z]* -affine"'
lacks filtered.xml 'testsuite name="affine"'
says filtered.xml 'testsuite name="affine-nodes"'

# --- --fail-fast: up to the first failure in the order of the cases, however many run at a time
cat >"$work/mixed.yaml" <<EOF
plugins: [$plugins/plugins/wrong_layers.so]
cases:
  - {name: good, layer: affine, sizes: {N: 3, inputs: 4, units: 5}}
  - {name: bad, layer: sign, sizes: {N: 7}}
  - {name: later, layer: affine, sizes: {N: 3, inputs: 4, units: 5}}
  - {name: worse, layer: transposed, sizes: {N: 3, K: 4}}
EOF
cases_of() { perl -0777 -ne 's/.*?"cases": \[\n//s; s/"baseline": .*//s; s/ seed \d+//g; print' "$1"; }
run 1 run "$work/mixed.yaml" --jobs 1 --fail-fast --json "$work/one.json" --junit "$work/one.xml"
says out "The run ended at its first failure (--fail-fast) when 2 of 4 cases had finished"
says out "ended early"
says one.json '"complete": false'
says one.json '"stopped_by": "--fail-fast"'
says one.xml '<skipped message="The run ended at its first failure'
lacks one.json '"name": "later"'
run 1 run "$work/mixed.yaml" --jobs 4 --fail-fast --json "$work/four.json" --text "$work/text"
cases_of "$work/one.json" >"$work/one.cases"
cases_of "$work/four.json" >"$work/four.cases"
same "$work/one.cases" "$work/four.cases"
run 1 run "$work/mixed.yaml" --no-isolation --fail-fast --json "$work/here.json" --text "$work/text"
says here.json '"total": 2'
run 1 report "$work/one.json"
run 2 diff "$work/one.json" "$work/four.json"
says err "ended at its first failure (--fail-fast) after 2 cases"
run 1 run "$work/mixed.yaml" --fail-fast --save-baseline "$work/never.json" --force --text "$work/text"
says err "not saved: the run ended at its first failure"
[ ! -e "$work/never.json" ] || fail "a run that ended early was saved as a baseline"
run 0 run "$work/mixed.yaml" --fail-fast --filter good --filter later --json "$work/whole.json" --text "$work/text"
says whole.json '"complete": true'
says whole.json '"stopped_by": null'
run 1 run "$work/mixed.yaml" --fail-fast --filter good --filter worse --json "$work/whole.json" --text "$work/text"
says whole.json '"complete": true' # nothing came after the one that failed
run 1 run "$work/mixed.yaml" --json "$work/all.json" --text "$work/text"
says all.json '"name": "worse"'
run 3 diff "$work/all.json" "$work/one.json"
says err "one.json: is of a run that ended at its first failure (--fail-fast) after 2 cases; the others are not compared"

# --- --last-failed: what did not pass, until all does; a run may go on from its own file
run 1 run "$work/mixed.yaml" --last-failed "$work/all.json" --json "$work/again.json"
says again.json '"filter": "last-failed"'
says again.json '"name": "bad"'
says again.json '"name": "worse"'
lacks again.json '"name": "good"'
run 0 list "$work/mixed.yaml" --last-failed "$work/all.json"
lacks out "good  ("
says out "worse  ("
run 1 run "$work/mixed.yaml" --last-failed "$work/loop.json" --json "$work/loop.json" --text "$work/text"
says err "there is no such result yet; all cases are run"
says loop.json '"total": 4'
run 1 run "$work/mixed.yaml" --last-failed "$work/loop.json" --json "$work/loop.json" --text "$work/text"
says loop.json '"total": 2'
run 4 run "$work/mixed.yaml" --last-failed "$work/whole.json" --filter good
says err "1 of the 1 cases that did not pass there are not among those selected"
run 0 run "$work/mixed.yaml" --filter good --json "$work/green.json" --text "$work/text"
run 4 run "$work/mixed.yaml" --last-failed "$work/green.json"
says err "all of its cases passed, so there is none to run again"
run 1 run "$work/mixed.yaml" --last-failed "$work/one.json" --text "$work/text"
says err "its run ended at its first failure (--fail-fast); what it did not come to is run as well"
run 1 run "$work/mixed.yaml" --last-failed "$work/one.json" --json "$work/rest.json" --text "$work/text"
lacks rest.json '"name": "good"'  # it passed there
says rest.json '"name": "bad"'    # failed there
says rest.json '"name": "worse"'  # and this it did not come to
run 2 run "$work/mixed.yaml" --last-failed "$work/missing.json"
says err "missing.json"
run 2 run "$work/mixed.yaml" --last-failed "$work/green.json" --junit "$work/green.json"
says err "would be written over"
run 2 list "$work/mixed.yaml" --last-failed "$work/green.json" --json "$work/green.json"
says err "would be written over"
run 0 run "$work/mixed.yaml" --baseline "$work/green.json" --filter good --text "$work/text" # a part of it is no loss

# --- --seeds: each is what --seed alone gives, one verdict is the worst
run 1 run "$work/mixed.yaml" --filter '-worse' --seeds 3 --seed 5 --json "$work/seeds.json"
says seeds.json '"name": "good"'
says seeds.json '"name": "good seed 6"'
says seeds.json '"name": "bad seed 7"'
says seeds.json '"cases": 9'
lacks seeds.json 'seed 8'
says out "gradcheck explain 'bad seed "
says out "--seeds 3"
run 0 run "$work/mixed.yaml" --filter 'good seed 7' --seeds 3 --seed 5 --json "$work/third.json" --text "$work/text"
run 0 run "$work/mixed.yaml" --filter good --seed 7 --json "$work/seven.json" --text "$work/text"
run 0 run "$work/mixed.yaml" --filter good --seed 5 --json "$work/five.json" --text "$work/text"
for one in third seven five; do cases_of "$work/$one.json" >"$work/$one.cases"; done
same "$work/third.cases" "$work/seven.cases"
cmp -s "$work/five.cases" "$work/seven.cases" && fail "two seeds give one result"
run 1 explain 'bad seed 6:x[0]' "$work/mixed.yaml" --seeds 3 --seed 5
run 2 explain 'bad seed 9:x[0]' "$work/mixed.yaml" --seeds 3 --seed 5
says err "no case 'bad seed 9'"
for i in 1 2; do
  run 1 run "$work/mixed.yaml" --seeds 3 --shard $i/2 --json "$work/part$i.json" --text "$work/text"
done
run 1 run "$work/mixed.yaml" --seeds 3 --json "$work/parts.json" --text "$work/text"
run 1 merge "$work/part1.json" "$work/part2.json" --json "$work/merged.json" --text "$work/text"
for one in parts merged; do cases_of "$work/$one.json" >"$work/$one.cases"; done
same "$work/parts.cases" "$work/merged.cases"
run 1 run "$work/mixed.yaml" --seeds 2 --filter bad --events - --text "$work/text"
says out '"case": "bad seed 1"'
says err 'bad seed 1: fail ('
run 2 run "$work/mixed.yaml" --seeds 2 --dump "$work/dump"
says err "--dump has one folder a case"
run 0 run "$work/mixed.yaml" --seeds 1 --filter good --dump "$work/dump" --text "$work/text"
run 2 run --seeds 0
run 2 run --seeds 4097
run 2 list --seeds 2
says err "does not belong to"
cat >"$work/pinned.yaml" <<EOF
cases:
  - {name: pinned, layer: affine, sizes: {N: 3, inputs: 4, units: 5}, seed: 3}
EOF
run 0 run "$work/pinned.yaml" --seeds 4 --json "$work/pinned.json" --text "$work/text"
says pinned.json '"total": 1'

# --- --xfail: as expected_failure of suites; a pass is a failure, and a pattern that matches nothing a mistake
run 0 run "$work/mixed.yaml" --xfail 'bad=issue 12' --xfail 'w*=issue 13: axes' --json "$work/xfail.json" --text "$work/text"
says xfail.json '"expected_failure": "issue 13: axes"'
says xfail.json '"expected_failures": 2'
run 0 list "$work/mixed.yaml" --xfail 'bad=issue 12'
says out "bad  (sign, f64, expected to fail)"
run 1 run "$work/mixed.yaml" --xfail '[gb]*=issue 12' --xfail 'w*=x' --filter '-worse'
says out "unexpected-pass"
says out "--xfail '[gb]*=issue 12'"
run 2 run "$work/mixed.yaml" --xfail 'bed=issue 12'
says err "--xfail 'bed=issue 12': no case of mixed.yaml is called so"
run 2 run "$work/mixed.yaml" --xfail bad
says err "a pattern and a reason"
run 2 run "$work/mixed.yaml" --xfail '=why'
run 2 run "$work/mixed.yaml" --xfail 'bad='

# The data of a case that is not selected are not read; what its text says wrong is told all the same.
cat >"$work/absent.yaml" <<EOF
cases:
  - {name: here, layer: relu, values: {x: [1, -2]}}
  - {name: absent, layer: relu, values: {x: {csv: nowhere.csv}}}
EOF
for some in "run absent.yaml --filter here" "run absent.yaml --filter -abs*" "list absent.yaml --filter here" \
  "explain here:x[0] absent.yaml" "graph here absent.yaml --dot here.dot"; do
  (cd "$work" && run 0 $some) || exit 1
done
for all in "run absent.yaml" "list absent.yaml" "run absent.yaml --filter [a]bsent" "explain absent absent.yaml" \
  "run absent.yaml --filter here --seeds 2" "run absent.yaml --filter here --compare relu"; do
  (cd "$work" && run 2 $all) || exit 1
  says err "nowhere.csv: cannot be opened"
done
sed 's/nowhere.csv/nowhere.csv, scal: 2/' "$work/absent.yaml" >"$work/slip.yaml"
run 2 run "$work/slip.yaml" --filter here
says err 'unknown key of a value "scal"'

# The command that runs a case again takes it alone, whatever a pattern makes of its name.
cat >"$work/odd.yaml" <<EOF
cases:
  - {name: "-a[1]*", layer: affine, sizes: {N: 3, inputs: 4, units: 5}}
  - {name: "-a1", layer: affine, sizes: {N: 3, inputs: 4, units: 5}}
  - {name: a, layer: affine, sizes: {N: 3, inputs: 4, units: 5}}
EOF
run 1 run "$work/odd.yaml" --xfail '?a\[*=why' --json "$work/odd.json"
rerun=$(sed -n "s/^ *rerun *gradcheck //p" "$work/out")
eval "run 1 $rerun"
says out "1 case"
says out "unexpected-pass"
passed
