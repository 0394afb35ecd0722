# What layers and start-up code print: never in a report, on standard error with the name of whose it is, bounded, and
# nothing that a terminal or a CI server obeys. Neither who prints without an end nor who does not read keeps it waiting.
. "$(dirname -- "$0")/lib.sh"
so=$plugins/plugins/chatty_layers.so

# tame FILE: no control character but the end of lines and tabs, no workflow command.
tame() {
  count=$((count + 1))
  if LC_ALL=C tr -d '\n\t\040-\176\200-\377' <"$work/$1" | grep -q .; then fail "$1 has control characters"; fi
  if grep -qE '^[[:space:]]*::[a-z]|##(vso)?\[' "$work/$1"; then fail "$1 has a workflow command"; fi
}
# quiet_report: nothing of what is foreign is on standard output, and whose it is is said on standard error.
quiet_report() {
  lacks out 'standard output'
  lacks out 'standard error'
  tame out
  tame err
  says err "chatty_layers.so | start-up code on standard error"
  says err "$1 | standard error of a layer"
  count=$((count + 1))
  if grep -v -e ' | ' -e '^chats: ' -e '^$' "$work/err" | grep -q .; then fail "a line of nobody"; fi
}

for format in json junit html markdown events text; do
  run 0 run "$so" --filter chats "--$format" -
  quiet_report chats
  cp "$work/out" "$work/$format"
done
run 0 report "$work/json" # it is one result, and nothing before or after it
says out "1 pass"
count=$((count + 1))
[ "$(head -c 6 "$work/junit")" = '<?xml ' ] && [ "$(tail -n 1 "$work/junit")" = '</testsuites>' ] || fail "JUnit is not alone"
count=$((count + 1))
if grep -v '^{.*}$' "$work/events" | grep -q .; then fail "a line of the events is none"; fi

# The other commands run layers as well.
for command in "explain chats:x[1]" "graph chats"; do
  # shellcheck disable=SC2086 # two words
  run 0 $command "$so"
  lacks out 'standard output'
  tame out
  tame err
  says err "chatty_layers.so | start-up code on standard error"
  says err "${command#* } | standard error of a layer"
done
run 0 list "$so"
lacks out 'standard output'
tame out
tame err
says err "chatty_layers.so | start-up code on standard error"

# A debugger gets it as it is.
run 0 run "$so" --filter chats --no-isolation
says out 'standard output of a layer'
says err "$(printf 'standard error of a layer \033[31m')"

# Without an end: it ends by its time, little of it is shown, and how much there was is said.
for layer in floods floods_output; do
  began=$(date +%s)
  run 3 run "$so" --filter $layer --filter silent --timeout 2 --json "$work/flood.json"
  count=$((count + 1))
  [ $(($(date +%s) - began)) -lt 60 ] || fail "$layer does not end"
  [ "$(wc -c <"$work/err")" -lt 50000 ] || fail "$layer: too much is shown"
  says out "after 2 s without progress"
  says out "1 pass, 0 fail, 0 inconclusive"
done
run 3 run "$so" --filter floods --timeout 2 --json "$work/flood.json"
count=$((count + 1))
grep -qE '^floods \| \(not shown: [0-9,]+ more lines, [0-9,]+ bytes\)$' "$work/err" || fail "it is not said what is not shown"
says flood.json "there is always more to say"

# The last words are kept, however many came before.
run 3 run "$so" --filter dies
says out "last words 1000 of 1000"
says err "dies | last words 1 of 1000"
lacks err "last words 1000 of 1000"
says err "dies | (not shown: 800 more lines"

# Nobody reads: both are done in time all the same, with what was asked for.
mkfifo "$work/unread"
sleep 300 <"$work/unread" &
reader=$!
status=0
timeout 100 "$gradcheck" run "$so" --filter floods --filter floods_output --filter chats --filter silent --filter stammers \
  --jobs 2 --timeout 2 --json "$work/unread.json" >"$work/out" 2>"$work/unread" || status=$?
kill "$reader"
count=$((count + 1))
[ "$status" -eq 3 ] || fail "exit status $status instead of 3 where nobody reads"
says out "3 pass, 0 fail, 0 inconclusive"

# Lines that come in pieces from two at a time.
run 0 run "$so" --filter stammers --filter stutters --jobs 2 --no-probes
count=$((count + 1))
grep -qE '^stammers \| a{20}$' "$work/err" && grep -qE '^stutters \| b{20}$' "$work/err" || fail "no line is whole"
if grep -E '^st[a-z]+ \|' "$work/err" | grep -vqE '^stammers \| a{20}$|^stutters \| b{20}$|not shown'; then fail "a line is within another"; fi
passed
