# Plug-ins that are hostile, each with a row of what came of it: verdict, exit status, seconds, processes left.
# As root it runs them as a user without a name, always with a limit on processes. $4: the C compiler.
. "$(dirname -- "$0")/lib.sh"
# A sanitizer's runtime ends some of these processes in its own way.
[ -z "${GRADCHECK_SANITIZED:-}" ] || { passed; exit 0; }
cc=$4
here=$source_dir/checks/cli
for tool in prlimit setpriv; do
  command -v $tool >/dev/null || { echo "no $tool: nothing hostile is run"; passed; exit 0; }
done
build() {
  "$cc" -w -std=gnu11 -g -shared -fPIC "-I$source_dir/src/include" -o "$work/$1.so" "$here/$2.c" ${3:+"$3"} -lpthread 2>"$work/err" ||
    fail "$2.c does not compile"
}
build hostile hostile_layers ''
for table in 0 1 2 3 4 5 6 7 8; do build table$table hostile_tables -DTABLE=$table; done
cp "$gradcheck" "$work/gradcheck"
chmod -R a+rX "$work"
as=
most=$(($(ps -L -u "$(id -u)" -o lwp= | wc -l) + 200))
if [ "$(id -u)" -eq 0 ]; then
  user=$((60000 + $$ % 4000))
  as="setpriv --reuid=$user --regid=$user --clear-groups"
  most=200
fi
mark=HOSTILE_RUN=$$

# left: processes of these runs that are there; they have the mark in the environment that they began with.
left() {
  grep -slzxF "$mark" /proc/[0-9]*/environ | wc -l
}
# try VARIABLE=VALUE... -- STATUS WORDS ARGUMENT...: gradcheck with these variables ends with the status, in time, says
# the words (a pattern of grep; of the row, standard error or the result) and leaves no process.
try() {
  set_to=
  while [ "$1" != -- ]; do set_to="$set_to $1"; shift; done
  expected=$2 words=$3
  shift 3
  began=$(date +%s%N) status=0
  # shellcheck disable=SC2086 # the variables are meant to split
  (cd / && env "$mark" $set_to $as prlimit --nproc=$most --core=0 timeout -s KILL 100 "$work/gradcheck" "$@") \
    >"$work/out" 2>"$work/err" </dev/null || status=$?
  took=$((($(date +%s%N) - began) / 1000000))
  remain=$(left)
  verdict=$(sed -n 's/^ *\([A-Z]*\)  *hostile .*/\1/p' "$work/out" | head -n 1)
  printf '%-44s %-12s %3d %4d.%d s  %d left\n' "$set_to $1 $(basename "${2:-}")" "${verdict:--}" "$status" $((took / 1000)) \
    $((took % 1000 / 100)) "$remain"
  count=$((count + 1))
  [ "$status" -eq "$expected" ] || fail "$set_to $*: exit status $status instead of $expected"
  [ "$remain" -eq 0 ] || fail "$set_to $*: $remain processes are left"
  { cat "$work/out" "$work/err"; unfolded "$work/out"; } >"$work/all"
  [ -z "$words" ] || grep -q -- "$words" "$work/all" || fail "$set_to $*: does not say $words"
}
# layer NAME STATUS WORDS: a run with this mischief; whatever it is, the neighbours pass.
layer() {
  try "HOSTILE=$1" -- "$2" "$3" run "$work/hostile.so" --filter before --filter hostile --filter after --timeout 2 -v \
    --jobs "${4:-2}"
  for name in before after; do
    count=$((count + 1))
    grep -qE "^ *PASS +$name " "$work/out" || fail "$1: $name was not judged"
  done
}

