# A finding that is known is a note until its day has passed, is listed by every report, and hides nothing else.
. "$(dirname -- "$0")/lib.sh"
compiler=${4:-cc}
SOURCE_DATE_EPOCH=1800000000 # 2027-01-15
export SOURCE_DATE_EPOCH

build() { # NAME FLAGS...
  name=$1
  shift
  "$compiler" -O1 -shared -fPIC -I"$source_dir/src/include" "$@" -o "$work/$name.so" "$source_dir/checks/cli/known_mistakes.c"
}
row() { # FINDING TENSOR REASON UNTIL
  printf '{"%s", %s, "%s", "%s"}' "$1" "$2" "$3" "$4"
}
factor=$(row constant-ratio '"w"' 'issue 12 <&>' 2027-01-15)

# The factor alone is known: it passes, on its last day too; each report says so.
build known -DFACTOR=2 "-DKNOWN=$factor"
run 0 run "$work/known.so" --text - --json "$work/a.json" --html "$work/a.html" --junit "$work/a.xml" --markdown "$work/a.md" --sarif "$work/a.sarif"
says out "SUPPRESSED  scale_rows constant-ratio of w in 5 cases, until 2027-01-15 (issue 12 <&>)"
tr -d '\n' <"$work/a.json" | tr -s ' ' >"$work/flat"
says flat '"suppressions": [ { "finding": "constant-ratio", "tensor": "w", "reason": "issue 12 <&>", "until": "2027-01-15", "count": 1, "is_over": false } ]'
says a.html 'constant-ratio of w in 5 cases, until 2027-01-15 (issue 12 &lt;&amp;&gt;)'
says a.md 'constant-ratio of w in 5 cases, until 2027-01-15'
says a.xml 'SUPPRESSED constant-ratio of w in 1 case, until 2027-01-15 (issue 12 &lt;&amp;&gt;)'
says a.sarif '"justification": "issue 12 <&>"'
says a.json '"causes": []'
GITHUB_ACTIONS=true run 0 run "$work/known.so"
says out "::notice file="
says out "constant-ratio of w in 5 cases, until 2027-01-15"
run 0 run -q "$work/known.so"
says out "SUPPRESSED"
# Read again, and merged, the same.
run 0 report "$work/a.json" --text "$work/again"
says again "SUPPRESSED  scale_rows constant-ratio of w in 5 cases, until 2027-01-15"
# As a case as a whole and without a tensor.
build any -DFACTOR=2 -DWRITES "-DKNOWN=$(row constant-ratio NULL a 2030-01-01), $(row writes-cache NULL b 2030-01-01)"
run 0 run "$work/any.so" --text -
says out "SUPPRESSED  scale_rows writes-cache in 5 cases, until 2030-01-01 (b)"

# The day after, it counts.
build over -DFACTOR=2 "-DKNOWN=$(row constant-ratio '"w"' 'issue 12' 2027-01-14)"
run 1 run "$work/over.so" --text - --sarif "$work/b.sarif"
says out "SUPPRESSED no more  scale_rows constant-ratio of w in 5 cases, which counts since the day has passed: 2027-01-14"
says out "FAIL scale_rows: w; 5 of 5 cases"
lacks b.sarif '"justification"'

# Nothing else is hidden: another mistake of the tensor, another tensor, a broken contract.
build other -DFACTOR=-1 "-DKNOWN=$factor"
run 1 run "$work/other.so" --text -
says out "wrong-sign"
build tensor -DFACTOR=2 -DSIGN=-1 "-DKNOWN=$factor"
run 1 run "$work/tensor.so" --text -
says out "FAIL scale_rows: x; 5 of 5 cases"
says out "SUPPRESSED  scale_rows constant-ratio of w in 5 cases"
build contract -DFACTOR=2 -DWRITES "-DKNOWN=$factor"
run 1 run "$work/contract.so" --text -
says out "writes-cache"

# What is right needs none, and is told so.
build right "-DKNOWN=$factor"
run 0 run "$work/right.so" --text -
says out "SUPPRESSED no more  scale_rows constant-ratio of w is not found any more"
# A clock that nobody can read suppresses nothing.
SOURCE_DATE_EPOCH=soon run 1 run "$work/known.so" --text -

# What makes no sense is refused, and nothing passes by it.
refuses() { # ROW MESSAGE
  build bad -DFACTOR=2 "-DKNOWN=$1"
  run 3 run "$work/bad.so" --text -
  says out "$2"
}
refuses "$(row constant-ration '"w"' a 2030-01-01)" "no finding to suppress is called constant-ration; did you mean constant-ratio"
refuses "$(row threshold-exceeded '"w"' a 2030-01-01)" "is a judgement of figures"
refuses "$(row constant-ratio '"W"' a 2030-01-01)" "no tensor is called so"
refuses "$(row constant-ratio '"w"' ' ' 2030-01-01)" "has no reason"
refuses "$(row constant-ratio '"w"' a 2030-02-29)" 'ends on "2030-02-29", which is no day'
refuses "$(row constant-ratio '"w"' a 1.1.2030)" 'ends on "1.1.2030", which is no day'
refuses '{0, "w", "a", "2030-01-01"}' "has no finding"

# The same in a suite.
build plain -DFACTOR=2
cat >"$work/suite.yaml" <<'END'
plugins: [plain.so]
cases:
  - name: rows
    layer: scale_rows
    sizes: {N: 3, C: 5}
    suppress:
      - {finding: constant-ratio, tensor: w, until: 2027-01-15, reason: "issue 12"}
END
run 0 run "$work/suite.yaml" --text -
says out "SUPPRESSED  scale_rows constant-ratio of w in 1 case, until 2027-01-15 (issue 12)"
sed 's/tensor: w/tensor: x/' "$work/suite.yaml" >"$work/x.yaml"
run 1 run "$work/x.yaml" --text -
says out "constant-ratio of x is not found any more"
sed 's/2027-01-15/2027-13-15/' "$work/suite.yaml" >"$work/day.yaml"
run 2 run "$work/day.yaml"
says err "day.yaml:7:9: "
says err "which is no day"
sed 's/until: 2027-01-15, //' "$work/suite.yaml" >"$work/none.yaml"
run 2 run "$work/none.yaml"
says err "which is no day; write the last day as YYYY-MM-DD"
passed
