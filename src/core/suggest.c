/*
 * Nearest name by edit distance: insertions, deletions, substitutions and swaps of neighbours cost one each (the
 * optimal string alignment distance; Damerau, "A technique for computer detection and correction of spelling errors",
 * CACM 7(3), 1964). Upper and lower case differ by half as much as different letters.
 */
#include "gradcheck/suggest.h"

#include <ctype.h>
#include <string.h>

enum { LONGEST = 48, EDIT = 2, CASE_EDIT = 1 };

static size_t smaller(size_t a, size_t b) {
  return a < b ? a : b;
}

static size_t substitution(char a, char b) {
  if (a == b)
    return 0;
  return tolower((unsigned char)a) == tolower((unsigned char)b) ? CASE_EDIT : EDIT;
}

/* Both texts are at most LONGEST characters long. */
static size_t distance(const char *a, size_t m, const char *b, size_t n) {
  size_t d[3][LONGEST + 1]; /* rows i-2, i-1, i of the table of prefixes */
  size_t *before = d[0], *above = d[1], *row = d[2];
  for (size_t j = 0; j <= n; j++)
    above[j] = j * EDIT;
  for (size_t i = 1; i <= m; i++) {
    row[0] = i * EDIT;
    for (size_t j = 1; j <= n; j++) {
      row[j] = smaller(above[j], row[j - 1]) + EDIT;
      row[j] = smaller(row[j], above[j - 1] + substitution(a[i - 1], b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = smaller(row[j], before[j - 2] + EDIT);
    }
    size_t *oldest = before;
    before = above;
    above = row;
    row = oldest;
  }
  return above[n];
}

const char *gchk_suggest(const char *wrong, const char *const *names, size_t count) {
  size_t length = strlen(wrong);
  if (length == 0 || length > LONGEST)
    return NULL;
  /* About one edit in three letters: "lerning" is learning, "x" is not "mul". */
  size_t best = EDIT * (length + 2) / 3 + 1;
  const char *nearest = NULL;
  for (size_t i = 0; i < count; i++) {
    size_t n = strlen(names[i]);
    if (n == 0 || n > LONGEST)
      continue;
    size_t edits = distance(wrong, length, names[i], n);
    if (edits < best && edits < EDIT * (length > n ? length : n)) {
      best = edits;
      nearest = names[i];
    }
  }
  return nearest;
}
