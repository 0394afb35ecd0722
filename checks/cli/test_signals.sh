# Runs that are ended at random moments, by SIGINT, SIGTERM and SIGKILL in turn: no torn file, no green report of a run that is
# not complete, no process left. GRADCHECK_SIGNAL_RUNS says how many (21), GRADCHECK_SIGNAL_SEED where their moments start.
. "$(dirname -- "$0")/lib.sh"
runs=${GRADCHECK_SIGNAL_RUNS:-21}
seed=${GRADCHECK_SIGNAL_SEED:-$$}
token=gradcheck-signals-$$-$seed
GITHUB_ACTIONS=true
export GITHUB_ACTIONS

# What a run writes when nobody ends it. One of another seed is what stands there before each run.
start() { # FOLDER SEED
  mkdir -p "$1"
  cd "$1" && SIGNALLED=$token exec "$gradcheck" run --filter 'a*' --filter 's*' --filter linear --seed "$2" --jobs 3 --json r.json \
    --junit r.xml --html r.html --markdown r.md --text r.txt --events events --html-dir page --dump dump --save-baseline base.json
}
began=$(date +%s%N)
(start "$work/whole" 1) >"$work/out" 2>"$work/err" </dev/null || fail "the run that nobody ends fails"
length=$((($(date +%s%N) - began) / 1000)) # microseconds
(start "$work/before" 2) >"$work/out" 2>"$work/err" </dev/null || fail "the run before fails"
rm -rf "$work/before/dump" # of which two runs would be mixed

left() { # the processes of a run
  grep -lzxF "SIGNALLED=$token" /proc/[0-9]*/environ 2>/dev/null
}
nobody_left() {
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ -z "$(left)" ] && return 0
    sleep 0.1 # the kernel takes a moment to end the children of a process that was killed
  done
  fail "$1: processes are left: $(left | tr '\n' ' ')"
}
ends() { # FILE TEXT: its last line
  count=$((count + 1))
  [ "$(tail -n 1 "$d/$1")" = "$2" ] || fail "$name: $1 is torn: $(tail -n 1 "$d/$1")"
}
sums() { # of the arrays of a run
  (cd "$1" && find dump -name '*.npy' -exec cksum {} + | sort)
}
sums "$work/whole" >"$work/sums"
[ -s "$work/sums" ] || fail "nothing was dumped"
is_new() { ! cmp -s "$d/$1" "$work/before/$1"; }

# The files of an ended run: each is that of before, or whole.
check_files() { # NAME SIGNAL STATUS
  name=$1
  for f in r.json base.json; do
    is_new $f || continue
    "$gradcheck" report "$d/$f" >"$work/report" 2>"$work/err" </dev/null
    code=$?
    count=$((count + 1))
    [ "$code" -ne 2 ] || fail "$name: $f is torn: $(cat "$work/err")"
    if grep -q '"complete": false' "$d/$f"; then
      [ "$f" = r.json ] || fail "$name: an interrupted run was saved as a baseline"
      [ "$code" -eq 3 ] || fail "$name: report of an interrupted run exits $code"
    else
      sed '/^  "environment": {/,$d' "$d/$f" >"$work/is"
      sed '/^  "environment": {/,$d' "$work/whole/$f" >"$work/wanted"
      same "$work/is" "$work/wanted"
    fi
  done
  is_whole=true
  grep -q '"complete": false' "$d/r.json" && is_whole=false
  ends r.xml '</testsuites>'
  ends r.html '</html>'
  ends page/index.html '</html>'
  [ -s "$d/r.md" ] && [ -s "$d/r.txt" ] && [ -s "$d/page/gradcheck.css" ] || fail "$name: a report is empty"
  for f in r.xml r.md r.txt r.html; do
    is_new $f || continue
    count=$((count + 1))
    case $f in
      r.xml) mark='<error type="interrupted"' ;;
      r.md) mark='## gradcheck: ERROR' ;;
      r.html) mark='banner error' ;;
      *) mark=' · interrupted · ' ;;
    esac
    is_marked=false
    grep -qF -- "$mark" "$d/$f" && is_marked=true
    # Of a parent that was killed while it wrote, the reports that are there are of one run, and r.json may be missing.
    if is_new r.json && [ $is_marked = $is_whole ]; then fail "$name: $f says interrupted: $is_marked, and r.json complete: $is_whole"; fi
    [ $is_marked = true ] || [ "$3" -eq 0 ] || [ $is_whole = true ] || fail "$name: $f is green, and the run exits $3"
  done
  if [ -d "$d/dump" ]; then
    count=$((count + 1))
    sums "$d" >"$work/dumped"
    torn=$(comm -23 "$work/dumped" "$work/sums")
    [ -z "$torn" ] || fail "$name: arrays are torn: $torn"
  fi
  if [ "$2" != KILL ]; then
    count=$((count + 2))
    [ -z "$(find "$d" -name '*tmp-*' ! -path '*/dump/*')" ] || fail "$name: a temporary file is left"
    case $3 in
      0) [ $is_whole = true ] || fail "$name: exits 0, and the run is not complete" ;;
      3) grep -qF '::error title=gradcheck interrupted' "$work/out" || fail "$name: no annotation says that it was interrupted" ;;
      130 | 143) is_new r.json && fail "$name: ended without a word, after it had written" ;; # before it listened
      *) fail "$name: exits $3" ;;
    esac
  fi
}

moments=$(awk -v n="$runs" -v seed="$seed" -v span="$length" \
  'BEGIN { srand(seed); for (i = 0; i < n; i++) printf "%.6f\n", rand() * 0.9 * span / 1e6 }' </dev/null)
i=0
interrupted=0
d=$work/ended
for moment in $moments; do
  i=$((i + 1))
  case $((i % 3)) in 0) signal=KILL ;; 1) signal=INT ;; *) signal=TERM ;; esac
  rm -rf "$d"
  cp -r "$work/before" "$d"
  (start "$d" 1) >"$work/out" 2>"$work/err" </dev/null &
  pid=$!
  sleep "$moment"
  kill -$signal "$pid" 2>/dev/null || true
  status=0
  wait "$pid" 2>/dev/null || status=$?
  nobody_left "run $i, SIG$signal after $moment s (seed $seed)"
  check_files "run $i, SIG$signal after $moment s (seed $seed)" "$signal" "$status"
  [ "$status" -eq 0 ] || interrupted=$((interrupted + 1))
done
count=$((count + 1))
[ "$i" -eq "$runs" ] || fail "$i of $runs runs were made"
[ "$interrupted" -gt 0 ] || fail "none of $runs runs was ended before its end (seed $seed)"
echo "$runs runs, $interrupted of them ended before their end"
passed
