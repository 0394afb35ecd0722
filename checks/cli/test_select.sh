# Which cases are run, listed and repeated: filters, the list for programs.
. "$(dirname -- "$0")/lib.sh"

# names: the cases that `list` shows, one a line.
names() {
  run 0 list "$@"
  sed -n 's/^\([^ ].*\)  (.*/\1/p' "$work/out" >"$work/names"
}

# are NAME...: these are all of them, in this order.
are() {
  printf '%s\n' "$@" >"$work/wanted"
  same "$work/wanted" "$work/names"
}

# --- list --json
names --filter 'relu-p*' --filter affine
are relu-product affine
run 0 list --filter 'relu-p*' --filter affine --json "$work/list.json"
says out "relu-product  (relu, f64)"
says list.json '"title": "textbook.yaml"'
says list.json '"name": "relu-product"'
says list.json '"sizes": "N=3 inputs=4 units=5"'
says list.json '{"name": "W", "role": "parameter", "dtype": "f64", "shape": [4, 5]}'
run 0 list --filter affine --json -
lacks out "(affine, f64)"
says out '"format": "gradcheck-list"'
run 4 list --filter 'no-such-*' --json "$work/none.json"
says none.json '"cases": []'
run 3 list --json "$work"
says err "cannot be written"
run 2 list --json "$source_dir/fixtures/suites/textbook.yaml" "$source_dir/fixtures/suites/textbook.yaml"
says err "would be written over"
passed
