# Layers that end their process in every way: the report says the callback, the place, the address and the last words.
# sh test_crash_layers.sh GRADCHECK SOURCE_DIR PLUGIN_DIR CC
. "$(dirname -- "$0")/../cli/lib.sh"
. "$(dirname -- "$0")/blocks.sh"
# In a build with a sanitizer its runtime takes the signals.
[ -z "${GRADCHECK_SANITIZED:-}" ] || { passed; exit 0; }
cc=$4
here=$source_dir/checks/crash
cd "$work" || exit 1
"$cc" -std=gnu11 -g -O1 -shared -fPIC "-I$source_dir/src/include" -o crash.so "$here/crash_layers.c" 2>err || fail "the layers do not compile"

# only NAME...: the options that select these cases.
only() {
  options=
  for name in "$@"; do options="$options --filter $name"; done
}
# line MARK: the line of the source with this mark.
line() {
  grep -n "MARK $1 " "$here/crash_layers.c" | cut -d: -f1
}

only null_write null_member null_call null_gradient far_beyond far_before stack_overflow large_local assertion double_free \
  division trap wild aborts killed exits leaves in_create in_destroy in_bind right one_past talks looks_sanitized
# shellcheck disable=SC2086 # the options are meant to split
run 3 run crash.so $options --text text --json result.json --html report.html --junit junit.xml --markdown report.md
cp err stderr

access=write
if excused "whether a fault was a read or a write"; then access=access; fi
block_says null_write "crashed with SIGSEGV (invalid memory access) in backward (probe of repeated calls): $access to a null pointer"
block_says null_member "$access to a null pointer + 24 bytes"
block_says null_call "a call through a null pointer"
block_says null_gradient "in backward (probe of optional gradients): $access to a null pointer + 16 bytes; NULL in this call: the gradient of x"
block_says far_beyond "beyond the end of the gradient of w, which has 5"
block_says far_before "before the start of the gradient of w, which has 5"
block_says stack_overflow "the stack is used up"
block_says large_local "the stack is used up"
block_says assertion "SIGABRT (abort) in backward"
block_says assertion 'c->t[0].count == 6 && "the table says six"'
block_says double_free "double free" # in the words of this C library
case $(uname -m) in
  x86_64 | i?86 | s390x) block_says division "SIGFPE (division of an integer by zero" ;;
  *) block_lacks division SIGFPE ;; # others have a number for it
esac
case $(uname -m) in
  x86_64 | i?86) block_says trap "SIGILL (illegal instruction) in backward" ;;
  *) block_says trap "crashed with SIG" ;; # whose instruction for it gives SIGTRAP
esac
block_says wild "SIGSEGV"
block_says killed "SIGKILL"
block_says killed "in backward (probe of repeated calls)"
block_says exits "ended with exit status 0 in forward before it was done: it called exit"
block_says leaves "ended with exit status 0 in forward before it was done"
block_says in_create "SIGSEGV (invalid memory access) in create"
block_says in_destroy "SIGABRT (abort) in destroy"
block_says in_bind "ended with exit status 3 in bind"
block_says one_past "guard-zone"
for name in null_write killed exits; do
  block_says $name "gdb --args gradcheck run --no-isolation --filter $name crash.so"
  block_says $name "valgrind gradcheck run --no-isolation --filter $name crash.so"
done
if [ "${HAS_BACKTRACE:-1}" = 1 ]; then
  block_says null_write "null_write_backward at "
  block_says null_call "null_call_backward at crash_layers.c:"
  block_says far_beyond "run_far at crash_layers.c:$(line far)"
  block_says stack_overflow "crash_layers.c:$(line recursion), and "
  block_says large_local "use_much_stack at "
  block_says assertion "assertion_backward at crash_layers.c:"
  block_says exits "exits_forward at crash_layers.c:"
  block_says in_create "crash_create at crash_layers.c:$(line create)"
  block_says in_destroy "crash_destroy at crash_layers.c:$(line destroy)"
  block_says in_bind "crash_bind at crash_layers.c:$(line bind)"
  block_lacks null_write gchk_ # what called the layer is no news
fi

# What a layer says is passed on, to the terminal and into the reports, in a form that nobody obeys.
escape=$(printf '\033')
for f in stderr text report.html junit.xml report.md; do
  says $f 'the queue is'
  lacks $f "$escape"
done
for f in stderr text; do
  count=$((count + 1))
  grep -qE '^[[:space:]]*::' $f && fail "$f has a workflow command"
done
says stderr "line 39 of 40"
for f in report.html junit.xml report.md; do
  says $f gdb
  [ $f = report.md ] || says $f "$access to a null pointer"
done

# Right layers pass, however much they say, and whatever.
for name in right talks looks_sanitized; do
  count=$((count + 1))
  grep -qE "^ *PASS +$name " text || fail "$name does not pass"
done
lacks result.json sanitizer-report
run 0 run crash.so --filter talks --jobs 1 --no-probes --json once.json
count=$((count + 1))
calls=$(sed -n 's/.*"forward_calls": \([0-9]*\).*/\1/p' once.json | head -n 1)
left=$(sed -n 's/^talks | (not shown: \([0-9,]*\) more lines.*/\1/p' err | tr -d ,)
[ "$(grep -c '^talks | a layer that talks, line [0-9]* of 40$' err)" -eq 200 ] || fail "lines of the layer were lost"
[ $((200 + left)) -eq $((40 * calls)) ] || fail "lines of the layer were lost"

# A report that is made from the result is the same.
run 3 report result.json --text again
same text again

# Loops are killed and say where they were, and the others go on.
run 3 run crash.so --filter loops --filter sleeps --filter right --timeout 2 --text text
block_says loops "killed in forward after 2 s without progress"
block_says sleeps "killed in forward after 2 s without progress"
if [ "${HAS_BACKTRACE:-1}" = 1 ]; then
  block_says loops "loops_forward at "
  block_says sleeps "sleeps_forward at "
fi

# Without symbols there are still callback, signal and address.
"$cc" -std=gnu11 -O1 -s -shared -fPIC "-I$source_dir/src/include" -o bare.so "$here/crash_layers.c" 2>err || fail "the layers do not compile"
run 3 run bare.so --filter null_member --filter assertion --text text
block_says null_member "SIGSEGV (invalid memory access) in backward (probe of repeated calls): $access to a null pointer + 24 bytes"
block_says assertion "the table says six"
passed
