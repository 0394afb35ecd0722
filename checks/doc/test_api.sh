# The API reference: Doxygen has nothing to complain of, every public function is in it with its sentence; and complaints count.
# sh test_api.sh SOURCE_DIR
set -eu
source_dir=$1
command -v doxygen >/dev/null || { echo "skipped: doxygen is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAILED: $1"; shift; [ $# -eq 0 ] || cat "$@"; exit 1; }
mkdir -p "$work/src" "$work/doc"
cp -r "$source_dir/src/include" "$source_dir/src/doc" "$work/src"
make_reference() {
  sed "s#@PROJECT_VERSION@#0#; s#@PROJECT_DESCRIPTION@#x#; s#@CMAKE_BINARY_DIR@#$work#" "$source_dir/src/doc/Doxyfile.in" >"$work/Doxyfile"
  (cd "$work/src" && doxygen "$work/Doxyfile") >"$work/log" 2>&1
}
make_reference || fail "complaints" "$work/log"
[ ! -s "$work/log" ] || fail "complaints" "$work/log"

cat "$work"/doc/api/*.html >"$work/pages"
functions=$(cat "$source_dir"/src/include/gradcheck/*.h | sed 's/__attribute__((.*)) *//; s/GCHK_PRINTF([^)]*)//' | tr '\n' ' ' | grep -o 'GCHK_API [^;{(]*(' | sed 's/ *($//; s/.*[ *]//' | sort -u)
[ "$(echo "$functions" | wc -l)" -gt 60 ] || fail "functions are not found"
for function in $functions; do
  grep -q "class=\"memname\">.*[ *]$function *<" "$work/pages" || fail "$function has no entry"
done
# Of each kind of comment one: before, beside, of a file, with markup that is none, and an example as it stands.
grep -q 'how many there are; no format' "$work/pages" || fail "a comment beside its line is lost"
grep -q 'Checking a layer\.' "$work/pages" || fail "the comment of a file is lost"
grep -q 'fprintf(stderr, &quot;%s\\n&quot;, error.message)' "$work/pages" || fail "an example does not stand as it is"
grep -q '::error file=,line=,title=::message' "$work/pages" || fail "text is taken for markup"

# What Doxygen does not know is complained of: the check above can fail.
sed -i 's/^  return text$/  return text "\\\\nosuchcommand"/' "$work/src/doc/comments.awk"
if make_reference; then fail "an unknown command is no complaint"; fi
grep -q nosuchcommand "$work/log" || fail "another complaint" "$work/log"
echo "$(echo "$functions" | wc -l) passed, 0 failed"
