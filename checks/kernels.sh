#!/bin/sh
# Every test that touches BLAS, with the kernels of three generations of processors and with one and two threads, and
# the built-in suite as on a machine of 64 processors. What this processor cannot run is skipped, and said.
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
for core in Prescott Haswell SkylakeX; do
  for threads in 1 2; do
    if ! can_run "$core"; then
      echo "$core, $threads threads: skipped, this processor cannot run them" | tee -a "$table/rows"
      continue
    fi
    (cd "$root" && OPENBLAS_CORETYPE=$core OPENBLAS_NUM_THREADS=$threads \
      ctest --preset release -L blas -j "$(nproc)" >"$table/log" 2>&1) || { status=1 && cat "$table/log"; }
    echo "$core, $threads threads: $(grep 'tests passed' "$table/log")" | tee -a "$table/rows"
  done
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
