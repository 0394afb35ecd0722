# A baseline over the commits of a repository: start, improve, worsen, vanish, rename. One baseline, one plug-in, built anew.
. "$(dirname -- "$0")/lib.sh"
mine=$work/mine.so
base=$work/base.json

cc=$4

# commit DEFINITION...: the plug-in as of this commit.
commit() {
  cp "$base" "$work/before.json" 2>/dev/null
  "$cc" -std=gnu11 -shared -fPIC "-I$source_dir/src/include" "$@" -o "$mine" "$source_dir/checks/cli/story_layers.c" ||
    fail "story_layers.c does not compile"
}
# ci STATUS ARGUMENT...: what the repository runs at every commit.
ci() {
  expected=$1
  shift
  run "$expected" run "$mine" --threshold 1e-3 --baseline "$base" --save-baseline "$base" --json "$work/now.json" "$@"
}
kept() { same "$base" "$work/before.json"; }
renewed() {
  count=$((count + 1))
  ! cmp -s "$base" "$work/before.json" || fail "the baseline is still the old one"
}

# Start. Alone, a baseline that is not there is a mistake; with the file to save it in it is a beginning, which a run has to pass.
commit
run 2 run "$mine" --baseline "$base"
says err "base.json"
run 2 run "$mine" --baseline "$base" --save-baseline "$work/other.json"
ci 1
says err "there is none yet: this run is compared with nothing"
says err "not saved: the run did not pass (exit status 1)"
[ ! -e "$base" ] || fail "a wrong start was saved"
run 1 accept "$work/now.json" "$base"
says err "not accepted: its run did not pass"
[ ! -e "$base" ] || fail "a wrong start was accepted"
run 0 accept "$work/now.json" "$base" --force
says err "there is none yet: this is the first one"

# Improve: cube is right.
commit -DIMPROVED
ci 0
says out "cube x: better fail -> pass"
renewed
ci 0
says out "nothing changed"

# Worsen: within the threshold only the baseline sees it, and stays as it is.
commit -DIMPROVED -DWORSE
ci 1
says out "REGRESSION  power x: mean difference"
says err "not saved"
kept
run 0 run "$mine" --threshold 1e-3
run 1 run "$mine" --threshold 1e-3 --baseline "$base" --last-failed "$work/now.json" --json "$work/again.json"
says again.json '"name": "power"'
lacks again.json '"name": "cube"'
commit -DIMPROVED -DBROKEN
ci 1
says out "REGRESSION  power x: new fail pass -> fail"
kept
run 1 accept "$work/now.json" "$base"
kept
# What got worse may be accepted, said once more, and then it is no news.
commit -DIMPROVED -DWORSE
ci 1
run 0 accept "$work/now.json" "$base"
says out "REGRESSION  power x: mean difference"
renewed
ci 0

# Vanish: nothing looks like cube, so there is nothing to ask.
commit -DIMPROVED -DVANISHED
ci 1
says out "REGRESSION  cube: vanished (pass)"
lacks out "--renamed"
kept
run 1 run "$mine" --baseline "$base" --renamed power=other # that has vanished as well
run 2 diff "$base" "$work/now.json" --renamed cube=power
says err "--renamed 'cube=power': the baseline has a case 'power' already"

# Rename: a regression that says how to accept it; a part of what is renamed is not enough.
commit -DIMPROVED -DRENAMED
ci 1
says out "REGRESSION  cube: vanished (pass); renamed? --renamed cube=third"
says out "REGRESSION  power w: vanished (pass)"
says out "renamed? --renamed power:w=weight"
says now.json '"renamed": "power:w=weight"'
kept
ci 1 --renamed cube=third
says out "REGRESSION  power w: vanished"
lacks out "cube: vanished"
ci 1 --renamed power:x=weight # of another shape or not: it is compared, and w is gone
kept
run 2 run "$mine" --baseline "$base" --renamed cub=third
says err "base.json: --renamed 'cub=third': the baseline has nothing of that name"
run 2 run "$mine" --baseline "$base" --renamed cube
run 2 run "$mine" --renamed cube=third
says err "--renamed cube=third goes with --baseline FILE"
run 2 report "$work/now.json" --renamed cube=third
run 1 diff "$base" "$work/now.json" --renamed cube=third
run 0 diff "$base" "$work/now.json" --renamed cube=third --renamed power:w=weight
run 0 diff "$base" "$work/now.json" --renamed cube=third --renamed power:w=power:weight
ci 0 --renamed cube=third --renamed power:w=weight
renewed
ci 0
says out "nothing changed"

# What is only a part of the cases is no baseline for all of them.
run 0 run "$mine" --filter third --json "$work/part.json"
run 1 accept "$work/part.json" "$base"
says err "not accepted: it has a part of the cases only"
run 2 accept "$work/none.json" "$base"
run 2 accept "$work/part.json"
passed
