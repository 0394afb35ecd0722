# Completions of three shells, manual pages and --version: each has what --help has, no more, and is what its reader reads.
. "$(dirname -- "$0")/lib.sh"

# has WHAT: an interpreter without which a part of this is left out.
has() {
  command -v "$1" >/dev/null && return 0
  echo "LEFT OUT: $1 is not installed"
  left_out=$((left_out + 1))
  return 1
}

run 2 help what-is-not-there
commands=$(sed -n 's/.*the topics are //p' "$work/err" | tr -d ' ' | tr ',' '\n' | grep -vxE 'suite|layers')
[ "$(echo "$commands" | wc -l)" -ge 9 ] || fail "commands are not found in the topics of help"
options_of() { # COMMAND: those of its --help, one a line
  "$gradcheck" "$1" --help | sed -n 's/^  \(-[a-zA-Z], \|    \)\(--[a-z-]*\).*/\2/p' | sort -u
}

for shell in bash zsh fish; do
  run 0 --completion $shell
  mv "$work/out" "$work/$shell"
  run 0 run --completion=$shell
  same "$work/out" "$work/$shell"
done
run 2 --completion
says err "bash, zsh or fish"
run 2 --completion csh
run 2 list --completion csh

# bash: what it offers after the words of a line, sorted.
if has bash; then
  offers() {
    bash --norc -c 'source "$1"; shift; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _gradcheck; printf "%s\n" "${COMPREPLY[@]}"' _ \
      "$work/bash" gradcheck "$@" | sort -u
  }
  expect() { # WHAT IS OFFERED, WORD...
    count=$((count + 1))
    what=$1
    shift
    found=$(offers "$@" | tr '\n' ' ')
    [ "$found" = "${what:+$what }" ] || [ "$found$what" = " " ] || fail "completion of $*: $found, not $what"
  }
  expect '--force' run --fo
  expect 'f32 f64' run --dtype ''
  expect 'f32' run --dtype f3
  expect 'f32 f64' run --dtype =
  expect 'f32' run --dtype = f3
  expect 'auto' run --step ''
  expect 'adam momentum sgd' train --optimiser ''
  expect '' run --seed ''
  expect '' list --html
  expect '--html --html-dir' report --ht
  expect '--html' train --ht
  expect '--filter' list --f
  expect '' run --frobnicate
  expect 'run' ru
  expect '--version' --v
  mkdir -p "$work/files/folder"
  : >"$work/files/result.json"
  expect "$work/files/folder $work/files/result.json" run --json "$work/files/"
  expect "$work/files/folder" run --dump "$work/files/"
  expect "$work/files/result.json" report "$work/files/r"
  for command in $commands; do
    count=$((count + 1))
    [ "$(offers "$command" --)" = "$(options_of "$command")" ] || fail "completion of $command -- is not what its help has"
  done
fi

# zsh: it can be read, and names the options of each command within its arm.
for command in $commands; do
  count=$((count + 1))
  sed -n "/^    $command) _arguments/,/;;\$/s/^      '\*\(--[a-z-]*\).*/\1/p" "$work/zsh" | sort -u >"$work/named"
  options_of "$command" | cmp -s - "$work/named" || fail "zsh's completion of $command is not what its help has"
done
if has zsh; then
  zsh -n "$work/zsh" || fail "zsh cannot read its completion"
  sed "s/'\*:file:_files' ;;/'*:file:_files ;;/" "$work/zsh" >"$work/bent"
  if zsh -n "$work/bent" 2>/dev/null; then fail "zsh reads what is bent"; fi
fi

if has fish; then
  completed() { fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$work/fish" "$1" | cut -f 1 | sort -u | tr '\n' ' '; }
  # What does not begin with what was typed comes too, in later versions: letters of it in their order.
  case $(completed 'gradcheck list --f' | tr ' ' '\n' | grep '^--f') in --filter) ;; *) fail "fish completes list --f to $(completed 'gradcheck list --f')" ;; esac
  [ "$(completed 'gradcheck run --dtype f3')" = 'f32 ' ] || fail "fish completes run --dtype f3"
  [ "$(completed 'gradcheck mer')" = 'merge ' ] || fail "fish completes mer"
  for command in $commands; do
    count=$((count + 1))
    [ "$(completed "gradcheck $command --" | tr ' ' '\n' | sed '/^$/d; s/=$//' | sort -u)" = "$(options_of "$command")" ] ||
      fail "fish's completion of $command -- is not what its help has"
  done
fi

# Manual pages: one a command, all named by gradcheck(1), and nothing that mandoc complains of but that they have no date.
lint() { mandoc -T lint -W warning "$1" | grep -v 'missing date'; }
run 0 --man
cp "$work/out" "$work/gradcheck.1"
for command in $commands; do
  says out ".BR gradcheck\\-$command (1)"
done
[ "$(grep -c '^\.BR gradcheck\\-' "$work/out")" -eq "$(echo "$commands" | wc -l)" ] || fail "gradcheck(1) names other commands"
for command in $commands; do
  run 0 "$command" --man
  says out ".TH GRADCHECK\\-$(echo "$command" | tr a-z A-Z) 1"
  sed -n 's/^\(\\fB\\-[a-z]\\fR, \)*\\fB\\-\\-\([a-z\\-]*\)\\fR.*/--\2/p' "$work/out" | tr -d '\\' | sort -u >"$work/named"
  options_of "$command" | cmp -s - "$work/named" || fail "the page of $command has not the options of its help"
  mv "$work/out" "$work/gradcheck-$command.1"
  "$gradcheck" "$command" --help | sed -n '/^Examples:$/d; s/^\([A-Z].*\):$/.SS \1/p' >"$work/named"
  grep '^\.SS' "$work/gradcheck-$command.1" | cmp -s - "$work/named" || fail "the page of $command has other headings than its help"
  examples=$("$gradcheck" "$command" --help | sed -n '/^Examples:$/,/^$/p' | grep -c '^  gradcheck')
  [ "$(grep -c '^\\fBgradcheck' "$work/gradcheck-$command.1")" -eq "$examples" ] || fail "the page of $command has not $examples examples"
done
if has mandoc; then
  for page in "$work"/gradcheck*.1; do
    count=$((count + 1))
    if lint "$page"; then fail "mandoc complains of $page"; fi
  done
  { cat "$work/gradcheck.1"; echo '.XY z'; } >"$work/bent.1"
  lint "$work/bent.1" >/dev/null || fail "mandoc does not complain of an unknown request"
fi

# The first line is for programs; the rest is of this build.
run 0 --version
[ "$(sed -n 1p "$work/out")" = "gradcheck 0.1.0" ] || fail "first line of --version"
for fact in compiler build commit BLAS backtraces; do
  says out "  $fact "
done
run 0 list --version
says out "  compiler "
passed
