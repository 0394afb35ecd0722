/*
 * A gradient at a tie, or at the corner of a relu, is one of several that are right, and two layers need not choose the
 * same. What is smooth is moved one way by a move of the inputs and the other way by the opposite one; what jumps is
 * not:
 *
 *     |g(x + d) + g(x - d) - 2 g(x)|  >  1/64 of the root mean square of g
 *
 * for d of some units of the precision, in one of six directions. Whatever is chosen at a tie of two is lost in one of
 * x + d and x - d, and at a tie of more in one of them at least. Zeros and equal values move too, each by itself.
 */
#include "compare/kinks.h"

#include <math.h>

#include "core/memory.h"
#include "instance/meaning.h"
#include "instance/move.h"
#include "instance/precision.h"
#include "instance/roles.h"
#include "measure/variable.h"

enum { DIRECTIONS = 6 };
static const double least_units = 4, units = 32, longest_move = 0x1p-12;
static const double jump = 1.0 / 64;

static bool is_moved(const gchk_tensor *t) {
  return gchk_role_is_moved(t->role) && t->dtype != GCHK_I32;
}

// No move is small beside the others.
static void move_all(gchk_instance *instance, double amount, gchk_random random) {
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    const double rms = is_moved(t) ? gchk_root_mean_square(t) : 0;
    for (size_t e = 0; is_moved(t) && e < t->count; e++) {
      const double x = gchk_tensor_get(t, t->value, e), r = gchk_random_uniform(&random, -1, 1);
      gchk_tensor_move(t, e, x + amount * copysign(0.5 + 0.5 * fabs(r), r) * gchk_scale_of(x, rms));
    }
    gchk_make_symmetric(instance, i);
    if (is_moved(t))
      gchk_round_tensor(instance, i);
  }
}

// `x` at the point, `ahead` and `back` on both sides of it.
static void leave_out(const gchk_agreement *a, const double *x, const double *ahead, const double *back) {
  for (size_t p = 0; p < a->part_count; p++) {
    const gchk_agreement_part *part = &a->parts[p];
    double largest;
    const double least = jump * gchk_finite_mean_square(x + part->first, part->count, &largest);
    for (size_t j = part->first; j < part->first + part->count; j++)
      a->is_left_out[j] = a->is_left_out[j] || fabs(ahead[j] + back[j] - 2 * x[j]) > least;
  }
}

static gchk_status evaluate_at(const gchk_agreement *a, const gchk_snapshot *base, double amount, gchk_random random,
                               double *y, double *z, gchk_error *error) {
  gchk_snapshot_restore(base, a->instance);
  if (amount != 0)
    move_all(a->instance, amount, random);
  return a->evaluate(a->context, y, z, error);
}

gchk_status gchk_leave_out_kinks(const gchk_agreement *a, const gchk_snapshot *base, gchk_random *random,
                                 gchk_arena *arena, gchk_error *error) {
  const double amount = fmin(units * a->unit, fmax(longest_move, least_units * a->unit));
  double *ahead_y = gchk_arena_alloc(arena, a->count, sizeof *ahead_y);
  double *ahead_z = gchk_arena_alloc(arena, a->count, sizeof *ahead_z);
  if (ahead_y == NULL || ahead_z == NULL)
    return gchk_fail_memory(error, "the results of two layers");
  GCHK_TRY(evaluate_at(a, base, 0, *random, a->y, a->z, error));
  for (size_t j = 0; j < a->count; j++)
    a->is_left_out[j] = !isfinite(a->z[j]);
  for (size_t d = 0; d < DIRECTIONS; d++) {
    GCHK_TRY(evaluate_at(a, base, amount, *random, ahead_y, ahead_z, error));
    GCHK_TRY(evaluate_at(a, base, -amount, *random, a->near_y, a->near_z, error));
    leave_out(a, a->y, ahead_y, a->near_y);
    leave_out(a, a->z, ahead_z, a->near_z);
    *random = gchk_random_seeded(gchk_random_bits(random));
  }
  return GCHK_OK;
}
