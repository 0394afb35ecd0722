#!/bin/sh
# html_axe.sh SAMPLE_REPORTS GRADCHECK MODULES FOLDER: axe (npm: axe-core) finds nothing on the pages of runs that pass,
# fail, crash, are undecided, are sampled and compared with a baseline, have 40,000 elements, and of a training; their layout
# holds on narrow and wide screens; they are valid HTML (npm: html-validate); and the page of the built-in suite, folded, is
# under 8,000 pixels tall and at most 1 MB. Each of these tests refuses a page that is wrong.
set -eu
writer=$1
gradcheck=$2
modules=$3
folder=$4
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
[ -n "$browser" ] || { echo "skipped: no Chromium is installed"; exit 77; }
command -v node > /dev/null || { echo "skipped: no node is installed"; exit 77; }
for module in axe-core html-validate; do
  [ -d "$modules/$module" ] || { echo "skipped: no $module in $modules; sh checks/node.sh installs it"; exit 77; }
done
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
rm -rf "$folder"
mkdir -p "$folder"
"$writer" "$folder"
pages="passing.html failing.html crash.html undecided.html everything.html large.html training.html"

examine() {
  timeout 600 node "$here/html_axe.mjs" "$modules" "$browser" "$folder" "$@"
}

validate() {
  printf '{"root":true,"extends":["html-validate:standard"]}' > "$folder/.htmlvalidate.json"
  (cd "$folder" && timeout 300 node "$modules/html-validate/bin/html-validate.js" "$@")
}

# shellcheck disable=SC2086 # the list is meant to split
examine $pages
# shellcheck disable=SC2086
validate $pages

"$gradcheck" run --html "$folder/built-in.html" > "$folder/built-in.txt"
examine 8000=built-in.html
size=$(wc -c < "$folder/built-in.html")
[ "$size" -le 1000000 ] || { echo "the page of the built-in suite has $size bytes"; exit 1; }

# What each of them must refuse, in a page that is right otherwise.
refused() {
  page=$1
  shift
  if examine "$page" > "$folder/bad.txt"; then
    echo "accepted: $page, which should be refused for $*"
    exit 1
  fi
  for what in "$@"; do
    grep -q "$what" "$folder/bad.txt" || { echo "not refused for $what:"; cat "$folder/bad.txt"; exit 1; }
  done
}
sed 's|<main>|&<p><img src="none.png"></p><p><input type="text"></p><p style="color:#777;background:#888">pale</p>\
  <div style="width:900px">wide</div><div style="overflow:auto;height:2em">a<br>b<br>c</div>\
  <div style="height:8000px">tall</div>|' "$folder/crash.html" > "$folder/bad.html"
refused bad.html image-alt label color-contrast 'the page is' scrolls
refused 8000=bad.html 'pixels tall'
# Without the rule of the filter, and with links to the folds themselves, which nothing opens.
sed 's|[.]f:not([.]wrong)|.none|; s|<details class="tensor|<details id="x" class="tensor|; s|<a href="#tensor-[^"]*">|<a href="#x">|g' \
  "$folder/failing.html" > "$folder/bad.html"
refused bad.html 'the filter wrong fails' 'stays folded'
sed 's|<main>|&<p><div>a block in a paragraph</div></p>|' "$folder/crash.html" > "$folder/bad.html"
if validate bad.html > "$folder/bad.txt"; then
  echo "accepted: HTML that is not valid"
  exit 1
fi
rm -rf "$folder"
