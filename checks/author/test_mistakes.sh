# What beginners do wrong, and what they are told: the name that they meant, the place, what to write instead.
. "$(dirname -- "$0")/../cli/lib.sh"
. "$source_dir/checks/author/compilers.sh"
cp "$source_dir/checks/author/mistakes.c" "$source_dir/checks/examples"/kernels.[ch] "$source_dir/checks/examples/layernorm.cpp" "$work"
cd "$work" || exit 1

# mistake STATUS FLAG...: builds mistakes.c with these flags and runs it.
mistake() {
  expected_status=$1
  shift
  # shellcheck disable=SC2086
  cc $flags "$@" -o mistake.so mistakes.c -lm || fail "mistakes.c is not compiled with $*"
  run "$expected_status" run mistake.so
}
mistake 0
says out "PASS  4 cases: 4 pass"
cp mistake.so right.so

# 1. Names: a filter, an option, a command, a case, a layer of a suite, a word.
run 4 run right.so --filter tmies
says err "--filter 'tmies': none of the 4 cases of right.so is called so; did you mean 'times'?"
run 4 list right.so --filter 'tiems*'
says err "did you mean 'times'?"
run 4 run right.so --filter 'conv*'
lacks err "did you mean"
run 0 run right.so --filter times --filter 'tmies' # beside one that takes a case it is no error
says err "--filter 'tmies': none of the 4 cases of right.so is called so; did you mean 'times'?"
run 0 run right.so --filter times --filter '-tails'
lacks err "did you mean"
run 2 run right.so --fliter times
says err "unknown option --fliter; did you mean --filter?"
run 2 run right.so --xyzzy
lacks err "did you mean"
run 2 rnu right.so
says err "'rnu' is no command; did you mean run? there are run, list"
run 2 frobnicate
lacks err "did you mean"
run 2 explain tmies:x right.so
says err "right.so has no case 'tmies'; did you mean 'times'? it has times"

# 2. Blanks in sizes and in their expressions.
mistake 2 '-DSIZES="N = 3 C = 5"'
says err "'N' is not of the form N=3 or D=2x5, without blanks"
mistake 2 '-DSHAPE="N 1 * C"'
says err "an expression has no blanks in it: 2*C"

# 3. Labels without a bound: one of the layer's own sizes is named.
mistake 3 -DLABELS
says out '.below = "C"'

# 4. C++: no extern "C" around a header of C, no GCHK_PLUGIN.
for compiler in $(compilers g++); do
  sed -e '/cplusplus/,/endif/d' kernels.h >bare.h
  sed -e 's/kernels.h/bare.h/' layernorm.cpp >bare.cpp
  builds "$compiler -std=c++17" ./bare.so bare.cpp
  run 2 run bare.so
  says err "undefined symbol: _Z17layernorm_forward"
  says err "that is the C++ function layernorm_forward()"
  says err 'wants extern "C" around its header'
  sed -e '/GCHK_PLUGIN/d' layernorm.cpp >bare.cpp
  builds "$compiler -std=c++17 -w" ./bare.so bare.cpp kernels.c
  run 2 run bare.so
  says err "write GCHK_PLUGIN(&layer, ...) at the foot of one of its files"
done
mistake 2 -DNO_PLUGIN
says err "mistake.so: has no symbol gchk_plugin_table; write GCHK_PLUGIN(&layer, ...)"

# 5. What is no shared object, and what to type.
# shellcheck disable=SC2086
cc -I"$source_dir/src/include" -fPIC -c -o layer.o mistakes.c
ar rc layer.a layer.o
cp layer.o object.so
cp mistakes.c source.so
: >empty.so
run 2 run layer.o
says err "layer.o: a target is a suite (.yaml) or a plug-in (.so), and this is an object; link it to a plug-in: cc -shared -fPIC -o layer.so layer.o"
run 2 run mistakes.c
says err "this is a source; compile it: cc \$(gradcheck --cflags) -shared -fPIC -o layer.so mistakes.c"
run 2 run layernorm.cpp
says err "c++ -std=c++17 \$(gradcheck --cflags) -shared -fPIC -o layer.so layernorm.cpp"
run 2 run layer.a
says err "--whole-archive layer.a"
run 2 run kernels.h
says err "gradcheck init kernels.h"
run 2 run "$gradcheck"
says err "a target is a suite (.yaml) or a plug-in (.so); a plug-in is made by cc"
run 2 run object.so
says err "it is an object; link it: cc -shared"
run 2 run source.so
says err "it is no program code; compile it: cc"
run 2 run empty.so
says err "it is cut off; build it again"

# 6. Float code in a table of f64.
mistake 1 -DWRONG_DTYPE
says out "element-size"
says out "float code declared f64?"

# 7. A source that was forgotten in the command that links.
mistake 2 -DELSEWHERE
says err "undefined symbol: scale_rows; name the source or library that has it in the command that links the plug-in"

for symbol in omp_scale_rows GOMP_scale_rows __kmpc_scale_rows; do # no library has these
  mistake 2 -DELSEWHERE "-Dscale_rows=$symbol"
  says err "undefined symbol: $symbol; it is OpenMP's"
  says err "-fopenmp"
done

# 8. No backward in the table; another contract than the declared one.
mistake 4 -DNO_BACKWARD
says out "no backward: nothing to verify"
mistake 1 -DOVERWRITES
says out "overwrites-gradient"
mistake 1 -DRULE=GCHK_GRAD_OVERWRITE
says out "accumulates-gradient"

# 9. A callback that counts rows from 1, or further than the table goes.
mistake 3 -DOUTPUT=3
# A sanitizer ends the process before the crash is looked at.
[ -n "${GRADCHECK_SANITIZED:-}" ] || says out "is there a row of the table for every c->t[...]"

# 10. Files that are not there.
run 2 run missing.so
says err "missing.so: cannot be opened: No such file or directory; build the plug-in, or correct its path"
mkdir suites
printf 'plugins: [right.so]\ncases:\n  - name: a\n    layer: times\n' >suites/a.yaml
run 2 run suites/a.yaml
says err "suites/a.yaml:1:11: suites/right.so: cannot be opened"

# 11. YAML: indentation, tabs, names.
printf 'cases:\n  - name: a\n   layer: relu\n' >indented.yaml
run 2 run indented.yaml
says err "indented.yaml:3:4: not YAML"
printf 'cases:\n- name: a\n\tlayer: relu\n' >tab.yaml
run 2 run tab.yaml
says err "tab.yaml:3:2: not YAML: "
says err "a tab indents this line: write spaces"
printf 'cases:\n  - name: a\n    layer: rleu\n' >name.yaml
run 2 run name.yaml
says err 'name.yaml:3:12: unknown layer "rleu"; did you mean "relu"?'
passed
