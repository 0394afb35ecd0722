# Names that attack terminals and CI servers, on standard error and standard output of every command that prints names.
. "$(dirname -- "$0")/lib.sh"
so=$plugins/plugins/hostile_names.so

# tame FILE: no control character but the end of lines and tabs, no workflow command.
tame() {
  count=$((count + 1))
  if LC_ALL=C tr -d '\n\t\040-\176\200-\377' <"$1" | grep -q .; then fail "$1 has control characters"; fi
  if grep -qE '^[[:space:]]*::[a-z]|##(vso)?\[' "$1"; then fail "$1 has a workflow command"; fi
}

# The test of the test: what is printed as it is, is found.
for bad in '\033[31m' '::error::x' 'a ##vso[task]' 'bell\007'; do
  # shellcheck disable=SC2059 # the escapes are the point
  printf "$bad\n" >"$work/bad"
  if (tame "$work/bad") >"$work/log" 2>&1; then fail "$bad passes"; fi
done
printf 'plain: a::b\n' >"$work/good"
tame "$work/good"

run 3 run "$so" # one layer is wrong, and another says no
says err '\x1B[31m'
says err ': error ('
tame "$work/err"
run 0 list "$so"
says out '\x1B[31m'
tame "$work/out"
printf 'plugins: [%s]\ncases:\n  - name: a\n    layer: "no\\e[31msuch"\n' "$so" >"$work/suite.yaml"
run 2 list "$work/suite.yaml"
tame "$work/err"
run 2 explain "$(printf 'no\033[31msuch')" "$so"
tame "$work/err"

# In every report on standard output, and in what is made of a result.
for format in text json junit html markdown events; do
  run 3 run "$so" "--$format" - --seed 1
  tame "$work/out"
done
run 3 run "$so" -v --json "$work/names.json"
tame "$work/out"
run 3 run "$so" --seeds 2 --json "$work/seeds.json"
tame "$work/out"
says seeds.json '/planted seed 1"'
run 4 run "$so" --last-failed "$work/names.json" --junit - # JSON cannot have these names as they are
tame "$work/out"
says err 'are not among those selected'
tame "$work/names.json"
run 3 report "$work/names.json" --json "$work/again.json" -v
tame "$work/out"
# But for how many cases a layer has: two that differ in bytes that JSON cannot have are one there.
for file in names again; do grep -v '"where": "' "$work/$file.json" >"$work/$file"; done
same "$work/names" "$work/again"
# shellcheck disable=SC2043 # one name is enough
for name in 'y ##vso[task.complete]' ; do
  printf 'cases:\n  - name: "%s"\n    layer: relu\n' "$name" >"$work/vso.yaml"
  run 0 run "$work/vso.yaml" --json "$work/vso.json"
  says out 'y #\x23vso[task.complete]'
  tame "$work/err"
  tame "$work/vso.json"
  run 0 diff "$work/vso.json" "$work/vso.json" # it is read back as the name that it is
  run 0 run "$work/vso.yaml" --filter "${name%%[*}*"
  says out '1 pass'
  run 0 run "$work/vso.yaml" --junit -
  says out 'y #&#35;vso[task.complete]'
done

# What is given on the command line.
bad=$(printf 'no\033[31m such ##vso[x]')
for words in "$bad" "help|$bad" "run|--$bad" "run|-$bad" "run|--jobs|$bad" "run|--seed=$bad" "explain|$bad" "explain|x-y" \
  "run|$bad" "graph|$bad" "train|$bad" "report|$bad" "run|--text|$bad/x/y" "merge|$bad|$bad" "run|--shard=$bad"; do
  count=$((count + 1)) status=0
  IFS='|'
  # shellcheck disable=SC2086 # it is split
  "$gradcheck" $words >"$work/out" 2>"$work/err" || status=$?
  unset IFS
  [ "$status" -eq 2 ] || [ "$status" -eq 3 ] || fail "gradcheck $words: exit status $status"
  [ -s "$work/err" ] || fail "gradcheck $words says nothing"
  tame "$work/err"
done

# Names of any length.
long=$(printf '%0600d' 7)
printf 'cases:\n  - name: "%s"\n    layer: relu\n' "$long" >"$work/long.yaml"
run 0 explain "$long:x[0,0,1]" "$work/long.yaml"
says out "PASS: the difference"
run 2 explain "$long:x[0,0,1]"
says err "no case"
lacks err "no element"

# Ordinary names are as they are.
printf 'cases:\n  - name: "größe x/1 (a)"\n    layer: relu\n' >"$work/plain.yaml"
run 0 run "$work/plain.yaml"
says err 'größe x/1 (a): pass (1 of 1'
run 0 list "$work/plain.yaml"
says out 'größe x/1 (a)  (relu, f64)'
passed
