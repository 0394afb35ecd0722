#!/bin/sh
# sarif_oasis.sh SAMPLE_REPORTS FOLDER NODE: every sample's SARIF is valid by the schema of the standard, as checks/node.sh puts
# it into NODE, and a bent one is not.
set -eu
writer=$1
folder=$2
node_modules=$3/node_modules
here=$(cd "$(dirname "$0")" && pwd)
command -v node > /dev/null || { echo "skipped: node is not installed"; exit 77; }
[ -d "$node_modules/@microsoft/jest-sarif" ] || { echo "skipped: SARIF's schema is not there; sh checks/node.sh installs it"; exit 77; }
rm -rf "$folder"
mkdir -p "$folder"
"$writer" "$folder"
NODE_PATH=$node_modules node "$here/sarif_oasis.js" "$folder"/*.sarif
sed 's/"version": "2.1.0"/"version": "2.2.0"/' "$folder/failing.sarif" > "$folder/bent-version"
sed 's/"level": "error"/"level": "fatal"/' "$folder/failing.sarif" > "$folder/bent-level"
sed 's/"startLine": 88/"startLine": 0/' "$folder/failing.sarif" > "$folder/bent-line"
sed 's/"ruleId"/"rule"/' "$folder/failing.sarif" > "$folder/bent-key"
sed 's/"executionSuccessful": true,//' "$folder/failing.sarif" > "$folder/bent-execution"
for bent in "$folder"/bent-*; do
  cmp -s "$bent" "$folder/failing.sarif" && { echo "$bent is not bent"; exit 1; }
  said=$(NODE_PATH=$node_modules node "$here/sarif_oasis.js" "$bent") && { echo "accepted: $bent"; exit 1; }
  case $said in
  *'0 passed, 1 failed') ;;
  *) echo "$bent: $said"; exit 1 ;;
  esac
done
rm -rf "$folder"
