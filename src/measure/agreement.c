/* Two computations at one point and at its neighbours. */
#include "measure/agreement.h"

#include <math.h>
#include <string.h>

#include "core/mean_square.h"
#include "core/memory.h"
#include "instance/move.h"
#include "instance/precision.h"

enum { NEIGHBOURS = 4, MOVED_UNITS = 4, NOISE_FACTOR = 8 };

/* How far the inputs move, of their own size, for the rounding that does not follow from theirs. */
static const double far_moves[] = {0x1p-14, 0x1p-10, 0x1p-7, 0x1p-7};
static const double largest_far_change = 1.0 / 16;
static const double golden = 1.618; // in no ratio, as in slack.c

size_t gchk_longest_dimension(const gchk_instance *instance) {
  size_t longest = 1;
  for (size_t i = 0; i < instance->tensor_count; i++)
    for (size_t d = 0; d < instance->t[i].shape.rank; d++)
      longest = instance->t[i].shape.dim[d] > longest ? instance->t[i].shape.dim[d] : longest;
  return longest;
}

gchk_status gchk_agreement_init(gchk_agreement *a, gchk_arena *arena, gchk_error *error) {
  double **arrays[] = {&a->y, &a->z, &a->near_y, &a->near_z, &a->ahead, &a->change};
  for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
    *arrays[i] = gchk_arena_alloc(arena, a->count, sizeof(double));
    if (*arrays[i] == NULL)
      return gchk_fail_memory(error, "the results of two layers");
  }
  if (a->parts != NULL)
    return GCHK_OK;
  a->parts = gchk_arena_alloc(arena, 1, sizeof *a->parts);
  if (a->parts == NULL)
    return gchk_fail_memory(error, "the results of two layers");
  a->parts[0].count = a->count;
  a->part_count = 1;
  return GCHK_OK;
}

static bool counts(const gchk_agreement *a, size_t j) {
  return a->is_left_out == NULL || !a->is_left_out[j];
}

// y - z at a neighbour; NaN where that tells nothing. One at which either is not finite is at the edge of a domain.
static double difference_there(const gchk_agreement *a, const gchk_agreement_part *part, size_t j, bool is_far) {
  const double change = fabs(a->near_z[j] - a->z[j]), own_change = fabs(a->near_y[j] - a->y[j]);
  const double far = largest_far_change * fmax(fabs(a->z[j]), part->size);
  if (is_far && (change > far || (a->is_wary && own_change > far)))
    return (double)NAN;
  return a->near_y[j] - a->near_z[j];
}

static void learn(const gchk_agreement *a, gchk_agreement_part *part, size_t j, double difference) {
  const double noise = fabs(difference - (a->y[j] - a->z[j]));
  if (isfinite(noise) && counts(a, j))
    part->noise = fmax(part->noise, noise);
}

static void learn_from_near(const gchk_agreement *a, gchk_agreement_part *part) {
  for (size_t j = part->first; j < part->first + part->count; j++) {
    const double change = fabs(a->near_z[j] - a->z[j]), difference = difference_there(a, part, j, false);
    if (isfinite(change) && isfinite(difference) && counts(a, j))
      a->change[j] = fmax(a->change[j], change);
    learn(a, part, j, difference);
  }
}

// The second of two sides; or the only one.
static void learn_from_far(const gchk_agreement *a, gchk_agreement_part *part) {
  for (size_t j = part->first; j < part->first + part->count; j++) {
    const double difference = difference_there(a, part, j, true);
    learn(a, part, j, a->is_wary ? (a->ahead[j] + golden * difference) / (1 + golden) : difference);
  }
}

static void keep_ahead(const gchk_agreement *a, gchk_agreement_part *part) {
  for (size_t j = part->first; j < part->first + part->count; j++)
    a->ahead[j] = difference_there(a, part, j, true);
}

double gchk_finite_mean_square(const double *x, size_t count, double *largest) {
  *largest = gchk_largest_finite(x, count);
  return *largest > 0 ? *largest * sqrt(gchk_sum_of_squares(x, count, *largest) / (double)count) : 0;
}

typedef void (*looking)(const gchk_agreement *agreement, gchk_agreement_part *part);

static gchk_status visit(gchk_agreement *a, const gchk_snapshot *base, double amount, gchk_random *random, looking look,
                         gchk_error *error) {
  gchk_snapshot_restore(base, a->instance);
  gchk_vary_given(a->instance, amount, random);
  GCHK_TRY(a->evaluate(a->context, a->near_y, a->near_z, error));
  for (size_t p = 0; p < a->part_count; p++)
    look(a, &a->parts[p]);
  return GCHK_OK;
}

static gchk_status start(gchk_agreement *a, const gchk_snapshot *base, gchk_error *error) {
  gchk_snapshot_restore(base, a->instance);
  GCHK_TRY(a->evaluate(a->context, a->y, a->z, error));
  memset(a->change, 0, a->count * sizeof *a->change);
  for (size_t p = 0; p < a->part_count; p++) {
    gchk_agreement_part *part = &a->parts[p];
    part->size = gchk_finite_mean_square(a->z + part->first, part->count, &part->largest);
    part->noise = 0;
  }
  return GCHK_OK;
}

gchk_status gchk_agreement_measure(gchk_agreement *a, const gchk_snapshot *base, gchk_random *random,
                                   gchk_error *error) {
  const double reach = a->is_wary ? fmin(1, a->unit / GCHK_UNIT_F32) : 1;
  GCHK_TRY(start(a, base, error));
  for (size_t k = 0; k < NEIGHBOURS; k++)
    GCHK_TRY(visit(a, base, MOVED_UNITS * a->unit, random, learn_from_near, error));
  for (size_t k = 0; k < sizeof far_moves / sizeof far_moves[0]; k++) {
    gchk_random same = *random;
    if (a->is_wary)
      GCHK_TRY(visit(a, base, reach * far_moves[k], &same, keep_ahead, error));
    GCHK_TRY(visit(a, base, a->is_wary ? -reach * far_moves[k] / golden : far_moves[k], random, learn_from_far, error));
  }
  return GCHK_OK;
}

double gchk_agreement_plain_allowance(const gchk_agreement *a, const gchk_agreement_part *part, size_t j) {
  return (8 + sqrt(a->n)) / MOVED_UNITS * a->change[j] + a->floor * a->unit * part->largest;
}

double gchk_agreement_allowance(const gchk_agreement *a, const gchk_agreement_part *part, size_t j) {
  return gchk_agreement_plain_allowance(a, part, j) + NOISE_FACTOR * part->noise;
}

double gchk_agreement_excess(const gchk_agreement *a, const gchk_agreement_part *part, size_t j) {
  const double difference = fabs(a->y[j] - a->z[j]), allowed = gchk_agreement_allowance(a, part, j);
  if (a->y[j] == a->z[j] || difference <= allowed) // equal infinities are equal
    return 0;
  // A difference that is no number is the worst there is.
  return isfinite(difference) ? difference / allowed : (double)INFINITY;
}
