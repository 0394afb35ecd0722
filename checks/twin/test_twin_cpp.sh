# The same in C++: a right twin, a wrong backward, and a static variable that both objects would share.
# sh test_twin_cpp.sh GRADCHECK SOURCE_DIR PLUGIN_DIR CXX
. "$(dirname -- "$0")/../cli/lib.sh"
cxx=$4
here=$source_dir/checks/twin
build() {
  name=$1
  shift
  count=$((count + 1))
  "$cxx" -std=c++17 -shared -fPIC -O1 -Wall -Werror "-I$source_dir/src/include" "$@" -o "$work/$name.so" "$here/float_layers.cpp" 2>"$work/err" ||
    fail "$name does not compile"
}
cd "$work" || exit 1
build mine
build mine.twin -include gradcheck/as_double.h
build factor -DBACKWARD_FACTOR=1.0005f
build factor.twin -include gradcheck/as_double.h -DBACKWARD_FACTOR=1.0005f
run 0 run mine.so --text text
says text "This run would catch a 0.1 % error in "
run 1 run factor.so
says out "constant-ratio"
run 1 run factor.twin.so
says out "constant-ratio"

build shared -DSHARED
build shared.twin -include gradcheck/as_double.h -DSHARED
if nm -D shared.twin.so | grep -q ' u .*buffer'; then
  run 2 run shared.so
  says err "shares the variable _ZZ7scratchvE6buffer with shared.so"
  says err "-fno-gnu-unique"
  build shared.twin -include gradcheck/as_double.h -fno-gnu-unique -DSHARED
fi
run 0 run shared.so
passed
