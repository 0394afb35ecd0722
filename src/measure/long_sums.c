/* Additions one after the other may all round in one direction. */
#include "measure/long_sums.h"

#include <math.h>

#include "instance/precision.h"
#include "measure/move_doubles.h"

static const double biased_part = 0.125;           /* of n u: what n additions one after the other may all err by */
static const double most_of_the_largest = 0x1p-13; /* below what differences of the same precision resolve */

double gchk_longest_sum(const gchk_instance *instance) {
  size_t longest = 1;
  for (size_t i = 0; i < instance->tensor_count; i++)
    longest = instance->t[i].count > longest ? instance->t[i].count : longest;
  return (double)longest;
}

void gchk_allow_long_sums(gchk_case_work *work) {
  double unit = gchk_unit_of(work->instance->layer->dtype);
  double part = fmin(biased_part * gchk_longest_sum(work->instance) * unit, most_of_the_largest);
  for (size_t k = 0; k < work->tensor_count; k++) {
    gchk_tensor_work *tensor = &work->tensors[k];
    for (size_t d = 0; d < work->draw_count; d++)
      gchk_raise_to_least(tensor->slack[d], part * tensor->largest[d], tensor->total);
  }
}
