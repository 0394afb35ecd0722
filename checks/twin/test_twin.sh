# Double twins, as a user makes and names them: compiled with as_double.h from sources that know nothing of it, found, named,
# accepted where they are right, and refused with the reason where they are not. sh test_twin.sh GRADCHECK SOURCE_DIR PLUGIN_DIR CC
. "$(dirname -- "$0")/../cli/lib.sh"
cc=$4
here=$source_dir/checks/twin

# build NAME FLAG...: float_layers.c as NAME.so. A twin is built with $double.
double='-include gradcheck/as_double.h'
build() {
  name=$1
  shift
  count=$((count + 1))
  "$cc" -shared -fPIC -O1 -Wall -Werror "-I$source_dir/src/include" "$@" -o "$work/$name.so" "$here/float_layers.c" -lm 2>"$work/err" ||
    fail "$name does not compile"
}
# refuses FLAG TEXT: refused.c does not compile in double, with this in the message; it does in float.
refuses() {
  count=$((count + 1))
  "$cc" -O1 -c "-I$source_dir/src/include" "-D$1" -o "$work/o.o" "$here/refused.c" 2>"$work/err" || return 0 # no such type here
  # shellcheck disable=SC2086 # flags are meant to split
  if "$cc" -O1 -c "-I$source_dir/src/include" $double "-D$1" -o "$work/o.o" "$here/refused.c" 2>"$work/err"; then
    fail "$1 compiles in double"
  fi
  says err "$2"
}

# What is mapped: every function of the headers that has a float in its declaration, but those that narrow to float, and
# those of _Float32, which clang takes for float.
count=$((count + 1))
# shellcheck disable=SC2086
"$cc" -std=gnu11 -Wall -Werror "-I$source_dir/src/include" $double -o "$work/names" "$here/names.c" -lm 2>"$work/err" &&
  "$work/names" >"$work/out" || fail "names.c"
printf '#define _GNU_SOURCE\n#include <math.h>\n#include <complex.h>\n#include <stdlib.h>\n#include <wchar.h>\n#include <%s>\n' cblas.h |
  "$cc" $(pkg-config --cflags openblas 2>/dev/null) -E -P - 2>/dev/null | tr '\n' ' ' | tr ';' '\n' >"$work/declared"
# names: of the functions that are declared in these lines.
names() { grep -oE '\b[a-z][a-z0-9_]* *\(' | tr -d ' (' | sort -u; }
grep -E '\bfloat\b' "$work/declared" | names | grep -vE '^(f(add|sub|mul|div|sqrt|fma)l?|.*f32x?(_r)?|if|sizeof)$' >"$work/list"
# CBLAS takes complex numbers as void: those in float have a twin of another letter.
names <"$work/declared" >"$work/names_declared"
for letters in c:z ic:iz sc:dz; do
  sed -n "s/^cblas_${letters#*:}//p" "$work/names_declared" | while read -r name; do
    grep -x "cblas_${letters%:*}$name" "$work/names_declared"
  done
done >>"$work/list"
count=$((count + 1))
[ "$(wc -l <"$work/list")" -gt 150 ] || fail "the headers declare few functions of float"
while read -r name; do printf '#ifndef %s\n#error %s is not mapped\n#endif\n' "$name" "$name"; done <"$work/list" >"$work/mapped.c"
# shellcheck disable=SC2086
"$cc" "-I$source_dir/src/include" $double -E -o "$work/o.i" "$work/mapped.c" 2>"$work/err" || fail "functions are not mapped"

# What is not: errors of the compiler.
refuses VECTOR as_double_h_cannot_map_SIMD
refuses INTRINSICS incompatible
refuses HALF as_double_h_cannot_map_half_precision
refuses POINTER incompatible
refuses BOTH double
count=$((count + 1))
# shellcheck disable=SC2086
"$cc" -O1 -c "-I$source_dir/src/include" $double -DSCALAR -o "$work/o.o" "$here/refused.c" 2>"$work/err" || fail "a scalar path is not taken"

cd "$work" || exit 1
build mine
# shellcheck disable=SC2086
build other $double
cp other.so mine64.so

# A right twin, with which a mistake of 0.05 % shows.
run 0 run mine.so --twin other.so --text text
says text "PASS  11 cases: 11 pass"
run 0 list mine.so --twin other.so
says out "(dense, f32, with a double twin)"
run 0 list mine.so
lacks out "twin"
run 0 explain 'dense:x[0,1]' mine.so --twin=other.so
says out "double twin"
run 0 graph dense mine.so --twin other.so
build factor -DBACKWARD_FACTOR=1.0005f
run 1 run factor.so --twin other.so --filter dense
says out "constant-ratio"
says out "rerun            gradcheck explain 'dense:x["
says out "factor.so --twin other.so"
run 1 run factor.so --twin other.so --filter dense --json factor.json
says factor.json '"--twin"'
run 1 explain 'dense:x[0,1]' factor.so --twin other.so
# The same in f64 has the same finding: the twin is judged as the f64 layer it is where it is the target.
# shellcheck disable=SC2086
build factor64 $double -DBACKWARD_FACTOR=1.0005f
run 1 run factor64.so --filter dense
says out "constant-ratio"
says out "f64"
# A wrong backward in the twin alone is no mistake of the float layer: it is for differencing.
run 0 run mine.so --twin factor64.so

