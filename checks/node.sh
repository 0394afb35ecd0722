#!/bin/sh
# Puts what tests need of npm into build/node; where there is no npm, those tests say that they are skipped.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
command -v npm >/dev/null || { echo "no npm: tests that need it will be skipped"; exit 0; }
# jest-sarif brings the schema of SARIF 2.1.0, and ajv, which checks it; action-validator has that of GitHub's actions.
npm install --prefix "$root/build/node" --no-save --no-package-lock --no-audit --no-fund --loglevel=error \
  @microsoft/jest-sarif@1.0.0-beta.0 js-yaml@4.1.0 @action-validator/core@0.6.0 @action-validator/cli@0.6.0
