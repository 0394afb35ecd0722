# The compilers of C and of C++ that are there, without those of other names that a machine may have, and how strictly
# what gradcheck writes is compiled. Sourced after lib.sh.
compilers() {
  for compiler in "$@"; do command -v "$compiler" >/dev/null 2>&1 && echo "$compiler"; done
}
flags="-I$source_dir/src/include -shared -fPIC -O1"
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wdouble-promotion -Wcast-qual -Wundef -Werror"
c_warnings="-std=c11 $warnings -Wstrict-prototypes -Wmissing-prototypes -Wvla"

# builds COMPILER OBJECT FILE...: compiles without a word.
builds() {
  compiler=$1 object=$2
  shift 2
  count=$((count + 1))
  # shellcheck disable=SC2086
  $compiler $flags -o "$object" "$@" -lm >"$work/out" 2>"$work/err" || fail "$compiler does not compile $*"
  [ ! -s "$work/err" ] || fail "$compiler has something to say on $*"
}
