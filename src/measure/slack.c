/*
 * Slack: the conditioning of the gradient, measured.
 *
 * A backward may compute the gradient another way than the difference does: statistics anew, a sum in another order.
 * What that does to it is c units of rounding with a c that only its conditioning tells, and that no difference in one
 * parameter shows. But moving everything that backward reads by one unit moves its result by about as much. So
 *
 *     slack = 8 max_p |g(x (1 + u r_p)) - g(x)|,   p = 1..4
 *
 * A move by one unit leaves the roundings of a long sum as they are: its terms move by less than a unit of the sum. So
 * everything is moved by many units too, both ways: what the gradient itself changes by goes out of the second
 * difference (up to d^2, d being some thousand units), and what stays is the rounding of three gradients.
 *
 *     slack = max(this, 4 max_p |g(x (1 + d r_p)) + g(x (1 - d r_p)) - 2 g(x)|)
 *
 * A float backward that is compared with its double twin's differences is moved so itself; and the twin's own backward
 * by units of float, with the values that forward stored for it (y - t for a y near 1 has the error of y). What the
 * float one loses beside the double one, at values moved by many units, must not change either: that is its rounding,
 * and a backward that is wrong by a factor gains nothing.
 *
 *     L(x) = (g32 - g64)(x), the upstream gradient being moved as x is
 *     lost = 8 max_p |L(x (1 + d r_p)) - L(x)| + 4 u32 |g|
 *     lost = max(lost, 8 max_p |(L(x + d' r_p) + c L(x - d' r_p/c))/(1 + c) - L(x)|),   d' = 2^-8, c = 1.618
 *     slack = max(lost, min(what moves by a unit do, 100 lost))
 *
 * The second line is for values that forward holds more coarsely than by units of its inputs (x + 3000, the 1 - p of a
 * p near 1): nearby inputs are rounded to the same, and small ones move by a part of their tensor's size. The last,
 * because what the gradient does when its inputs move is no rounding: softmax far from zero subtracts exactly.
 *
 * Rounding of terms is u of their size, whatever their sum: so slack also tells what a gradient is made of, which its
 * own size does not where terms cancel,
 *
 *     T = rms of slack/(8 u)               (what cancelled.h makes of it)
 *
 * A move must not carry a value over a kink that it sits on: what is equal stays equal (r_p is a function of the
 * value), and whole numbers, zero among them, stay where they are.
 */
#include "measure/slack.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "instance/precision.h"
#include "instance/roles.h"
#include "measure/agreement.h"
#include "measure/analytic.h"
#include "measure/gentler.h"
#include "measure/long_sums.h"
#include "measure/move_doubles.h"
#include "measure/move_values.h"
#include "measure/slack_moves.h"
#include "measure/twin_loss.h"
#include "measure/variable.h"

enum { MOVES = 4 };
static const double conditioning = 8;     /* times the largest change */
static const double plausible_loss = 100; /* what moves by a unit do, over what float loses beside double */
static const double stored_units = 4;     /* of a float gradient: stored, and read again */
static const double many_units =
    1024; /* at least; and four to every term of a sum, whose unit is as many of a term's */
static const double largest_move = 0x1p-9;
static const double far_move = 0x1p-8;
static const double golden = 1.618;

/* One way to move all values: which random numbers, how many units in which direction, and whether it goes far. */
typedef struct motion {
  uint64_t number;
  double units;
  bool is_far;
  bool is_again; /* the random numbers are those of the move before, of the same number */
} motion;

typedef struct measuring {
  gchk_case_work *work;
  gchk_arena *arena;         /* of what is needed for the measuring alone */
  gchk_instance *single;     /* NULL: no twin */
  double **values;           /* of the moved tensors, at the point; NULL entries are not moved */
  double **random;           /* of the last move of those that are moved as arrays; NULL: one by one */
  double **exact, **changed; /* one a tensor of the work; without a twin: NULL entries for what is read in place */
  double **of_twin, **ahead; /* gradients of the twin, of another move */
  double **most;             /* largest change of what float loses */
  double *v;
  double many;              /* units that a value is moved by where its sums are to round anew */
  size_t first_draw, draws; /* for which the moves are made */
} measuring;

/* So many that the terms of a sum move by more than its unit. */
static double find_many_units(const gchk_instance *instance) {
  double unit = gchk_coarsest_unit(instance);
  return fmin(fmax(many_units, 4 * gchk_longest_sum(instance)), largest_move / unit);
}

