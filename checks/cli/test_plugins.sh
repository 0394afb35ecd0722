# Plug-ins: right, wrong, with suites, misbehaving, interrupted; no process is left behind.
. "$(dirname -- "$0")/lib.sh"
so=$plugins/wrong

run 2 run "$so/other_version.so"
says err "version"
run 2 run "$so/no_symbol.so"
says err "gchk_plugin_table"
: >"$work/broken.so"
run 2 run "$work/broken.so"
says err "broken.so"
# A file that is cut off, wherever, and one of another machine; and the whole file, unchanged.
bytes=$(wc -c <"$so/conventions.so")
for part in 100 2000 $((bytes / 2)) $((bytes - 1)); do
  head -c "$part" "$so/conventions.so" >"$work/cut.so"
  run 2 run "$work/cut.so"
  says err "cut.so: cannot be loaded: the file is cut off: it has $part bytes, and its header tells of $bytes"
done
cp "$so/conventions.so" "$work/other.so"
case $(od -An -tx1 -j5 -N1 "$work/other.so") in # EI_DATA: which byte comes first
*02*) machine='\000\363' ;;
*) machine='\363\000' ;;
esac
[ "$(uname -m)" = riscv64 ] || {
  # shellcheck disable=SC2059 # the bytes of e_machine
  printf "$machine" | dd of="$work/other.so" bs=1 seek=18 conv=notrunc 2>"$work/err"
  run 2 run "$work/other.so"
  says err "other.so: cannot be loaded: it is built for RISC-V, and this is "
  lacks err "No such file"
}
run 0 list "$so/conventions.so"
run 0 run "$so/conventions.so" -q
run 1 run "$so/wrong.so" -q

# Names by which nobody could tell two cases apart.
for how in NONE LISTED CALLED; do
  "$4" -std=gnu11 -shared -fPIC "-I$source_dir/src/include" "-D$how" -o "$work/$how.so" "$source_dir/checks/cli/same_names.c" ||
    fail "same_names.c does not compile"
done
run 0 run "$work/NONE.so" -q
run 2 run "$work/LISTED.so" --filter 'doubles*' # what is selected does not matter: a shard has one of them, another the other
says err 'two cases are called "listed/N=3"'
says err "same_names.c:"
says err "rename a layer, or list a shape case once"
run 2 list "$work/CALLED.so" --shard 1/2
says err 'two cases are called "doubles/square"'
ln -s NONE.so "$work/link.so"
run 2 run "$work/NONE.so" "$work/link.so"
says err "link.so is given twice, also as $work/NONE.so"
cp "$work/NONE.so" "$work/copy.so"
run 0 run "$work/NONE.so" "$work/copy.so" -q # two targets may call theirs alike

# Start-up code has the limits of a case where its plug-in is read: by itself, and as a suite's.
cat >"$work/start.c" <<'C'
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "gradcheck/gradcheck.h"
static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
GCHK_CALLBACK(forward, { ((double *)c->t[1].value)[0] = 2 * ((double *)c->t[0].value)[0]; })
GCHK_CALLBACK(backward, { ((double *)c->t[0].grad)[0] = 2 * ((double *)c->t[1].grad)[0]; })
static const gchk_layer layer = {
    .name = "twice", .dtype = GCHK_F64, GCHK_TENSORS(tensors), .forward = forward, .backward = backward, .sizes = "N=1"};
