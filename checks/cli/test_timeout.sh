# --timeout: what makes no progress ends, whether it sleeps or spins; what is slow does not, nor what was stopped with gradcheck.
. "$(dirname -- "$0")/lib.sh"
mark=TIMEOUT_RUN=$$
so=$plugins/plugins/slow_layers.so
cd "$work" || exit 1

# The run's processes that are alive, whatever group they went to.
processes() {
  for environ in $(grep -slzxF "$mark" /proc/[0-9]*/environ); do
    pid=${environ#/proc/}
    echo "${pid%/environ}"
  done
}
verdict() { # LAYER VERDICT
  count=$((count + 1))
  grep -qE "^ *$2 +$1 " out || fail "$1 is not $2"
}

# Each kind of hang is an error, and so are four that have the machine's processors together.
run 3 run "$so" --filter sleeps --filter dozes --filter spins --filter spins_in_threads --filter is_slow --jobs 5 --timeout 2
for layer in sleeps dozes spins spins_in_threads; do
  verdict $layer ERROR
  count=$((count + 1))
  grep -A 3 -E "^ *ERROR +$layer " out | grep -qF "in forward after 2 s without progress" || fail "$layer is not told from a crash"
done
verdict is_slow PASS

# Slow, but it goes on: more than the timeout in all, with a call of half of it. Threads side by side have more processor
# time together than the timeout, and not one of them has it.
slow="is_slow rests"
[ "$(nproc)" -lt 2 ] || slow="$slow works_in_threads" # on one processor they take that time indeed
for layer in $slow; do
  run 0 run "$so" --filter "$layer" --timeout 2
  verdict "$layer" PASS
done

# Stopped for longer than the timeout, all of it, in the middle of a call. $1: exit status, $2: layer.
stopped_within() {
  rm -f begun
  env "$mark" SLOW_MARK="$work/begun" "$gradcheck" run "$so" --filter "$2" --timeout 2 >out 2>err </dev/null &
  run=$!
  for _ in $(seq 600); do
    [ -f begun ] && break
    sleep 0.05
  done
  count=$((count + 2))
  [ -f begun ] || fail "$2 did not begin"
  stopped=$(processes)
  [ "$(echo "$stopped" | wc -l)" -ge 4 ] || fail "the run has too few processes: $stopped"
  # shellcheck disable=SC2086 # the list is meant to split
  kill -STOP $stopped
  sleep 4
  # shellcheck disable=SC2086
  kill -CONT $stopped
  status=0
  wait $run || status=$?
  [ "$status" -eq "$1" ] || fail "$2, stopped for a while: exit status $status instead of $1"
  # In the background a shell ignores SIGQUIT, which asks a layer where it is.
  [ "$1" -eq 0 ] || [ "${HAS_BACKTRACE:-1}" != 1 ] || says out "${2}_forward"
}
if [ -r /proc/self/environ ]; then
  stopped_within 0 rests
  stopped_within 3 sleeps
  stopped_within 3 dozes
  count=$((count + 1))
  [ -z "$(processes)" ] || fail "processes are left"
fi

# A layer that always hangs is waited for twice, in its own shape and in one more: other shapes tell nothing more. One that
# hung once is told from it.
hanging=$plugins/plugins/hang_layers.so
HANG_LOG=$work/log
export HANG_LOG
hung() { # LEAST MOST: so many calls hung
  count=$((count + 1))
  found=$(wc -l <"$HANG_LOG")
  { [ "$found" -ge "$1" ] && [ "$found" -le "$2" ]; } || fail "$found calls hung, and not $1 to $2"
  rm "$HANG_LOG"
}
for jobs in 1 2 3 8; do
  run 3 run "$hanging" --timeout 1 --jobs $jobs --json $jobs.json
  says out "2 error"
  says out "ERROR  hangs/square"
  lacks out "ERROR  hangs/single"
  hung 2 "$((jobs > 1 ? 8 : 2))" # beside them others may have begun, which were ended
  lasting $jobs.json | grep -v '"0x' >$jobs.lasting
  same 1.lasting $jobs.lasting
done
says 1.json "a shape of the layer's own hung, and one that gradcheck chose beside it"
for n in 2 3; do
  for i in $(seq $n); do
    status=0
    "$gradcheck" run "$hanging" --timeout 1 --shard "$i/$n" --json "part$i.json" --quiet >out 2>err || status=$?
    count=$((count + 1))
    [ "$status" -ne 0 ] || fail "shard $i of $n passes"
  done
  run 3 merge $(seq -f 'part%g.json' $n) --json merged.json --text text
  lasting merged.json | grep -v '"0x' >merged.lasting
  same 1.lasting merged.lasting
done
rm "$HANG_LOG"
HANG_ONCE=$work/once
export HANG_ONCE
: >once
run 3 run "$hanging" --timeout 1 --jobs 1
says out "ERROR  hangs/distinct"
says out "4 pass"
says out "1 error"
hung 1 1
run 0 run "$hanging" --timeout 1
unset HANG_LOG HANG_ONCE
passed
