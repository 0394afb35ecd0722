/* One sentence each: which cases, why, what was done instead, and how to have it otherwise; what a sample finds. */
#include "report/screened_words.h"

#include "report/words.h"

enum { NAMED = 3 };

void gchk_put_screened(gchk_text *text, const gchk_result *result) {
  size_t count = 0, checked = 0, total = 0;
  double largest = 0;
  for (size_t i = 0; i < result->case_count; i++) {
    const gchk_case_result *c = &result->cases[i];
    if (!(c->screened > 0))
      continue;
    largest = c->screened > largest ? c->screened : largest;
    for (size_t k = 0; k < c->tensor_count; k++) {
      checked += c->tensors[k].checked;
      total += c->tensors[k].total;
    }
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
                " operations, of which a core does some 2e10 a second in a BLAS and 1e9 in plain loops, and more than "
                "2e11: large tensors are checked along two random directions and by a sample, ");
  gchk_put_percent(text, total > 0 ? (double)checked / (double)total : 1);
  gchk_text_put(text, " of all elements and about as much of that time. --full checks every element.");
}

void gchk_put_sampled(gchk_text *text, const gchk_result *result) {
  const gchk_tensor_result *first = NULL;
  size_t count = 0;
  for (size_t i = 0; i < result->case_count; i++)
    for (size_t k = 0; k < result->cases[i].tensor_count; k++)
      if (gchk_is_sampled(&result->cases[i].tensors[k])) {
        first = count == 0 ? &result->cases[i].tensors[k] : first;
        count++;
      }
  if (count == 0)
    return;
  gchk_text_put(text, "Of ");
  gchk_put_number_of(text, count, "tensor");
  gchk_text_put(text, " only a sample was checked: \"sampled\" tells with what probability it finds a bug in ");
  gchk_put_percent(text, first->sample_fraction);
  gchk_text_put(text, " of the elements.");
}
