/* judge.c's rule for arrays. */
#include "batch/judge_batch.h"

#include <math.h>

#include "core/clones.h"

enum { LANES = 128 };

typedef struct lanes {
  int64_t passes[LANES], resolution[LANES], caught[LANES];
} lanes;

/* The numbers of some elements, of one draw. */
typedef struct rows {
  const unsigned char *state;
  const double *value, *bound, *analytic, *slack;
} rows;

GCHK_CLONES static void judge(lanes *to, const gchk_judge_limits *given, const rows *r, size_t count) {
  const gchk_judge_limits limits = *given;
  const double *value = r->value, *bound = r->bound, *analytic = r->analytic, *slack = r->slack;
  double is_flat[LANES]; // wide, as all that is compared with it
  lanes out;
  for (size_t i = 0; i < count; i++)
    is_flat[i] = r->state[i] >= GCHK_BATCH_FLAT;
  for (size_t i = 0; i < count; i++) {
    double g = analytic[i], total = gchk_total_bound(bound[i], slack[i]);
    bool is_zero = (g == 0) & (is_flat[i] > 0), is_resolved = gchk_is_resolved(&limits, g, value[i], total);
    bool is_finite = (g - g == 0) & (total - total == 0), is_near = gchk_is_consistent(&limits, g, value[i], total);
    out.passes[i] = is_finite & is_near & (is_zero | is_resolved | (total <= limits.smallest));
    out.resolution[i] = is_zero ? GCHK_FLAT : is_resolved ? GCHK_RESOLVED : GCHK_UNRESOLVED;
    out.caught[i] = 0;
  }
  static const double factors[GCHK_MUTATIONS] = GCHK_MUTATION_FACTORS;
  for (size_t m = 0; m < GCHK_MUTATIONS; m++)
    for (size_t i = 0; i < count; i++) {
      double g = factors[m] * value[i], total = gchk_total_bound(bound[i], slack[i]);
      bool is_near = gchk_is_consistent(&limits, g, value[i], total), is_caught = !is_near | (g - g != 0);
      out.caught[i] |= ((value[i] != 0) & is_caught) ? (int64_t)1 << m : 0;
    }
  *to = out;
}

static void keep(gchk_batch *b, const gchk_batch_gradients *g, const lanes *found, size_t from, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const size_t e = from + i;
    const bool is_exact = found->resolution[i] == GCHK_FLAT && b->state[e] == GCHK_BATCH_EXACT_ZERO;
    b->state[e] = found->passes[i] ? b->state[e] : GCHK_BATCH_OPEN;
    g->resolution[e] = is_exact ? GCHK_EXACT_ZERO : (unsigned char)found->resolution[i];
    g->caught[e] = (unsigned char)found->caught[i];
  }
}

/* What passes does so in every draw; what one resolves is resolved; what one catches is caught. */
static void combine(lanes *all, const lanes *draw, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const int64_t a = all->resolution[i], b = draw->resolution[i], worse = a > b ? a : b;
    all->passes[i] &= draw->passes[i];
    all->resolution[i] = a == GCHK_RESOLVED || b == GCHK_RESOLVED ? GCHK_RESOLVED : worse;
    all->caught[i] |= draw->caught[i];
  }
}

/* What passes, so far: 0 is consistent with 0 but where a bound is none. */
GCHK_CLONES static void pass_zeros(int64_t *restrict passes, const gchk_judge_limits *given, const double *bound,
                                   const double *slack, size_t count) {
  const gchk_judge_limits limits = *given;
  for (size_t i = 0; i < count; i++) {
    double total = gchk_total_bound(bound[i], slack[i]);
    bool is_finite = total - total == 0;
    passes[i] &= is_finite & gchk_is_consistent(&limits, 0, 0, total);
  }
}

void gchk_judge_still(gchk_batch *b, const gchk_batch_gradients *g, double unit, const double *largest) {
  for (size_t from = 0; from < b->count; from += LANES) {
    const size_t count = b->count - from < LANES ? b->count - from : LANES;
    int64_t passes[LANES];
    for (size_t i = 0; i < count; i++)
      passes[i] = 1;
    for (size_t d = 0; d < b->line.draw_count; d++) {
      const gchk_judge_limits limits = gchk_judge_limits_of(unit, largest[d]);
      pass_zeros(passes, &limits, b->bound[d] + from, g->slack[d] + from, count);
    }
    for (size_t i = 0; i < count; i++) {
      const size_t e = from + i;
      b->state[e] = passes[i] != 0 ? b->state[e] : GCHK_BATCH_OPEN;
      g->resolution[e] = b->state[e] == GCHK_BATCH_EXACT_ZERO ? GCHK_EXACT_ZERO : GCHK_FLAT;
      g->caught[e] = 0;
    }
  }
}

void gchk_judge_batch(gchk_batch *b, const gchk_batch_gradients *g, double unit, const double *largest) {
  for (size_t from = 0; from < b->count; from += LANES) {
    const size_t count = b->count - from < LANES ? b->count - from : LANES;
    lanes found[GCHK_MAX_DRAWS];
    size_t d = 0;
    do {
      const gchk_judge_limits limits = gchk_judge_limits_of(unit, largest[d]);
      const rows r = {b->state + from, b->value[d] + from, b->bound[d] + from, g->analytic[d] + from,
                      g->slack[d] + from};
      judge(&found[d], &limits, &r, count);
      if (d > 0)
        combine(found, &found[d], count);
    } while (++d < b->line.draw_count);
    keep(b, g, found, from, count);
  }
}
