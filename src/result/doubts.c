/* What each doubt means, and what would decide it, a twin first: one row a doubt, in the order of gchk_doubt. */
#include "result/doubts.h"

#include <string.h>

#define WITH_TWIN "give a float layer its double twin, or "

static const gchk_doubt_doc doubts[] = {
    {GCHK_NO_DOUBT, "", "", ""},
    {GCHK_DOUBT_ROUNDING, "rounding", "rounding of the outputs hides the derivative at every step",
     WITH_TWIN "choose values at which the outputs are smaller beside their slopes; what backward is the gradient of "
               "where forward moves by steps, as a table does, is its .surrogate"},
    {GCHK_DOUBT_TRUNCATION, "truncation", "the function bends within every step that rounding leaves",
     WITH_TWIN "choose values at which it bends less"},
    {GCHK_DOUBT_KINK, "kink", "a kink lies within the steps that rounding leaves",
     WITH_TWIN "give its inputs a keep-away distance from the kink"},
    {GCHK_DOUBT_UNITS, "units", "several units kink at the point itself, where more than two slopes are right",
     "move the values off the kink: no row of zeros under units without bias"},
    {GCHK_DOUBT_DOMAIN, "domain", "outputs were not finite on either side of the point",
     "choose values further from the edge of what the layer is defined for"},
    {GCHK_DOUBT_CONTRADICTION, "contradiction", "some steps say that the gradient is right and others that it is wrong",
     WITH_TWIN "look at the steps with `gradcheck explain`"},
    {GCHK_DOUBT_SLACK, "slack", "rounding within backward itself may be as large as the gradient",
     "choose values at which less cancels, or compute the gradient in double; 0 by construction is .gradient_is_zero"},
    {GCHK_DOUBT_TREADS, "treads",
     "outputs move by jumps, as where forward rounds a value near 1 before its logarithm, and the steps see none",
     WITH_TWIN "choose values that saturate less"},
    {GCHK_DOUBT_STEP, "step", "the step is lost in rounding of x + h, or leads beyond the largest number",
     "leave it out, and each element has steps of its own, or give another: 1e-5 suits values near 1 in f64"},
};

enum { COUNT = sizeof doubts / sizeof doubts[0] };

const gchk_doubt_doc *gchk_doubt_find(gchk_doubt doubt) {
  return &doubts[(size_t)doubt < COUNT ? (size_t)doubt : 0];
}

const char *gchk_doubt_remedy(gchk_doubt doubt, bool lacks_twin) {
  const char *all = gchk_doubt_find(doubt)->remedy;
  const size_t length = strlen(WITH_TWIN);
  return !lacks_twin && strncmp(all, WITH_TWIN, length) == 0 ? all + length : all;
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
