# What Doxygen reads of a public header: its comments, which are plain ones, as Doxygen's own (/** before what they tell of, /**<
# after it on its line), with what is markup to Doxygen as the characters that they are, and indented lines as they stand.
function plain(text) {
  gsub(/\\/, "\\\\", text)
  gsub(/[@<>#%&$"]/, "\\\\&", text)
  gsub(/::/, "\\::", text)
  return text
}

# Begins or ends what is shown as it stands.
function verbatim(wanted) {
  if (wanted == is_verbatim)
    return ""
  is_verbatim = wanted
  return wanted ? " * \\verbatim\n" : " * \\endverbatim\n"
}

{
  out = ""
  rest = $0
  if (within && rest !~ /^ \*$/)
    out = verbatim(rest ~ /^ \*     /)
  while (rest != "") {
    if (within) {
      end = index(rest, "*/")
      text = end == 0 ? rest : substr(rest, 1, end - 1)
      out = out (is_verbatim ? text : plain(text)) (end == 0 ? "" : "*/")
      rest = end == 0 ? "" : substr(rest, end + 2)
      within = end == 0
      continue
    }
    start = index(rest, "/*")
    before = start == 0 ? rest : substr(rest, 1, start - 1)
    out = out before
    rest = start == 0 ? "" : substr(rest, start + 2)
    if (start == 0)
      continue
    out = out (NR == 1 ? "/** \\file\n *" : out ~ /[^ ]/ ? "/**<" : "/**")
    within = 1
  }
  print out
}
