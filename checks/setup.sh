# Sourced by run.sh, test.sh and package.sh: installs what is missing, and builds. Debian and its derivatives.

set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)

# What the targets link and the tests run. `dpkg` names; a machine that has them all is not touched. gcc brings libbacktrace,
# in the libgcc-dev of its version.
packages='gcc g++ libc6-dev perl-base procps cmake ninja-build pkg-config libopenblas-dev libfyaml-dev libjansson-dev zlib1g-dev check libsubunit-dev libxml2-utils openmpi-bin'
packaging='dpkg-dev file' # what makes Debian packages

install_missing() {
  missing=
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
  done
  [ -z "$missing" ] && return 0
  echo "installing$missing"
  as_root=
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "not root and no sudo: install$missing yourself" >&2; exit 3; }
    as_root=sudo
  fi
  log=$(mktemp)
  # shellcheck disable=SC2086 # the list is meant to split
  if ! { $as_root apt-get update && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    echo "the packages$missing could not be installed" >&2
    exit 3
  fi
  rm -f "$log"
}

# build PRESET: configures once and builds; quiet unless it fails.
build() {
  log=$(mktemp)
  if ! { { [ -f "$root/build/$1/build.ninja" ] || (cd "$root" && cmake --preset "$1"); } && (cd "$root" && cmake --build --preset "$1"); } >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    exit 3
  fi
  rm -f "$log"
}
