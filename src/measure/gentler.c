/*
 * Where float saturates, moves show no rounding: 1 - s of an s near 1 is one of a few numbers, and which one it is does
 * not change until the input moves by a good part of itself. What backward makes of it is a staircase whose treads are
 * wider than any move (slack.c), and as high as rounding is where the treads are narrow.
 *
 * So what float loses beside its double twin at x, L(x), is compared with its rounding at values x' that are a half, a
 * quarter ... a sixteenth as large:
 *
 *     r = max_p |L(x' (1 + d r_p)) - L(x')|,   p = 1..4,   d = 2^-12
 *     slack = 8 r   where |L(x')| <= 8 r and |L(x)| <= 8 r, at the first x' of which that is so
 *
 * A backward that is wrong in float alone is wrong at x' too, by more than its rounding there, or at x by more than
 * that: it gains nothing. One that is wrong in both precisions loses nothing but rounding, and is judged by the
 * difference. Where what is lost is no more than slack, nothing is called.
 */
#include "measure/gentler.h"

#include <float.h>
#include <math.h>

#include "core/memory.h"
#include "instance/move.h"
#include "instance/precision.h"
#include "instance/roles.h"
#include "instance/snapshot.h"
#include "measure/move_values.h"
#include "measure/twin_loss.h"
#include "measure/twin_match.h"

enum { MOVES = 4 };
static const double times_rounding = 8;
static const double some_units = 0x1p12; /* d */

typedef struct gentler {
  gchk_case_work *work;
  gchk_instance *single;
  gchk_arena *arena;
  gchk_snapshot *base;                        /* of single */
  double *const *loss;                        /* at the base point */
  double **is_open;                           /* 1 where it is still to be explained, else 0 */
  double **of_twin, **moved, **there, **most; /* gradients; L(x' (1 + d r_p)), L(x') and r */
  double *v;
  size_t draw, open_count;
} gentler;

static gchk_status allocate(gentler *g, gchk_error *error) {
  double ***const arrays[] = {&g->is_open, &g->of_twin, &g->moved, &g->there, &g->most};
  const gchk_case_work *work = g->work;
  g->v = gchk_arena_alloc(g->arena, work->output_count, sizeof *g->v);
  g->base = gchk_snapshot_new(g->single, GCHK_SNAPSHOT_VALUES);
  bool has_all = g->v != NULL && g->base != NULL;
  for (size_t i = 0; has_all && i < sizeof arrays / sizeof arrays[0]; i++) {
    *arrays[i] = gchk_arena_alloc(g->arena, work->tensor_count, sizeof **arrays[i]);
    has_all = *arrays[i] != NULL;
    for (size_t k = 0; has_all && k < work->tensor_count; k++) {
      (*arrays[i])[k] = gchk_arena_alloc(g->arena, work->tensors[k].total, sizeof(double));
      has_all = (*arrays[i])[k] != NULL;
    }
  }
  return has_all ? GCHK_OK : gchk_fail_memory(error, "the conditioning of gradients");
}

/* A loss that is beyond what is allowed of the element, were its difference exact. */
static bool is_beyond(const gentler *g, size_t k, size_t e) {
  const gchk_tensor_work *tensor = &g->work->tensors[k];
  const gchk_judge_limits limits = gchk_judge_limits_of(tensor->unit, tensor->largest[g->draw]);
  const double analytic = tensor->analytic[g->draw][e], loss = g->loss[k][e];
  return isfinite(loss) &&
         !gchk_is_consistent(&limits, analytic, analytic - loss, gchk_total_bound(0, tensor->slack[g->draw][e]));
}

/* Counts them, and marks them once there is room. */
static void open_elements(gentler *g) {
  g->open_count = 0;
  for (size_t k = 0; k < g->work->tensor_count; k++) {
    for (size_t e = 0; e < g->work->tensors[k].total; e++) {
      const bool is_open = is_beyond(g, k, e);
      g->open_count += is_open;
      if (g->is_open != NULL)
        g->is_open[k][e] = is_open ? 1 : 0;
    }
  }
}

