# Sourced by the tests of crashes: the lines of $work/text about one case.

block() {
  awk -v name="$1" '/^(ERROR|FAIL|PASS) / { inside = $2 == name } inside' "$work/text"
}
# block_says CASE TEXT: the case's block contains the text. block_lacks CASE TEXT: it does not.
block_says() {
  count=$((count + 1))
  { block "$1"; block "$1" | unfolded /dev/stdin; } | grep -qF -- "$2" || fail "the block of $1 does not say: $2
$(block "$1")"
}
block_lacks() {
  count=$((count + 1))
  if block "$1" | grep -qF -- "$2"; then fail "the block of $1 says: $2"; fi
}
