# Pipes that nobody reads. Messages are given up after a while, and the exit status is what it is; a report waits for its
# reader as any program's does, but not against SIGINT and SIGTERM.
. "$(dirname -- "$0")/lib.sh"
slow=$plugins/plugins/slow_layers.so
suite=$source_dir/fixtures/suites/textbook.yaml
cd "$work" || exit 1
mkfifo full
sleep 1000 <full &
holder=$!
sleep 1000 >full & # or each writer that ends would be the last
writer=$!
trap 'kill $holder $writer; rm -rf "$work"' EXIT
fill() {
  for size in 65536 4096 512 1; do dd if=/dev/zero of=full oflag=nonblock bs=$size count=5000 2>dd.err; done
  count=$((count + 1))
  grep -q 'unavailable' dd.err || fail "the pipe is not full: $(cat dd.err)"
}
fill

# nobody_reads STATUS ARGUMENT...: standard error is full.
nobody_reads() {
  expected=$1
  shift
  status=0
  timeout 100 "$gradcheck" "$@" >out 2>full </dev/null || status=$?
  count=$((count + 1))
  [ "$status" -eq "$expected" ] || fail "gradcheck $* with nobody who reads its messages: exit status $status instead of $expected"
}
nobody_reads 2
nobody_reads 2 nonsense
nobody_reads 2 help nonsense
nobody_reads 2 run --nonsense
nobody_reads 2 run nothing.so
nobody_reads 2 report nothing.json
nobody_reads 2 list nothing.yaml
nobody_reads 2 explain not-a-code
nobody_reads 0 run "$slow" --filter rests --json whole.json --timeout 60
says out "1 pass"
nobody_reads 3 run "$slow" --filter spins --timeout 1
says out "1 error"
nobody_reads 3 run "$slow" --filter rests --json nowhere/a.json
nobody_reads 3 run "$slow" --filter rests --save-baseline nowhere/a.json
nobody_reads 3 explain 'spins:x[0]' "$slow" --timeout 1
GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=nowhere/summary nobody_reads 0 run "$slow" --filter rests
count=$((count + 1))
for _ in 1 2 3 4 5 6 7 8; do echo "a:"; done >broken.yaml
nobody_reads 2 run broken.yaml
# And who reads gets all of it.
run 2 help nonsense
says err "the topics are suite, layers, run, list"

# A pipe whose reader is gone ends nothing either.
status=0
("$gradcheck" report nothing.json 2>&1 >out; echo $? >status) | true
count=$((count + 1))
[ "$(cat status)" -eq 2 ] || fail "with a closed pipe: exit status $(cat status)"

# waits SIGNAL STATUS ARGUMENT...: standard output, or what the arguments name, is full; it waits, until there is a signal.
waits() {
  signal=$1
  expected=$2
  shift 2
  rm -f waiting.json
  # The shell ignores SIGINT in the background; env gives it back.
  env --default-signal=INT "$gradcheck" "$@" >"${to:-full}" 2>err </dev/null &
  pid=$!
  case " $*" in *waiting.json*)
    for _ in $(seq 1200); do
      [ -f waiting.json ] && break
      sleep 0.05
    done
    ;;
  esac
  sleep 1.5
  count=$((count + 1))
  kill -0 $pid 2>/dev/null || fail "gradcheck $* does not wait for its reader"
  began=$(date +%s%N)
  kill -"$signal" $pid
  status=0
  wait $pid || status=$?
  took=$((($(date +%s%N) - began) / 1000000))
  count=$((count + 2))
  [ "$status" -eq "$expected" ] || fail "gradcheck $* ended by $signal: exit status $status instead of $expected"
  [ "$took" -lt 10000 ] || fail "gradcheck $* took $took ms to end" # a second, but on a machine that has other things to do
}
if env --default-signal=INT true 2>err; then
  "$gradcheck" run "$suite" --json textbook.json >out 2>err </dev/null || fail "the textbook fails"
  # What has no files to keep whole ends as any program.
  for signal in INT TERM; do
    case $signal in INT) killed=130 ;; *) killed=143 ;; esac
    waits $signal $killed report textbook.json
    waits $signal $killed list "$suite"
    waits $signal $killed merge textbook.json --json -
    waits $signal $killed help suite
    # A run that is over, and waits with its report, its annotations or a file that is a pipe.
    waits $signal 3 run "$slow" --filter rests --json waiting.json
    says waiting.json '"unwritten": "standard output: cannot be written'
    to=out
    waits $signal 3 run "$slow" --filter rests --json waiting.json --text full
    to=
    # One that has not begun, and one that is not over: there is room for a part of its events.
    waits $signal $killed run "$slow" --filter is_slow --events -
    dd if=full of=room bs=4096 count=1 2>dd.err
    waits $signal 3 run "$slow" --filter is_slow --events -
    fill
    waits $signal 3 run "$slow" --filter sleeps --timeout 0
    says err "interrupted"
  done
fi

# Who reads late gets the whole of it.
mkfifo late
"$gradcheck" report textbook.json --json - >late 2>err &
pid=$!
(sleep 2; exec cat) <late >taken
status=0
wait $pid || status=$?
count=$((count + 1))
[ "$status" -eq 0 ] || fail "a report that is read late: exit status $status"
same textbook.json taken
passed
