/* The limits of the rule for one tensor. */
#include "measure/judge_limits.h"

#include "instance/precision.h"

gchk_judge_limits gchk_judge_limits_of(double unit, double largest) {
  bool has_largest = largest > 0 && isfinite(largest);
  return (gchk_judge_limits){
      .unit = unit,
      .rounding = gchk_rounding_allowance(unit),
      // A gradient is a sum whose terms may be as large as the largest of its tensor, each with some roundings of its
      // own: 1 + tanh(x) far to the left.
      .of_terms = isfinite(largest) ? gchk_rounding_of_terms(unit) * largest : 0,
      .resolution = gchk_resolution_limit(unit),
      .smallest = has_largest ? gchk_tensor_resolution_limit(unit) * largest : -1,
  };
}
