#!/bin/sh
# The same set-up as run.sh, then Debian packages of it: build/release/packages/*.deb
. "$(dirname -- "$0")/setup.sh"

# shellcheck disable=SC2086 # the list is meant to split
install_missing $packages $packaging
build release
log=$(mktemp)
if ! cpack --config "$root/build/release/CPackConfig.cmake" -G DEB >"$log" 2>&1; then
  cat "$log" >&2
  rm -f "$log"
  exit 3
fi
rm -rf "$log" "$root/build/release/packages/_CPack_Packages"
ls "$root"/build/release/packages/*.deb
