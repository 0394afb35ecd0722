# Two hundred runs, or as many as are asked for, that are ended at random moments; the tests do some of them. By hand:
# sh checks/signals.sh [RUNS [SEED]], after a build of the release.
set -eu
cd "$(dirname -- "$0")/.."
GRADCHECK_SIGNAL_RUNS=${1:-200}
GRADCHECK_SIGNAL_SEED=${2:-$$}
export GRADCHECK_SIGNAL_RUNS GRADCHECK_SIGNAL_SEED
exec sh checks/cli/test_signals.sh "$PWD/build/release/bin/gradcheck" "$PWD" "$PWD/build/release/checks"
