#!/bin/sh
# The README's two commands on bare systems of three Debian releases, and the tests on processors that are emulated.
# Usage, as root and in hours rather than minutes: sh checks/matrix.sh [SYSTEM...]
#   SYSTEM   bookworm trixie sid trixie-arm64 bookworm-s390x (these are what is run without one), or another release
#            with another of the two processors
#   MATRIX   the folder of the systems (build/matrix): one that is there is used again
#   ONLY     a pattern of ctest: the tests that are run (all)
#   MIRROR   where Debian's packages come from (debootstrap's own choice)
# What is committed is what is tested. Ends with a table, and with 1 if a test failed that is not in matrix-expected.txt,
# with 3 if it was ended: it leaves no process and no mount then.
. "$(dirname -- "$0")/setup.sh"

folder=${MATRIX:-$root/build/matrix}
mirror=${MIRROR:-}
[ "$(id -u)" -eq 0 ] || { echo "matrix.sh makes systems and mounts in them: run it as root" >&2; exit 2; }
[ $# -gt 0 ] || set -- bookworm trixie sid trixie-arm64 bookworm-s390x
emulates=
for system in "$@"; do
  case $system in
  bookworm | trixie | sid) ;;
  bookworm-arm64 | trixie-arm64 | sid-arm64 | bookworm-s390x | trixie-s390x | sid-s390x) emulates='qemu-user-static binfmt-support' ;;
  *) echo "no system is called $system" >&2; exit 2 ;;
  esac
done
# shellcheck disable=SC2086 # the list is meant to split
install_missing debootstrap git $emulates
mkdir -p "$folder"

# In an emulated system, these would take the rest of the day, and what they look at does not depend on the processor:
# every allocation fails in turn, every file of a corpus is damaged in turn, layers are searched for undecided elements,
# races are waited for.
long='^(undecided|check_memory|network_memory|suite_memory|report_memory|corpus|probe_races|cli_hostile)$'

# machine_of SYSTEM: what GNU calls its processor, if that is emulated.
machine_of() {
  case $1 in
  *-arm64) echo aarch64-linux-gnu ;;
  *-s390x) echo s390x-linux-gnu ;;
  esac
}

# apart COMMAND...: with processes and mounts of its own, which are gone when it ends, or when this script is ended.
apart() {
  # In the background, for only `wait` makes room for a trap; there a shell ignores Ctrl-C, and tests look at that.
  unshare --mount --pid --fork --kill-child env --default-signal=INT,QUIT "$@" &
  child=$!
  wait "$child"
}

# make_bare SYSTEM SUITE ARCHITECTURE [PACKAGES]: with these packages, and nothing else.
make_bare() {
  [ ! -e "$folder/$1/made" ] || return 0
  rm -rf "${folder:?}/$1"
  apart debootstrap --variant=minbase --arch="$3" ${4:+"--include=$4"} "$2" "$folder/$1" ${mirror:+"$mirror"} || return 1
  # A copy of a mirror may be older than its index allows; nobody reads descriptions here.
  printf 'Acquire::Check-Valid-Until "false";\nAcquire::Languages "none";\n' >"$folder/$1/etc/apt/apt.conf.d/90matrix"
  : >"$folder/$1/made"
}

# make_system SYSTEM: a bare one, and the committed tree in it; for an emulated one the tools that it borrows.
make_system() {
  machine=$(machine_of "$1")
  architecture=amd64
  if [ -n "$machine" ]; then
    architecture=${1#*-}
    emulator=qemu-${machine%%-*}
    [ -e "/proc/sys/fs/binfmt_misc/$emulator" ] || update-binfmts --enable "$emulator" || return 1
    make_bare "$1-tools" "${1%%-*}" amd64 "gcc-$machine,g++-$machine" || return 1
  fi
  make_bare "$1" "${1%%-*}" "$architecture" || return 1
  rm -rf "$folder/$1/gradcheck"
  mkdir "$folder/$1/gradcheck"
  git -C "$root" archive HEAD | tar -x -C "$folder/$1/gradcheck"
}

# in_system SYSTEM COMMAND...
in_system() {
  inside=$folder/$1
  shift
  tools=$inside-tools
  [ -e "$tools/made" ] || tools=
  apart sh "$root/checks/matrix_enter.sh" "$inside" "$tools" "$@" 3>&- # hostile layers write to whatever is open
}

# run_system SYSTEM: the two commands. An emulated system borrows a compiler, which must be installed for that.
run_system() {
  suite_passes=no
  if [ -n "$(machine_of "$1")" ]; then
    # shellcheck disable=SC2016 # it is the inner shell that expands
    in_system "$1" sh -c '. /gradcheck/checks/setup.sh; install_missing $packages' /gradcheck/checks/run.sh || return 0
  fi
  in_system "$1" sh /gradcheck/checks/run.sh && suite_passes=yes
  left_out=
  [ -z "$(machine_of "$1")" ] || left_out=$long
  LEAVE_OUT=$left_out in_system "$1" sh /gradcheck/checks/test.sh || :
}

# unshare ignores what would end it politely; with it go all that it started, and their mounts.
# shellcheck disable=SC2317 # a trap calls it
end() {
  [ -z "$child" ] || kill -KILL "$child" 2>/dev/null || :
  echo "matrix.sh was ended before its end" >&3
  exit 3
}

status=0 child=
scratch=$(mktemp -d)
rows=$scratch/rows
trap 'rm -rf "$scratch"' EXIT
exec 3>&2 # logs have the other while a system is made or run
trap end HUP INT TERM
for system in "$@"; do
  log=$folder/$system.log
  made=yes suite_passes=no
  make_system "$system" >"$log" 2>&1 || made=no
  [ $made = no ] || run_system "$system" >>"$log" 2>&1
  in_system "$system" cc -dumpfullversion >"$scratch/compiler" 2>/dev/null || echo none >"$scratch/compiler"
  compiler=$(cat "$scratch/compiler")
  kernels=$(sed -n 's/.* · \(OpenBLAS.*\)$/\1/p' "$log" | head -n 1)
  tests=$(sed -n 's/^\([0-9]*% tests passed.*\)$/\1/p' "$log" | tail -n 1)
  failed=$(sed -n '/(Skipped)\|(Disabled)/d; s/^[[:space:]]*[0-9]* - \([a-z0-9_+]*\) (.*).*$/\1/p' "$log" | sort -u | tr '\n' ' ')
  skipped=$(sed -n 's/^[[:space:]]*[0-9]* - \([a-z0-9_+]*\) (Skipped).*$/\1/p' "$log" | sort -u | tr '\n' ' ')
  grep -h '^LEFT OUT: ' "$folder/$system/gradcheck/build/release/Testing/Temporary/LastTest.log" >>"$log" 2>/dev/null || :
  unexpected=
  for test in $failed; do
    grep -q "^$system $test " "$root/checks/matrix-expected.txt" || unexpected="$unexpected $test"
  done
  [ $made = yes ] && [ $suite_passes = yes ] && [ -n "$tests" ] && [ -z "$unexpected" ] || status=1
  printf '%s | gcc %s | %s | built-in suite passes: %s | %s%s%s%s\n' "$system" "$compiler" "${kernels:-no BLAS}" \
    "$suite_passes" "${tests:-no test ran}" "${failed:+; failed: $failed}" \
    "${skipped:+; skipped in whole or in part: $skipped}" "${unexpected:+; not expected:$unexpected}" | tee -a "$rows"
done
echo "-- in all (logs in $folder)"
cat "$rows"
exit $status
