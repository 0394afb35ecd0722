# Failing closed: nothing is green by accident, and no file is lost or half written.
. "$(dirname -- "$0")/lib.sh"
json() { sed -n "s/^ *\"$2\": \(.*[^,]\),\{0,1\}\$/\1/p" "$1" | head -n 1; }

# -- report, merge and diff end as the run did.
run 0 run --filter apple --json "$work/pass.json" --text "$work/text"
run 1 run --filter 'sign' "$plugins/cli/wrong.yaml" --json "$work/fail.json" --text "$work/text"
run 0 report "$work/pass.json"
run 1 report "$work/fail.json"
run 1 report "$work/fail.json" --junit "$work/j.xml" --text "$work/text"
run 0 merge "$work/pass.json"
run 1 merge "$work/fail.json"
# As if it had been interrupted: in every report that is made of it.
cut() {
  sed -e 's/"complete": true/"complete": false/' -e 's/"exit_code": [0-9]*/"exit_code": 3/' "$1" >"$2"
}
cut "$work/pass.json" "$work/cut.json"
run 3 report "$work/cut.json" --junit "$work/cut.xml" --markdown "$work/cut.md" --html "$work/cut.html"
says cut.xml '<error type="interrupted"'
says out "interrupted"
run 3 merge "$work/cut.json" --text - --markdown "$work/cut.md" --junit "$work/cut.xml"
says out "ERROR"
says cut.md "## gradcheck: ERROR"
says cut.xml '<error type="interrupted"'
run 3 diff "$work/pass.json" "$work/cut.json"
says err "was interrupted"
run 0 diff "$work/pass.json" "$work/pass.json"
# What contradicts itself is no result.
sed 's/"exit_code": 1/"exit_code": 0/' "$work/fail.json" >"$work/bent.json"
run 2 report "$work/bent.json"
says err "an exit code beside 0"
sed 's/"fail": 1,/"fail": 0,/' "$work/fail.json" >"$work/bent.json"
run 2 merge "$work/bent.json"
says err "as its cases have"

# -- Shards of two states of a suite, as many in each: one case would have two results, and one none.
cat >"$work/now.yaml" <<'YAML'
cases:
  - {name: a, layer: sigmoid}
  - {name: b, layer: relu}
  - {name: c, layer: mul}
  - {name: d, layer: add}
YAML
mkdir "$work/then"
sed -e 's/name: a/name: A/' -e 's/name: b/name: a/' -e 's/name: A/name: b/' "$work/now.yaml" >"$work/then/now.yaml"
(cd "$work" && run 0 run now.yaml --shard 1/2 --json 1.json --text text && run 0 run now.yaml --shard 2/2 --json 2.json --text text) || exit 1
(cd "$work/then" && run 0 run now.yaml --shard 2/2 --json ../then2.json --text ../text) || exit 1
run 0 merge "$work/1.json" "$work/2.json"
says out "4 cases: 4 pass"
run 2 merge "$work/1.json" "$work/then2.json"
says err "then2.json: was made with another now.yaml"
sed -i "s/{\"name\": \"now.yaml\".*}/$(grep -o '{"name": "now.yaml".*}' "$work/1.json")/" "$work/then2.json" # whoever edits it
run 2 merge "$work/1.json" "$work/then2.json"
says err 'case "a" has a result in shard 1'
echo "  - {name: e, layer: power}" >>"$work/then/now.yaml"
(cd "$work/then" && run 0 run now.yaml --shard 2/2 --json ../then2.json --text ../text) || exit 1
run 2 merge "$work/1.json" "$work/then2.json"
says err "number of cases of the run"
run 0 run "$work/now.yaml" --shard 2/2 --seed 1 --json "$work/other.json" --text "$work/text"
run 2 merge "$work/1.json" "$work/other.json"

# -- Baselines: of runs that came to their end and passed.
run 0 run --filter apple --save-baseline "$work/base.json" --text "$work/text"
cp "$work/base.json" "$work/kept.json"
run 1 run --filter sign "$plugins/cli/wrong.yaml" --save-baseline "$work/base.json" --text "$work/text"
says err "not saved: the run did not pass (exit status 1)"
same "$work/base.json" "$work/kept.json"
run 1 run --filter sign "$plugins/cli/wrong.yaml" --save-baseline "$work/none.json" --text "$work/text"
count=$((count + 1))
[ ! -e "$work/none.json" ] || fail "a baseline was saved of a run that failed"
run 1 run --filter sign "$plugins/cli/wrong.yaml" --save-baseline "$work/forced.json" --force --text "$work/text"
run 1 report "$work/forced.json"
# It is none that got worse, and it is still wrong.
run 1 run --filter sign "$plugins/cli/wrong.yaml" --baseline "$work/forced.json" --text "$work/text"
run 0 run --filter apple --save-baseline "$work/base.json" --force --text "$work/text"
run 4 run --filter 'no such case' --save-baseline "$work/empty.json" --text "$work/text"
[ ! -e "$work/empty.json" ] || fail "a baseline was saved of a run that checked nothing"
run 2 run --filter apple --force
says err "--force goes with --save-baseline"
run 2 run --filter apple --baseline "$work/cut.json" --json "$work/no.json"
says err "cut.json: is of a run that was interrupted after 1 case"
[ ! -e "$work/no.json" ] || fail "it ran with a baseline that is none"
run 2 report "$work/pass.json" --baseline "$work/cut.json"
run 2 diff "$work/cut.json" "$work/pass.json"
run 0 run --filter apple --baseline "$work/base.json" --text "$work/text"

