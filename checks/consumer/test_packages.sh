# The Debian packages, unpacked into an empty root, and a repository that builds and tests its layers with them alone.
# sh test_packages.sh BUILD_DIR SOURCE_DIR
set -eu
build=$1
here=$2/checks/consumer
command -v dpkg-shlibdeps >/dev/null || { echo "skipped: dpkg-dev is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
fail() { echo "$1"; shift; [ $# -eq 0 ] || cat "$@"; exit 1; }
passes() { passed=$((passed + 1)); }

cpack --config "$build/CPackConfig.cmake" -G DEB -B "$work/packages" >"$work/log" 2>&1 || fail "cpack" "$work/log"
field() { dpkg-deb -f "$work/packages/$1"_*.deb "$2"; }
has_field() { # PACKAGE FIELD WORD...
  package=$1 name=$2
  shift 2
  for word in "$@"; do
    field "$package" "$name" | tr -s ', |' '\n' | grep -qxF "$word" || fail "$name of $package lacks $word: $(field "$package" "$name")"
  done
  passes
}
lacks_field() { # PACKAGE FIELD PATTERN
  if field "$1" "$2" | grep -q "$3"; then fail "$2 of $1 has $3"; fi
  passes
}

# dpkg installs them all, none in the way of another, and takes them away again.
installed=$work/dpkg
mkdir -p "$installed/var/lib/dpkg/info" "$installed/var/lib/dpkg/updates" "$work/none"
: >"$installed/var/lib/dpkg/status"
ln -s "$(command -v true)" "$work/none/ldconfig" # this machine's cache is not theirs
in_root() { PATH="$work/none:$PATH" dpkg "--root=$installed" --log=/dev/null --force-script-chrootless,depends,not-root "$@"; }
in_root -i "$work"/packages/*.deb >"$work/log" 2>&1 || fail "dpkg -i" "$work/log"
[ "$(dpkg-query "--admindir=$installed/var/lib/dpkg" -W -f '${db:Status-Status}\n' | sort | uniq -c | tr -s ' ')" = ' 4 installed' ] || fail "not all are installed" "$work/log"
[ -x "$installed/usr/bin/gradcheck" ] && "$installed/usr/bin/gradcheck" run -q --filter apple >"$work/out" 2>&1 || fail "the installed program" "$work/out"
in_root -P gradcheck gradcheck-doc libgradcheck-dev "$(basename "$work"/packages/libgradcheck[0-9]*.deb | sed 's/_.*//')" >"$work/log" 2>&1 || fail "dpkg -P" "$work/log"
[ -z "$(find "$installed" ! -path '*/var/lib/dpkg*' ! -type d)" ] || fail "left after removal" "$work/log"
passes

# The library is called as its SONAME says, and brings no BLAS with it; the program does.
mkdir "$work/root"
for package in "$work"/packages/*.deb; do
  dpkg-deb -x "$package" "$work/root"
  dpkg-deb --fsys-tarfile "$package" | tar t | grep -v '/$' >>"$work/files"
done
soname=$(readelf -d "$(find "$work/root" -name 'libgradcheck.so.*.*.*')" | sed -n 's/.*SONAME.*\[lib\(.*\)\]/\1/p')
abi=${soname#gradcheck.so.}
version=$(field gradcheck Version)
[ "$(field "libgradcheck$abi" Version)" = "$version" ] || fail "no package is called after $soname"
has_field gradcheck Depends libc6 libopenblas0 libfyaml0 libjansson4 zlib1g
has_field "libgradcheck$abi" Depends libc6 libjansson4
lacks_field "libgradcheck$abi" Depends openblas
has_field libgradcheck-dev Depends "libgradcheck$abi" libjansson-dev
field libgradcheck-dev Depends | grep -qF "libgradcheck$abi (= $version)" || fail "the headers go with another library"
[ "$(field gradcheck-doc Architecture)" = all ] || fail "documentation of one architecture"

# Nothing is in two packages; what cmake installs is in one of them; and a missing file would be seen.
[ -z "$(sort "$work/files" | uniq -d)" ] || fail "in two packages:" "$work/files"
DESTDIR=$work/whole cmake -DCMAKE_INSTALL_PREFIX=/usr -P "$build/cmake_install.cmake" >"$work/log"
contents() { (cd "$1" && find . ! -type d ! -path '*/doc/*' | sed 's/\.1\.gz$/.1/; s/vendor-completions/site-functions/' | sort); }
contents "$work/whole" >"$work/installed"
contents "$work/root" >"$work/packed"
cmp -s "$work/installed" "$work/packed" || { diff "$work/installed" "$work/packed" || true; fail "the packages have not what is installed"; }
grep -q 'bin/gradcheck$' "$work/packed" && grep -q 'man1/gradcheck.1$' "$work/packed" || fail "no program, or no page"
gzip -t "$work"/root/usr/share/man/man1/*.gz
for package in gradcheck "libgradcheck$abi" libgradcheck-dev gradcheck-doc; do
  for file in copyright changelog.gz changelog.Debian.gz; do
    [ -s "$work/root/usr/share/doc/$package/$file" ] || fail "$package has no $file"
  done
done
if command -v lintian >/dev/null; then
  lintian --allow-root --tag-display-limit 0 --fail-on error --suppress-tags bogus-mail-host,bogus-mail-host-in-debian-changelog \
    "$work"/packages/*.deb >"$work/log" 2>&1 || fail "lintian" "$work/log"
fi
passes

# The sample repository, with what is in the root and nothing of the build.
gradcheck=$work/root/usr/bin/gradcheck
cp -r "$here/sample" "$work/sample"
cp "$2"/checks/examples/layernorm.c "$2"/checks/examples/kernels.? "$work/sample"
configure() { # FOLDER OPTION...
  folder=$1
  shift
  cmake -G Ninja -S "$work/sample" -B "$work/$folder" "-DCMAKE_PREFIX_PATH=$work/root/usr" "$@" >"$work/log" 2>&1
}
build() { cmake --build "$work/$1" >"$work/log" 2>&1 || fail "build of $1" "$work/log"; }
# tested FOLDER OPTION...: one line a test, "Passed NAME", in $work/tests; the status of ctest in $status.
tested() {
  folder=$1
  shift
  status=0
  ctest --test-dir "$work/$folder" --output-on-failure --output-junit "$work/$folder.xml" "$@" >"$work/out" 2>&1 || status=$?
  sed -n -E 's/^ *[0-9]+\/[0-9]+ Test +#[0-9]+: (.+) \.+(\*\*\*| +)(Passed|Failed|Skipped|Not Run) .*/\3 \1/p' "$work/out" | LC_ALL=C sort >"$work/tests"
}
is_tested() { # EXPECTED STATUS, LINES FROM STDIN
  LC_ALL=C sort >"$work/expected"
  cmp -s "$work/expected" "$work/tests" || { diff "$work/expected" "$work/tests" || true; fail "other tests" "$work/out"; }
  [ "$status" -eq "$1" ] || fail "ctest exits $status" "$work/out"
  passes
}

# Not built yet: tests that fail and say so, never none.
configure first || fail configure "$work/log"
tested first
is_tested 8 <<'END'
Failed scales/discovery
Failed twin of discovery
Passed suites/sum of squares
Failed hazy/discovery
Failed hazy-skipped/discovery
Failed hazy-allowed/discovery
Failed both/hazy.so/discovery
Failed both/layernorm.so/discovery
END
tr -s ' \n' ' ' <"$work/out" | grep -q 'scales.so: cannot be opened: No such file' || fail "it is not said what is missing" "$work/out"

# Built: a test a layer, whatever the layer is called, without another run of CMake.
build first
tested first
is_tested 8 <<'END'
Passed scales/plain
Passed scales/two words
Passed scales/plain/other
Passed scales/sta*
Passed scales/star
Passed scales/conv[3
Passed scales/a;b
Passed scales/"$HOME\ ${x}
Passed scales/-x?!
Passed twin of layernorm
Passed suites/sum of squares
Failed hazy/plain
Skipped hazy-skipped/plain
Passed hazy-allowed/plain
Passed both/hazy.so/plain
Passed both/layernorm.so/layernorm
END
tested first -L 'in double'
[ "$status" -eq 0 ] && [ "$(wc -l <"$work/tests")" -eq 9 ] || fail "labels" "$work/out"

# A mistake is seen by the test of its layer and by no other, also where a name is a pattern that matches another.
for wrong in '4 sta*' '5 star' '8 "$HOME\ ${x}'; do
  configure first "-DBREAK=${wrong%% *}" || fail configure "$work/log"
  build first
  tested first -R scales
  [ "$(grep -v '^Passed' "$work/tests")" = "Failed scales/${wrong#* }" ] && [ "$status" -eq 8 ] || fail "$wrong" "$work/out"
  [ "$(wc -l <"$work/tests")" -eq 9 ] || fail "tests are missing: $wrong" "$work/out"
  passes
done

# What no longer loads is a failing test.
: >"$work/first/scales.so"
tested first -R scales
is_tested 8 <<'END'
Failed scales/discovery
END

# A baseline: the same is well, what is gone fails, and so does a baseline that is not there.
configure base -DBREAK=0 && build base
"$gradcheck" run -q "$work/base/scales.so" --save-baseline "$work/base.json" >"$work/out" 2>&1 || fail "no baseline" "$work/out"
configure base "-DBASELINE=$work/base.json" && build base
tested base -R scales
[ "$status" -eq 0 ] && [ "$(wc -l <"$work/tests")" -eq 9 ] || fail "baseline" "$work/out"
configure base -DFEWER=ON && build base
tested base -R scales
[ "$status" -eq 8 ] && [ "$(grep -c '^Failed' "$work/tests")" -eq 8 ] && grep -qx 'Passed scales/plain' "$work/tests" || fail "what is gone is not missed" "$work/out"
rm "$work/base.json"
tested base -R scales
is_tested 8 <<'END'
Failed scales/discovery
END

# Mistakes in the float code are compiled as the plug-in is, linked with what else it is made of, and caught.
configure mutated -DMUTATE=ON || fail configure "$work/log"
build mutated
tested mutated -R 'mutants|unseen'
is_tested 8 <<'END'
Passed mutants
Failed unseen
END
grep -q 'kernels.c:[0-9]*: layernorm_backward: never runs in this check' "$work/out" || fail "it is not said that nothing ran" "$work/out"

# Several configurations in one build.
cmake -G "Ninja Multi-Config" -S "$work/sample" -B "$work/multi" "-DCMAKE_PREFIX_PATH=$work/root/usr" >"$work/log" 2>&1 || fail multi "$work/log"
cmake --build "$work/multi" --config Debug --target scales >"$work/log" 2>&1 || fail multi "$work/log"
tested multi -C Debug -R scales
[ "$status" -eq 0 ] && [ "$(wc -l <"$work/tests")" -eq 9 ] || fail "Debug" "$work/out"
tested multi -C Release -R scales
is_tested 8 <<'END'
Failed scales/discovery
END
tested multi
[ "$status" -ne 0 ] || fail "no configuration is a pass" "$work/out"

# What cannot be meant is an error when CMake runs.
refuses() { # WHAT IS SAID, LINES FROM STDIN
  { echo 'cmake_minimum_required(VERSION 3.20)'; echo 'project(wrong NONE)'; cat; } >"$work/wrong.txt"
  mkdir -p "$work/wrong"
  cp "$work/wrong.txt" "$work/wrong/CMakeLists.txt"
  if cmake -S "$work/wrong" -B "$work/wrong/build" -G Ninja "-DCMAKE_PREFIX_PATH=$work/root/usr" >"$work/log" 2>&1; then fail "accepted" "$work/wrong.txt"; fi
  tr -s ' \n' ' ' <"$work/log" | grep -qF "$1" || fail "not said: $1" "$work/log"
  rm -rf "$work/wrong"
  passes
}
refuses 'TARGET or SOURCE is missing' <<'END'
enable_testing()
find_package(gradcheck REQUIRED)
gradcheck_add_mutation_test(x TARGET y)
END
refuses 'there is no target y; gradcheck_add_plugin makes one' <<'END'
enable_testing()
find_package(gradcheck REQUIRED)
gradcheck_add_mutation_test(x TARGET y SOURCE z.c)
END
refuses 'TARGET or SUITE is missing' <<'END'
enable_testing()
find_package(gradcheck REQUIRED)
gradcheck_add_test(x)
END
refuses 'this is not understood: y' <<'END'
enable_testing()
find_package(gradcheck REQUIRED)
gradcheck_add_test(x y SUITE a.yaml)
END
refuses 'there is no target y' <<'END'
enable_testing()
find_package(gradcheck REQUIRED)
gradcheck_add_test(x TARGET y)
END
refuses 'enable_testing() comes before it' <<'END'
find_package(gradcheck REQUIRED)
gradcheck_add_test(x SUITE a.yaml)
END
refuses 'a BASELINE is of one file' <<'END'
enable_testing()
find_package(gradcheck REQUIRED)
gradcheck_add_test(x SUITE a.yaml b.yaml BASELINE c.json)
END
refuses 'set GRADCHECK_PROGRAM' <<'END'
enable_testing()
find_package(gradcheck REQUIRED)
set(GRADCHECK_PROGRAM "GRADCHECK_PROGRAM-NOTFOUND")
set_property(GLOBAL PROPERTY GRADCHECK_PROGRAM_FOLDER /nowhere)
set(CMAKE_PREFIX_PATH /nowhere)
set(CMAKE_FIND_USE_SYSTEM_ENVIRONMENT_PATH OFF)
set(CMAKE_FIND_USE_CMAKE_SYSTEM_PATH OFF)
set(CMAKE_FIND_USE_CMAKE_PATH OFF)
gradcheck_add_test(x SUITE a.yaml)
END
echo "$passed passed, 0 failed"