/* Most are: as doubles that are moved by units of double. */
static bool moves_as_array(const measuring *m, size_t i) {
  const gchk_instance *instance = m->work->instance;
  return m->single == NULL && instance->t[i].dtype == GCHK_F64 && gchk_tensor_unit(instance, i) == GCHK_UNIT_F64;
}

static gchk_status allocate_values(measuring *m, size_t i, gchk_error *error) {
  const gchk_tensor *t = &m->work->instance->t[i];
  m->values[i] = gchk_arena_unset(m->arena, t->count, sizeof(double));
  if (m->values[i] == NULL)
    return gchk_fail_memory(error, "the conditioning of gradients");
  if (t->dtype == GCHK_F64)
    memcpy(m->values[i], t->value, t->count * sizeof(double));
  for (size_t e = 0; t->dtype != GCHK_F64 && e < t->count; e++)
    m->values[i][e] = gchk_tensor_get(t, t->value, e);
  if (!moves_as_array(m, i))
    return GCHK_OK;
  m->random[i] = gchk_arena_unset(m->arena, t->count, sizeof(double));
  return m->random[i] != NULL ? GCHK_OK : gchk_fail_memory(error, "the conditioning of gradients");
}

/* With a twin all gradients are kept; else those of the side ahead, and what is not read in place. */
static gchk_status allocate_gradients(measuring *m, gchk_error *error) {
  const gchk_case_work *work = m->work;
  void *(*const allocate_one)(gchk_arena *, size_t, size_t) = m->single != NULL ? gchk_arena_alloc : gchk_arena_unset;
  for (size_t k = 0; k < work->tensor_count; k++) {
    double **const arrays[] = {&m->ahead[k], &m->changed[k], &m->exact[k], &m->of_twin[k]};
    const size_t wanted = m->single != NULL ? 4 : gchk_gradient_is_in_place(work, k) ? 1 : 2;
    for (size_t i = 0; i < wanted; i++) {
      *arrays[i] = allocate_one(m->arena, work->tensors[k].total, sizeof(double));
      if (*arrays[i] == NULL)
        return gchk_fail_memory(error, "the conditioning of gradients");
    }
  }
  return GCHK_OK;
}

static gchk_status allocate(measuring *m, gchk_error *error) {
  gchk_case_work *work = m->work;
  const gchk_instance *instance = work->instance;
  m->arena = gchk_arena_new();
  if (m->arena == NULL)
    return gchk_fail_memory(error, "the conditioning of gradients");
  m->values = gchk_arena_alloc(m->arena, instance->tensor_count, sizeof *m->values);
  m->random = gchk_arena_alloc(m->arena, instance->tensor_count, sizeof *m->random);
  m->exact = gchk_arena_alloc(m->arena, work->tensor_count, sizeof *m->exact);
  m->changed = gchk_arena_alloc(m->arena, work->tensor_count, sizeof *m->changed);
  m->of_twin = gchk_arena_alloc(m->arena, work->tensor_count, sizeof *m->of_twin);
  m->ahead = gchk_arena_alloc(m->arena, work->tensor_count, sizeof *m->ahead);
  m->most = gchk_arena_alloc(m->arena, work->tensor_count, sizeof *m->most);
  m->v = gchk_arena_alloc(m->arena, work->output_count, sizeof *m->v);
  if (m->values == NULL || m->random == NULL || m->exact == NULL || m->changed == NULL || m->of_twin == NULL ||
      m->ahead == NULL || m->most == NULL || m->v == NULL)
    return gchk_fail_memory(error, "the conditioning of gradients");
  for (size_t i = 0; i < instance->tensor_count; i++)
    if (gchk_role_is_moved(instance->t[i].role))
      GCHK_TRY(allocate_values(m, i, error));
  return allocate_gradients(m, error);
}

static void put_tensor_back(const measuring *m, size_t i) {
  const gchk_tensor *t = &m->work->instance->t[i];
  if (m->values[i] != NULL && t->dtype == GCHK_F64)
    memcpy(t->value, m->values[i], t->count * sizeof(double));
  else
    for (size_t e = 0; m->values[i] != NULL && e < t->count; e++)
      gchk_tensor_set(t, t->value, e, m->values[i][e]);
}

static void put_back(const measuring *m) {
  for (size_t i = 0; i < m->work->instance->tensor_count; i++)
    put_tensor_back(m, i);
}

