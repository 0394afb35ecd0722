/* What each doubt means, and what would decide it: one row a doubt, in the order of gchk_doubt. */
#include "result/doubts.h"

#include <string.h>

static const gchk_doubt_doc doubts[] = {
    {GCHK_NO_DOUBT, "", "", ""},
    {GCHK_DOUBT_ROUNDING, "rounding", "rounding of the outputs hides the derivative at every step",
     "give a float layer its double twin, or choose values at which the outputs are smaller beside their slopes"},
    {GCHK_DOUBT_TRUNCATION, "truncation", "the function bends within every step that rounding leaves",
     "give a float layer its double twin, which allows smaller steps, or choose values at which it bends less"},
    {GCHK_DOUBT_KINK, "kink", "a kink lies within the steps that rounding leaves",
     "give a float layer its double twin, or give its inputs a keep-away distance from the kink"},
    {GCHK_DOUBT_UNITS, "units", "several units kink at the point itself, where more than two slopes are right",
     "move the values off the kink: no row of zeros under units without bias"},
    {GCHK_DOUBT_DOMAIN, "domain", "outputs were not finite on either side of the point",
     "choose values further from the edge of what the layer is defined for"},
    {GCHK_DOUBT_CONTRADICTION, "contradiction", "some steps say that the gradient is right and others that it is wrong",
     "look at the steps with `gradcheck explain`; give a float layer its double twin"},
    {GCHK_DOUBT_SLACK, "slack", "rounding within backward itself may be as large as the gradient",
     "choose values at which less cancels, or compute the gradient in double"},
    {GCHK_DOUBT_TREADS, "treads",
     "outputs move by jumps, as where forward rounds a value near 1 before its logarithm, and the steps see none",
     "give a float layer its double twin, or choose values that saturate less"},
    {GCHK_DOUBT_STEP, "step", "the step is lost in rounding of x + h, or leads beyond the largest number",
     "leave it out, and each element has steps of its own, or give another: 1e-5 suits values near 1 in f64"},
};

enum { COUNT = sizeof doubts / sizeof doubts[0] };

const gchk_doubt_doc *gchk_doubt_find(gchk_doubt doubt) {
  return &doubts[(size_t)doubt < COUNT ? (size_t)doubt : 0];
}

bool gchk_doubt_by_name(const char *name, gchk_doubt *doubt) {
  for (size_t i = 0; i < COUNT; i++) {
    if (strcmp(doubts[i].name, name) != 0)
      continue;
    *doubt = doubts[i].doubt;
    return true;
  }
  return false;
}
