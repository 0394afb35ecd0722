#!/bin/sh
# The same set-up as run.sh, then every test, in the presets that are named (release); LEAVE_OUT is a pattern of tests that
# are not run, ONLY one of those that are.
. "$(dirname -- "$0")/setup.sh"

[ $# -gt 0 ] || set -- release
packages="$packages $packaging mandoc zsh fish doxygen" # and what reads manual pages, completions and headers
for preset in "$@"; do
  case $preset in
  clang | fuzz) packages="$packages clang libclang-rt-14-dev" ;;
  esac
done
# shellcheck disable=SC2086 # the list is meant to split
install_missing $packages
for preset in "$@"; do
  build "$preset"
  echo "== $preset"
  # One more than there are processors: many tests wait.
  (cd "$root" && ctest --preset "$preset" -j "$(($(nproc) + 1))" ${LEAVE_OUT:+-E "$LEAVE_OUT"} ${ONLY:+-R "$ONLY"})
done