static gchk_mover mover_for(const measuring *m, size_t i, motion by) {
  double unit = gchk_tensor_unit(m->single != NULL ? m->single : m->work->instance, i);
  return (gchk_mover){.unit = unit,
                      .units = by.units,
                      .is_exact = m->single != NULL,
                      .seed = (by.number + 1) * UINT64_C(0x9E3779B97F4A7C15)};
}

/* From where it was at the point: arrays need not be put back in between. */
static void move_from_point(const measuring *m, size_t i, motion by) {
  const gchk_tensor *t = &m->work->instance->t[i];
  const gchk_mover given = mover_for(m, i, by);
  const double amount = given.units * given.unit;
  if (m->random[i] == NULL) {
    put_tensor_back(m, i);
    gchk_move_values(t, &given);
  } else if (by.is_again) {
    gchk_move_doubles_again(t->value, m->values[i], m->random[i], t->count, amount);
  } else {
    gchk_move_doubles(t->value, m->values[i], m->random[i], t->count, amount, given.seed);
  }
}

/*
 * Backward at moved values, where the instance is left: the gradients are where it wrote them. *is_there is false where
 * the layer has none there.
 */
static gchk_status backward_moved(measuring *m, size_t draw, motion by, bool *is_there, gchk_error *error) {
  gchk_case_work *work = m->work;
  gchk_instance *instance = work->instance;
  for (size_t i = 0; i < instance->tensor_count; i++)
    if (gchk_role_is_moved(instance->t[i].role))
      move_from_point(m, i, by);
  double unit = gchk_coarsest_unit(m->single != NULL ? m->single : instance);
  const gchk_mover of_upstream = {.unit = unit, .units = by.units, .is_exact = true, .seed = ~by.number};
  for (size_t j = 0; j < work->output_count; j++)
    m->v[j] = gchk_moved(work->v[draw][j], &of_upstream);
  if (m->single == NULL)
    gchk_round_upstream(instance, m->v);
  gchk_status status = gchk_instance_forward(instance, error);
  // What forward stored for backward was rounded when it was stored, and no change of an input shows that.
  for (size_t i = 0; m->single != NULL && i < instance->tensor_count; i++) {
    const gchk_mover stored = mover_for(m, i, (motion){.number = ~by.number, .units = by.units});
    bool is_stored = instance->t[i].role == GCHK_CACHE || instance->t[i].role == GCHK_OUTPUT;
    if (is_stored && instance->t[i].dtype == GCHK_F64)
      gchk_move_values(&instance->t[i], &stored);
  }
  if (status == GCHK_OK)
    status = gchk_backward_gradients(work, m->v, NULL, error);
  *is_there = status == GCHK_OK;
  return status == GCHK_NO_MEMORY ? status : GCHK_OK;
}

/* The gradient of the k-th tensor at the point. */
static const double *exact_of(const measuring *m, size_t draw, size_t k) {
  return m->single != NULL ? m->exact[k] : m->work->tensors[k].analytic[draw];
}

/* Raises slack to what the gradients that backward left are beside those at the point. */
static void add_change(const measuring *m, size_t draw) {
  for (size_t k = 0; k < m->work->tensor_count; k++) {
    gchk_tensor_work *tensor = &m->work->tensors[k];
    gchk_raise_to_change(tensor->slack[draw], gchk_gradient_left(m->work, k, m->changed[k]), exact_of(m, draw, k),
                         tensor->total, conditioning);
  }
}

/* Raises slack to what is left of the second difference: what backward left on one side, `ahead` on the other. */
static void add_second_change(const measuring *m, size_t draw) {
  for (size_t k = 0; k < m->work->tensor_count; k++) {
    gchk_tensor_work *tensor = &m->work->tensors[k];
    gchk_raise_to_second_change(tensor->slack[draw], gchk_gradient_left(m->work, k, m->changed[k]), m->ahead[k],
                                exact_of(m, draw, k), tensor->total, conditioning);
  }
}

/* A move by one unit, where the instance is left; each draw's by the same random numbers. */
static gchk_status move_by_a_unit(measuring *m, uint64_t number, gchk_error *error) {
  for (size_t d = m->first_draw; d < m->first_draw + m->draws; d++) {
    const motion by = {.number = number, .units = 1, .is_again = d > m->first_draw};
    bool is_there;
    GCHK_TRY(backward_moved(m, d, by, &is_there, error));
    if (is_there)
      add_change(m, d);
  }
  return GCHK_OK;
}

