/* Percentages are rounded down: what is left shows. */
#include "reach/reach_words.h"

#include <math.h>
#include <string.h>

#include "reach/reach_layers.h"

static void put_counts(gchk_text *out, const gchk_reach_counts *counts) {
  char percent[GCHK_REAL_SIZE];
  const double permille = floor(1000.0 * (double)counts->taken / (double)counts->branches);
  gchk_text_format(out, " %zu of %zu (%s %%)", counts->taken, counts->branches,
                   gchk_format_real(percent, sizeof percent, 'g', 4, permille / 10));
  if (counts->lines > 0)
    gchk_text_format(out, " in %zu of %zu line%s", counts->lines_taken, counts->lines, counts->lines == 1 ? "" : "s");
}

void gchk_put_reach_sentence(gchk_text *out, const gchk_reach_result *reach) {
  static const char *const callbacks[] = {"backward", "forward"};
  const char *before = "";
  for (size_t k = 0; k < sizeof callbacks / sizeof callbacks[0]; k++) {
    const gchk_reach_counts counts = gchk_reach_count(reach, callbacks[k]);
    if (counts.branches == 0)
      continue;
    gchk_text_format(out, "%s%s", *before != '\0' ? before : "branches taken: ", callbacks[k]);
    put_counts(out, &counts);
    before = ", ";
  }
}

size_t gchk_untaken_alike(const gchk_reached_function *f, size_t i) {
  size_t end = i + 1;
  while (end < f->untaken_count && f->untaken[i].line > 0 && f->untaken[end].line == f->untaken[i].line &&
         strcmp(f->untaken[end].file, f->untaken[i].file) == 0)
    end++;
  return end - i;
}

void gchk_put_untaken_place(gchk_text *out, const gchk_reached_function *f, const gchk_untaken_branch *branch) {
  const char *slash = strrchr(branch->file, '/');
  if (branch->line > 0)
    gchk_text_format(out, "%s:%d", slash != NULL ? slash + 1 : branch->file, branch->line);
  else
    gchk_text_format(out, "a branch of %s", *f->function != '\0' ? f->function : "code without symbols");
}
