# Reads lines "NAME VALUE" and prints each target with its ratio, and whether it is met: "met", "missed", or "-" where a
# figure is missing. A target is a ratio of two figures, or an exponent fitted to a curve of figures NAME@SIZE.

{ figure[$1] = $2 }

function has(name) { return name in figure }

function show(label, value, relation, target) {
  shown++
  if (value == "")
    printf "  %-58s %12s  %s %-8s -\n", label, "-", relation, target
  else
    printf "  %-58s %12.4g  %s %-8s %s\n", label, value, relation, target,
      (relation == ">=" ? value >= target : value <= target) ? "met" : "missed"
}

# a / b, where both are there
function ratio(a, b) { return has(a) && has(b) && figure[b] > 0 ? figure[a] / figure[b] : "" }

# The growth of a figure an element from one size to another: elements[size] of them.
function growth(name, from, to, elements_from, elements_to,   r) {
  r = ratio(name "@" to, name "@" from)
  return r == "" ? "" : r * elements_from / elements_to
}

# The slope of log(value) over log(size) by least squares, over all figures NAME@SIZE.
function exponent(name,   key, part, n, x, y, sx, sy, sxx, sxy) {
  for (key in figure)
    if (split(key, part, "@") == 2 && part[1] == name && figure[key] > 0) {
      x = log(part[2]); y = log(figure[key])
      n++; sx += x; sy += y; sxx += x * x; sxy += x * y
    }
  return n < 2 ? "" : (n * sxy - sx * sy) / (n * sxx - sx * sx)
}

END {
  print "targets"
  show("documents' Python / fixed step, check alone", ratio("documents-check", "fixed-alone"), ">=", 500)
  show("documents' Python / auto, check alone", ratio("documents-check", "auto-alone"), ">=", 200)
  show("torch fast / auto, check alone", ratio("torch-fast", "auto-alone"), ">=", 3)
  show("suite of that one case, whole program / torch fast alone", ratio("one-whole", "torch-fast"), "<=", 1)
  show("run --filter two-layer-net, whole program / N", ratio("filter-whole", "naive"), "<=", 0.142857)
  show("built-in suite / N", ratio("suite", "naive"), "<=", 0.8)
  show("784-1000-200-10: commit 4e2ecc1 ($BEFORE) / this", ratio("deep-before", "deep"), ">=", 40)
  show("CPU an element, hidden 50 -> 1000", growth("hidden", 50, 1000, 39760, 795010), "<=", 1.3)
  show("CPU an element, inputs 784 -> 4096", growth("inputs", 784, 4096, 39760, 205360), "<=", 1.3)
  show("gelu plug-in, fitted exponent", exponent("gelu"), "<=", 1.1)
  show("gelu plug-in of 10^6 / N", ratio("gelu@1000000", "naive"), "<=", 70)
  show("layernorm plug-in of 4096 x 256, forwards", has("rowwise-forwards") ? figure["rowwise-forwards"] : "", "<=", 4096)
  show("4096-2048-600-10 by default / N", ratio("big", "naive"), "<=", 20)
  show("4096-2048-600-10 by default, MB", has("big-mb") ? figure["big-mb"] : "", "<=", 1000)
  show("wall, --jobs 1 / --jobs 2", ratio("jobs1-wall", "jobs2-wall"), ">=", 1.8)
  show("documents' Python / train, one thread, whole programs", ratio("documents-train", "train"), ">=", 4)
  show("documents' Python as it is / train, whole programs", ratio("documents-train-as-it-is", "train"), ">=", 4)
}