/* By many units both ways, where the instance is left: what is left of the second difference. */
static gchk_status move_both_ways(measuring *m, uint64_t number, const gchk_block_state *state, gchk_error *error) {
  for (size_t d = m->first_draw; d < m->first_draw + m->draws && !gchk_block_is_done(state); d++) {
    motion by = {.number = number, .units = m->many, .is_again = d > m->first_draw};
    bool is_there, is_here;
    GCHK_TRY(backward_moved(m, d, by, &is_there, error));
    for (size_t k = 0; is_there && k < m->work->tensor_count; k++)
      gchk_take_gradient(m->work, k, m->ahead[k]);
    by = (motion){.number = number, .units = -m->many, .is_again = true};
    GCHK_TRY(backward_moved(m, d, by, &is_here, error));
    if (is_there && is_here)
      add_second_change(m, d);
  }
  return GCHK_OK;
}

/* The n-th of them; the first and the last are both ways, so that helpers meet among small ones. */
static gchk_status move(void *context, size_t n, const gchk_block_state *state, gchk_error *error) {
  const measuring *m = context;
  const uint64_t number = m->single != NULL ? n : (n + MOVES + MOVES / 2) % (2 * MOVES);
  return number < MOVES ? move_by_a_unit(context, number, error) : move_both_ways(context, number, state, error);
}

/* The first `count` of them, of the draws that they are made for. */
static gchk_status move_all(measuring *m, size_t count, gchk_error *error) {
  gchk_case_work *work = m->work;
  gchk_moves moves = {.count = count, .make = move, .context = m, .writes_values = true};
  double **slack = gchk_arena_alloc(m->arena, m->draws * work->tensor_count, sizeof *slack);
  if (slack == NULL)
    return gchk_fail_memory(error, "the conditioning of gradients");
  for (size_t d = m->first_draw; d < m->first_draw + m->draws; d++)
    for (size_t k = 0; k < work->tensor_count; k++)
      slack[moves.most_count++] = work->tensors[k].slack[d];
  moves.most = slack;
  return gchk_make_moves(work, &moves, error);
}

/* Of both sides, that of the nearer one with so many times the weight: what is linear goes out. */
static void average(const measuring *m, double nearer) {
  for (size_t k = 0; k < m->work->tensor_count; k++)
    for (size_t e = 0; e < m->work->tensors[k].total; e++)
      m->changed[k][e] = (nearer * m->changed[k][e] + m->ahead[k][e]) / (nearer + 1);
}

/* The root mean square over the elements, so that one that is ill-conditioned does not speak for all. */
static void find_terms(gchk_case_work *work, size_t first_draw, size_t draws) {
  for (size_t k = 0; k < work->tensor_count; k++) {
    gchk_tensor_work *tensor = &work->tensors[k];
    for (size_t d = first_draw; d < first_draw + draws; d++) {
      double largest;
      const double slack = gchk_finite_mean_square(tensor->slack[d], tensor->total, &largest);
      tensor->terms[d] = slack / (conditioning * tensor->unit);
    }
  }
}

gchk_status gchk_measure_slack(gchk_case_work *work, size_t first_draw, size_t draws, gchk_error *error) {
  measuring m = {.work = work, .first_draw = first_draw, .draws = draws, .many = find_many_units(work->instance)};
  gchk_status status = allocate(&m, error);
  if (status == GCHK_OK) {
    status = move_all(&m, 2 * MOVES, error);
    put_back(&m);
  }
  find_terms(work, first_draw, draws);
  gchk_arena_free(m.arena);
  return status;
}

/* What the float backward loses beside its twin at moved values: into m->changed. */
static gchk_status loss_moved(measuring *m, motion by, bool *is_there, gchk_error *error) {
  gchk_case_work *work = m->work;
  gchk_instance *single = m->single;
  for (size_t i = 0; i < single->tensor_count; i++) {
    const gchk_mover given = {.unit = GCHK_UNIT_F32,
                              .units = by.units,
                              .is_exact = true,
                              .least = by.is_far ? gchk_root_mean_square(&single->t[i]) : 0,
                              .seed = ~(by.number * 3)};
    if (gchk_role_is_moved(single->t[i].role))
      gchk_move_values(&single->t[i], &given); // to a float
  }
  gchk_copy_values(single, work->instance);
  // A gradient whose factors are 1 and -1, a batch of two normalised, rounds anew with the upstream gradient alone.
  gchk_move_upstream(work, single, m->first_draw, by.units, by.number * 3 + 1, m->v);
  const gchk_status status = gchk_find_twin_loss(work, single, m->v, m->changed, m->of_twin, is_there, error);
  put_back(m);
  gchk_copy_values(work->instance, single);
  return status;
}

