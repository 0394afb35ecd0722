# Programs that mpirun starts together: the first makes the result, the bytes of one run, and the others help it.
. "$(dirname -- "$0")/lib.sh"
cd "$work" || exit 1
cp "$plugins/plugins/block_layers.so" layers.so
export BLOCK_MARK="$work/mark"

# As a launcher would tell.
export OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=0
run 2 run layers.so --filter right
says err "--store DIR"
export OMPI_COMM_WORLD_RANK=1
run 2 run layers.so --filter right
[ ! -s err ] || fail "every rank says the same"
run 0 run layers.so --filter right --filter small --store store --json none.json --events none.events --text -
[ ! -s out ] || fail "a rank that helps prints"
[ ! -e none.json ] || fail "a rank that helps has a result"
[ ! -e none.events ] || fail "a rank that helps has events"
# What goes with a result, or not with a shard, is said of the first rank, which has the result and is none.
export OMPI_COMM_WORLD_SIZE=3
echo none >old.json
for about in "--save-baseline new.json --force" "--baseline old.json --renamed left=right" "--min-reach 50%" --divided; do
  # shellcheck disable=SC2086 # words
  run 0 run layers.so --filter right --store store $about
done
[ ! -e new.json ] || fail "a rank that helps has a baseline"
# Nor does it end early, and without success, at what only the first is to say.
run 0 run layers.so --filter refuses --filter stumbles --store store --fail-fast --jobs 1
export OMPI_COMM_WORLD_RANK=0
run 2 run layers.so --filter right --store store --force
says err "--force goes with"
run 2 run layers.so --filter right --store store --renamed left=right
says err "--renamed"
export OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=1
run 0 run layers.so --filter right --shard 1/2 --text - # that says it all
says out "PASS"
# On one machine they meet in a folder of the launcher's, if it has one that can be written to.
export OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_LOCAL_SIZE=2 PMIX_SERVER_TMPDIR="$work/session"
run 2 run layers.so --filter right
says err "--store DIR"
mkdir session
run 0 run layers.so --filter right --filter rests --text -
[ -d session/gradcheck ] || fail "they do not meet in the folder of their launcher"
export OMPI_COMM_WORLD_LOCAL_SIZE=1
run 2 run layers.so --filter right
says err "--store DIR"
unset OMPI_COMM_WORLD_SIZE OMPI_COMM_WORLD_RANK OMPI_COMM_WORLD_LOCAL_SIZE PMIX_SERVER_TMPDIR

command -v mpirun >path || {
  echo "LEFT OUT: mpirun is not installed"
  left_out=1
  passed
}
recovers=
ranks() { # NUMBER ARGUMENT...
  number=$1
  shift
  # Few machines of tests have as many processors, and some have no user but root.
  OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
    mpirun ${recovers:+"$recovers"} -n "$number" --oversubscribe "$gradcheck" run layers.so --jobs 1 "$@" >out 2>err </dev/null
}
numbers='1 2 3'
[ -z "${GRADCHECK_SANITIZED:-}" ] || numbers=3 # which meets the same code
for layer in rests last_is_wrong; do
  status=0
  "$gradcheck" run layers.so --filter $layer --filter small --jobs 1 --json whole.json --text - >out 2>err || status=$?
  lasting whole.json >whole
  for number in $numbers; do
    rm -rf store
    got=0
    ranks "$number" --filter $layer --filter small --store store --json ranks.json --text - || got=$?
    count=$((count + 1))
    [ $got -eq $status ] || fail "$number ranks end with $got, and one run with $status"
    lasting ranks.json >joined
    same whole joined
  done
done
# On one machine without a store.
got=0
ranks 2 --filter $layer --filter small --json ranks.json --text - || got=$?
[ $got -eq $status ] || fail "2 ranks without a store end with $got, and one run with $status"
lasting ranks.json >joined
same whole joined

kill_rank() { # RANK: of two, once they have begun
  rm -rf store mark killed.json
  ranks 2 --filter rests --filter small --store store --json killed.json --text - &
  job=$!
  for _ in $(seq 600); do
    [ -s mark ] && break
    sleep 0.02
  done
  for environ in $(grep -slzxF "OMPI_COMM_WORLD_RANK=$1" /proc/[0-9]*/environ | xargs grep -slzxF "BLOCK_MARK=$BLOCK_MARK"); do
    pid=${environ#/proc/}
    kill -KILL "${pid%/environ}" 2>err
  done
  status=0
  wait $job || status=$?
}

# A rank that is killed, the first or another: no green result.
for rank in 0 1; do
  kill_rank $rank
  count=$((count + 2))
  [ $status -ne 0 ] || fail "rank $rank was killed, and mpirun passes"
  [ ! -e killed.json ] || grep -q '"complete": *false' killed.json || fail "rank $rank was killed, and there is a whole result"
done

# Where mpirun is told to go on, the first does what another has left undone; without the first there is no result.
recovers=--enable-recovery
run 0 run layers.so --filter rests --filter small --jobs 1 --json whole.json --text -
lasting whole.json >whole
kill_rank 1
lasting killed.json >joined
same whole joined
kill_rank 0
count=$((count + 1))
[ ! -e killed.json ] || fail "the first rank was killed, and there is a result"
passed
