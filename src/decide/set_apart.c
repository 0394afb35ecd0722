/* What has a gradient is evaluated, whatever vary says of it. */
#include "decide/set_apart.h"

#include <assert.h>

enum { TOGETHER = 512 }; /* elements whose block stays in a processor's cache */

/* Leaves those whose value is finite, and whose gradient is 0 in every draw. */
static void find_still(bool *still, const gchk_tensor_line *l, size_t count) {
  const double *x = l->t->value, *first = l->tensor->analytic[0], *last = l->tensor->analytic[l->line.draw_count - 1];
  static_assert(GCHK_MAX_DRAWS == 2, "the first draw and the last one are all");
  for (size_t e = 0; e < count; e++)
    still[e] &= (x[e] - x[e] == 0) & (first[e] == 0) & (last[e] == 0);
}

/* Those that are one thing or the other, in their order. Without a branch: what is not is written over. */
static size_t list(size_t *to, const bool *still, bool which, size_t count) {
  size_t found = 0;
  for (size_t e = 0; e < count; e++) {
    to[found] = e;
    found += still[e] == which;
  }
  return found;
}

size_t gchk_set_apart(gchk_batch_elements *b, size_t *others) {
  bool *still = b->l->has_no_effect;
  const size_t total = b->l->tensor->total, most = b->batch.capacity < TOGETHER ? b->batch.capacity : TOGETHER;
  find_still(still, b->l, total);
  const size_t count = list(others, still, true, total);
  for (size_t first = 0; first < count; first += most) {
    const size_t some = count - first < most ? count - first : most;
    gchk_batch_decide_still(b, others + first, some);
    for (size_t k = 0; k < some; k++)
      still[others[first + k]] = b->is_kept[k];
  }
  return list(others, still, false, total);
}
