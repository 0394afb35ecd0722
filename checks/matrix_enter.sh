#!/bin/sh
# Runs a command in one of the systems of matrix.sh, with mounts that go with it: unshare --mount --pid --fork
# --kill-child sh matrix_enter.sh SYSTEM TOOLS COMMAND...
#   SYSTEM   its folder
#   TOOLS    the folder of an amd64 system of the same release that has the compiler for SYSTEM's processor, or ""
# Emulated, a compiler takes twenty times as long. SYSTEM's own driver, headers and libraries stay; what they start, the
# compiler proper, the assembler and the linker, is TOOLS' of the same version, which makes the same code. So is what
# unpacks packages.
set -eu
system=$1 tools=$2
shift 2

mount -t proc proc "$system/proc"
mount --rbind /dev "$system/dev"

# lend FROM TO: TO of the system is FROM of the tools.
lend() {
  if [ -d "$tools$1" ]; then
    mkdir -p "$system$2"
  elif [ ! -e "$system$2" ]; then
    return 0 # not installed yet
  fi
  mount --bind "$tools$1" "$(readlink -f "$system$2")"
}
if [ -n "$tools" ]; then
  machine=$(basename "$(echo "$tools"/usr/lib/gcc-cross/*)")
  version=$(basename "$(echo "$tools/usr/lib/gcc-cross/$machine"/*)")
  lend /usr/lib64 /lib64
  lend /usr/lib/x86_64-linux-gnu /usr/lib/x86_64-linux-gnu
  lend /usr/lib/gcc-cross /usr/lib/gcc-cross
  lend "/usr/$machine/include/c++" "/usr/$machine/include/c++"
  for libexec in lib libexec; do
    for program in cc1 cc1plus liblto_plugin.so; do
      from=/usr/$libexec/gcc-cross/$machine/$version/$program
      [ ! -e "$tools$from" ] || lend "$from" "/usr/$libexec/gcc/$machine/$version/$program"
    done
  done
  for program in "$machine-as" "$machine-ld.bfd" dpkg-deb tar; do lend "/usr/bin/$program" "/usr/bin/$program"; done
fi

exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive ${LEAVE_OUT:+"LEAVE_OUT=$LEAVE_OUT"} \
  ${ONLY:+"ONLY=$ONLY"} chroot "$system" "$@"
