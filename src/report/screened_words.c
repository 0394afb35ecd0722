/* One sentence: which cases, why, what was done instead, and how to have it otherwise. */
#include "report/screened_words.h"

enum { NAMED = 3 };

void gchk_put_screened(gchk_text *text, const gchk_result *result) {
  size_t count = 0;
  double largest = 0;
  for (size_t i = 0; i < result->case_count; i++) {
    const gchk_case_result *c = &result->cases[i];
    if (!(c->screened > 0))
      continue;
    largest = c->screened > largest ? c->screened : largest;
    if (count < NAMED)
      gchk_text_format(text, "%s%s", count == 0 ? "Screened, not checked whole: " : ", ", c->name);
    count++;
  }
  if (count == 0)
    return;
  if (count > NAMED)
    gchk_text_format(text, " and %zu more", count - NAMED);
  gchk_text_format(text, ". To check every element takes %s ", count == 1 ? "about" : "up to");
  gchk_text_real(text, 'g', 2, largest);
  gchk_text_put(text,
                " operations, more than some ten seconds of a usual core: large tensors are checked along two random "
                "directions and by a sample. --full checks every element.");
}
