# Signals at many moments of a run: it ends soon, no report is torn, none of an incomplete run is green, nobody is left.
# $4: the C compiler. $5: how many moments (24).
. "$(dirname -- "$0")/lib.sh"
[ -z "${GRADCHECK_SANITIZED:-}" ] || { passed; exit 0; }
cc=$4
moments=${5:-24}
mark=INTERRUPTS_RUN=$$
"$cc" -w -std=gnu11 -shared -fPIC "-I$source_dir/src/include" -o "$work/hostile.so" "$source_dir/checks/cli/hostile_layers.c" \
  -lpthread 2>"$work/err" || fail "the layers do not compile"
cd "$work" || exit 1

left() {
  grep -slzxF "$mark" /proc/[0-9]*/environ | wc -l
}
# Nobody is left once what was killed is gone.
none_left() {
  count=$((count + 1))
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ "$(left)" -gt 0 ] || return 0
    sleep 0.2
  done
  fail "$1: $(left) processes are left"
}
# start ARGUMENT...: a run in the background, with SIGINT as a terminal has it; $pid.
start() {
  env "$mark" HOSTILE=be_slow "$gradcheck" "$@" >out 2>err </dev/null &
  pid=$!
}

# Where all of this runs under nohup, SIGHUP is ignored.
hangup=HUP
# shellcheck disable=SC2016 # the shell that is hung up expands it
if sh -c 'kill -HUP $$; true' 2>"$work/err"; then hangup=TERM; fi

for moment in $(seq "$moments"); do
  case $((moment % 2)) in 0) signal=TERM ;; *) signal=$hangup ;; esac
  rm -f result.json junit.xml
  start run hostile.so --jobs 2 --json result.json --junit junit.xml
  sleep "$(echo "$moment" | awk '{ printf "%.3f", ($1 * 0.618034 % 1) * 3 }')"
  began=$(date +%s%N)
  kill -$signal "$pid" 2>/dev/null
  status=0
  wait "$pid" 2>/dev/null || status=$?
  took=$((($(date +%s%N) - began) / 1000000))
  what="$signal at moment $moment"
  count=$((count + 1))
  case $status in
    0) grep -q '"complete": true' result.json || fail "$what: exit status 0 of a run that is not complete" ;;
    3 | 129 | 143) ;;
    *) fail "$what: exit status $status" ;;
  esac
  for file in result.json junit.xml; do
    [ ! -f $file ] || [ -s $file ] || fail "$what: $file is empty"
  done
  [ ! -f result.json ] || tail -n 1 result.json | grep -q '}' || fail "$what: result.json is torn"
  [ "$took" -lt 10000 ] || fail "$what: it took $took ms to end" # a second, but on a machine that has other things to do
  none_left "$what"
done

# A parent that is killed takes all with it, what has a session of its own too.
if ! excused "a process to whom orphans go"; then
env "$mark" HOSTILE=fork_session_slowly "$gradcheck" run hostile.so --timeout 0 >out 2>err </dev/null &
pid=$!
sleep 2
count=$((count + 1))
[ "$(left)" -gt 3 ] || fail "there is nothing to leave"
kill -KILL "$pid"
wait "$pid" 2>/dev/null
none_left "a parent that was killed"
fi

# The first signal is noted, the second one ends a run in the tool's own process.
env "$mark" HOSTILE=loop "$gradcheck" run --no-isolation hostile.so --filter hostile >out 2>err </dev/null &
pid=$!
sleep 2
kill -TERM "$pid"
sleep 1
count=$((count + 1))
kill -0 "$pid" 2>/dev/null || fail "the first signal ended it"
kill -TERM "$pid"
status=0
wait "$pid" 2>/dev/null || status=$?
[ "$status" -eq 143 ] || fail "the second signal: exit status $status"
none_left "the second signal"

# Under nohup SIGHUP is nothing.
excused "signals that are ignored from the start" && passed
(trap '' HUP && exec env "$mark" HOSTILE=be_slow "$gradcheck" run hostile.so --filter before --filter hostile --json hup.json) >out 2>err </dev/null &
pid=$!
sleep 1
kill -HUP "$pid"
status=0
wait "$pid" || status=$?
count=$((count + 1))
[ "$status" -eq 0 ] || fail "SIGHUP under nohup: exit status $status"
says hup.json '"complete": true'
none_left nohup
passed
