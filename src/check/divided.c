/* As counted from the shapes and from what the layer declares: the same for all parts. */
#include "check/divided.h"

#include <float.h>

#include "cost/operations.h"
#include "exposure/case_cost.h"
#include "instance/layer_sizes.h"

// Evaluations of an element, about; and operations of a case, of some 0.2 s: each part comes so far in far less.
static const double evaluations = 6, worth_dividing = 4e9;

bool gchk_case_is_divided(const gchk_case *spec) {
  const double elements = gchk_cost_of_case(spec).elements;
  gchk_sizes sizes;
  double forward;
  return elements < DBL_MAX && gchk_layer_read_sizes(spec->layer, spec->sizes, &sizes, NULL) == GCHK_OK &&
         gchk_count_forward(spec->layer, &sizes, &forward, NULL) == GCHK_OK &&
         elements * evaluations * forward >= worth_dividing;
}
