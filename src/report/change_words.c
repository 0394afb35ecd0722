/* A change against a baseline in words. */
#include "report/change_words.h"

#include <math.h>
#include <string.h>

#include "report/quoted.h"

static void put_change(gchk_text *text, const gchk_change *change) {
  if (strcmp(change->what, "scheme") == 0) {
    gchk_text_put(text, "the baseline was taken with step ");
    gchk_text_real(text, 'g', 6, change->before);
    gchk_text_put(text, " and this run with ");
    gchk_text_real(text, 'g', 6, change->after);
    gchk_text_put(text, " (NaN: auto), so mean differences cannot be compared; save a new baseline");
    return;
  }
  gchk_text_put(text, change->what);
  bool has_before =
      strcmp(change->what, "added") != 0 && !(strcmp(change->what, "new fail") == 0 && isnan(change->before));
  bool has_after = strcmp(change->what, "vanished") != 0;
  if (has_before && has_after && change->verdict_before != change->verdict_after)
    gchk_text_format(text, " %s -> %s", gchk_verdict_name(change->verdict_before),
                     gchk_verdict_name(change->verdict_after));
  else
    gchk_text_format(text, " (%s)", gchk_verdict_name(has_after ? change->verdict_after : change->verdict_before));
  if (isnan(change->before) && isnan(change->after))
    return;
  gchk_text_put(text, ", mean |difference| ");
  if (has_before)
    gchk_text_real(text, 'g', 3, change->before);
  gchk_text_put(text, has_before && has_after ? " -> " : "");
  if (has_after)
    gchk_text_real(text, 'g', 3, change->after);
}

void gchk_put_change(gchk_text *text, const gchk_change *change) {
  put_change(text, change);
  if (change->renamed == NULL)
    return;
  gchk_text_put(text, "; renamed? --renamed ");
  gchk_put_quoted(text, change->renamed);
}
