# The kernels of BLAS: another choice changes figures by rounding, and no verdict; one that is slower is said to be.
. "$(dirname -- "$0")/lib.sh"

# core_of FILE: the kernels that a result was made with.
core_of() {
  sed -n 's/.*"core": "\([^"]*\)".*/\1/p' "$1"
}

# verdicts_of FILE: a line for each case and tensor, without figures.
verdicts_of() {
  sed -nE "s/^ +(PASS|FAIL|INCONCLUSIVE|SKIPPED|ERROR) +(.*[^ ]) +mean .*/\1 \2/p" "$1"
}

unset OPENBLAS_CORETYPE
run 0 run -v --filter '*affine*' --json "$work/own.json" --text "$work/own.txt"
lacks own.txt "this processor could use"
grep -q '"better_core": null' "$work/own.json" || fail "kernels that were not chosen by anybody are said to be slow"
own=$(core_of "$work/own.json")
[ -n "$own" ] || fail "the result names no kernels"

OPENBLAS_CORETYPE=Prescott run 0 run -v --filter '*affine*' --json "$work/slow.json" --text "$work/slow.txt"
slow=$(core_of "$work/slow.json")
count=$((count + 1))
if [ "$(uname -m)" != x86_64 ]; then
  lacks slow.txt "this processor could use" # which of other processors' kernels are slower, nobody has written down
elif [ "$slow" != "$own" ]; then
  says slow.txt "$slow x1 (this processor could use "
  says slow.json '"better_core": "'
  OPENBLAS_CORETYPE=$own run 0 run --filter '*affine*' --text "$work/asked.txt"
  lacks asked.txt "this processor could use"
  # As it is rendered again.
  run 0 report "$work/slow.json" --text "$work/again.txt"
  says again.txt "(this processor could use "
fi
verdicts_of "$work/own.txt" >"$work/own.verdicts"
verdicts_of "$work/slow.txt" >"$work/slow.verdicts"
[ -s "$work/own.verdicts" ] || fail "no verdict was printed"
same "$work/own.verdicts" "$work/slow.verdicts"
passed
