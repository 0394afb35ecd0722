# OpenMP layers in child processes: one thread, the user's number where there is one, and several in the thread probe.
. "$(dirname -- "$0")/lib.sh"
so=$plugins/plugins/openmp_layers.so
unset OMP_NUM_THREADS OMP_WAIT_POLICY GOMP_SPINCOUNT KMP_BLOCKTIME

# threads_are LIST: what the layer saw, each number once.
threads_are() {
  count=$((count + 1))
  seen=$(sort -nu "$work/threads" | tr '\n' ' ')
  [ "$seen" = "$1" ] || fail "the layer saw threads: $seen, and not: $1"
  rm -f "$work/threads"
}

THREADS_LOG=$work/threads
export THREADS_LOG
run 0 run "$so" -q --budget 1 --filter guarded
threads_are "1 2 8 "
OMP_NUM_THREADS=3 run 0 run "$so" -q --budget 1 --filter guarded
threads_are "3 "
OMP_NUM_THREADS=1 run 0 run "$so" -q --budget 1 --filter guarded
threads_are "1 2 8 "
unset THREADS_LOG

# Two threads that add unguarded meet in every run.
excused "single steps, at which threads meet" && passed
for seed in 1 2 3 4 5 6 7 8 9 10; do
  run 1 run "$so" --budget 1 --filter unguarded --seed "$seed" --text -
  says out "thread-dependent"
  lacks out "stale-state"
  lacks out "reads-unwritten"
done
passed
