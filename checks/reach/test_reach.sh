# Which branches of a plug-in's code a check takes, as its compiler's coverage callbacks tell.
# sh test_reach.sh GRADCHECK SOURCE_DIR PLUGIN_DIR COMPILER [CLANG]
. "$(dirname "$0")/../cli/lib.sh"
compiler=$4 clang=${5:-}
here=$source_dir/checks/reach
[ "$(uname -m)" = x86_64 ] || { echo "LEFT OUT: branches are known on amd64 alone"; exit 77; }
[ "${HAS_BACKTRACE:-1}" = 1 ] || { echo "LEFT OUT: no libbacktrace, so no lines"; exit 77; }
[ -n "$clang" ] || { echo "LEFT OUT: no clang"; left_out=1; }
trace=-fsanitize-coverage=trace-pc,trace-cmp guard=-fsanitize-coverage=trace-pc-guard,trace-cmp

build() { # OUTPUT SOURCE COMPILER FLAG...
  output=$1 source=$2 with=$3
  shift 3
  "$with" -g -shared -fPIC -I"$source_dir/src/include" "$@" -o "$work/$output" "$here/$source" -lm || fail "$source: $with $*"
}
calls() { # FILE: of forward, in all cases of a result; what looking for inputs costs, whatever else the machine does
  awk -F: '/"forward_calls"/ { sum += $2 } END { print sum + 0 }' "$1"
}
line_of() { grep -n -- "$2" "$here/$1" | head -n 1 | cut -d : -f 1; } # SOURCE TEXT

# A program whose sanitizers have callbacks of their own knows of no branch there, which is never enough of them.
if [ "${OWN_CALLBACKS:-0}" = 1 ]; then
  build guard.so tanh_tail.c "$clang" $guard
  run 1 run "$work/guard.so" --min-reach 1%
  echo "LEFT OUT: the sanitizers of this build take the callbacks"
  exit 77
fi

# Without the callbacks nothing is said, in no format.
build plain.so tanh_tail.c "$compiler"
run 0 run "$work/plain.so" --json "$work/plain.json" --html "$work/plain.html"
lacks out REACH
grep -q '"reach": null' "$work/plain.json" || fail "a case without callbacks has branches"
grep -q 'id="reach"' "$work/plain.html" && fail "HTML tells of branches that nobody knows"

# Each way that the two compilers call back, optimised or not. What is not looked for is not taken: the second case of a
# layer, which gradcheck chose, says so with its line. Inputs that take the branch are found, and right ones pass there.
tail=$(line_of tanh_tail.c 'exp(rate')
for how in "$compiler $trace" "$compiler $trace -O2 -fno-plt" ${clang:+"$clang $trace -fno-plt" "$clang $guard"}; do
  # shellcheck disable=SC2086 # a compiler and its flags
  build traced.so tanh_tail.c $how
  run 0 run "$work/traced.so" --filter tanh_tail/planted
  says out "REACH tanh_tail f64: branches taken: backward"
  says out "tanh_tail.c:$tail"
  says out "never taken: if (a >= 20) { dx[i] += 4 * exp(rate * a) * dy[i];"
  run 0 run "$work/traced.so" --min-reach 100%
  lacks out "never taken"
  # shellcheck disable=SC2086
  build wrong.so tanh_tail.c $how -DWRONG
  run 0 run "$work/wrong.so" --filter tanh_tail/planted
  run 1 run "$work/wrong.so"
  says out "wrong where tanh_tail.c:$tail is taken: at x["
done

# A branch on a size, and one on a rare combination of comparisons: right ones pass and are taken whole, wrong ones fail.
for name in wide_rows window; do
  for how in "$compiler $trace" ${clang:+"$clang $guard"}; do
    # shellcheck disable=SC2086
    build plain.so $name.c ${how%% *} -DWRONG
    run 0 run "$work/plain.so" --json "$work/plain.json"
    # shellcheck disable=SC2086
    build right.so $name.c $how
    run 0 run "$work/right.so" --min-reach 100% --json "$work/right.json"
    [ "$(calls "$work/right.json")" -le $((3 * $(calls "$work/plain.json"))) ] || fail "$name: more than three times the calls"
    [ "$(calls "$work/right.json")" -gt "$(calls "$work/plain.json")" ] || fail "$name: nothing was looked for"
    # shellcheck disable=SC2086
    build wrong.so $name.c $how -DWRONG
    run 1 run "$work/wrong.so"
    says out "wrong where $name.c:"
  done
