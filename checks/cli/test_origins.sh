# What results are made of: shards of other code or other data are not merged, whatever is left in a folder of results.
. "$(dirname -- "$0")/lib.sh"
cc=${4:-cc}
cd "$work" || exit 1

# build OUTPUT FLAG...: origin_layers.c
build() {
  output=$1
  shift
  "$cc" -O1 -shared -fPIC "-I$source_dir/src/include" "$source_dir/checks/cli/origin_layers.c" -o "$output" "$@" 2>err ||
    fail "$output does not compile"
}
double='-include gradcheck/as_double.h'
shard() { # I ARGUMENT...: of two; its result is I.json
  which=$1
  shift
  run 0 run "$@" --shard "$which/2" --quiet --json "$which.json" --text text
}
both() { shard 1 "$@"; shard 2 "$@"; }
merges() {
  run 0 merge 1.json 2.json --json merged.json --text text
}
refuses() { # TEXT...: says why, and leaves nothing
  rm -f merged.json
  run 2 merge 1.json 2.json --json merged.json
  for text; do says err "$text"; done
  count=$((count + 1))
  [ ! -e merged.json ] || fail "there is a merged result"
}
files() { # RESULT: what it is made of, but for the program
  sed -n -e '/^    "code": \[/,/\]/p' -e '/^  "inputs": \[/,$p' "$1" | grep '"digest"' | grep -v '"program"'
}

# A shard that was killed beside the result of yesterday's run.
build mine.so -DFACTOR=2.0f
both mine.so
merges
build mine.so -DFACTOR=3.0f
shard 1 mine.so # and 2 was killed
refuses "2.json: was made with another mine.so (digest" "than 1.json (" "run that shard again"
shard 2 mine.so
merges

# The same bytes in another folder, at another time, by other processes, are the same; so is what is merged.
run 0 run mine.so --quiet --json whole.json --text text
mkdir elsewhere
cp mine.so elsewhere/mine.so
touch -d 2001-01-01 elsewhere/mine.so
(cd elsewhere && run 0 run ./mine.so --shard 2/2 --quiet --jobs 3 --json ../2.json --text text) || exit 1
files 1.json >one
files 2.json >two
same one two
merges
files merged.json >all
files whole.json >alone
same all alone
same one alone

# A result of other code is a baseline all the same, and a program of another build is other code.
build mine.so -DFACTOR=2.0f
run 0 run mine.so --baseline whole.json --text text
run 0 diff whole.json 1.json
cp "$gradcheck" another
printf x >>another
both mine.so
checker=$gradcheck
gradcheck=./another
shard 2 mine.so
gradcheck=$checker
refuses "2.json: was made with another program"
shard 2 mine.so
merges

# A twin beside it, and one that is named.
# shellcheck disable=SC2086 # flags are meant to split
build mine.twin.so $double -DFACTOR=2.0f
shard 1 mine.so
refuses "2.json: was made without mine.twin.so, and 1.json with it"
shard 2 mine.so
merges
printf x >>mine.twin.so
shard 2 mine.so
refuses "was made with another mine.twin.so"
rm mine.twin.so

# A library that the plug-in loads.
build libfactor.so -DIS_LIBRARY -DFACTOR=2.0f
build mine.so -DLIBRARY -L. -lfactor '-Wl,-rpath,$ORIGIN'
both mine.so
merges
build libfactor.so -DIS_LIBRARY -DFACTOR=3.0f
shard 2 mine.so
refuses "2.json: was made with another libfactor.so (digest"
shard 1 mine.so
merges
build mine.so -DFACTOR=2.0f

# A suite, its data, be they of cases of the other shard, and its plug-ins.
printf '1,2\n3,4\n' >first.csv
cp first.csv second.csv
cat >mine.yaml <<EOF
plugins: [mine.so]
cases:
  - {name: one, layer: scale, values: {x: [1, 2, 3]}}
  - {name: two, layer: tanh, values: {x: {csv: first.csv, differentiate: true}}}
  - {name: three, layer: tanh, values: {x: {csv: second.csv, differentiate: true}}}
  - {name: four, layer: sigmoid}