# NAME.twin.so beside NAME.so.
cp other.so mine.twin.so
run 0 list mine.so
says out "with a double twin"
run 0 list mine.so --no-twin
lacks out "twin"
run 1 run --no-twin factor.so --twin other.so --filter dense # named is named
mkdir -p elsewhere
cp mine.so mine.twin.so elsewhere
run 0 list elsewhere/mine.so
says out "with a double twin"
run 0 run mine.twin.so # a target of its own
says out "f64"
lacks out "f32"
run 0 run mine.so factor64.so --filter unit # two targets, one of which is f64 and has none

# A suite: beside, named there, named by the caller.
printf 'plugins: [elsewhere/mine.so]\ncases:\n  - {name: one, layer: dense}\n' >beside.yaml
printf 'plugins: [factor.so]\ntwins: [other.so]\ncases:\n  - {name: one, layer: dense}\n' >named.yaml
printf 'plugins: [factor.so]\ncases:\n  - {name: one, layer: dense}\n' >plain.yaml
run 0 list beside.yaml
says out "with a double twin"
run 0 list beside.yaml --no-twin
lacks out "twin"
run 1 run named.yaml
says out "constant-ratio"
run 1 run plain.yaml --twin other.so
says out "constant-ratio"
says out "plain.yaml --twin other.so"
printf 'plugins: [factor64.so]\ntwins: [other.so]\ncases:\n  - {name: one, layer: dense}\n' >nothing.yaml
run 2 run nothing.yaml
says err "nothing.yaml:2:9: other.so is the twin of nothing"
printf 'plugins: [mine.so]\ntwins: other.so\ncases:\n  - {name: one, layer: dense}\n' >text.yaml
run 2 run text.yaml
says err "text.yaml:2:8: twins is \"other.so\"; a list of shared objects is wanted"

# Refused for what their tables say.
run 2 run mine.so --twin mine.so
says err "mine.so: layer dense is no twin of that of mine.so: it is f32, and a twin is f64; build it from the same sources with"
run 2 run other.so --twin mine64.so
says err "--twin mine64.so: the layers of other.so are f64 and need no twin"
run 2 run mine.so --twin no-such.so
says err "no-such.so: cannot be opened"
# shellcheck disable=SC2086
build one $double '-DUNIT_NAME="norm"'
run 2 run mine.so --twin one.so
says err "one.so: has no layer unit, as mine.so has; it has dense, norm; build both from the same sources"
cp one.so elsewhere/mine.twin.so
run 2 run elsewhere/mine.so
says err "the twin beside elsewhere/mine.so, which --no-twin leaves out: elsewhere/mine.twin.so: has no layer unit"
run 0 list elsewhere/mine.so --no-twin
run 2 run mine.so --no-twin --twin "$plugins/wrong/right.so"
says err "no f32 layer of mine.so has the name of one of its layers"
run 2 run fixture.yaml --twin

# Refused for what they compute, whichever of the two is the other one.
wants_refusal() { # FLOAT TWIN LAYER TEXT
  run 3 run "$1.so" --twin "$2.so" --filter "$3" --json refused.json
  says out "its double twin computes something else: $4"
  says refused.json '"verdict": "error"'
  run 0 run "$1.so" --twin "$2.so" --filter unit
}
# shellcheck disable=SC2086
build function64 $double -DOTHER_FUNCTION
wants_refusal mine function64 dense "y["
run 3 run mine.so --twin function64.so --filter 'dense*' --seeds 3 # one cause, whatever the figures of the cases
says out "dense, dense seed 1, dense seed 2"
count=$((count + 1))
[ "$(grep -c '^ERROR dense' out)" -eq 1 ] || fail "errors of one cause are several blocks"
build float_only -DWRONG_IN_FLOAT
wants_refusal float_only other dense "y["
# shellcheck disable=SC2086
build float_only64 $double -DWRONG_IN_FLOAT # the same source: only float is wrong
wants_refusal float_only float_only64 dense "y["
build bits -DBITS
run 0 run bits.so --twin other.so --filter 'unit*'
# shellcheck disable=SC2086
build bits64 $double -DBITS # the bits of a double are not those of a float
run 3 run bits.so --twin bits64.so --filter 'unit*'
says out "the bits of a float in an integer"
passed
