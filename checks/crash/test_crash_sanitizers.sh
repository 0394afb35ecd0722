# Plug-ins that were built with sanitizers: their runtimes report, and gradcheck passes on what they say, and no more.
# sh test_crash_sanitizers.sh GRADCHECK SOURCE_DIR PLUGIN_DIR CC
. "$(dirname -- "$0")/../cli/lib.sh"
. "$(dirname -- "$0")/blocks.sh"
[ -z "${GRADCHECK_SANITIZED:-}" ] || { passed; exit 0; }
excused "the run-time libraries of sanitizers" && passed
cc=$4
here=$source_dir/checks/crash
cd "$work" || exit 1
line() {
  grep -n "MARK $1 " "$here/sanitized_layers.c" | cut -d: -f1
}
# build NAME FLAG...
build() {
  name=$1
  shift
  "$cc" -g -O1 -shared -fPIC "-I$source_dir/src/include" "$@" -o "$name.so" "$here/sanitized_layers.c" 2>err
}
# run_with RUNTIME STATUS ARGUMENT...: as run, with a runtime preloaded.
run_with() {
  LD_PRELOAD=$1
  export LD_PRELOAD
  shift
  run "$@"
  unset LD_PRELOAD
}

runtime=$("$cc" -print-file-name=libasan.so)
flags=
if "$cc" --version | grep -q clang; then
  runtime=$("$cc" -print-file-name="libclang_rt.asan-$(uname -m).so")
  flags=-shared-libasan
fi
if [ -e "$runtime" ] && build probe -DKIND=0 -fsanitize=address $flags; then
  for kind in 0 1 2 4 5 6; do
    build asan$kind -DKIND=$kind -fsanitize=address $flags || fail "kind $kind does not compile"
  done
  run_with "$runtime" 0 run asan0.so
  lacks out sanitizer
  run_with "$runtime" 3 run asan1.so --filter sane --text text --json heap.json
  block_says sane "stopped by a sanitizer in backward (probe of repeated calls): AddressSanitizer: heap-buffer-overflow"
  block_says sane "sanitized_layers.c:$(line heap)"
  says heap.json '"sanitizer_report": ['
  count=$((count + 1))
  [ "$(awk '/"sanitizer_report"/ { inside = 1; next } /\]/ { inside = 0 } inside' heap.json | wc -l)" -le 200 ] || fail "the report is not bounded"
  run_with "$runtime" 3 run asan2.so --filter sane --text text
  block_says sane "AddressSanitizer: heap-use-after-free"
  run_with "$runtime" 3 run asan4.so --filter sane --text text
  block_says sane "AddressSanitizer: stack-buffer-overflow"
  # Words that only look so: the runtime knows that it reported nothing.
  run_with "$runtime" 0 run asan5.so --json five.json
  lacks five.json sanitizer-report
  run_with "$runtime" 3 run asan6.so --filter sane --timeout 4 --text text
  block_says sane "killed in backward"
  # A runtime that goes on after an error: the case comes to its end, and fails.
  if build recover -DKIND=2 -fsanitize=address -fsanitize-recover=address $flags; then
    ASAN_OPTIONS=halt_on_error=0
    export ASAN_OPTIONS
    run_with "$runtime" 1 run recover.so --filter sane --text text
    unset ASAN_OPTIONS
    block_says sane "sanitizer-report"
    block_says sane "heap-use-after-free"
  fi
fi

# clang links the runtime of UBSan into programs alone.
runtime=
if "$cc" --version | grep -q clang; then
  runtime=$("$cc" -print-file-name="libclang_rt.ubsan_standalone-$(uname -m).so")
  [ -e "$runtime" ] || { passed; exit 0; }
fi
if build ubsan -DKIND=3 -fsanitize=undefined -fsanitize-recover=undefined; then
  run_with "$runtime" 0 run ubsan.so -v
  says out "sanitizer-report"
  says out "sanitized_layers.c:$(line overflow):"
  says out "runtime error: signed integer overflow"
  build ubsan0 -DKIND=0 -fsanitize=undefined || fail "kind 0 does not compile"
  run_with "$runtime" 0 run ubsan0.so -v
  lacks out sanitizer-report
  build fatal -DKIND=3 -fsanitize=undefined -fno-sanitize-recover=undefined || fail "kind 3 does not compile"
  run_with "$runtime" 3 run fatal.so --filter sane --text text
  block_says sane "stopped by a sanitizer in backward"
  block_says sane "runtime error: signed integer overflow"
fi
passed
