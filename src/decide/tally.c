/* Counts of judged elements. */
#include "decide/tally.h"

enum {
  SIGN = 1 << 0,
  ZERO = 1 << 1,
  FACTOR_TWO = 1 << 2,
  COARSE = SIGN | ZERO | FACTOR_TWO
}; // of gchk_tensor_work.caught

/* How many elements have caught what: one count a set of bits; of those with a gradient, and of the decided ones. */
typedef struct sets {
  size_t nonzero[1 << GCHK_MUTATIONS], decided[1 << GCHK_MUTATIONS];
} sets;

static inline void count(gchk_tensor_work *tensor, gchk_tally *tally, sets *caught, size_t e) {
  gchk_verdict verdict = (gchk_verdict)tensor->verdict[e];
  gchk_resolution resolution = (gchk_resolution)tensor->resolution[e];
  bool has_passed = verdict == GCHK_PASS, has_gradient = !gchk_element_is_zero(tensor, e);
  tally->worst = verdict > tally->worst ? verdict : tally->worst;
  tally->exact_zero += has_passed && resolution == GCHK_EXACT_ZERO;
  tally->flat += has_passed && resolution == GCHK_FLAT;
  tally->unresolved += has_passed && resolution == GCHK_UNRESOLVED;
  tally->nonzero += has_gradient;
  bool is_decided = has_gradient && has_passed && resolution == GCHK_RESOLVED;
  bool shows_coarse = (tensor->caught[e] & COARSE) == COARSE;
  tally->decided += is_decided;
  tally->decided_coarse += is_decided && shows_coarse;
  tensor->is_evidence[e] = has_gradient && verdict != GCHK_INCONCLUSIVE && shows_coarse;
  caught->nonzero[tensor->caught[e]] += has_gradient;
  caught->decided[tensor->caught[e]] += is_decided;
}

void gchk_tally_tensor(gchk_tensor_work *tensor) {
  sets caught = {{0}, {0}};
  gchk_tally tally = {.worst = GCHK_PASS}; // here, where no byte that is written may be part of it
  for (size_t k = 0; k < tensor->checked_count; k++)
    count(tensor, &tally, &caught, tensor->checked[k]);
  for (size_t bits = 0; bits < 1 << GCHK_MUTATIONS; bits++)
    for (size_t m = 0; m < GCHK_MUTATIONS; m++) {
      tally.caught[m] += (bits >> m & 1) != 0 ? caught.nonzero[bits] : 0;
      tally.decided_caught[m] += (bits >> m & 1) != 0 ? caught.decided[bits] : 0;
    }
  tensor->tally = tally;
}
