# What is read: pipes, devices, folders and files that claim too much, for every reader; nothing hangs, and each is said.
. "$(dirname -- "$0")/lib.sh"
command -v timeout >/dev/null || { echo "0 passed, 0 failed: timeout is not installed"; exit 0; }

# quick STATUS ARGUMENT...: as run, and not for ever; seconds, but on a machine that has other things to do or is emulated.
program=$gradcheck
printf '#!/bin/sh\nexec timeout 600 "%s" "$@"\n' "$program" >"$work/quick"
chmod +x "$work/quick"
gradcheck=$work/quick

suite() { # FORMAT FILE ROWS
  printf 'cases:\n  - name: read\n    layer: relu\n    values: {x: {%s: %s, rows: [0, %s]}}\n' "$1" "$2" "$3" >"$work/suite.yaml"
}

# A device has no end, a folder no bytes.
ln -s /dev/zero "$work/zero.yaml"
mkdir "$work/folder.yaml"
run 2 run "$work/zero.yaml"
says err "zero.yaml: is a device; a file is wanted"
run 2 run "$work/folder.yaml"
says err "is a folder"
run 2 report /dev/zero
says err "/dev/zero: is a device"
run 2 diff "$work" /dev/null
says err "is a folder"
for format in npy csv idx npz; do
  for device in /dev/zero /dev/null; do
    suite $format $device 2
    run 2 run "$work/suite.yaml"
    says err "$device: is a device"
  done
done

# A pipe is read while somebody writes, and is not waited for when nobody does.
mkfifo "$work/pipe.yaml" "$work/silent.yaml" "$work/pipe.json"
printf 'cases:\n  - name: piped\n    layer: relu\n' >"$work/plain.yaml"
cat "$work/plain.yaml" >"$work/pipe.yaml" &
run 0 run "$work/pipe.yaml" --json "$work/result.json"
says out "piped"
cat "$work/result.json" >"$work/pipe.json" &
run 0 report "$work/pipe.json"
says out "piped"
run 2 list "$work/silent.yaml"
says err "silent.yaml: is a pipe, and nothing came out of it for 10 s"
wait

# sparse NAME BYTES: a file of that length without its blocks.
sparse() {
  dd if=/dev/null of="$work/$1" bs=1 seek="$2" 2>"$work/dd" || fail "no sparse file"
}
sparse long.yaml 1000000000000
run 2 list "$work/long.yaml"
says err "long.yaml: more than 67108864 bytes"
sparse long.json 1000000000000
run 2 report "$work/long.json"
says err "long.json: more than 1073741824 bytes"
for format in csv npz; do
  sparse "long.$format" 1000000000000
  suite $format "long.$format" 2
  run 2 run "$work/suite.yaml"
  says err "long.$format: more than "
done

# What a header claims is compared with the file's size before numbers are read: these are two, of 8 and of a million.
{
  printf '\223NUMPY\001\000\166\000'
  printf "%-117s\n" "{'descr': '<f8', 'fortran_order': False, 'shape': (536870912, 1), }"
  printf '\000\000\000\000\000\000\000\000'
} >"$work/claims.npy"
suite npy claims.npy 1
run 2 run "$work/suite.yaml"
says err "claims.npy: has 8 bytes of numbers, but its header says"
{
  printf '\223NUMPY\001\000\166\000'
  printf "%-117s\n" "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296, 4294967296), }"
} >"$work/overflows.npy"
suite npy overflows.npy 1
run 2 run "$work/suite.yaml"
says err "more than fits the memory"
printf '\000\000\010\003\377\377\377\377\000\000\377\377\000\000\377\377x' >"$work/claims.idx"
suite idx claims.idx 1
run 2 run "$work/suite.yaml"
says err "claims.idx: "
printf '\000\000\010\002\000\017\102\100\000\000\000\001ab' >"$work/short.idx"
suite idx short.idx 1
run 2 run "$work/suite.yaml"
says err "short.idx: ends after 2 bytes of numbers, but its header says (1000000,1) of 1 bytes each, 1000000 bytes"

# The right twins of these.
printf '\000\000\010\002\000\000\000\002\000\000\000\001ab' >"$work/right.idx"
suite idx right.idx 2
run 0 list "$work/suite.yaml"
{
  printf '\223NUMPY\001\000\166\000'
  printf "%-117s\n" "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }"
  printf '\000\000\200\077\000\000\000\100'
} >"$work/right.npy"
suite npy right.npy 2
run 0 list "$work/suite.yaml"

# A result or a suite that is nothing but brackets is refused by its depth, not by the end of the stack.
awk 'BEGIN { for (i = 0; i < 1000000; i++) printf "[" }' >"$work/deep.json"
cp "$work/deep.json" "$work/deep.yaml"
run 2 report "$work/deep.json"
says err "deep.json:1:"
run 2 list "$work/deep.yaml"
says err "deep.yaml:1:"

# An address space without room for the BLAS is said, and one with room is enough; sanitizers map more than any limit.
# limited KIB STATUS ARGUMENT...: as run does, with this limit. A program that waits for ever ends as well.
limited() {
  kib=$1 expected=$2
  shift 2
  status=0
  (ulimit -v "$kib" && exec timeout 120 "$gradcheck" "$@") >"$work/out" 2>"$work/err" </dev/null || status=$?
  count=$((count + 1))
  [ "$status" -eq "$expected" ] || fail "$*, ulimit -v $kib: exit status $status instead of $expected"
  [ "$expected" -eq 0 ] || says err "no room for the BLAS"
}
if [ -z "${GRADCHECK_SANITIZED:-}" ] && ! excused "ulimit -v"; then
  for kib in 60000 100000; do
    limited "$kib" 3 run --filter apple
    limited "$kib" 3 --version
    OPENBLAS_NUM_THREADS=1 limited "$kib" 3 --version
  done
  OPENBLAS_NUM_THREADS=1 limited 400000 0 --version
  limited 100000000 0 run --filter apple
  limited 100000000 0 --version
  # Of many processors, each takes its share.
  processors=$(nproc)
  if [ "$processors" -gt 1 ]; then
    limited $((processors * 131072 - 1000)) 3 --version
    OPENBLAS_NUM_THREADS=$processors limited $((processors * 131072 - 1000)) 3 --version
  fi
fi
passed