EOF
both mine.yaml
merges
files 2.json | grep -q '"second.csv"' || fail "data of the other shard are not there"
printf '1,2\n3,5\n' >second.csv
shard 1 mine.yaml # has the third
refuses "2.json: was made with another second.csv"
shard 2 mine.yaml
merges
sed -i 's/1, 2, 3/1, 2, 4/' mine.yaml
shard 1 mine.yaml
refuses "2.json: was made with another mine.yaml"
shard 2 mine.yaml
merges
build mine.so -DFACTOR=4.0f
shard 1 mine.yaml
refuses "2.json: was made with another mine.so"
shard 2 mine.yaml
merges
# A file of a case that is not selected need not be there.
rm second.csv
both mine.yaml --filter one --filter two --filter four
merges
printf '1,2\n3,4\n' >second.csv

# What cases are compared with, and what chooses them.
both mine.so
both mine.so --baseline whole.json
merges
run 0 run mine.so --quiet --json whole.json --text text --seed 7
run 0 run mine.so --shard 2/2 --quiet --baseline whole.json --json 2.json --text text
refuses "2.json: was made with another whole.json"
both mine.so --seeds 2
shard 2 mine.so --seeds 3
refuses "its number of cases of the run is not that of 1.json"

# A file that is replaced while it is checked, and one that comes through a pipe: nobody knows what it was.
build next.so -DFACTOR=5.0f
both mine.so
cp next.so once.so
ORIGIN_NEXT=once.so
export ORIGIN_NEXT
shard 2 mine.so
unset ORIGIN_NEXT
says 2.json '{"name": "mine.so", "digest": "unknown"}'
refuses "2.json: was made with another mine.so (digest unknown)"
cp 2.json 1.json
sed -i -e 's/"shard": 2/"shard": 1/' 1.json
run 2 merge 1.json 2.json
says err "what its mine.so was is not known: it came through a pipe, or was replaced while the run went on"
cp mine.so once.so # by the same bytes
ORIGIN_NEXT=once.so
export ORIGIN_NEXT
both mine.so
unset ORIGIN_NEXT
merges

# Results of older versions do not say: they are read, compared and rendered, and not merged.
both mine.so
for i in 1 2; do
  sed -i -e 's/^    "os": \(.*\),$/    "os": \1/' -e '/^    "code": \[/,/^    \]/d' -e '/^  "inputs": /d' -e 's/^  "causes": \[\],$/  "causes": []/' "$i.json"
done
run 0 report 1.json --text text
run 0 run mine.so --baseline 1.json --shard 1/2 --text text
run 0 diff 1.json 2.json
refuses "does not say what code it is made of, as results of older versions do not" "run its shard again with this version"
shard 1 mine.so
refuses "2.json: does not say what code it is made of"

# Blocks of a store are of the code of a network's nodes too, which is not that of the file that has its forward.
cat >large.yaml <<EOF
plugins: [mine.so]
defaults: {dtype: f32}
cases:
  - name: large
    values: {x: {shape: [2600]}, t: {shape: [2600]}}
    network: [{scale: {x: x}}, {mse: {t: t, as: loss}}]
EOF
keys() { # FILE: of the blocks of the network
  rm -rf store
  mkdir store
  status=0
  "$gradcheck" run large.yaml --no-twin --store store --shard 1/2 --jobs 1 --quiet --text out 2>err || status=$?
  count=$((count + 1))
  [ "$status" -eq 4 ] || fail "exit status $status instead of 4"
  find store -type f -name '*.[0-9]*' | sed 's|.*/||; s|\..*||' | sort -u >"$1"
  [ -s "$1" ] || fail "there are no blocks"
}
keys before
keys again
same before again
printf x >>mine.so
keys other
count=$((count + 1))
[ "$(sort before other | uniq -d | wc -l)" -eq 0 ] || fail "blocks of other code of a node are taken"
passed
