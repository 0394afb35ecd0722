/* Counts of judged elements. */
#include "measure/tally.h"

#include <math.h>

enum { SIGN = 0, ZERO = 1, FACTOR_TWO = 2 }; // in the order of gchk_sensitivity

static bool is_zero(const gchk_tensor_work *tensor, size_t e) {
  for (size_t d = 0; d < GCHK_MAX_DRAWS && tensor->analytic[d] != NULL; d++)
    if (tensor->analytic[d][e] != 0)
      return false;
  return true;
}

void gchk_tally_element(gchk_tensor_work *tensor, size_t e, gchk_verdict verdict, gchk_element_class class,
                        double hidden, const bool caught[GCHK_MUTATIONS]) {
  bool has_passed = verdict == GCHK_PASS, has_gradient = !is_zero(tensor, e);
  tensor->exact_zero += has_passed && class == GCHK_EXACT_ZERO;
  tensor->flat += has_passed && class == GCHK_FLAT;
  tensor->unresolved += has_passed && class == GCHK_UNRESOLVED;
  tensor->below_resolution += has_passed && (class == GCHK_FLAT || class == GCHK_UNRESOLVED);
  if (has_passed && class == GCHK_FLAT)
    tensor->hidden = fmax(tensor->hidden, hidden);
  tensor->mutable_count += has_gradient;
  bool is_decided = has_gradient && has_passed && class == GCHK_RESOLVED;
  bool shows_coarse = caught[SIGN] && caught[ZERO] && caught[FACTOR_TWO];
  tensor->decided_count += is_decided;
  tensor->decided_coarse += is_decided && shows_coarse;
  tensor->is_evidence[e] = has_gradient && verdict != GCHK_INCONCLUSIVE && shows_coarse;
  for (size_t m = 0; m < GCHK_MUTATIONS; m++) {
    tensor->caught[m] += has_gradient && caught[m];
    tensor->decided_caught[m] += is_decided && caught[m];
  }
}

double gchk_element_bound(const gchk_tensor_work *tensor, size_t draw, size_t e) {
  return tensor->bound[draw][e];
}

bool gchk_element_is_nonzero(const gchk_tensor_work *tensor, size_t e) {
  return tensor->verdict[e] == GCHK_INCONCLUSIVE || !is_zero(tensor, e);
}
