# What is asked for and cannot be written makes an error of the run, in all that is written: no gate that reads one of the
# reports later sees green where the command ended with 3.
. "$(dirname -- "$0")/lib.sh"
cc=${4:-cc}
cd "$work" || exit 1

# asks_all: --FORMAT FILE of all formats but those that are named.
asks_all() {
  for format in json junit html markdown sarif text; do
    case " $* " in *" $format "*) ;; *) printf -- '--%s r.%s ' "$format" "$format" ;; esac
  done
}
# red FORMAT: its file says that the run was none. green FORMAT: it says that all passed.
red() {
  count=$((count + 1))
  case $1 in
    json) grep -q '"exit_code": 3,' r.json && grep -q '"complete": false,' r.json && grep -q '"unwritten": "' r.json ;;
    junit) grep -q '<testsuites .*errors="1"' r.junit && grep -q 'type="unwritten"' r.junit ;;
    html) grep -q 'exit code 3' r.html ;;
    markdown) grep -q '^## gradcheck: ERROR' r.markdown ;;
    sarif) grep -q '"exitCode": 3' r.sarif && grep -q '"executionSuccessful": false' r.sarif ;;
    text) tail -n 1 r.text | grep -q '^ERROR .* not all is written' ;;
  esac || fail "r.$1 is not red"
  [ "$1" != json ] || run 3 report r.json --text read
}
green() {
  count=$((count + 1))
  case $1 in
    json) grep -q '"exit_code": 0,' r.json && grep -q '"complete": true,' r.json && grep -q '"unwritten": null' r.json ;;
    junit) grep -q '<testsuites .*errors="0"' r.junit ;;
    html) grep -q 'exit code 0' r.html ;;
    markdown) grep -q '^## gradcheck: PASS' r.markdown ;;
    sarif) grep -q '"exitCode": 0' r.sarif && grep -q '"executionSuccessful": true' r.sarif ;;
    text) tail -n 1 r.text | grep -q '^PASS ' ;;
  esac || fail "r.$1 is not green"
  [ "$1" != json ] || run 0 report r.json --text read
}
all() { # red|green LEFT OUT...
  how=$1
  shift
  for of in json junit html markdown sarif text; do
    case " $* " in *" $of "*) ;; *) $how "$of" ;; esac
  done
  rm -rf r.*
}
# shellcheck disable=SC2046 # words are meant to split
{
  run 0 run --filter apple $(asks_all)
  all green
  [ -w /dev/full ] || { passed; exit; }

  # Any of them, the events, the folder of HTML, the baseline.
  for format in json junit html markdown sarif text; do
    run 3 run --filter apple $(asks_all "$format") "--$format" /dev/full
    all red "$format"
  done
  run 3 run --filter apple $(asks_all) --events /dev/full
  all red
  run 3 run --filter apple $(asks_all) --save-baseline /dev/full
  all red

  # Standard output: text, JSON, annotations; each is written after the files.
  for what in "text" "json text"; do
    status=0
    stdout=
    [ "$what" = text ] || stdout='--json -'
    "$gradcheck" run --filter apple $(asks_all $what) $stdout >/dev/full 2>err || status=$?
    [ "$status" -eq 3 ] || fail "a full standard output exits $status"
    all red $what
  done
  status=0
  GITHUB_ACTIONS=true "$gradcheck" run --filter apple $(asks_all) >/dev/full 2>err || status=$?
  [ "$status" -eq 0 ] || fail "nothing was to be written on standard output, and it exits $status"
  all green

  # A folder that is removed while cases are checked.
  "$cc" -O1 -shared -fPIC "-I$source_dir/src/include" "$source_dir/checks/cli/origin_layers.c" -o mine.so -DFACTOR=2.0f ||
    fail "origin_layers.c does not compile"
  mkdir gone
  run 0 run mine.so $(asks_all html) --html gone/r.html
  all green html
  rm gone/r.html
  ORIGIN_GONE=gone
  export ORIGIN_GONE
  run 3 run mine.so $(asks_all html) --html gone/r.html
  says err "gone/r.html: cannot be written: No such file or directory"
  all red html
  mkdir gone
  run 3 run mine.so $(asks_all) --html-dir gone/html
  says err "gone/html: cannot make the folder"
  count=$((count + 1))
  [ "$(grep -c 'gone/html' err)" -eq 1 ] || fail "what is lost is told twice"
  all red
  # Where it is JSON there is none.
  mkdir gone
  run 3 run mine.so $(asks_all json) --json gone/r.json
  all red json
  unset ORIGIN_GONE

  # What renders and merges results is no better.
  run 0 run --filter 'a*' --json whole.json --text text
  run 3 report whole.json $(asks_all html) --html /dev/full
  all red html
  for i in 1 2; do run 0 run --filter 'a*' --shard $i/2 --json $i.json --text text; done
  run 3 merge 1.json 2.json $(asks_all junit) --junit /dev/full
  all red junit
  # And a shard that could not write all is no part of a pass.
  run 3 run --filter 'a*' --shard 2/2 --json 2.json --text text --html /dev/full
  run 3 merge 1.json 2.json $(asks_all)
  all red
  run 2 run --filter 'a*' --baseline 2.json

  # A run that fails has failed: what could not be written is told first.
  run 1 run "$plugins/plugins/wrong_layers.so" $(asks_all)
  run 3 run "$plugins/plugins/wrong_layers.so" $(asks_all text) --text /dev/full
  grep -q '"exit_code": 3,' r.json || fail "r.json does not have the exit status"
}
passed
