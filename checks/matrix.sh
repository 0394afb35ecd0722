#!/bin/sh
# The README's two commands on bare systems of three Debian releases, and the tests on processors that are emulated.
# Usage, as root and in hours rather than minutes: sh checks/matrix.sh [SYSTEM...]
#   SYSTEM   bookworm trixie sid trixie-arm64 trixie-s390x; without one, all
#   MATRIX   the folder of the systems (build/matrix): one that is there is used again
#   MIRROR   where Debian's packages come from (http://deb.debian.org/debian)
# What is committed is what is tested. Ends with a table, and with 1 if a test failed that is not in matrix-expected.txt.
. "$(dirname -- "$0")/setup.sh"

folder=${MATRIX:-$root/build/matrix}
mirror=${MIRROR:-http://deb.debian.org/debian}
[ "$(id -u)" -eq 0 ] || { echo "matrix.sh makes systems and mounts in them: run it as root" >&2; exit 2; }
[ $# -gt 0 ] || set -- bookworm trixie sid trixie-arm64 trixie-s390x
for system in "$@"; do
  case $system in
  bookworm | trixie | sid) ;;
  *-arm64 | *-s390x) emulates=qemu-user-static ;;
  *) echo "no system is called $system" >&2; exit 2 ;;
  esac
done
# shellcheck disable=SC2086 # the list is meant to split
install_missing debootstrap git ${emulates:-}
mkdir -p "$folder"

# make_system NAME: a bare one, and the committed tree in it.
make_system() {
  suite=${1%%-*}
  arch=amd64
  [ "$suite" = "$1" ] || arch=${1#*-}
  if [ ! -e "$folder/$1/made" ]; then
    rm -rf "${folder:?}/$1"
    debootstrap --variant=minbase --arch="$arch" "$suite" "$folder/$1" "$mirror"
    # A copy of a mirror may be older than its index allows.
    echo 'Acquire::Check-Valid-Until "false";' >"$folder/$1/etc/apt/apt.conf.d/90matrix"
    : >"$folder/$1/made"
  fi
  rm -rf "$folder/$1/gradcheck"
  mkdir "$folder/$1/gradcheck"
  git -C "$root" archive HEAD | tar -x -C "$folder/$1/gradcheck"
}

# in_system NAME COMMAND...: with /proc and /dev of its own, which go with it.
in_system() {
  name=$1
  shift
  # shellcheck disable=SC2016 # it is the inner shell that expands
  unshare --mount --pid --fork --kill-child sh -c '
    mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && name=$1 && shift &&
    exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive chroot "$name" "$@"' \
    sh "$folder/$name" "$@"
}

status=0
rows=$(mktemp)
trap 'rm -f "$rows"' EXIT
for system in "$@"; do
  log=$folder/$system.log
  made=yes suite_passes=no
  make_system "$system" >"$log" 2>&1 || made=no
  if [ $made = yes ]; then
    in_system "$system" sh /gradcheck/checks/run.sh >>"$log" 2>&1 && suite_passes=yes
    in_system "$system" sh /gradcheck/checks/test.sh >>"$log" 2>&1 || :
  fi
  compiler=$(in_system "$system" cc -dumpfullversion 2>/dev/null || echo none)
  kernels=$(sed -n 's/.* · \(OpenBLAS.*\)$/\1/p' "$log" | head -n 1)
  tests=$(sed -n 's/^\([0-9]*% tests passed.*\)$/\1/p' "$log" | tail -n 1)
  failed=$(sed -n '/(Skipped)\|(Disabled)/d; s/^[[:space:]]*[0-9]* - \([a-z0-9_+]*\) (.*).*$/\1/p' "$log" | sort -u)
  unexpected=
  for test in $failed; do
    grep -qx "$system $test .*" "$root/checks/matrix-expected.txt" || unexpected="$unexpected $test"
  done
  [ $made = yes ] && [ $suite_passes = yes ] && [ -n "$tests" ] && [ -z "$unexpected" ] || status=1
  printf '%s | gcc %s | %s | built-in suite passes: %s | %s%s\n' "$system" "$compiler" "${kernels:-no BLAS}" \
    "$suite_passes" "${tests:-no test ran}" "${unexpected:+; not expected:$unexpected}" | tee -a "$rows"
done
echo "-- in all (logs in $folder)"
cat "$rows"
exit $status
