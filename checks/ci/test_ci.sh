# The files for CI servers: each is what its server reads, and what it runs does what it says, here in a folder with the
# environment of a runner, on a right plug-in and on a wrong one.
# sh test_ci.sh GRADCHECK SOURCE_DIR NODE CC
set -u
gradcheck=$1
source_dir=$2
node_modules=$3/node_modules
cc=$4
here=$source_dir/checks/ci
command -v node >/dev/null && [ -d "$node_modules/js-yaml" ] && [ -d "$node_modules/@action-validator" ] ||
  { echo "skipped: node, or what sh checks/node.sh installs of npm, is not there"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
fail() { echo "FAILED: $1"; shift; [ $# -eq 0 ] || cat "$@"; exit 1; }
passes() { passed=$((passed + 1)); }
NODE_PATH=$node_modules
export NODE_PATH
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY GITHUB_OUTPUT GRADCHECK_DATA

# Right and wrong, in a folder whose name has a blank.
runner="$work/a runner"
mkdir -p "$runner/bin" "$runner/build"
ln -s "$gradcheck" "$runner/bin/gradcheck"
for wrong in '' wrong; do
  "$cc" -shared -fPIC "-I$source_dir/src/include" ${wrong:+-DFORGET_THE_MEAN} -o "$runner/build/${wrong:-right}.so" \
    "$source_dir/checks/examples/layernorm.c" "$source_dir/checks/examples/kernels.c" -lm || fail "no plug-in"
done

# scripts_of FILE: what it runs, in $work/scripts; fails where its server would not take it. refused FILE SED: a bent one is not.
scripts_of() {
  rm -rf "$work/scripts"
  mkdir "$work/scripts"
  node "$here/scripts.js" "$1" "$work/scripts" >"$work/log" 2>&1
}
refused() { # FILE SED
  bent=$work/bent/$(basename "$1")
  mkdir -p "$work/bent"
  sed "$2" "$1" >"$bent"
  if cmp -s "$1" "$bent"; then fail "not bent: $2"; fi
  if scripts_of "$bent"; then fail "accepted after $2"; fi
  passes
}

# ran STATUS N: the N-th script as its server starts it; what it says is in $work/out.
ran() {
  status=0
  (cd "$runner" && PATH="$runner/bin:$PATH" sh -e "$work/scripts/$2.sh") >"$work/out" 2>"$work/err" || status=$?
  [ "$status" -eq "$1" ] || fail "exit status $status of $(cat "$work/scripts/$2.sh")" "$work/out" "$work/err"
  passes
}
has_reports() { # FOLDER FILE...
  folder=$1
  shift
  for file in "$@"; do [ -s "$runner/$folder/$file" ] || fail "no $file"; done
  passes
}

# GitHub: the schema, the reader's rules, each step.
action=$source_dir/action.yml
node "$node_modules/@action-validator/cli/cli.mjs" "$action" >"$work/log" 2>&1 || fail "action.yml" "$work/log"
sed 's/using: composite/using: composed/' "$action" >"$work/action.yml"
if node "$node_modules/@action-validator/cli/cli.mjs" "$work/action.yml" >"$work/log" 2>&1; then fail "a bent action is valid"; fi
grep -q '/runs/using' "$work/log" || fail "refused for another reason" "$work/log"
refused "$action" 's/inputs.reports/inputs.report/'
refused "$action" 's/steps.check.outputs/steps.checks.outputs/'
refused "$action" '/shell: sh/d'
refused "$action" 's/upload-artifact@v4/upload-artifact/'
refused "$action" 's/"\$REPORTS\/result.json"/${{ inputs.reports }}/'
scripts_of "$action" || fail "action.yml" "$work/log"
grep -qx 'TARGETS=${{ inputs.targets }}' "$work/scripts/2.env" || fail "environment" "$work/scripts/2.env"

check() { # STATUS TARGETS
  rm -rf "$runner/reports dir"
  : >"$runner/summary"
  : >"$runner/output"
  expected=$1
  export GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY="$runner/summary" GITHUB_OUTPUT="$runner/output" TARGETS="$2" ARGUMENTS="--seed 3 -q" \
    BASELINE="${3:-}" REPORTS="reports dir"
  ran "$expected" 2
  unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY GITHUB_OUTPUT TARGETS ARGUMENTS BASELINE REPORTS
  grep -qx "status=$expected" "$runner/output" || fail "no status" "$runner/output"
}
check 0 build/right.so
has_reports "reports dir" result.json junit.xml report.html gradcheck.sarif
cp "$runner/reports dir/result.json" "$runner/base line.json"
grep -q '^::error' "$work/out" && fail "annotations of what passes" "$work/out"
grep -q 'PASS' "$runner/summary" || fail "no summary" "$runner/summary"
check 1 "build/right.so build/wrong.so"
has_reports "reports dir" result.json junit.xml report.html gradcheck.sarif
grep -q '^::error file=.*layernorm.c,line=' "$work/out" || fail "no annotation" "$work/out"
grep -q 'missing-mean-term' "$runner/summary" || fail "no cause in the summary" "$runner/summary"
[ "$(wc -c <"$runner/summary")" -lt 60000 ] || fail "a summary of $(wc -c <"$runner/summary") bytes"
node "$source_dir/checks/report/sarif_oasis.js" "$runner/reports dir/gradcheck.sarif" >"$work/log" 2>&1 || fail "SARIF" "$work/log"
check 0 build/right.so "base line.json"
check 2 build/right.so "no baseline.json"
check 2 build/not-there.so

# Installing: nothing where there is a gradcheck; packages that are given, or built; what fails fails the step.
ran 0 1
grep -q '^gradcheck 0' "$work/out" || fail "no version" "$work/out"
real=$PATH
mkdir "$runner/system" "$runner/debs" "$runner/checkout" "$runner/checkout/checks"
for tool in sh realpath mkdir cp; do ln -s "$(command -v $tool)" "$runner/system/$tool"; done
cat >"$runner/system/sudo" <<'END'
#!/bin/sh
echo "$@" >>"$INSTALLED"
[ -z "${BROKEN:-}" ] || exit 100
mkdir -p "$BIN" && cp -P "$FROM" "$BIN/gradcheck"
END
chmod +x "$runner/system/sudo"
: >"$runner/debs/one.deb"
cat >"$runner/checkout/checks/package.sh" <<'END'
mkdir -p "$GITHUB_ACTION_PATH/build/release/packages" && : >"$GITHUB_ACTION_PATH/build/release/packages/made.deb"
END
install() { # STATUS PACKAGES WHAT IS INSTALLED
  rm -rf "$runner/fresh"
  : >"$runner/installed"
  status=0
  (cd "$runner" && PATH="$runner/fresh:$runner/system" BIN=$runner/fresh FROM=$runner/bin/gradcheck INSTALLED=$runner/installed \
    PACKAGES=$2 GITHUB_ACTION_PATH=$runner/checkout "$(command -v sh)" -e "$work/scripts/1.sh") >"$work/out" 2>&1 || status=$?
  [ "$status" -eq "$1" ] || fail "installing exits $status" "$work/out"
  grep -q "^apt-get install -y .*$3" "$runner/installed" || fail "installed is not $3" "$runner/installed" "$work/out"
  passes
}
mv "$runner" "$work/runner" && runner=$work/runner # lists of words have no blanks
ln -sf "$gradcheck" "$runner/bin/gradcheck"
install 0 'debs/*.deb' "$runner/debs/one.deb"
install 0 '' "$runner/checkout/build/release/packages/made.deb"
BROKEN=1
export BROKEN
install 100 'debs/*.deb' "$runner/debs/one.deb"
unset BROKEN
PATH=$real

# GitLab.
template=$source_dir/src/ci/gitlab.yml
refused "$template" 's/when: always/when: ever/'
refused "$template" 's/^  script:/  skript:/'
refused "$template" 's/GRADCHECK_TARGETS: ""/GRADCHECK_TARGETS: 1/'
scripts_of "$template" || fail "gitlab.yml" "$work/log"
export GRADCHECK_ARGUMENTS='--seed 3' GRADCHECK_TARGETS=build/right.so
ran 0 1
has_reports gradcheck-reports result.json junit.xml report.html gradcheck.sarif
GRADCHECK_TARGETS="build/right.so build/wrong.so"
ran 1 1
grep -q '<failure ' "$runner/gradcheck-reports/junit.xml" || fail "no failure in JUnit"

# Jenkins.
pipeline=$source_dir/src/ci/Jenkinsfile
refused "$pipeline" 's/^pipeline {/pipelin {/'
refused "$pipeline" '$d'
refused "$pipeline" 's/post {/past {/'
scripts_of "$pipeline" || fail "Jenkinsfile" "$work/log"
grep -qx 'GRADCHECK_TARGETS=build/mylayers.so' "$work/scripts/1.env" || fail "environment" "$work/scripts/1.env"
GRADCHECK_TARGETS=build/wrong.so
ran 1 1
has_reports gradcheck-reports result.json junit.xml html/index.html gradcheck.sarif
GRADCHECK_TARGETS=build/right.so
ran 0 1
for file in junit.xml gradcheck.sarif html; do
  grep -q "post {" "$pipeline" && sed -n '/post {/,$p' "$pipeline" | grep -q "gradcheck-reports/$file'" || fail "nobody reads $file"
done

# pre-commit: the hooks, what they are for, and what they run.
hooks=$source_dir/.pre-commit-hooks.yaml
refused "$hooks" 's/language: script/language: perl/'
refused "$hooks" 's/src.ci.pre-commit.sh/nowhere.sh/'
refused "$hooks" 's/^  entry: gradcheck run -q//'
scripts_of "$hooks" || fail "hooks" "$work/log"
node -e '
const files = (n) => new RegExp(require("fs").readFileSync(process.argv[1] + "/" + n + ".env", "utf8").trim().replace("FILES=", ""));
const wants = (n, name, is) => { if (files(n).test(name) !== is) { console.log(n, name); process.exit(1); } };
wants(1, "src/a.c", true); wants(1, "a.hpp", true); wants(1, "a.cmake", false); wants(1, "a.c.txt", false);
wants(2, "gradcheck.yaml", true); wants(2, "x/net.gradcheck.yml", true); wants(2, "ci.yaml", false); wants(2, "mygradcheck.yaml", false);
' "$work/scripts" || fail "files of a hook"
for tool in cmake ctest; do
  # shellcheck disable=SC2016 # it is the tool that says so
  printf '#!/bin/sh\necho "%s $*" >>"$INSTALLED"\n[ "${BROKEN:-}" != %s ]\n' $tool $tool >"$runner/bin/$tool"
  chmod +x "$runner/bin/$tool"
done
hook() { # STATUS TOOL THAT FAILS
  : >"$runner/installed"
  status=0
  (cd "$runner" && PATH="$runner/bin:$PATH" INSTALLED=$runner/installed BROKEN=$2 GRADCHECK_BUILD=out "$source_dir/src/ci/pre-commit.sh") >"$work/out" 2>&1 || status=$?
  [ "$status" -eq "$1" ] || fail "the hook exits $status" "$work/out"
  passes
}
hook 0 ''
grep -qx 'cmake --build out' "$runner/installed" && grep -q '^ctest --test-dir out .*--no-tests=error' "$runner/installed" || fail "the hook" "$runner/installed"
hook 1 cmake
if grep -q ctest "$runner/installed"; then fail "tests what was not built"; fi
hook 1 ctest
rm "$runner/bin/cmake" "$runner/bin/ctest"
printf 'cases:\n  - name: sum\n    values: {x: {shape: [3]}}\n    network: [square: {}, sum: {}]\n' >"$runner/gradcheck.yaml"
printf '%s gradcheck.yaml\n' "$(cat "$work/scripts/2.sh")" >"$work/scripts/2.sh"
ran 0 2
: >"$runner/gradcheck.yaml"
ran 2 2

# The image: what it copies and runs is there.
recipe=$source_dir/src/ci/Dockerfile
for script in $(sed -n 's/^RUN sh \/gradcheck\///p' "$recipe"); do
  [ -f "$source_dir/$script" ] || fail "no $script"
done
folder=$(sed -n 's/^COPY --from=build \/gradcheck\/\(.*\)\/\*\.deb .*/\1/p' "$recipe")
grep -q "root\"*/$folder/\*.deb" "$source_dir/checks/package.sh" || fail "packages are not made in $folder"
grep -q '^ENTRYPOINT \["gradcheck"\]' "$recipe" || fail "the image does not run gradcheck"

# What src/doc/ci.md says of all that: true of these files, and not of others.
help=$("$gradcheck" run --help; "$gradcheck" mutate --help)
described() { node "$here/described.js" "$1" "$help" >"$work/log" 2>&1; }
described "$source_dir" || fail "src/doc/ci.md" "$work/log"
while read -r file bend; do
  rm -rf "$work/tree"
  mkdir -p "$work/tree"
  (cd "$source_dir" && cp -r --parents src/doc src/ci src/gradcheck-test.cmake checks/package.sh action.yml .pre-commit-hooks.yaml "$work/tree")
  sed -i "$bend" "$work/tree/$file"
  if cmp -s "$work/tree/$file" "$source_dir/$file"; then fail "not bent: $bend"; fi
  if described "$work/tree"; then fail "described still after $bend in $file"; fi
  passes
done <<'END'
action.yml s/^  baseline:/  base:/
.pre-commit-hooks.yaml s/gradcheck-suites/gradcheck-suite/
src/gradcheck-test.cmake s/"SKIP_INCONCLUSIVE"/"SKIP"/
src/doc/ci.md s/--html-dir/--html-folder/
src/doc/ci.md /SKIP_INCONCLUSIVE/d
END
echo "$passed passed, 0 failed"
