# Shards that divide the elements of large cases among themselves, and what puts them together: the bytes of one run.
. "$(dirname -- "$0")/lib.sh"
cd "$work" || exit 1
cp "$plugins/plugins/block_layers.so" layers.so

shard() { # STATUS I/N ARGUMENT...: its result is I.json
  expected=$1 which=$2
  shift 2
  run "$expected" run layers.so --shard "$which" --store store --jobs 1 --quiet --json "${which%/*}.json" --text - "$@"
}
rest() { # STATUS ARGUMENT...: of the divided cases
  expected=$1
  shift
  run "$expected" run layers.so --store store --divided --jobs 2 --quiet --json rest.json --text - "$@"
}
whole() { # STATUS ARGUMENT...
  expected=$1
  shift
  run "$expected" run layers.so --jobs 1 --quiet --json whole.json --text - "$@"
  lasting whole.json >whole
}
merged() { # STATUS N: the shards and the rest, in any order
  run "$1" merge rest.json $(seq -f '%g.json' "$2") --json all.json --text -
  lasting all.json >all
  same whole all
}
blocks() { find store -type f -name '*.[0-9]*' | wc -l; }

# Cases that are divided, and one that is not; right and wrong, whichever shard had the wrong element; one at a time fails.
numbers='2 3'
[ -z "${GRADCHECK_SANITIZED:-}" ] || numbers=3 # which meets the same code
for shards in $numbers; do
  rm -rf store
  set -- --filter '*_is_wrong' --filter right --filter small
  whole 1 "$@"
  for i in $(seq "$shards"); do
    # "small" is the fifth; the others have nothing whole, so that nothing was judged there.
    if [ $((1 + 4 % shards)) -eq "$i" ]; then shard 5 "$i/$shards" "$@"; else shard 4 "$i/$shards" "$@"; fi
  done
  rest 1 "$@"
  merged 1 "$shards"
done

# Elements that are moved together are divided by their groups.
cp "$plugins/plugins/group_block_layers.so" layers.so
rm -rf store
set -- --filter '*_is_wrong' --filter rows --filter comes_apart
whole 1 "$@"
for i in 1 2 3; do shard 4 "$i/3" "$@"; done
count=$((count + 1))
[ "$(blocks)" -gt 5 ] || fail "$(blocks) blocks are in the store"
rest 1 "$@"
merged 1 3
cp "$plugins/plugins/block_layers.so" layers.so

# A threshold on a mean is judged where the parts meet: the element that is wrong is in the part of one shard.
rm -rf store
set -- --filter middle_is_wrong --no-probes --threshold 1e-2
whole 0 "$@"
shard 4 1/2 "$@"
shard 4 2/2 "$@"
rest 0 "$@"
merged 0 2
set -- --filter middle_is_wrong --no-probes --threshold 1e-3
whole 1 "$@"
shard 4 1/2 "$@"
shard 4 2/2 "$@"
rest 1 "$@"
merged 1 2

# What no shard could compute ends the run as if it were one.
rm -rf store
whole 3 --filter refuses
shard 3 1/2 --filter refuses
shard 4 2/2 --filter refuses
rest 3 --filter refuses
merged 3 2

# Without a shard, or without the rest, there is nothing green.
rm -rf store
whole 0 --filter right --filter small
shard 4 1/2 --filter right --filter small
shard 0 2/2 --filter right --filter small
run 2 merge 1.json 2.json --json none.json
says err 'case "right" is divided among the shards'
rest 0 --filter right --filter small
merged 0 2
run 2 merge 1.json rest.json --json none.json
says err "shard 2 of 2 is missing"
run 2 merge 2.json rest.json --json none.json
says err "shard 1 of 2 is missing"
run 2 merge 1.json 2.json rest.json rest.json --json none.json
[ ! -e none.json ] || fail "there is a result of half a run"
rest 0 --filter right --seed 1
run 2 merge 1.json 2.json rest.json
says err "its seed is not that of"
run 0 run layers.so --filter right --filter small --json rest.json # what no shard divided as well
run 2 merge 1.json 2.json rest.json
says err "they are not of one run"

# Where no case is large enough to be divided there is nothing in the rest, and the shards have all.
rm -rf store
whole 0 --filter small
shard 0 1/2 --filter small
shard 4 2/2 --filter small
rest 4 --filter small
merged 0 2

# A shard that never ran, or was killed, costs time alone: what it did not leave is computed.
rm -rf store
shard 4 2/2 --filter right
count=$((count + 1))
half=$(blocks)
[ "$half" -eq 53 ] || fail "$half blocks of half of 3,400 elements" # 106 = 3400 / 32
rest 0 --filter right
lasting rest.json >joined
whole 0 --filter right
lasting whole.json >alone
same alone joined

# That blocks are taken: one that is there is not computed, one that is damaged, cut off or another's is.
stumble() { # STATUS ARGUMENT...
  expected=$1
  shift
  export BLOCK_STUMBLE=1
  run "$expected" run layers.so --filter stumbles --store store --jobs 1 --text - "$@"
  unset BLOCK_STUMBLE
}
fresh() {
  rm -rf store
  shard 4 1/2 --filter stumbles
  shard 4 2/2 --filter stumbles
  count=$((count + 1))
  [ "$(blocks)" -eq 106 ] || fail "$(blocks) blocks of 3,400 elements"
}
mkdir empty && mv empty store
stumble 3
fresh
stumble 0
stumble 3 --seed 1
rm store/*.77 # of element 2501
stumble 3
fresh
for file in store/*.77; do printf x >>"$file"; done
stumble 3
fresh
for file in store/*.77; do printf x | dd of="$file" bs=1 seek=100 conv=notrunc 2>dd.err; done
stumble 3
fresh
printf x >>layers.so # other code
stumble 3

# The code of built-in layers is the program's, also where PATH found it: as often as it is another, so are the blocks.
mkdir path
cp "$gradcheck" path/started_by_name
cat >long.yaml <<EOF
cases:
  - {name: long, layer: mse, values: {x: {shape: [2600]}, t: {shape: [2600]}}}
EOF
keys_of() { # PROGRAM FILE: the keys of the blocks that it leaves
  rm -rf store
  status=0
  PATH=$work/path:$PATH "$1" run long.yaml --store store --shard 1/2 --jobs 1 --quiet --text - >"$work/out" 2>"$work/err" \
    || status=$?
  count=$((count + 1))
  [ "$status" -eq 4 ] || fail "$1: exit status $status instead of 4"
  find store -type f -name '*.[0-9]*' | sed 's|.*/||; s|\..*||' | sort -u >"$2"
  [ -s "$2" ] || fail "$1 left no blocks"
}
# And of a plug-in's layers the code of who checks them counts too.
fresh
checker=$gradcheck
cp "$checker" path/another_build
printf x >>path/another_build
gradcheck=path/another_build
stumble 3
gradcheck=$checker
stumble 0
keys_of path/started_by_name by_file
keys_of started_by_name by_name
same by_file by_name
printf x >>path/started_by_name # other code
keys_of started_by_name by_other_name
[ "$(sort by_name by_other_name | uniq -d | wc -l)" -eq 0 ] || fail "blocks of other code are taken"

run 2 run layers.so --divided
says err "--store DIR"
run 2 run layers.so --divided --store store --shard 1/2
says err "--divided goes with"
run 2 run layers.so --store layers.so
says err "--store layers.so"
run 2 run layers.so --store store --shard 1/2 --baseline whole.json
says err "--baseline"
passed
