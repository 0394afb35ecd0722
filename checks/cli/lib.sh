# Sourced by the command-line tests: each is a script that says what must hold, and stops at the first thing that does not.
# Usage of a test: sh test_x.sh GRADCHECK SOURCE_DIR PLUGIN_DIR

set -u
gradcheck=$1
source_dir=$2
plugins=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
unset NO_COLOR FORCE_COLOR GITHUB_ACTIONS GITHUB_STEP_SUMMARY GRADCHECK_DATA
count=0 left_out=

# run STATUS ARGUMENT...: runs gradcheck; its output is in $work/out and $work/err.
run() {
  expected=$1
  shift
  status=0
  "$gradcheck" "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
  count=$((count + 1))
  [ "$status" -eq "$expected" ] || fail "gradcheck $*: exit status $status instead of $expected"
}

fail() {
  echo "FAILED: $1" >&2
  for f in out err; do
    [ -f "$work/$f" ] && { echo "--- $f" >&2; tail -n 30 "$work/$f" >&2; }
  done
  exit 1
}

# says FILE TEXT: a line of $work/FILE contains the text. lacks FILE TEXT: none does.
says() { # also where the text goes on in a next line, which begins with blanks
  count=$((count + 1))
  grep -qF -- "$2" "$work/$1" || unfolded "$work/$1" | grep -qF -- "$2" || fail "$1 does not say: $2"
}
unfolded() { # FILE: lines that were broken to fit a terminal, as they were
  sed -e ':a' -e 'N; $!ba' -e 's/ \\\n  */ /g; s/\n  */ /g' "$1"
}
lacks() {
  count=$((count + 1))
  if grep -qF -- "$2" "$work/$1"; then fail "$1 says: $2"; fi
}

# same A B: two files have the same bytes.
same() {
  count=$((count + 1))
  cmp -s "$1" "$2" || fail "$1 and $2 differ: $(diff "$1" "$2" | head -n 5)"
}

# lasting FILE: of a result what does not depend on when and where it was made.
lasting() {
  sed -e '/^  "environment": {/,/^  }/d' -e '/^  "timing": {/,$d' -e '/"pid"/d' "$1"
}

# excused WHAT: is this an emulator of a processor (qemu-user), which cannot do that? It says so itself when a signal ends
# a program. Then the part that needs it is left out, which is said, and the test counts as skipped, not as passed.
excused() {
  (ulimit -c 0 && exec sh -c 'kill -ABRT $$') 2>&1 | grep -q '^qemu: ' || return 1
  echo "LEFT OUT: $1"
  left_out=$((left_out + 1))
}

# Ends the test, with what ctest takes for a skipped one where something was left out.
passed() {
  echo "$count passed, 0 failed${left_out:+, $left_out left out}"
  [ -z "$left_out" ] || exit 77
}
