#!/bin/sh
# Every tracked C file is as .clang-format has it, src has no finding of the analyser (.clang-tidy), scripts have none of
# ShellCheck. The analyser reads how the preset that is named (release) compiles.
. "$(dirname -- "$0")/setup.sh"

# shellcheck disable=SC2086 # the list is meant to split
install_missing $packages clang-format clang-tidy shellcheck
preset=${1:-release}
cd "$root" || exit 3
[ -f "build/$preset/compile_commands.json" ] || cmake --preset "$preset" >/dev/null

git ls-files -z '*.c' '*.h' | xargs -0 clang-format --dry-run -Werror
shellcheck --shell=sh --exclude=SC1091,SC2034,SC2154 checks/*.sh # what setup.sh sets, and who reads it, is in other files

# Assertions are kept: they say what holds. One process a file: the analyser's findings of va_list are wrong in the second file of a process. The count of warnings
# that are not shown goes to stderr, where it would hide those that are.
log=$(mktemp) once=$(mktemp -d)
trap 'rm -rf "$log" "$once"' EXIT
# A source that is compiled several times (the layers, for double and for float) is analysed once, as it is compiled first.
awk '/^{/ { entry = "" } /^[^][]/ { entry = entry "\n" $0 } /"file":/ { is_known = seen[$0]++ }
  /^}/ && !is_known { sub(/,$/, "", entry); printf "%s%s", count++ ? "," : "[", entry } END { print "\n]" }' \
  "build/$preset/compile_commands.json" >"$once/compile_commands.json"
analyse() {
  xargs -P "$(nproc)" -n 1 clang-tidy -p "$once" --quiet --extra-arg=-UNDEBUG "$@" 2>"$log" || { grep -v 'warnings\{0,1\} generated' "$log" >&2; exit 1; }
}
# core makes what the others are told of it in analyser.h.
find src -name '*.c' ! -path 'src/core/*' | sort | analyse --extra-arg=-include --extra-arg="$root/checks/analyser.h"
find src/core -name '*.c' | sort | analyse