layer crash 3 SIGSEGV
layer exit_0 3 'exit status 0'
layer leave_0 3 'exit status 0'
layer exit_7 3 'exit status 7'
layer quick_exit_0 3 'exit status 0'
layer kill_itself 3 SIGKILL
layer stop_itself 3 'without progress'
layer loop 3 'without progress'
layer block_signals 3 'without progress'
layer handle_signals 3 'without progress'
layer use_up_stack 3 SIGSEGV
layer end_thread 3 'exit status 0'
layer start_spinning 0 'PASS *hostile'
layer close_all 3 'could not send its result'
layer close_all_and_loop 3 'without progress'
layer close_all_and_wait 3 'without progress'
layer fork_at_every_call 0 leaves-processes 1
layer fork_session 0 '1 process that the layer started was there'
layer fork_daemon 0 'process.* that the layer started w.* there'
layer fork_and_go_on 0 'PASS *hostile'
layer fork_and_crash 3 SIGSEGV
layer terminate_parent 0 'PASS *hostile'
layer interrupt_parent 0 'PASS *hostile'
layer kill_parent 3 SIGKILL
layer stop_parent 3 'without progress'
layer trap_arithmetic 3 SIG
layer raise_arithmetic 3 SIGFPE
layer jump_nowhere 3 SIG
layer take_faults 3 'without progress'
layer free_gradient 3 SIG
layer unmap_heap 3 SIG
layer spoil_call 3 SIG
layer spoil_name 3 SIG
layer return_nonsense 3 'no message was given'
layer return_below 3 'no message was given'
layer say_much 3 'backward failed: EEE'
layer spoil_error 3 'backward failed: EEE'
layer forge_progress 3 SIGABRT
layer signal_parent 0 'PASS *hostile'
layer signal_itself 3 SIGUSR1
layer trace_parent 3 'ERROR *hostile'
layer limit_files 0 'PASS *hostile'
layer read_input 0 'PASS *hostile'
layer write_junk 0 'PASS *hostile'
layer forge_result 3 'ERROR *hostile'
layer forge_large_result 3 'without progress'
layer flood 3 'without progress'
layer flood_lines 3 'without progress'
layer print_much 0 'PASS *hostile'
layer limit_processor 3 'ERROR *hostile'
layer unmap_library 3 SIG
layer loop_at_exit 0 'PASS *hostile'
layer lose_place 0 'PASS *hostile'

# A layer writes to whatever is open: none of that is what a program reads, or a terminal shows as it is.
mkdir "$work/open"
chmod a+rwx "$work/open"
for name in write_junk forge_progress; do
  status=0
  [ $name = write_junk ] || status=3
  try HOSTILE=$name -- $status . run "$work/hostile.so" --filter hostile --json - --events "$work/open/events"
  [ "$(head -c 1 "$work/out")" = '{' ] && [ "$(tail -n 1 "$work/out")" = '}' ] || fail "$name: standard output is not the result alone"
  count=$((count + 1))
  if grep -qv '^{.*}$' "$work/open/events"; then fail "$name: a line of the events is not one"; fi
  lacks err 'junk'
  lacks err "$(printf '\033')"
done

# A command without cases of its own to isolate is isolated whole.
for name in crash exit_0 leave_0 quick_exit_0 loop; do
  words=SIG
  case $name in *0) words='exit status 0' ;; loop) words='killed in backward after 2 s' ;; esac
  try HOSTILE=$name -- 3 "$words" explain 'hostile:x[0]' "$work/hostile.so" --timeout 2
  try HOSTILE=$name -- 3 "$words" graph hostile "$work/hostile.so" --timeout 2
done
try HOSTILE=fork_daemon -- 0 'process.* that a layer or a plug-in left behind w.* killed' graph hostile "$work/hostile.so"
try HOSTILE=be_slow -- 0 'y' graph hostile "$work/hostile.so"

# Whatever code there is around the layers, a wrong gradient is exit 1 and a right one 0, or the run is not finished.
for name in crash exit_0 leave_0 loop; do
  for factor in 2 3; do
    wrong=$((factor - 2))
    try FACTOR=$factor END=$name -- $wrong . run "$work/hostile.so" --filter hostile
    try FACTOR=$factor END=$name -- $wrong . explain 'hostile:x[0]' "$work/hostile.so"
    try FACTOR=$factor END=$name -- 0 '^hostile ' list "$work/hostile.so"
    try FACTOR=$factor END=$name -- 0 . graph hostile "$work/hostile.so"
  done
done
for name in crash exit_0 leave_0; do
  for command in run list 'explain hostile:x[0]' 'graph hostile'; do
    # shellcheck disable=SC2086 # a command and its argument
    try FACTOR=3 START=$name -- 3 'start-up code' $command "$work/hostile.so"
  done
done
try FACTOR=3 START=loop -- 3 'start-up code' run "$work/hostile.so"
try FACTOR=3 START=fork_session -- 1 'left behind' run "$work/hostile.so" --filter hostile
try FACTOR=3 START=terminate_parent -- 143 '' run "$work/hostile.so" --filter hostile
try FACTOR=3 HOSTILE=be_slow START=exit_from_thread -- 3 'ended with exit status 0' run "$work/hostile.so" --filter hostile
for command in run list 'explain hostile:x[0]'; do
  # shellcheck disable=SC2086 # a command and its argument
  try FACTOR=3 START=close_all -- 3 'nothing is left of what its table says' $command "$work/hostile.so"