/* So large a part of the values that the base point has, moved by the p-th random numbers; p = 0: not moved. */
static void go_to(const gentler *g, double part, uint64_t p) {
  gchk_instance *single = g->single;
  const double units = p == 0 ? 0 : some_units;
  const gchk_mover given = {.unit = GCHK_UNIT_F32, .units = units, .is_exact = true, .least = DBL_MIN, .seed = p * 5};
  gchk_snapshot_restore(g->base, single);
  gchk_scale_given(single, part);
  for (size_t i = 0; i < single->tensor_count; i++)
    if (single->t[i].dtype == GCHK_F32 && gchk_role_is_moved(single->t[i].role))
      gchk_move_values(&single->t[i], &given);
  gchk_copy_values(single, g->work->instance);
  gchk_move_upstream(g->work, single, g->draw, units, p * 5 + 1, g->v);
}

static gchk_status find_loss(gentler *g, double **loss, bool *is_there, gchk_error *error) {
  return gchk_find_twin_loss(g->work, g->single, g->v, loss, g->of_twin, is_there, error);
}

/* L(x') and r. */
static gchk_status measure_at(gentler *g, double part, bool *is_there, gchk_error *error) {
  go_to(g, part, 0);
  GCHK_TRY(find_loss(g, g->there, is_there, error));
  for (size_t k = 0; k < g->work->tensor_count; k++)
    for (size_t e = 0; e < g->work->tensors[k].total; e++)
      g->most[k][e] = 0;
  for (uint64_t p = 1; *is_there && p <= MOVES; p++) {
    go_to(g, part, p);
    GCHK_TRY(find_loss(g, g->moved, is_there, error));
    for (size_t k = 0; *is_there && k < g->work->tensor_count; k++)
      for (size_t e = 0; e < g->work->tensors[k].total; e++)
        g->most[k][e] = fmax(g->most[k][e], fabs(g->moved[k][e] - g->there[k][e]));
  }
  return GCHK_OK;
}

/* Of elements whose loss it explains. */
static void allow(gentler *g) {
  for (size_t k = 0; k < g->work->tensor_count; k++) {
    double *slack = g->work->tensors[k].slack[g->draw];
    for (size_t e = 0; e < g->work->tensors[k].total; e++) {
      const double rounding = times_rounding * g->most[k][e];
      if (g->is_open[k][e] == 0 || !(fabs(g->there[k][e]) <= rounding) || !(fabs(g->loss[k][e]) <= rounding) ||
          !isfinite(rounding))
        continue;
      slack[e] = fmax(slack[e], rounding);
      g->is_open[k][e] = 0;
      g->open_count--;
    }
  }
}

static gchk_status look_at_parts(gentler *g, gchk_error *error) {
  open_elements(g);
  for (size_t i = 0; g->open_count > 0 && i < GCHK_GENTLER_PARTS; i++) {
    bool is_there;
    GCHK_TRY(measure_at(g, gchk_gentler_parts[i], &is_there, error));
    if (is_there)
      allow(g);
  }
  return GCHK_OK;
}

gchk_status gchk_allow_saturation(gchk_case_work *work, gchk_instance *single, size_t draw, double *const *loss,
                                  bool *is_open, gchk_error *error) {
  gentler g = {.work = work, .single = single, .loss = loss, .draw = draw};
  open_elements(&g);
  if (g.open_count == 0)
    return GCHK_OK;
  g.arena = gchk_arena_new();
  if (g.arena == NULL)
    return gchk_fail_memory(error, "the conditioning of gradients");
  gchk_status status = allocate(&g, error);
  if (status == GCHK_OK) {
    status = look_at_parts(&g, error);
    gchk_snapshot_restore(g.base, single);
    gchk_copy_values(single, work->instance);
  }
  *is_open = *is_open || g.open_count > 0;
  gchk_snapshot_free(g.base);
  gchk_arena_free(g.arena);
  return status;
}
