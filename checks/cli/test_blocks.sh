# Blocks of elements, or of groups of them, inside a case, decided by as many processes as --jobs leaves idle: the same bytes, whatever the layer does.
. "$(dirname -- "$0")/lib.sh"
so=$plugins/plugins/block_layers.so
cd "$work" || exit 1
export BLOCK_MARK="$work/mark"
memory=2000
timeout=60 # of a busy machine
others='2 3 5'
[ -z "${GRADCHECK_SANITIZED:-}" ] || others=5 # with those there is one process (below), whatever --jobs says

check() { # STATUS LAYER JOBS: its result is LAYER.JOBS, and `seen` how many processes ran a forward
  rm -f mark
  run "$1" run "$so" --filter "$2" --jobs "$3" --timeout "$timeout" --memory "$memory" --json "$2.json" --text -
  lasting "$2.json" >"$2.$3"
  seen=$(sort -u mark | wc -l)
}
processes() { # NUMBER: those of the case, and no more
  count=$((count + 1))
  [ "$seen" -eq "$1" ] || fail "$seen processes ran the layer, and not $1"
}
five() { # of the elements; where moves of slack take as long, as on a busy machine, four more came to help with these
  count=$((count + 1))
  [ "$seen" -ge 5 ] && [ "$seen" -le 9 ] || fail "$seen processes ran the layer, and not 5"
}
equal() { # STATUS LAYER: for any number of jobs
  check "$1" "$2" 1
  processes 1
  for jobs in $others; do
    check "$1" "$2" "$jobs"
    same "$2.1" "$2.$jobs"
  done
}

equal 0 right
# Where there is time for it, others come. What sanitizers find they would not tell: with those there is one.
equal 0 rests
if [ -n "${GRADCHECK_SANITIZED:-}" ]; then
  processes 1
elif ! excused "a process of one thread"; then
  five
fi
# Moves of slack too, of few elements, whatever becomes of who makes them.
equal 0 ponders
if [ -n "${GRADCHECK_SANITIZED:-}" ]; then
  processes 1
elif ! excused "a process of one thread"; then
  count=$((count + 1))
  [ "$seen" -gt 1 ] || fail "nobody helped with slack"
fi
equal 0 ponders_at_home
for layer in first_is_wrong middle_is_wrong last_is_wrong; do equal 1 $layer; done
grep -q '"index": *\[3399\]' last_is_wrong.5 || fail "the last element is not named"

# As if one process had met it: the same callback, the same words.
for layer in crashes exits refuses hangs; do
  [ $layer != hangs ] || timeout=3
  equal 3 $layer
  says out "$layer"
done

# Each may take as much memory as one; how much that was when somebody looked is not the same twice.
memory=100
timeout=60
for jobs in 1 3; do
  check 3 eats $jobs
  says out "--memory"
done

memory=2000

# What two processes must not use together is left to one.
for layer in reads_a_file has_a_thread; do
  equal 0 $layer
  processes 1
done
check 0 has_a_child 3
processes 1

# With a case for every slot none is idle; in the process itself nothing is forked.
rm -f mark
run 1 run "$so" --filter '*_is_wrong' --jobs 1 --text -
seen=$(sort -u mark | wc -l)
count=$((count + 1))
[ "$seen" -eq 3 ] || fail "$seen processes for three cases, one at a time"
rm -f mark
run 0 run "$so" --filter right --jobs 3 --no-isolation --text -
seen=$(sort -u mark | wc -l)
processes 1

# Elements that are moved together.
so=$plugins/plugins/group_block_layers.so
timeout=60
calls() { # LAYER: how often it was evaluated in all, whoever did it
  sed -n 's/.*"forward_calls": *\([0-9]*\).*/\1/p' "$1.json" | tail -n 1
}
check 0 rows 1
together=$(calls rows)
equal 0 rows
count=$((count + 1))
[ "$(calls rows)" -eq "$together" ] || fail "$(calls rows) evaluations by five processes, and $together by one"
equal 0 rows_that_rest
if [ -n "${GRADCHECK_SANITIZED:-}" ]; then
  processes 1
elif ! excused "a process of one thread"; then
  five
fi
for layer in first_is_wrong middle_is_wrong last_is_wrong; do equal 1 $layer; done
grep -q '"index": *\[47, *63\]' last_is_wrong.5 || fail "the last element is not named"
for layer in comes_apart is_refused_together; do
  equal 0 $layer
  count=$((count + 1))
  [ "$(calls $layer)" -gt $((10 * together)) ] || fail "$layer: its elements are not evaluated one by one"
done
grep -q pattern-broken comes_apart.5 || fail "that elements are not evaluated together is not said"
equal 3 crashes
says out crashes
timeout=3
equal 3 hangs
says out hangs
passed