done

# Cases load what was read; what start-up code does there is done to one case, and the report of the others is written.
later() {
  rm -f "$work/later/mark"
  start=$1
  shift
  try LATER="$work/later/mark" START="$start" "$@"
}
mkdir "$work/later"
chmod a+rwx "$work/later"
printf 'cases:\n  - {name: apart, layer: relu}\n' >"$work/apart.yaml"
chmod a+r "$work/apart.yaml"
for name in crash exit_0 leave_0 kill_itself close_all; do
  case $name in crash | kill_itself) words="crashed with SIG.* in start-up code of $work/hostile.so" ;; close_all) words='ERROR *hostile' ;;
    *) words='in start-up code of' ;; esac
  later $name -- 3 "$words" run "$work/hostile.so" "$work/apart.yaml" --filter hostile --filter apart
  count=$((count + 1))
  grep -qE "^ *PASS +apart " "$work/out" || fail "$name: the case of another target was not judged"
done
later loop -- 3 'without progress' run "$work/hostile.so" --filter hostile --timeout 2
later crash -- 3 'in start-up code' explain 'hostile:x[0]' "$work/hostile.so"
later crash -- 0 '^hostile ' list "$work/hostile.so" # which does not load it

# What start-up code begins goes on where the layer is called: a thread that it waits for.
try HOSTILE=ask_helper START=start_helper -- 0 'PASS *hostile' run "$work/hostile.so" --filter hostile -v --timeout 20
try HOSTILE=ask_helper START=start_helper FACTOR=3 -- 1 'FAIL *hostile' run "$work/hostile.so" --filter hostile --timeout 20
try HOSTILE=ask_helper -- 3 'without progress' run "$work/hostile.so" --filter hostile --timeout 1

# What start-up code does to the process of all is undone, and said; what it prints is no part of a report.
for factor in 2 3; do
  try FACTOR=$factor HOSTILE=be_slow START=set_alarm -- $((factor - 2)) 'whole process (the alarm clock)' run \
    "$work/hostile.so" --filter hostile
  changed='(the working directory, the file mode mask, how signals are taken, the alarm clock, the standard descriptors)'
  [ -z "$as" ] || changed="(the limits of resources, ${changed#(}"
  try FACTOR=$factor HOSTILE=be_slow START=change_settings -- $((factor - 2)) . run "$work/hostile.so" --filter hostile --json -
  [ "$(head -c 1 "$work/out")" = '{' ] && [ "$(tail -n 1 "$work/out")" = '}' ] || fail "standard output is not the result alone"
  lacks out started
done
case $(uname -m) in
  x86_64 | aarch64) flushes=flush-to-zero ;;
  *) flushes= ;;
esac
for command in run 'explain hostile:x[0]'; do
  # shellcheck disable=SC2086 # a command and its argument
  try HOSTILE=check_arithmetic -- 0 PASS $command "$work/hostile.so"
  lacks err 'start-up code'
  # shellcheck disable=SC2086
  [ -z "$flushes" ] || try HOSTILE=check_arithmetic START=flush_to_zero -- 0 "start-up code changed.*$flushes" $command \
    "$work/hostile.so"
  # shellcheck disable=SC2086
  try HOSTILE=check_arithmetic START=round_upwards -- 0 'start-up code changed.*another rounding' $command "$work/hostile.so"
done
printf 'plugins: [hostile.so]\ncases:\n  - {name: hostile, layer: hostile}\n' >"$work/suite.yaml"
chmod a+r "$work/suite.yaml"
[ -z "$flushes" ] || try HOSTILE=check_arithmetic START=flush_to_zero -- 0 "start-up code changed.*$flushes" run "$work/suite.yaml"

# Tables: what is wrong with them is wrong with the input.
try -- 0 'PASS *layer' run "$work/table0.so"
for table in 1 2 3 4 5 6 7; do
  try -- 2 "table$table.so" run "$work/table$table.so"
  try -- 2 "table$table.so" list "$work/table$table.so"
done
status=0
timeout 60 "$work/gradcheck" list "$work/table8.so" >"$work/out" 2>"$work/err" || status=$?
count=$((count + 1))
[ "$status" -eq 0 ] || [ "$status" -eq 2 ] || fail "a table of many tensors: $status"
passed