/* Of what moves by a unit do to the gradient, so much as what float loses makes plausible; and what it loses. */
static void combine(measuring *m, size_t draw) {
  for (size_t k = 0; k < m->work->tensor_count; k++) {
    const gchk_tensor_work *tensor = &m->work->tensors[k];
    for (size_t e = 0; e < tensor->total; e++) {
      double stored = stored_units * GCHK_UNIT_F32 * fabs(tensor->analytic[draw][e]);
      double lost = conditioning * m->most[k][e] + (isfinite(stored) ? stored : 0);
      tensor->slack[draw][e] = fmax(lost, fmin(tensor->slack[draw][e], plausible_loss * lost));
    }
  }
}

/* Raises m->most to how far the loss in m->changed is from that at the point. */
static void add_loss(const measuring *m) {
  for (size_t k = 0; k < m->work->tensor_count; k++)
    for (size_t e = 0; e < m->work->tensors[k].total; e++)
      m->most[k][e] = fmax(m->most[k][e], fabs(m->changed[k][e] - m->exact[k][e])); // fmax passes over NaN
}

/*
 * The same by the losses at two places far off, on either side, weighted so that what is linear goes out. The ways are
 * in no ratio: at equal ways the rounding to a grid, x + 3000, is on average what it is at x.
 */
static gchk_status add_loss_far(measuring *m, uint64_t number, gchk_error *error) {
  const double units = far_move / GCHK_UNIT_F32;
  bool is_there, is_here;
  GCHK_TRY(loss_moved(m, (motion){number, units, .is_far = true}, &is_there, error));
  double **one_side = m->changed; // kept
  m->changed = m->ahead;
  m->ahead = one_side;
  GCHK_TRY(loss_moved(m, (motion){number, -units / golden, .is_far = true}, &is_here, error));
  average(m, golden);
  if (is_there && is_here)
    add_loss(m);
  return GCHK_OK;
}

static gchk_status move_loss(void *context, size_t number, const gchk_block_state *state, gchk_error *error) {
  measuring *m = context;
  bool is_there;
  (void)state;
  if (number >= MOVES)
    return add_loss_far(m, number, error);
  GCHK_TRY(loss_moved(m, (motion){.number = number, .units = m->many}, &is_there, error));
  if (is_there)
    add_loss(m);
  return GCHK_OK;
}

static gchk_status measure_loss(measuring *m, size_t draw, bool *is_open, gchk_error *error) {
  gchk_case_work *work = m->work;
  for (size_t k = 0; k < work->tensor_count; k++) {
    const gchk_tensor_work *tensor = &work->tensors[k];
    m->most[k] = gchk_arena_alloc(m->arena, tensor->total, sizeof(double));
    if (m->most[k] == NULL)
      return gchk_fail_memory(error, "the conditioning of gradients");
    for (size_t e = 0; e < tensor->total; e++)
      m->exact[k][e] = tensor->analytic[draw][e] - m->exact[k][e];
  }
  // A coarse format's own unit is as far, and is allowed for where it is declared.
  const bool is_float = gchk_coarsest_unit(m->single) <= GCHK_UNIT_F32;
  const gchk_moves moves = {.count = is_float ? 2 * MOVES : MOVES,
                            .make = move_loss,
                            .context = m,
                            .most = m->most,
                            .most_count = work->tensor_count};
  GCHK_TRY(gchk_make_moves(work, &moves, error));
  combine(m, draw);
  // Coarser formats: as above.
  return is_float ? gchk_allow_saturation(work, m->single, draw, m->exact, is_open, error) : GCHK_OK;
}

gchk_status gchk_measure_twin_slack(gchk_case_work *work, gchk_instance *single, bool *is_open, gchk_error *error) {
  measuring m = {.work = work, .single = single, .many = find_many_units(single), .draws = 1};
  gchk_status status = allocate(&m, error);
  *is_open = false;
  for (size_t d = 0; status == GCHK_OK && d < work->draw_count; d++) {
    m.first_draw = d;
    status = gchk_analytic_gradients(work, work->v[d], m.exact, error);
    if (status == GCHK_OK)
      status = move_all(&m, MOVES, error);
    put_back(&m);
    if (status == GCHK_OK)
      status = measure_loss(&m, d, is_open, error);
  }
  find_terms(work, 0, work->draw_count);
  gchk_arena_free(m.arena);
  return status;
}
