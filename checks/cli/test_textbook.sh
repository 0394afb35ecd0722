# The built-in suite: all cases, the documents' figures, two runs with one seed, formats, selection.
. "$(dirname -- "$0")/lib.sh"

run 0 run -v --json "$work/a.json" --text - --documents "$work/documents"
for name in apple apple-orange square-of-sum add mul max copy relu sigmoid relu-mask relu-product relu-in-place relu-at-0 \
  relu-at-0-is-1 sigmoid-nodes affine affine-tensor affine-sample affine-nodes flatten first-of-three linear linear-row \
  softmax-with-loss softmax-with-loss-sum softmax-with-loss-labels softmax-with-loss-nodes two-layer-net-log-eps \
  two-layer-net two-layer-net-step digit digits digits-all-rows; do
  count=$((count + 1))
  grep -qE "^ +PASS +$name " "$work/out" || fail "no passing line for $name"
done
lacks out " FAIL "
lacks out "Screened" # every element is checked
says out "XFAIL"
says out "0 fail, 0 inconclusive, 0 skipped, 0 error"
tail -n 1 "$work/out" | grep -q '^PASS ' || fail "the last line does not start with the verdict"
says out "39200/39200"

# Short first: few lines that fit a terminal, of which the last says it all; the largest cases by name, the rest together.
# What is remarked of a case stands below it, further in, and depends on what the kernels of the BLAS round.
run 0 report "$work/a.json" --text -
count=$((count + 3))
[ "$(grep -cv '^   ' "$work/out")" -le 26 ] || fail "the built-in suite passes in $(grep -cv '^   ' "$work/out") rows"
[ "$(wc -l <"$work/out")" -le 36 ] || fail "the built-in suite passes in $(wc -l <"$work/out") lines"
perl -CSD -ne 'chomp; $wide++ if length > 120; END { exit !!$wide }' "$work/out" || fail "a line has more than 120 columns"
says out "  PASS   two-layer-net  "
says out " more cases  "
tail -n 1 "$work/out" | grep -q '^PASS ' || fail "the last line does not start with the verdict"

# What the documents print: every figure agrees; the misprints are those two; other commands are there and run.
says documents "89 rows: 77 agree, 0 differ, 10 elsewhere, 2 misprints, 0 not compared"
says documents '| 002 | In &#91;8&#93; | 220.00000000000003 | 220.00000000000003 | agrees | gradcheck run --filter apple |'
says documents '| 004 | In &#91;5&#93; | 715.0000000000001 | 715.0000000000001 | agrees | gradcheck run --filter apple-orange |'
for document in 000 001 002 003 004; do says documents "| $document |"; done
count=$((count + 1))
[ "$(grep -c '^| ' "$work/documents")" -eq 90 ] || fail "the table of documents has not its rows and its head"
sed -n 's/^.*| elsewhere | gradcheck \(.*\) |$/\1/p' "$work/documents" | sort -u >"$work/commands"
while read -r command name; do
  [ "$command $name" = "train two-layer-net" ] && continue # MNIST itself is not there
  [ "$command" = train ] && name="$name --iterations 1"
  run 0 $command $name
done <"$work/commands"
run 0 report "$work/a.json" --documents "$work/again" --text "$work/text"
same "$work/documents" "$work/again"
sed 's|220.00000000000003", value|220.00000000000006", value|; s|\.\./|'"$source_dir"'/fixtures/|g' \
  "$source_dir/fixtures/suites/textbook.yaml" >"$work/misread.yaml"
run 1 run "$work/misread.yaml" --filter apple --documents "$work/documents" --text -
says out "printed-differs  document 002, In [8], prints 220.00000000000006; the value here is 220.00000000000003"
says documents "| 002 | In &#91;8&#93; | 220.00000000000006 | 220.00000000000003 | differs |"

# The mean of |analytic - numeric| of a tensor, from the line of the text report.
mean_of() {
  awk -v c="$1" -v t="$2" '/^  [A-Z]/ { name = $2 }
    /^      [A-Z]/ && name == c && $2 == t { for (i = 1; i < NF; i++) if ($i == "mean") print $(i + 1) }' "$work/out"
}
between() {
  count=$((count + 1))
  awk -v x="$1" -v low="$2" -v high="$3" 'BEGIN { exit !(x != "" && x + 0 >= low + 0 && x + 0 <= high + 0) }' || fail "$4: $1 is not in [$2, $3]"
}

# Documents 000 and 004 print b2 1.4e-07 (the log_eps that backward ignores); document 001 prints b2 1.2e-10, W1 2.6e-13.
run 0 run -v --step 1e-4 --filter 'two-layer-*' --text -
between "$(mean_of two-layer-net-log-eps b2)" 1.3e-7 1.5e-7 "log-eps b2"
for tensor in W1 b1 W2; do between "$(mean_of two-layer-net-log-eps $tensor)" 0 1e-8 "log-eps $tensor"; done
between "$(mean_of two-layer-net b2)" 0 1e-9 b2
between "$(mean_of two-layer-net W1)" 0 1e-11 W1

# The same seed, the same bytes but for environment and timing; whatever the jobs, and without isolation.
strip() {
  sed -e '/^  "environment": {/,/^  }/d' -e '/^  "timing": {/,$d' "$1"
}
run 0 run --json "$work/b.json" --text "$work/text"


run 0 run --filter '[a-cm-s]*' --filter '*-init' --jobs 1 --json "$work/one.json" --text "$work/text"
run 0 run --filter '[a-cm-s]*' --filter '*-init' --jobs 3 --json "$work/three.json" --text "$work/text"
run 0 run --filter '[a-cm-s]*' --filter '*-init' --no-isolation --json "$work/here.json" --text "$work/text"
for f in one three here; do strip "$work/$f.json" >"$work/$f"; done
same "$work/one" "$work/three"
same "$work/one" "$work/here"
strip "$work/a.json" >"$work/a"
strip "$work/b.json" >"$work/b"
same "$work/a" "$work/b"
[ "$(wc -c <"$work/a")" -gt 10000 ] || fail "nothing is left to compare"
run 0 run --seed 1 --filter sigmoid --json "$work/seed1.json" --text "$work/text"
run 0 run --seed 2 --filter sigmoid --json "$work/seed2.json" --text "$work/text"
cmp -s "$work/seed1.json" "$work/seed2.json" && fail "the seed does not matter"

# Selection, and nothing selected.
run 0 list
says out "two-layer-net-log-eps"
says out "(784,50)"
run 0 list --filter 'a*'
lacks out "sigmoid"
run 4 run --filter nothing
says out "othing was checked"
run 4 list --filter nothing

# float32: no false alarm.
run 0 run --dtype f32 --text -
says out "0 fail, 0 inconclusive"
passed