done
says out "$(printf 'window.c:%s is taken: at x[' "$(line_of window.c 'slope = x\[i\];')")"

# Norms, options, labels, nested branches, in double and in float. A layer that ends its process or hangs at values that
# nobody asked for is left to that.
for real in "-DREAL=double -DDTYPE=GCHK_F64" "-DREAL=float -DDTYPE=GCHK_F32"; do
  # shellcheck disable=SC2086
  build many.so branches.c "$compiler" $trace $real
  run 0 run "$work/many.so" --filter '-fragile*' --filter '-endless*' --min-reach 100%
  # shellcheck disable=SC2086
  build many.so branches.c "$compiler" $trace $real -DWRONG
  run 1 run "$work/many.so" --filter '-fragile*' --filter '-endless*'
  says out "FAIL clip" # in float large values are beyond its limit as well
  for what in 'power' 'label' 'nested'; do
    says out "FAIL $what   ("
  done
  says out "is taken: at l["
  says out "is taken: at p = "
  run 0 run "$work/many.so" --filter fragile
  says out "unchecked-branch"
done
run 0 run "$work/many.so" --filter endless

# Guards of formulas, with a jump or a kink where they begin: right ones pass there, and each wrong one fails.
for how in "$compiler $trace" ${clang:+"$clang $trace"}; do
  # shellcheck disable=SC2086
  build guards.so guards.c $how
  run 0 run "$work/guards.so" --min-reach 100%
  # shellcheck disable=SC2086
  build guards.so guards.c $how -DWRONG
  run 1 run "$work/guards.so"
  for what in softplus huber sinc cube; do
    says out "FAIL $what   ("
  done
done

# The same bytes whatever runs at a time, in results and in reports; and again.
for jobs in 1 3 2; do
  run 1 run "$work/many.so" --filter '-fragile*' --filter '-endless*' -j "$jobs" --json "$work/$jobs.json" --html "$work/$jobs.html"
  sed -e '/"timing"/,$d' -e '/"argv"/,/\]/d' "$work/$jobs.json" >"$work/$jobs.plain"
done
same "$work/1.plain" "$work/3.plain"
same "$work/1.plain" "$work/2.plain"
grep -q 'id="reach"' "$work/1.html" || fail "HTML does not tell of branches"
run 1 report "$work/1.json"
says out "REACH clip f32: branches taken: backward"

# A least share of branches, and what it takes to be known. It fails closed.
run 1 run "$work/traced.so" --filter tanh_tail/planted --min-reach 95%
says out "reach-too-low"
says out "less than 95 %; never taken: tanh_tail.c:$tail"
run 0 run "$work/traced.so" --filter tanh_tail/planted --min-reach 50%
build plain.so tanh_tail.c "$compiler"
run 1 run "$work/plain.so" --min-reach 50%
says out "reach-unknown"
says out "it was not compiled with -fsanitize-coverage=trace-pc,trace-cmp"
run 1 run --filter relu --min-reach 1%
says out "reach-unknown"
run 2 run "$work/traced.so" --min-reach 95% --no-isolation
says err "leave out --no-isolation"
run 2 run "$work/traced.so" --min-reach 95% --shard 1/2
says err "in a run of its own"
for wrong in 0.95 101% 95 %; do
  run 2 run "$work/traced.so" --min-reach "$wrong"
  says err "a percentage like 95%"
done
for code in reach-too-low reach-unknown wrong-branch unchecked-branch; do
  run 0 explain $code
done

# Without debugging information it is the function that is named.
"$compiler" -shared -fPIC -I"$source_dir/src/include" $trace -o "$work/bare.so" "$here/tanh_tail.c" -lm
run 0 run "$work/bare.so" --filter tanh_tail/planted
says out "a branch of tanh_backward"
passed
