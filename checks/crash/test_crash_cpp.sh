# C++ layers: what() of an exception that nobody catches, and names as they are written.
# sh test_crash_cpp.sh GRADCHECK SOURCE_DIR PLUGIN_DIR CC CXX
. "$(dirname -- "$0")/../cli/lib.sh"
. "$(dirname -- "$0")/blocks.sh"
[ -z "${GRADCHECK_SANITIZED:-}" ] || { passed; exit 0; }
cxx=$5
here=$source_dir/checks/crash
cd "$work" || exit 1
line() {
  grep -n "MARK $1\$" "$here/crash_layers.cpp" | cut -d: -f1
}
for kind in 0 1 2 3 4; do
  "$cxx" -std=c++17 -g -O1 -shared -fPIC -DKIND=$kind "-I$source_dir/src/include" -o kind$kind.so "$here/crash_layers.cpp" 2>err ||
    fail "kind $kind does not compile"
done
run 0 run kind0.so
run 3 run kind1.so --filter leaver --text text
block_says leaver "SIGABRT"
block_says leaver "what():  shapes do not match: 3 and 4"
run 3 run kind2.so --filter leaver --text text2
mv text text1 && mv text2 text
block_says leaver "out_of_range"
mv text text2
run 3 run kind3.so --filter leaver --text text
block_says leaver "SIGSEGV (invalid memory access) in backward"
if [ "${HAS_BACKTRACE:-1}" = 1 ]; then
  block_says leaver "deep::net<double>::run("
  block_says leaver "at crash_layers.cpp:$(line wild)"
  mv text1 text
  block_says leaver "at crash_layers.cpp:$(line throw)"
  mv text2 text
  block_says leaver "at crash_layers.cpp:$(line at)" # not in the header of the library
fi
run 3 run kind4.so --filter leaver --text text
if [ "${HAS_BACKTRACE:-1}" = 1 ]; then
  block_says leaver "deep::long_name<deep::three<deep::the_first_of_three_types"
  block_says leaver "have_for_a_transpose> >::run()"
fi
passed
