# Installs into an empty folder and uses what is there: by CMake, by pkg-config, from C++, and the command line from anywhere.
# sh test_install.sh BUILD_DIR SOURCE_DIR CC
set -eu
build=$1
here=$2/checks/consumer
cc=$3
work=$(mktemp -d)
# What somebody installed from this build stays known to it.
manifest=$build/install_manifest.txt
[ ! -e "$manifest" ] || cp "$manifest" "$work/manifest"
restore() {
  rm -f "$manifest"
  [ ! -e "$work/manifest" ] || cp "$work/manifest" "$manifest"
  rm -rf "$work"
}
trap restore EXIT
prefix=$work/prefix

# What is installed goes again, and what is not ours stays.
mkdir -p "$work/gone/include/other"
cmake --install "$build" --prefix "$work/gone" >"$work/log"
: >"$work/gone/include/other/header.h"
[ -e "$work/gone/include/gradcheck/gradcheck.h" ]
cmake --build "$build" --target uninstall >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
[ "$(find "$work/gone" ! -type d)" = "$work/gone/include/other/header.h" ] || { find "$work/gone" ! -type d; exit 1; }
if find "$work/gone" -name gradcheck | grep .; then echo "folders are left"; exit 1; fi

cmake --install "$build" --prefix "$prefix" >"$work/log"

# has_path PATH FOLDER: names the files that have it, as a path and not as the end of another: the tree may be /gradcheck.
has_path() { LC_ALL=C grep -rlaP "((?<![\\w.})-])|(?<=-[IL]))\\Q$1\\E(?![\\w-]|\\.\\w)" "$2"; }

# No path of the build is in it, but for what debuggers read.
if grep -q '^CMAKE_BUILD_TYPE:STRING=Release' "$build/CMakeCache.txt"; then
  if has_path "$2" "$prefix" || has_path "$build" "$prefix"; then echo "have a path of the build"; exit 1; fi
  mkdir "$work/twin"
  for text in '\000%s/fixtures\000' '\000%s\000' 'see "%s".' 'cc -I%s/src'; do
    # shellcheck disable=SC2059 # these are formats
    printf "$text" "$2" >"$work/twin/has"
    has_path "$2" "$work/twin" >/dev/null || { echo "a path of the build is not found in $text"; exit 1; }
  done
  printf 'prefix%s ${prefix}%s %s.h' "$2" "$2" "$2" >"$work/twin/has"
  if has_path "$2" "$work/twin"; then echo "the end of another path is taken for that of the build"; exit 1; fi
fi

# By CMake: shared, static, C++.
mkdir "$work/project"
cp "$here"/consumer*.c "$here/consumer.cpp" "$work/project"
cp "$2"/checks/examples/layernorm.c* "$2"/checks/examples/kernels.? "$2/checks/twin/float_layers.cpp" "$work/project"
cp "$here/CMakeLists.consumer" "$work/project/CMakeLists.txt"
cmake -G Ninja -S "$work/project" -B "$work/project/build" -DCMAKE_PREFIX_PATH="$prefix" >"$work/log"
cmake --build "$work/project/build" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
"$work/project/build/consumer" >"$work/out"
grep -q '^FAIL ' "$work/out"
grep -q 'constant-ratio' "$work/out"
"$work/project/build/consumer_static" >"$work/out"
"$work/project/build/consumer_cpp"

# Plug-ins and their twins, by the function of the package.
for plugin in layernorm cpp layernorm_cpp; do
  "$prefix/bin/gradcheck" run "$work/project/build/$plugin.so" >"$work/out" 2>&1 || { cat "$work/out"; exit 1; }
  "$prefix/bin/gradcheck" list "$work/project/build/$plugin.so" | grep -q 'f32, with a double twin'
done
status=0
"$prefix/bin/gradcheck" run "$work/project/build/wrong.so" >"$work/out" 2>&1 || status=$?
[ "$status" -eq 1 ] && grep -q missing-mean-term "$work/out" || { cat "$work/out"; exit 1; }
[ -e "$work/project/build/alone.so" ] && [ ! -e "$work/project/build/alone.twin.so" ]

# What a network and a suite of the installed libraries must say; the programs are in folder $1.
use_components() {
  "$1/consumer_layers" >"$work/out" || { cat "$work/out"; exit 1; }
  grep -q '^  PASS  two layers  *.*W1 ' "$work/out"
  grep -q 'network empty has no layers' "$work/out"
  "$1/consumer_suite" "$here/consumer.yaml" >"$work/out" || { cat "$work/out"; exit 1; }
  grep -q '^  PASS  labels  *.*W ' "$work/out"
  grep -q '^labels: loss ' "$work/out"
}
use_components "$work/project/build"

# By pkg-config, which finds them from where its files are.
library=$(find "$prefix" -name libgradcheck.so | head -n 1)
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name gradcheck.pc)")
export PKG_CONFIG_PATH
# shellcheck disable=SC2046 # flags are meant to split
"$cc" "$here/consumer.c" -o "$work/consumer" $(pkg-config --cflags --libs gradcheck)
LD_LIBRARY_PATH=$(dirname "$library") "$work/consumer" >"$work/out"
for part in layers suite; do
  # A bare system has no libgfortran, of which OpenBLAS was made.
  if pkg-config --libs gradcheck-$part | grep gfortran; then echo "gradcheck-$part.pc wants what OpenBLAS was made of"; exit 1; fi
  # shellcheck disable=SC2046
  "$cc" "$here/consumer_$part.c" -o "$work/consumer_$part" \
    $(pkg-config --cflags --libs gradcheck-$part)
done
use_components "$work"

# The library needs no BLAS, and shows only its own names.
if ldd "$library" | grep -qi blas; then echo "libgradcheck needs a BLAS"; exit 1; fi
foreign=$(nm -D --defined-only "$library" | awk '$2 ~ /[TDBR]/ && $3 !~ /^gchk_/ { print $3 }')
[ -z "$foreign" ] || { echo "libgradcheck shows: $foreign"; exit 1; }

# The command line finds its suite wherever it was put.
cd "$work"
"$prefix/bin/gradcheck" run --filter apple >"$work/out" 2>"$work/err" || { cat "$work/out" "$work/err"; exit 1; }
[ -s "$prefix/share/man/man1/gradcheck.1" ]
[ "$("$prefix/bin/gradcheck" --cflags)" = "-I$prefix/include" ]
mv "$prefix" "$work/elsewhere"
PKG_CONFIG_PATH=$(dirname "$(find "$work/elsewhere" -name gradcheck.pc)")
moved=$(cd "$(pkg-config --variable=includedir gradcheck)" && pwd -P)
[ "$moved" = "$(cd "$work/elsewhere/include" && pwd -P)" ] || { echo "gradcheck.pc says $moved"; exit 1; }
[ "$("$work/elsewhere/bin/gradcheck" --cflags)" = "-I$work/elsewhere/include" ]
"$work/elsewhere/bin/gradcheck" run --filter two-layer-net --budget 100 >"$work/out" 2>"$work/err" || { cat "$work/out" "$work/err"; exit 1; }
echo "33 passed, 0 failed"
