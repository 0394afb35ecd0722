#!/bin/sh
# The hook `gradcheck-ctest` of pre-commit: builds, then runs the tests that gradcheck_add_test made. GRADCHECK_BUILD is the build.
set -eu
build=${GRADCHECK_BUILD:-build}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cmake --build "$build" >"$log" 2>&1 || { cat "$log"; exit 1; }
ctest --test-dir "$build" -L '^gradcheck$' --no-tests=error --output-on-failure
