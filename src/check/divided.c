/* As counted from the shapes: the same for all parts. */
#include "check/divided.h"

#include <float.h>

#include "exposure/case_cost.h"

enum {
  EVALUATIONS = 6,         // of an element, about
  WORTH_DIVIDING = 1 << 26 // numbers that evaluations read or write: what each part needs to come so far is far less
};

bool gchk_case_is_divided(const gchk_case *spec) {
  const gchk_case_cost cost = gchk_cost_of_case(spec);
  return cost.work < DBL_MAX && EVALUATIONS * cost.work >= WORTH_DIVIDING;
}
