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

# Ordinary names are as they are.
printf 'cases:\n  - name: "größe x/1 (a)"\n    layer: relu\n' >"$work/plain.yaml"
run 0 run "$work/plain.yaml"
says err 'größe x/1 (a): pass (1 of 1'
run 0 list "$work/plain.yaml"
says out 'größe x/1 (a)  (relu, f64)'
passed
