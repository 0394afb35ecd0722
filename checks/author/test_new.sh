# `gradcheck new`: what it writes compiles without a warning, passes, and fails once it is broken; no file is written over.
. "$(dirname -- "$0")/../cli/lib.sh"
. "$source_dir/checks/author/compilers.sh"
cd "$work" || exit 1

run 0 new layer.c
says out "cc \$(gradcheck --cflags) -O1 -shared -fPIC -g -o layer.so layer.c -lm"
says out "gradcheck run layer.so"
says out "gradcheck mutate layer.c"
cp layer.c kept.c
run 2 new layer.c
says err "layer.c is there already, and is left as it is"
same layer.c kept.c
run 0 new 'my layer-2.cpp'
says out "gradcheck run 'my layer-2.so'"

for compiler in $(compilers gcc clang); do
  # shellcheck disable=SC2086
  builds "$compiler $c_warnings" ./layer.so layer.c
  run 0 run layer.so
  says out "PASS  4 cases: 4 pass, 0 fail, 0 inconclusive, 0 skipped, 0 error"
done
for compiler in $(compilers g++ clang++); do
  builds "$compiler -std=c++17 $warnings" ./cpp.so 'my layer-2.cpp'
  run 0 run cpp.so
  says out "my_layer_2"
  says out "PASS  4 cases: 4 pass, 0 fail, 0 inconclusive, 0 skipped, 0 error"
done

# A mistake of one's own.
sed 's/ - x\[n \* C + c\] \* r\[n\] \* r\[n\] \* along \/ C//' layer.c >wrong.c
builds cc ./wrong.so wrong.c
run 1 run wrong.so
says out "FAIL layer: x"

# What the comments offer compiles too.
sed -e 's,/\* \(GCHK_TENSOR(.*)\,\) \*/,\1,' -e 's,/\* \(static const gchk_option_spec .*;\) \*/,\1,' \
  -e 's,/\* \(GCHK_OPTION_TABLE(options)\,\) \*/,\1,' -e 's,/\* \(.sizes_require = "C%2==0"\,\) .*,\1,' \
  -e 's,"N=3 C=5",NULL,' layer.c >more.c
[ "$(diff layer.c more.c | grep -c '^>')" -eq 6 ] || fail "six lines of layer.c were to be changed"
builds "cc $c_warnings" ./more.so more.c
run 0 run more.so
says out "layer/"

# As float, with its twin.
sed -e 's/double/float/g' -e 's/GCHK_F64,/GCHK_F32,/' layer.c >float.c
builds cc ./float.so float.c
builds "cc -include gradcheck/as_double.h" ./float.twin.so float.c
run 0 run float.so
says out "PASS  4 cases: 4 pass"

run 2 new layer.py
says err "layer.py: a new layer is a file of C (layer.c) or of C++17 (layer.cpp)"
run 2 new .c
run 2 new no/such/folder/layer.c
says err "no/such/folder/layer.c: cannot be written: No such file"
ln -s nowhere.c dangling.c
run 2 new dangling.c
[ ! -e nowhere.c ] || fail "a link was followed"
run 0 new 7.c
says out "7.c: a layer that"
builds cc ./seven.so 7.c
run 0 list seven.so
says out "layer_7 "
run 2 new
run 2 new a.c b.c
passed