GCHK_PLUGIN(&layer)
__attribute__((constructor)) static void start(void) {
  const char *take = getenv("TAKE_MIB"), *wait = getenv("WAIT_S");
  for (int i = 0; take != NULL && i < atoi(take); i++) {
    void *memory = malloc(1 << 20);
    if (memory != NULL)
      memset(memory, 1, 1 << 20);
    usleep(1000);
  }
  if (wait != NULL)
    sleep((unsigned)atoi(wait));
}
C
"$4" -std=gnu11 -w -O0 -shared -fPIC "-I$source_dir/src/include" -o "$work/start.so" "$work/start.c" || fail "start.c does not compile"
printf 'plugins: [start.so]\ncases:\n  - {name: a, layer: twice}\n' >"$work/start.yaml"
for target in "$work/start.so" "$work/start.yaml"; do
  (TAKE_MIB=600 && export TAKE_MIB && run 3 run "$target" --memory 100) || exit 1
  says err "start.so: cannot be loaded: its start-up code took more than the 100 MiB that there are for a case"
  (TAKE_MIB=50 && export TAKE_MIB && run 0 run "$target" --memory 2000) || exit 1
  (WAIT_S=25 && export WAIT_S && run 3 run "$target" --timeout 1) || exit 1
  says err "start.so: cannot be loaded: its start-up code did not end within 1 s"
  count=$((count + 3))
done

# A callback that returns a status and no message: the status is said, and the name of case and layer once.
cat >"$work/returns.c" <<'C'
#include <stdlib.h>
#include "gradcheck/gradcheck.h"
static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static gchk_status create(const gchk_call *c, void **state, gchk_error *error) { return getenv("AT") ? GCHK_OK : GCHK_NO_MEMORY; }
static gchk_status forward(const gchk_call *c, gchk_error *error) { return getenv("AT") ? GCHK_NO_MEMORY : GCHK_OK; }
GCHK_CALLBACK(backward, { ((double *)c->t[0].grad)[0] = 2 * ((double *)c->t[1].grad)[0]; })
static const gchk_layer layer = {.name = "sq", .dtype = GCHK_F64, GCHK_TENSORS(tensors), .create = create,
                                 .forward = forward, .backward = backward, .sizes = "N=1"};
GCHK_PLUGIN(&layer)
C
"$4" -std=gnu11 -w -shared -fPIC "-I$source_dir/src/include" -o "$work/returns.so" "$work/returns.c" || fail "returns.c does not compile"
run 3 run "$work/returns.so" --filter sq
says out "sq: create failed: out of memory"
lacks out "sq: sq:"
AT=forward && export AT
run 3 run "$work/returns.so" --filter sq
unset AT
says out "sq: forward failed: out of memory"

