# The C++ header with one compiler, as C++17 and without a warning: the README's example, a layer with a state, and what
# wrong names and types make of it. sh test_cpp.sh GRADCHECK SOURCE_DIR CXX
set -u
gradcheck=$1 source=$2 cxx=$3
here=$source/checks/examples
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset NO_COLOR FORCE_COLOR GITHUB_ACTIONS GITHUB_STEP_SUMMARY
passed=0

fail() {
  echo "FAILED: $1" >&2
  [ -f "$work/out" ] && tail -n 30 "$work/out" >&2
  exit 1
}
# build NAME SOURCE FLAG...: NAME.so
build() {
  name=$1 file=$2
  shift 2
  "$cxx" -std=c++17 -Wall -Wextra -Werror -pedantic -Wconversion -Wshadow -shared -fPIC -I"$source/src/include" -I"$here" \
    "$@" -o "$work/$name.so" "$file" "$work/kernels.o" >"$work/out" 2>&1 || fail "$name does not compile"
  passed=$((passed + 1))
}
# run STATUS NAME TEXT: its exit status, and what the output says.
run() {
  status=0
  "$gradcheck" run "$work/$2.so" --text - >"$work/out" 2>&1 || status=$?
  [ "$status" -eq "$1" ] || fail "$2: exit status $status instead of $1"
  grep -qF -- "$3" "$work/out" || fail "$2 does not say: $3"
  passed=$((passed + 2))
}
# kernels FLAG...: somebody's own C code.
kernels() {
  "$cxx" -x c++ -Wno-deprecated -fPIC -I"$here" "$@" -c -o "$work/kernels.o" "$here/kernels.c" || fail "kernels.c"
}

if [ "$(basename "$cxx" | cut -c1-3)" = g++ ]; then twin=-fno-gnu-unique; else twin=-fPIC; fi
kernels
build layernorm "$here/layernorm.cpp"
kernels -I"$source/src/include" -include gradcheck/as_double.h
build layernorm.twin "$here/layernorm.cpp" -include gradcheck/as_double.h $twin
run 0 layernorm "4 pass"
kernels -DFORGET_THE_MEAN
build layernorm "$here/layernorm.cpp"
run 1 layernorm "missing-mean-term"

build right "$here/state.cpp"
build right.twin "$here/state.cpp" -include gradcheck/as_double.h $twin
run 0 right "5 pass" # with what is varied
build wrong "$here/state.cpp" -DFACTOR=2
run 1 wrong "constant-ratio"
# Each is an error of its case, with a message, and no crash.
misuse() {
  build "misuse_$1" "$here/state.cpp" "-DMISUSE=$1"
  run 3 "misuse_$1" "$2"
  if grep -q "SIG[A-Z]" "$work/out"; then fail "misuse_$1 crashes"; fi
}
misuse 1 "layer scaled rows has no tensor 'input'; it has x, w, mask, y"
misuse 2 "tensor x of layer scaled rows is f32, and is read as f64"
misuse 3 "tensor mask of layer scaled rows is of role constant, and has no gradient"
misuse 4 "layer scaled rows has no size 'M' in its shapes"
misuse 5 "layer scaled rows has no option 'scall'"
misuse 6 "layer scaled rows threw what is no std::exception"
misuse 7 "this cannot be"

# The header alone, twice, and a pointer that no buffer has.
printf '#include "gradcheck/layer.hpp"\n#include "gradcheck/layer.hpp"\n' >"$work/alone.cpp"
build alone "$work/alone.cpp"
printf '#include "gradcheck/layer.hpp"\nshort *f(const gradcheck::call &c) { return c.value("x"); }\n' >"$work/short.cpp"
if "$cxx" -std=c++17 -fsyntax-only -I"$source/src/include" "$work/short.cpp" >"$work/out" 2>&1; then fail "a buffer of short"; fi
grep -q "a buffer holds double, float or int32_t" "$work/out" || fail "a buffer of short has no message"
echo "$((passed + 2)) passed, 0 failed"
