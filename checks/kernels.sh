#!/bin/sh
# Every test that touches BLAS, with the kernels of three generations of processors, the oldest by two threads and the
# others by one, and the built-in suite as on a machine of 64 processors. (How a product is divided among threads is the
# same code for all kernels; test.sh runs this processor's own by as many threads as there are processors.) What this
# processor cannot run is skipped, and said.
. "$(dirname -- "$0")/setup.sh"

# shellcheck disable=SC2086 # the list is meant to split
install_missing $packages
build release

# can_run CORE: has this processor the instructions of these kernels?
can_run() {
  case $1 in
  Prescott) flag=pni ;;
  Haswell) flag=avx2 ;;
  SkylakeX) flag=avx512f ;;
  esac
  grep -qw "$flag" /proc/cpuinfo
}

status=0
table=$(mktemp -d)
trap 'rm -rf "$table"' EXIT
for row in "Prescott 2" "Haswell 1" "SkylakeX 1"; do
  core=${row% *} threads=${row#* }
  if ! can_run "$core"; then
    echo "$core, $threads threads: skipped, this processor cannot run them" | tee -a "$table/rows"
    continue
  fi
  (cd "$root" && OPENBLAS_CORETYPE=$core OPENBLAS_NUM_THREADS=$threads \
    ctest --preset release -L blas -j "$(($(nproc) + 1))" >"$table/log" 2>&1) || { status=1 && cat "$table/log"; }
  echo "$core, $threads threads: $(grep 'tests passed' "$table/log")" | tee -a "$table/rows"
done

cc -O2 -shared -fPIC -o "$table/manycores.so" "$root/checks/kernels/manycores.c" -ldl
if LD_PRELOAD=$table/manycores.so CORES=64 "$root/build/release/bin/gradcheck" run --jobs 2 >"$table/log" 2>&1; then
  result=passes
else
  result=fails
  status=1
  cat "$table/log"
fi
echo "64 processors: the built-in suite $result" | tee -a "$table/rows"
echo "-- in all"
cat "$table/rows"
exit "$status"
