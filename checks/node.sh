#!/bin/sh
# Gets what some tests need beside the packages of setup.sh: a Chromium, npm, and packages of npm in build/node. What cannot be
# had is said, and the tests that need it then say that they are skipped.
. "$(dirname -- "$0")/setup.sh"

has_any() {
  for program in "$@"; do
    command -v "$program" >/dev/null && return 0
  done
  return 1
}

has_any chromium chromium-browser google-chrome || (install_missing chromium) || echo "no Chromium: tests that need it will be skipped"
has_any npm || (install_missing nodejs npm) || { echo "no npm: tests that need it will be skipped"; exit 0; }
# jest-sarif brings the schema of SARIF 2.1.0, and ajv, which checks it; action-validator has that of GitHub's actions; axe and
# html-validate look at pages.
npm install --prefix "$root/build/node" --no-save --no-package-lock --no-audit --no-fund --loglevel=error \
  @microsoft/jest-sarif@1.0.0-beta.0 js-yaml@4.1.0 @action-validator/core@0.6.0 @action-validator/cli@0.6.0 \
  axe-core@4.10.3 html-validate@8.29.0 ||
  echo "npm could not install what tests need: they will be skipped"