# -- A path that is an output is no input and no other output, however it is spelt. Nothing is written then.
apart() {
  before=$(cd "$work/paths" && find . -type f -exec cksum {} + | sort)
  (cd "$work/paths" && run 2 "$@" && says err "would be written over") || exit 1
  count=$((count + 3))
  [ "$before" = "$(cd "$work/paths" && find . -type f -exec cksum {} + | sort)" ] || fail "gradcheck $*: something was written"
}
mkdir "$work/paths" "$work/paths/sub" "$work/paths/sub/b"
cp "$work/now.yaml" "$work/paths/suite.yaml"
cp "$work/base.json" "$work/pass.json" "$work/paths/"
ln -s ../pass.json "$work/paths/sub/link.json"
ln -s new.json "$work/paths/sub/dangling.json"
ln "$work/paths/pass.json" "$work/paths/hard.json"
apart run suite.yaml --json a --junit a
apart run suite.yaml --json a --junit ./a
apart run suite.yaml --json a --junit sub/../a
apart run suite.yaml --json a --junit "$work/paths/a"
apart run suite.yaml --json a --save-baseline a
apart run suite.yaml --events a --text a
apart run suite.yaml --json pass.json --html sub/link.json
apart run suite.yaml --json pass.json --html hard.json
apart run suite.yaml --json sub/new.json --html sub/dangling.json
apart run suite.yaml --json sub/dangling.json --html sub/dangling.json
apart run suite.yaml --text suite.yaml
apart run suite.yaml --baseline base.json --save-baseline pass.json --json hard.json
apart run suite.yaml --baseline pass.json --json hard.json
apart run --text "$source_dir/fixtures/suites/textbook.yaml"
apart run suite.yaml --html page/index.html --html-dir page
apart run suite.yaml --html-dir page --html-dir page --json page/gradcheck.css
apart run suite.yaml --dump sub --json sub/a
apart run suite.yaml --dump sub --json sub/b/x.step.npy
apart report pass.json --json pass.json
apart report pass.json --text ./hard.json
apart report pass.json --baseline base.json --markdown base.json
apart merge pass.json --json sub/link.json
apart graph a suite.yaml --svg suite.yaml
apart graph a suite.yaml --svg g --dot g
apart train digits-he-init --csv t --weights t
# What a suite reads is read.
printf '1,2\n3,4\n' >"$work/paths/data.csv"
printf 'cases:\n  - {name: a, layer: affine, sizes: {units: 3}, values: {x: {csv: data.csv}}}\n' >"$work/paths/data.yaml"
apart run data.yaml --text data.csv
apart run data.yaml --dump . --json sub/../data.csv
apart run data.yaml suite.yaml --markdown "$work/paths/data.csv"
(cd "$work/paths" && run 0 run data.yaml --text data.txt) || exit 1
GITHUB_ACTIONS=true
GITHUB_STEP_SUMMARY=$work/paths/summary
export GITHUB_ACTIONS GITHUB_STEP_SUMMARY
apart run suite.yaml --markdown summary
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY
# Cases whose folders would be one, and tensors whose files would be.
cat >"$work/paths/folders.yaml" <<'YAML'
cases:
  - {name: a/b, layer: sigmoid}
  - {name: a_b, layer: relu}
YAML
apart run folders.yaml --dump sub
(cd "$work/paths" && run 0 run folders.yaml --filter 'a/b' --dump sub --text ../text) || exit 1
[ -s "$work/paths/sub/a_b/x.numeric.npy" ] || fail "the one case was not dumped"
# Standard output, when it is a file.
count=$((count + 2))
status=0
(cd "$work/paths" && "$gradcheck" run suite.yaml --json log >log 2>"$work/err") || status=$?
[ "$status" -eq 2 ] || fail "a report over standard output exits $status"
(cd "$work/paths" && "$gradcheck" run suite.yaml --json - --text ../text >log 2>"$work/err") || fail "- is standard output"
# Pipes, devices and - take what several write; two paths are two, and two inputs may be one.
run 0 run --filter apple --json /dev/null --junit /dev/null --text -
for two in "--json - --text -" "--json - --junit -" "--text - --sarif -" "--events - --json -"; do
  # shellcheck disable=SC2086 # two options
  run 2 run --filter apple $two
  says err "would both be on standard output; name a file for one"
  [ ! -s "$work/out" ] || fail "$two: something was printed"
