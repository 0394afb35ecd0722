# `gradcheck mutate`: a check that catches every mistake, checks that are too weak for some and say which, and what is refused.
. "$(dirname -- "$0")/../cli/lib.sh"
mkdir "$work/src" "$work/tmp"
cp "$source_dir/checks/mutate/scale.c" "$source_dir/checks/mutate/scale_shape.h" "$work/src"
cd "$work" || exit 1
TMPDIR=$work/tmp
export TMPDIR
flags="-O1 -shared -fPIC -I$source_dir/src/include"

# left_nothing: of the tool's, neither where it worked nor beside the source, which is as it was.
left_nothing() {
  count=$((count + 1))
  [ -z "$(ls "$work/tmp")" ] || fail "left in TMPDIR: $(ls "$work/tmp")"
  [ "$(echo src/*)" = "src/scale.c src/scale_shape.h" ] || fail "left beside the source: $(ls src)"
  same src/scale.c "$source_dir/checks/mutate/scale.c"
}

# 1. All are caught, those that crash, write elsewhere or never end among them. No -I names the folder of scale_shape.h.
run 0 mutate src/scale.c --json all.json
says out "survived 0 (100.0 % caught)"
lacks out "src/scale.c:"
left_nothing
says all.json '"format": "gradcheck-mutation"'
says all.json '"score": 1.0,'
for change in 'return i ;' 'return 1;' 'return i - 1;' 'for (size_t i = 0; i <= count; i = next_backward(i)) {' \
  'dx[(i) + 1] = dy[i] * w[i % columns];'; do # for ever, and beyond the ends
  count=$((count + 1))
  grep -F "\"after\": \"$change\"" all.json | grep -q '"fate": "caught"' || fail "not caught: $change"
done
count=$((count + 1))
[ "$(grep -c '"fate": ' all.json)" -eq "$(sed -n 's/.*"all": \([0-9]*\),.*/\1/p' all.json)" ] || fail "all.json: other numbers"

# 2. One row is too weak a check. By hand: i % columns is i, every sum has one term, and x has as many elements as w; no more
# than that.
weak() { # STATUS OPTION...
  status_expected=$1
  shift
  # shellcheck disable=SC2086
  run "$status_expected" mutate src/scale.c "$@" -- cc $flags '-DSIZES="N=1 C=3"' -Wall -Wall '{source}' -o '{output}'
}
weak 1 --function scale_backward
says out "src/scale.c:29: scale_backward: a factor dropped: survived"
cat >expected <<'END'
+ dw[i % columns] = dy[i] * x[i];
+ dw[i ] += dy[i] * x[i];
+ dx[i] = dy[i] * w[i ];
END
grep '^+' out | sort >survivors
same survivors expected
says out "survived 3 (9"
left_nothing

# 3. Argued to be equivalent, in the words of the list; a reason of several; a stale entry, one without a reason.
{
  echo "# of one row"
  grep '^[-+]' out
  echo "= there is one row alone"
} >argued
weak 0 --function scale_backward --equivalent argued --json argued.json
says out "argued equivalent 3, survived 0 (100.0 % caught)"
says argued.json '"reason": "there is one row alone"'
printf -- '- return i + 1;\n+ return i + 2;\n= why not\n' >stale
weak 2 --equivalent stale
says err "stale:2: src/scale.c has no such mutant (any more): take the entry out"
printf -- '- return i + 1;\n+ return i ;\n' >no_reason
weak 2 --equivalent no_reason
says err "no_reason:2: the last entry has no reason"
printf 'i = 1;\n' >no_form
weak 2 --equivalent no_form
says err "no_form:1: a line begins with - (before), + (after), = (the reason) or # (a comment)"
# What is argued is tried all the same.
grep -o '"before": "scale_backward(.*, "reason"' all.json | sed -n '1s/"before": "\(.*\)", "after": "\(.*\)", "reason"/- \1\n+ \2\n= they say/p' >false
run 0 mutate src/scale.c --function call_backward --equivalent false
says out "was argued to be equivalent, and is caught: it is not"

# 4. A sample, which says so and is the same each time; other seeds draw others.
run 0 mutate src/scale.c --limit 5 --json five.json
says out "mutants 5 (a sample of "
run 0 mutate src/scale.c --limit 5 --jobs 2 --json again.json
same five.json again.json
run 0 mutate src/scale.c --limit 5 --seed 1 --json other.json
count=$((count + 1))
! cmp -s five.json other.json || fail "seed 1 draws what seed 0 draws"

