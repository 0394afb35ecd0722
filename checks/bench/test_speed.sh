#!/bin/sh
# The arithmetic of speed.awk: ratios, growth, fitted exponents, and which targets are met. The figures are made up.
set -eu
awk_file=$(dirname -- "$0")/speed.awk
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# says LABEL REST: the line of the target ends so.
says() {
  awk -f "$awk_file" "$work/figures" >"$work/out"
  line=$(grep -F -- "$1" "$work/out") || { echo "FAILED: no target $1" >&2; exit 1; }
  printf '%s\n' "$line" | tr -s ' ' | grep -qF -- "$2" || { echo "FAILED: $line; not $2" >&2; exit 1; }
}

# Twice as many figures as a target needs, one on its edge, one beyond it.
cat >"$work/figures" <<END
documents-check 2
fixed-alone 0.004
auto-alone 0.0101
naive 0.5
filter-whole 0.08
suite 0.4
gelu@1000 0.003
gelu@10000 0.03
gelu@1000000 3
jobs1-wall 9
jobs2-wall 5.01
big-mb 1000.5
END
says "fixed step, check alone" " 500 >= 500 met"
says "Python / auto, check alone" " 198 >= 200 missed"
says "torch fast / auto" " - >= 3 -"
says "run --filter two-layer-net" " 0.16 <= 0.142857 missed"
says "built-in suite" " 0.8 <= 0.8 met"
says "fitted exponent" " 1 <= 1.1 met"
says "gelu plug-in of 10^6" " 6 <= 70 met"
says "by default, MB" " <= 1000 missed"
says "wall, --jobs 1" " 1.796 >= 1.8 missed"
says "hidden 50 -> 1000" " - <= 1.3 -"

# t = n^2 and t = n^1.2, each by three figures; one figure makes no curve. An element costs twice as much.
printf 'gelu@%s %s\n' 10 100 100 10000 1000 1000000 >"$work/figures"
says "fitted exponent" " 2 <= 1.1 missed"
awk 'BEGIN { for (n = 10; n <= 1e5; n *= 100) printf "gelu@%d %.12g\n", n, n ^ 1.2 }' >"$work/figures"
says "fitted exponent" " 1.2 <= 1.1 missed"
echo "gelu@10 1" >"$work/figures"
says "fitted exponent" " - <= 1.1 -"
printf 'hidden@%s %s\n' 50 1 1000 39.990443 >"$work/figures"
says "hidden 50 -> 1000" " 2 <= 1.3 missed"
printf 'inputs@%s %s\n' 784 1 4096 5.164990 >"$work/figures"
says "inputs 784 -> 4096" " 1 <= 1.3 met"

# Nothing measured: every target is there, and none is met.
: >"$work/figures"
awk -f "$awk_file" "$work/figures" >"$work/out"
[ "$(grep -c ' -$' "$work/out")" = 17 ] || { echo "FAILED: 17 targets without figures" >&2; exit 1; }
! grep -qE 'met|missed' "$work/out" || { echo "FAILED: a target is met by nothing" >&2; exit 1; }