# The command that reports print for a twin, as it is pasted, where the program was built.
run 0 --cflags
says out "-I$source_dir/src/include"
cp "$source_dir"/checks/examples/layernorm.c "$source_dir"/checks/examples/kernels.? "$work"
# shellcheck disable=SC2016 # it is the pasted command that expands
(cd "$work" && PATH=$(dirname "$gradcheck"):$PATH && export PATH &&
  sh -c 'cc $(gradcheck --cflags) -shared -fPIC -o ./mine.so layernorm.c kernels.c -lm &&
    cc $(gradcheck --cflags) -include gradcheck/as_double.h -shared -fPIC -o ./mine.twin.so layernorm.c kernels.c -lm &&
    gradcheck run ./mine.so --twin ./mine.twin.so') >"$work/out" 2>"$work/err" || fail "the pasted command"
says out "4 pass"

# Several targets in one run, and a plug-in beside a suite.
printf 'cases:\n  - name: plain\n    layer: relu\n' >"$work/plain.yaml"
run 0 run "$work/plain.yaml" "$so/conventions.so" --filter plain --filter '*embedding*' --json "$work/both.json" --text "$work/text"

# What each misbehaviour is reported as. The sanitizers end some of them in their own way: then it is the neighbours that count.
misbehaves() {
  run "$2" run "$so/misbehaves_$1.so" --timeout "${4:-5}" --memory 256 --text -
  says out "bystander"
  count=$((count + 1))
  grep -qE "^ +PASS +bystander" "$work/out" || fail "$1: the other case was not judged"
  [ -n "${GRADCHECK_SANITIZED:-}" ] || says out "$3"
}
misbehaves abort 3 "SIGABRT"
misbehaves exit 3 "exit status"
misbehaves endless 3 "after 5 s without progress"
misbehaves returns_error 3 "failed"
misbehaves changes_input 1 "writes-input"
if [ -z "${GRADCHECK_SANITIZED:-}" ]; then
  misbehaves segfault 3 "SIGSEGV"
  misbehaves writes_beyond 1 "guard-zone"
fi
misbehaves allocates 3 "--memory allows 256 MiB" 60 # memory is slow to come on a busy machine

# Ctrl-C: a valid result that says it is not complete, exit 3, and nobody left.
"$gradcheck" run "$so/misbehaves_endless.so" --timeout 0 --jobs 2 --json "$work/cut.json" --text "$work/cut.txt" >"$work/out" 2>"$work/err" &
pid=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  sleep 0.2
  grep -q bystander "$work/err" && break
done
kill -INT "$pid"
status=0
wait "$pid" || status=$?
count=$((count + 1))
[ "$status" -eq 3 ] || fail "an interrupted run exits $status instead of 3"
says cut.json '"complete": false'
says cut.txt "bystander"
count=$((count + 1))
if pgrep -f "misbehaves_endless.so --timeout 0" >/dev/null 2>&1; then fail "a process was left behind"; fi
run 3 report "$work/cut.json" --text "$work/again.txt"
same "$work/cut.txt" "$work/again.txt"

# --no-isolation is for debuggers: a crash is this process's own.
status=0
"$gradcheck" run --no-isolation "$so/misbehaves_abort.so" >"$work/out" 2>"$work/err" || status=$?
count=$((count + 1))
[ "$status" -gt 128 ] || [ -n "${GRADCHECK_SANITIZED:-}" ] || fail "--no-isolation isolates: $status"
# Sizes that a table says and that cannot be are bad input, as they are in a suite: nothing of the plug-in runs.
sized() { # MEMBER: a layer with it
  cat >"$work/sized.c" <<C
#include <gradcheck/plugin.h>
static gchk_status forward(const gchk_call *c, gchk_error *e) {
  (void)e;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[1].value)[i] = 2 * ((const double *)c->t[0].value)[i];
  return GCHK_OK;
}
static gchk_status backward(const gchk_call *c, gchk_error *e) {
  (void)e;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[0].grad)[i] = 2 * ((const double *)c->t[1].grad)[i];
  return GCHK_OK;
}
static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_layer sized = {.name = "sized", .dtype = GCHK_F64, GCHK_TENSORS(tensors), .forward = forward,
                                 .backward = backward, $1};
GCHK_PLUGIN(&sized)
C
  "$4" -w -shared -fPIC "-I$source_dir/src/include" -o "$work/sized.so" "$work/sized.c" || fail "sized.c does not compile"
}
bad_sizes() { # MEMBER TEXT
  sized "$1" - - "$cc"
  run 2 run "$work/sized.so"
  says err "sized.so: sized: $2"
  run 2 list "$work/sized.so"
}
cc=$4
bad_sizes '.sizes = "N=0"' 'sizes "N=0": tensor x: dimension '"'N'"' of "N" is 0; at least 1 is wanted'
bad_sizes '.shape_cases = (const char *const[]){"N=3", "N=0", 0}' 'sizes "N=0": tensor x: dimension'
bad_sizes '.sizes = "M=3"' 'sizes "M=3": tensor x: size expression '"'N'"': nothing says how large N is'
bad_sizes '.sizes = "N=-1"' '"N=-1": size expression'
bad_sizes '.sizes = "N"' '"N": sizes "N": '"'N'"' is not of the form N=3'
for right in '.sizes = "N=1"' '.shape_cases = (const char *const[]){"N=3", "N=1", 0}'; do
  sized "$right" - - "$cc"
  run 0 run "$work/sized.so"
done
printf 'plugins: [sized.so]\ncases:\n  - {name: a, layer: sized, values: {x: {shape: [0]}}}\n' >"$work/sized.yaml"
run 2 run "$work/sized.yaml"
passed