done
(cd "$work/paths" && run 0 run suite.yaml --json a --junit b --html sub/a --dump sub/d --html-dir page --text ../text) || exit 1
run 0 diff "$work/pass.json" "$work/pass.json"
mkfifo "$work/pipe"
cat "$work/pipe" >"$work/piped" &
reader=$!
exec 9>"$work/pipe"
run 0 run --filter apple --json "$work/pipe" --junit "$work/pipe" --text "$work/text"
exec 9>&-
wait "$reader"
says piped '"format": "gradcheck-result"'
says piped '<testsuites'

# -- A full disk: 3, with path and reason; no report of an earlier run is left, and a baseline stays whole.
old=$work/old
mkdir "$old"
run 0 run --filter apple --json "$old/json" --junit "$old/junit" --html "$old/html" --markdown "$old/markdown" --text "$old/text"
limited() { # with files of at most so many blocks of 512 bytes
  blocks=$1
  expected=$2
  shift 2
  status=0
  (ulimit -f "$blocks" && exec "$gradcheck" "$@") >"$work/out" 2>"$work/err" </dev/null || status=$?
  count=$((count + 1))
  [ "$status" -eq "$expected" ] || fail "gradcheck $* with files of $blocks blocks: exit status $status instead of $expected"
}
run 0 run --filter apple --save-baseline "$old/baseline" --text "$work/text"
cp -r "$old" "$work/copy"
for format in json junit html markdown; do
  limited 1 3 run --filter 'a*' --$format "$old/$format" --text /dev/null
  says err "$old/$format: cannot be written: File too large"
  [ ! -e "$old/$format" ] || fail "$format of an earlier run is left"
done
limited 1 3 run --filter 'a*' --save-baseline "$old/baseline" --text /dev/null
says err "$old/baseline: cannot be written: File too large"
same "$old/baseline" "$work/copy/baseline"
limited 1 3 run --filter 'a*' --text "$old/text"
says err "$old/text: cannot be written: File too large"
[ ! -e "$old/text" ] || fail "a text of an earlier run is left"
limited 1 3 run --filter 'a*' --events "$work/events" --text /dev/null
says err "--events $work/events"
limited 1 3 run --filter digits --dump "$work/dumped" --text /dev/null
limited 1 3 train digits-he-init --iterations 2 --weights "$work/weights.npz"
says err "weights.npz: cannot be written: File too large"
limited 1000 0 run --filter apple --json "$old/json" --text /dev/null
run 3 run --filter sigmoid --dump "$work/none/dump" --text -
says err "$work/none/dump: cannot be written: No such file or directory"
run 3 run --filter sigmoid --dump "$work/now.yaml" --text -
says err "now.yaml: cannot be written: Not a directory"
mkdir "$work/taken"
: >"$work/taken/sigmoid" # the folder of a case, which is met when its arrays are there
run 3 run --filter sigmoid --dump "$work/taken" --text -
says out "taken/sigmoid: cannot be made: File exists"
count=$((count + 1))
[ -z "$(find "$work" -name '*tmp-*')" ] || fail "a temporary file is left: $(find "$work" -name '*tmp-*')"
if [ -w /dev/full ]; then
  run 3 run --filter apple --events /dev/full
  says err "--events /dev/full: events: cannot be written: No space left on device"
  says out "1 case: 1 pass" # the reports are there all the same, and say that something is not
  says out "not all is written"
  run 3 run --filter apple --save-baseline /dev/full
  run 3 train digits-he-init --iterations 2 --weights /dev/full
  run 3 train digits-he-init --iterations 2 --csv /dev/full
  run 3 graph apple --svg /dev/full
  for what in list "report $work/pass.json" "diff $work/pass.json $work/pass.json" "explain guard-zone" "graph apple" --help --man; do
    count=$((count + 1))
    status=0
    # shellcheck disable=SC2086
    "$gradcheck" $what >/dev/full 2>"$work/err" || status=$?
    [ "$status" -eq 3 ] || fail "gradcheck $what on a full standard output exits $status"
  done
  run 3 run --filter apple --json "$work" # a folder
  says err "Is a directory"
fi
# Many patterns are all patterns.
set --
for i in $(seq 60); do set -- "$@" --filter "nothing$i"; done
run 0 run "$@" --filter sigmoid --json "$work/many.json" --text -
says out "PASS  1 case"
says many.json "nothing60 sigmoid"
passed