# 5. Any check: one that runs everything and passes whatever comes of it finds nothing; one that fails is refused, for it fails
# without a mistake, of which the first is said; one that runs nothing has nothing to score.
never_fails="'$gradcheck' run {output} -q --timeout {timeout} >run.out; [ \$? -le 1 ]"
run 1 mutate src/scale.c --function scale_backward --limit 5 --check "$never_fails"
says out "survived"
says out "(0.0 % caught)"
run 0 mutate src/scale.c --function scale_backward --limit 5 --check "$never_fails" --min-score 0%
run 4 mutate src/scale.c --limit 5 --check 'test -f {output}'
says out "scale_backward: never runs in this check ("
says out "mutants 5 (a sample of "
says out "caught 0, in functions that never run 5, survived 0"
run 2 mutate src/scale.c --limit 5 --check 'echo an error of mine; exit 7'
says err "src/scale.c: the unmutated source does not pass its check, which comes first, with exit status 7: an error of mine"

sed 's/dw\[i % columns\] += dy/dw[i % columns] -= dy/' src/scale.c >wrong_scale.c
run 2 mutate wrong_scale.c -- cc $flags -Isrc '{source}' -o '{output}'
says err "does not pass its check, which comes first, with exit status 1: FAIL scale"
says err "wrong-sign"

# 6. What is refused.
# shellcheck disable=SC2086
run 2 mutate src/scale.c -- cc $flags src/scale.c -o '{output}'
says err "src/scale.c: the command that compiles does not name {source}, the mutated copy"
run 2 mutate src/scale.c -- cc -c '{source}' -o '{output}'
says err "src/scale.c: the unmutated source does not compile, with exit status 1: src/scale.c:"
# shellcheck disable=SC2086
run 2 mutate src/scale.c -- cc $flags '{source}' -o elsewhere.so
says err "has written no {output}"
run 2 mutate src/scale.c --function scale_forward
says err "src/scale.c: defines no function 'scale_forward'"
run 2 mutate src/scale_shape.h
says err "say which are: --function NAME"
run 2 mutate src/none.c
run 2 mutate src/scale.c --min-score 101%
says err "a percentage such as 98%"
run 2 mutate
run 2 mutate src/scale.c --json src/scale.c
says err "--json src/scale.c would be written over the target src/scale.c, which is read"
run 2 mutate src/scale.c --equivalent argued --json argued
says err "--json argued would be written over --equivalent argued, which is read"
left_nothing

# 7. What changes no machine code is no mistake. Where no change makes another code, it is compiled from elsewhere.
cat >including.c <<'END'
#ifndef GCHK_SOURCE
#define GCHK_SOURCE "src/scale.c"
#endif
#include GCHK_SOURCE
END
# shellcheck disable=SC2086
run 2 mutate src/scale.c -- cc $flags -D'UNUSED="{source}"' including.c -o '{output}'
says err "src/scale.c: {output} is the same machine code where next_backward and its other functions end the program at once"
# shellcheck disable=SC2086
run 0 mutate src/scale.c --function scale_backward -- cc $flags -D'GCHK_SOURCE="{source}"' including.c -o '{output}'
says out "survived 0 (100.0 % caught)"
cat >src/idle.c <<'END'
#include "scale.c"
__attribute__((constructor)) void idle_backward(void) { int n = 1; (void)(n + 2); }
END
run 4 mutate src/idle.c
says out "mutants 5: caught 0, same machine code 5, survived 0"
rm src/idle.c

# Of functions that the check never calls nothing is told, one by one; those that it calls count as ever.
sed -e 's/#include "scale_shape.h"/& \nint spare_backward(int i, int n) { return i < n ? 2 * i : n + 1; }\n/' src/scale.c >spare.c
weak_spare() { # STATUS OPTION...
  status_expected=$1
  shift
  # shellcheck disable=SC2086
  run "$status_expected" mutate spare.c "$@" -- cc $flags -Isrc '-DSIZES="N=1 C=3"' '{source}' -o '{output}'
}
weak_spare 1 --function scale_backward,spare_backward --json spare.json
says out "spare.c:3: spare_backward: never runs in this check (9 mutants)"
lacks out "spare_backward: constant"
says out "in functions that never run 9, survived 3 (9"
count=$((count + 1))
[ "$(grep -c '"fate": "never-runs"' spare.json)" -eq 9 ] || fail "other mutants of spare.c never run"
weak_spare 1 --function scale_backward,spare_backward --json few.json --limit 16 --jobs 2
weak_spare 1 --function scale_backward,spare_backward --json again.json --limit 16 --jobs 1
same few.json again.json
weak_spare 4 --function spare_backward
says out "spare.c:3: spare_backward: never runs in this check (9 mutants)"

# 8. Interrupted, it says how far it came, and leaves nothing.
"$gradcheck" mutate src/scale.c --jobs 1 >out 2>err </dev/null &
mutating=$!
tries=0
until ls tmp/*/0/unmutated >/dev/null 2>&1 || [ $tries -gt 600 ]; do
  tries=$((tries + 1))
  sleep 0.1
done
kill -INT $mutating 2>/dev/null || kill -TERM $mutating
kill -TERM $mutating
status=0
wait $mutating || status=$?
[ $status -eq 3 ] || fail "interrupted, it exits $status"
says err "interrupted after "
says out "not tried "
left_nothing
passed
