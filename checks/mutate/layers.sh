#!/bin/sh
# How many mistakes in the backward passes of the built-in layers are caught: each file of layers.txt is compiled for double as
# a plug-in of its own, mutated, and checked as anybody's plug-in is.
#
#   sh checks/mutate/layers.sh GRADCHECK SOURCE_DIR WORK_DIR [OPTION... -- ] [FILE...]
#
# OPTION: of `gradcheck mutate`, for instance --limit 20. FILE: some of them; without it all of layers.txt. WORK_DIR keeps the
# result of each file, by the contents of all that it depends on, so that what was measured is not measured again.
# Caught is what fails or ends in an error: what is inconclusive is not (--allow-inconclusive).
# Exit status 1: a mutant survived that equivalent/FILE.txt does not argue.
set -uf
gradcheck=$1 source_dir=$2 work=$3
shift 3
options=
case " $* " in *" -- "*)
  while [ "$1" != -- ]; do
    options="$options $1"
    shift
  done
  shift
  ;;
esac
here=$source_dir/checks/mutate
mkdir -p "$work" || exit 3
flags="-O1 -shared -fPIC -DNDEBUG -DGCHK_REAL_IS_FLOAT=0 -I$source_dir/src -I$source_dir/src/include"
# shellcheck disable=SC2046
set -- "$(pkg-config --cflags openblas 2>/dev/null)" "$(pkg-config --libs openblas)" "$@"
flags="$flags $1" libraries=$2
shift 2
# What layers need beside their own file.
for unit in layers/lanes_norm layers/lanes_product layers/lanes_rows layers/lanes_softmax layers/add_multiples core/arrays \
  core/vector_exp; do
  object=$work/$(basename "$unit").o
  # shellcheck disable=SC2086
  cc $flags -c "$source_dir/src/$unit.c" -o "$object" || exit 3
  libraries="$object $libraries"
done

# ids SOURCE...: the layers that they define.
ids() {
  for unit in "$@"; do
    # shellcheck disable=SC2086
    cc -E -P $flags "$source_dir/src/layers/$unit"
  done | grep -o 'const gchk_layer gchk_layer_[a-z0-9_]*_f64 =' | sed 's/.*gchk_layer_\(.*\)_f64 =/\1/'
}

# write_plugin FILE "SOURCE..." "VARIANT...": the table of their layers, and before it the first source where FILE is a header.
write_plugin() {
  echo "#include \"$here/variant.h\""
  case $1 in *.h) echo "#include \"layers/${2%% *}\"" ;; esac
  number=0 rows=
  # shellcheck disable=SC2086
  for variant in $(ids $2) $3; do
    id=${variant%%:*} number=$((number + 1))
    echo "extern const gchk_layer gchk_layer_${id}_f64;"
    echo "static variant variant_$number;"
    echo "__attribute__((constructor)) static void set_up_$number(void) {"
    echo "  variant_begin(&variant_$number, &gchk_layer_${id}_f64, \"$variant\");"
    case $variant in *:*)
      echo "${variant#*:}" | tr , '\n' | sed "s/\(.*\)=\(.*\)/  variant_set(\&variant_$number, \"\1\", \2);/" ;;
    esac
    echo "}"
    rows="$rows&variant_$number.layer, "
  done
  echo "GCHK_PLUGIN(${rows%, })"
}

# measure FILE FUNCTIONS USERS "VARIANT... -CASES...": its survivors, and a line of numbers, are in $work/FILE.txt.
measure() {
  file=$1 functions=$2 users=$(echo "$3" | tr , ' ')
  [ "$users" = - ] && users=$file
  variants='' argued=''
  for word in $4; do
    case $word in -*) argued="$argued --filter $word" ;; *) variants="$variants $word" ;; esac
  done
  write_plugin "$file" "$users" "$variants" >"$work/$file.plugin.c" || return 3
  others=
  case $users in *' '*) for user in ${users#* }; do others="$others $source_dir/src/layers/$user"; done ;; esac
  [ -f "$here/equivalent/$file.txt" ] && argued="$argued --equivalent $here/equivalent/$file.txt"
  [ "$functions" = - ] || argued="$argued --function $functions"
  # shellcheck disable=SC2086
  key=$(
    {
      cc -E $flags -include "$source_dir/src/layers/$file" "$work/$file.plugin.c" $others
      echo "$options $argued"
      cat "$gradcheck"
      [ -f "$here/equivalent/$file.txt" ] && cat "$here/equivalent/$file.txt"
    } | cksum
  )
  [ -f "$work/$file.key" ] && [ "$(cat "$work/$file.key")" = "$key" ] && return 0
  # shellcheck disable=SC2086
  "$gradcheck" mutate "$source_dir/src/layers/$file" --allow-inconclusive $options $argued --json "$work/$file.json" -- \
    cc $flags -include '{source}' "$work/$file.plugin.c" $others -o '{output}' $libraries -lm >"$work/$file.txt" 2>"$work/$file.err"
  status=$?
  if [ $status -ne 0 ] && [ $status -ne 1 ] && [ $status -ne 4 ]; then
    cat "$work/$file.err" >&2
    return 3
  fi
  echo "$key" >"$work/$file.key"
}

worst=0
: >"$work/numbers"
grep -v '^#' "$here/layers.txt" >"$work/rows"
while read -r file functions users variants; do
  [ $# -eq 0 ] || case " $* " in *" $file "*) ;; *) continue ;; esac
  measure "$file" "$functions" "${users:--}" "$variants" || { echo "$file: could not be measured" && worst=3 && continue; }
  grep -v '^mutants' "$work/$file.txt"
  echo "$file: $(tail -n 1 "$work/$file.txt")"
  [ $worst -eq 0 ] && grep -q ': survived$' "$work/$file.txt" && worst=1
  tail -n 1 "$work/$file.txt" >>"$work/numbers"
done <"$work/rows"
# number WORDS: the sum of what stands behind these words.
number() { sed -n "s/.*$1 \([0-9]*\).*/\1/p" "$work/numbers" | awk '{ sum += $1 } END { print sum + 0 }'; }
echo "all: mutants $(number mutants), caught $(number ': caught'), do not compile $(number 'not compile'), same machine code" \
  "$(number 'machine code'), argued equivalent $(number equivalent), survived $(number survived)"
exit $worst
