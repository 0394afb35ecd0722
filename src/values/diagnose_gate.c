/*
 * Gates: an output contributes J_ij v_j, or nothing, as a condition on values says (relu, clip, mask, margin).
 *
 * Backward is linear in the upstream gradient, so that with v m for v, m the outputs at which a condition c holds, it
 * tells what these outputs contribute; J (v m) is what they must.
 *
 *     ignored    c: the output moves when all values do. Right for v m, and yet not 0 for v (1 - m): forward clips or
 *                masks, and backward does not know (a relu mask that is left out of dW, a clamp)
 *     gated      exactly 0 for v (1 - m), where J (v (1 - m)) is not: backward has a gate that forward has not
 *     confined   right for v m, wrong for v (1 - m): wrong where c does not hold
 *
 * For the last two c is a condition on the values of a tensor of the output's size, which must choose those outputs
 * exactly, and other ones at other base points, where the same must be true of them.
 */
#include "values/diagnose_gate.h"

#include <math.h>

#include "decide/differentiate_tensor.h"
#include "evidence/resample.h"
#include "gradcheck/random.h"
#include "instance/meaning.h"
#include "instance/move.h"
#include "instance/precision.h"
#include "instance/roles.h"
#include "instance/snapshot.h"
#include "measure/analytic.h"
#include "measure/judge.h"
#include "measure/variable.h"
#include "values/value_condition.h"

/* The outputs of one tensor, and those of them at which a condition holds. */
typedef struct gate {
  gchk_value_condition condition;
  size_t output, start; /* the output tensor, and where its elements are among all outputs */
} gate;

/* What is known of the two parts of the upstream gradient at one base point. */
enum { PASSED, HELD, PARTS };
_Static_assert((int)PARTS <= (int)GCHK_MAX_DRAWS, "the parts are differenced as two upstream gradients");
typedef struct parts {
  double *v[PARTS], *analytic[PARTS];
  size_t passed, held; /* outputs of either kind */
} parts;

static bool make_parts(gchk_diagnosis *d, parts *p) {
  *p = (parts){.passed = 0};
  for (int k = 0; k < PARTS; k++) {
    p->v[k] = gchk_arena_alloc(d->arena, d->output_count, sizeof(double));
    p->analytic[k] = gchk_arena_alloc(d->arena, d->total, sizeof(double));
    if (p->v[k] == NULL || p->analytic[k] == NULL)
      return false;
  }
  return true;
}

// v m and v (1 - m).
static void divide(const gchk_case_work *work, const bool *passes, parts *p) {
  p->passed = p->held = 0;
  for (size_t j = 0; j < work->output_count; j++) {
    p->v[PASSED][j] = passes[j] ? work->v[0][j] : 0;
    p->v[HELD][j] = passes[j] ? 0 : work->v[0][j];
    p->passed += passes[j];
    p->held += !passes[j];
  }
}

// By a condition; the outputs of other tensors than the gate's are in the first part, and are not counted.
static bool split(gchk_diagnosis *d, const gchk_case_work *work, const gate *g, parts *p) {
  const size_t count = work->instance->t[g->output].count;
  bool *passes = gchk_arena_alloc(d->arena, work->output_count, sizeof *passes);
  if (passes == NULL)
    return false;
  for (size_t j = 0; j < work->output_count; j++)
    passes[j] = true;
  gchk_mark_condition(&g->condition, work->instance, passes + g->start);
  divide(work, passes, p);
  p->passed -= work->output_count - count;
  return true;
}

static bool run_backward(gchk_case_work *work, const gchk_tensor_work *tensor, gchk_arena *arena, parts *p) {
  gchk_case_work named = gchk_named_work(work);
  double **gradients = gchk_arena_alloc(arena, named.tensor_count, sizeof *gradients);
  bool is_done = gradients != NULL;
  for (int part = 0; part < PARTS && is_done; part++) {
    for (size_t k = 0; k < named.tensor_count; k++)
      gradients[k] = &named.tensors[k] == tensor ? p->analytic[part] : NULL;
    is_done = gchk_analytic_gradients(&named, p->v[part], gradients, NULL) == GCHK_OK;
  }
  return gchk_instance_forward(work->instance, NULL) == GCHK_OK && is_done;
}

/* What the two parts are like at some elements. */
typedef struct finding_of_parts {
  size_t passed_right, passed_wrong, passed_moves; /* elements; those whose derivative for v m is not 0 */
  size_t held_wrong, held_moves, held_is_given;    /* those where backward gives something for v (1 - m) */
} finding_of_parts;

typedef struct pair {
  double analytic[PARTS], numeric[PARTS], error[PARTS];
} pair;

static void take(finding_of_parts *f, const pair *e) {
  static const double far = 10;
  bool is_right[PARTS], moves[PARTS];
  for (int k = 0; k < PARTS; k++) {
    is_right[k] = fabs(e->analytic[k] - e->numeric[k]) <= 2 * GCHK_ERROR_BARS * e->error[k];
    moves[k] = fabs(e->numeric[k]) > far * e->error[k];
  }
  f->passed_right += is_right[PASSED];
  f->passed_wrong += !is_right[PASSED];
  f->passed_moves += moves[PASSED];
  f->held_wrong += !is_right[HELD];
  f->held_moves += moves[HELD];
  f->held_is_given += e->analytic[HELD] != 0;
}

static double error_of(const gchk_diagnosis *d, double bound, double slack, double analytic) {
  return gchk_total_bound(bound, slack) + gchk_rounding_allowance(d->unit) * d->unit * fabs(analytic);
}

// At the base point, with the Jacobian that was kept: all failing elements.
static void look_with_jacobian(const gchk_diagnosis *d, const parts *p, finding_of_parts *f) {
  *f = (finding_of_parts){0};
  for (size_t i = 0; i < d->total; i++) {
    pair e = {.numeric = {0}};
    if (!d->fails[i])
      continue;
    for (int k = 0; k < PARTS; k++) {
      for (size_t j = 0; j < d->output_count; j++)
        e.numeric[k] += d->jacobian[i * d->output_count + j] * p->v[k][j];
      e.analytic[k] = p->analytic[k][i];
      e.error[k] = gchk_diagnosis_error(d, 0, i);
    }
    take(f, &e);
  }
}

// By differences of the outputs with the two parts for upstream gradients: some of the elements.
static bool look_by_differences(gchk_diagnosis *d, const gchk_case_work *work, const gchk_tensor_work *tensor,
                                const parts *p, finding_of_parts *f) {
  enum { MOST = 2 * GCHK_SAMPLES };
  const bool is_here = work == d->work;
  size_t elements[MOST], count = is_here ? gchk_sample_failing(d, elements) : d->total < MOST ? d->total : MOST;
  for (size_t k = 0; k < count && !is_here; k++) // others may fail there
    elements[k] = k * d->total / count;
  gchk_case_work other = *work;
  gchk_tensor_work again = *tensor;
  gchk_derivative *derivative = gchk_arena_alloc(d->arena, GCHK_MAX_DRAWS, sizeof *derivative);
  *f = (finding_of_parts){0};
  if (derivative == NULL)
    return false;
  other.draw_count = PARTS;
  for (int k = 0; k < PARTS; k++)
    other.v[k] = p->v[k];
  for (size_t n = 0; n < count; n++) {
    pair e;
    const gchk_status status = gchk_differentiate_element(&other, &again, elements[n], derivative, NULL);
    d->is_out_of_memory = d->is_out_of_memory || status == GCHK_NO_MEMORY;
    if (status != GCHK_OK)
      return false;
    for (int k = 0; k < PARTS; k++) {
      e.analytic[k] = p->analytic[k][elements[n]];
      e.numeric[k] = derivative[k].value;
      e.error[k] = error_of(d, derivative[k].bound, tensor->slack[0][elements[n]], e.analytic[k]);
    }
    take(f, &e);
  }
  return count > 0;
}

typedef enum gating { NO_GATE, GATED, CONFINED } gating;

static gating gating_of(const finding_of_parts *f) {
  if (f->held_moves > 0 && f->held_is_given == 0)
    return GATED;
  const bool is_confined = f->passed_wrong == 0 && f->passed_moves > 0 && f->held_wrong > 0 && f->held_moves > 0;
  return is_confined ? CONFINED : NO_GATE;
}

static bool look(gchk_diagnosis *d, const parts *p, finding_of_parts *f) {
  if (d->jacobian == NULL)
    return look_by_differences(d, d->work, d->tensor, p, f);
  look_with_jacobian(d, p, f);
  return true;
}

static gating look_here(gchk_diagnosis *d, const gate *g, parts *p) {
  finding_of_parts f;
  if (!split(d, d->work, g, p) || p->passed == 0 || p->held == 0 || !run_backward(d->work, d->tensor, d->arena, p) ||
      !look(d, p, &f))
    return NO_GATE;
  return gating_of(&f);
}

typedef enum answer { NO, YES, NOT_TOLD } answer;

// Of one output alone: does its gradient come through, or is it wrong?
static answer ask_output(gchk_diagnosis *d, size_t j, gating found, double *v, double *gradient) {
  bool is_given = false, is_wrong = false, moves = false;
  v[j] = d->work->v[0][j];
  const bool is_done = gchk_gradient_for(d, v, gradient);
  for (size_t i = 0; i < d->total && is_done; i++) {
    const double must = d->jacobian[i * d->output_count + j] * v[j], error = gchk_diagnosis_error(d, 0, i);
    if (!isfinite(must) || !isfinite(error))
      continue;
    is_given = is_given || gradient[i] != 0;
    is_wrong = is_wrong || fabs(gradient[i] - must) > 2 * GCHK_ERROR_BARS * error;
    moves = moves || fabs(must) > 2 * GCHK_ERROR_BARS * error;
  }
  v[j] = 0;
  if (!is_done || !(moves || is_given))
    return NOT_TOLD;
  return (found == GATED ? is_given : is_wrong) ? YES : NO;
}

// Does the condition choose exactly those outputs: does each that passes a gate come through, is each that is wrong?
static bool is_exact(gchk_diagnosis *d, const gate *g, gating found, const parts *p) {
  enum { ASKED = 32 };
  double *v = gchk_arena_alloc(d->arena, d->output_count, sizeof *v);
  double *gradient = gchk_arena_alloc(d->arena, d->total, sizeof *gradient);
  const double *chosen = p->v[found == GATED ? PASSED : HELD];
  const size_t count = d->work->instance->t[g->output].count, stride = (count + ASKED - 1) / ASKED;
  size_t told = 0;
  if (v == NULL || gradient == NULL || d->jacobian == NULL)
    return false;
  for (size_t j = g->start; j < g->start + count; j += stride) {
    const answer one = chosen[j] != 0 ? ask_output(d, j, found, v, gradient) : NOT_TOLD;
    if (one == NO)
      return false;
    told += one == YES;
  }
  return told > 0;
}

/* Evidence from other base points: those that say the same of other outputs than here, and how many these are. */
typedef struct confirmation {
  size_t points, outputs;
  bool is_refuted;
} confirmation;

static void look_there(gchk_diagnosis *d, const gate *g, gating wanted, unsigned point, const double *held_here,
                       parts *p, confirmation *c) {
  gchk_other_place place;
  finding_of_parts f;
  if (gchk_go_elsewhere(d, point, &place) && split(d, &place.work, g, p) && p->passed > 0 && p->held > 0 &&
      run_backward(&place.work, &place.work.tensors[0], d->arena, p) &&
      look_by_differences(d, &place.work, &place.work.tensors[0], p, &f)) {
    const gating found = gating_of(&f);
    bool is_new = false;
    for (size_t j = 0; j < d->output_count; j++)
      is_new = is_new || (p->v[HELD][j] != 0) != (held_here[j] != 0);
    c->points += found == wanted && is_new;
    c->outputs += found == wanted && is_new ? p->passed + p->held : 0;
    c->is_refuted = wanted == GATED ? f.held_is_given > 0 : f.passed_wrong > 0;
  }
  gchk_leave_elsewhere(d, &place);
}

// Other values, and the same condition: of many outputs no other condition chooses the same, of few it may.
static bool is_confirmed(gchk_diagnosis *d, const gate *g, gating wanted, parts *p) {
  enum { POINTS = 8, WANTED = 2, OUTPUTS = 12 };
  confirmation c = {0};
  const double *held_here = gchk_arena_copy(d->arena, p->v[HELD], d->output_count, sizeof *held_here);
  for (unsigned point = 1; held_here != NULL && point <= POINTS && !c.is_refuted; point++) {
    look_there(d, g, wanted, point, held_here, p, &c);
    if (c.points >= WANTED && c.outputs >= OUTPUTS)
      return !c.is_refuted;
  }
  return false;
}

static gchk_value_condition opposite_of(const gchk_value_condition *c) {
  gchk_value_condition not = *c;
  not .is_negated = !c->is_negated;
  return not ;
}

static bool report(gchk_diagnosis *d, const gate *g, gating found, size_t held) {
  char text[GCHK_CONDITION_TEXT], opposite[GCHK_CONDITION_TEXT];
  const gchk_instance *instance = d->work->instance;
  const gchk_value_condition not = opposite_of(&g->condition);
  const char *output = instance->t[g->output].name;
  (void)gchk_condition_name(&g->condition, instance, text, sizeof text);
  (void)gchk_condition_name(&not, instance, opposite, sizeof opposite);
  gchk_finding *finding =
      found == GATED
          ? gchk_diagnosis_add(d, GCHK_CODE_WRONG_WHERE_VALUES, d->fail_count,
                               "backward lets the upstream gradient of %s pass only where %s, and forward has no such "
                               "condition: what the %zu others contribute is lost",
                               output, text, held)
          : gchk_diagnosis_add(d, GCHK_CODE_WRONG_WHERE_VALUES, d->fail_count,
                               "right for the outputs %s where %s, wrong in what the %zu where %s contribute: look at "
                               "that branch",
                               output, text, held, opposite);
  gchk_finding_text(&d->tensor->findings, finding, "condition", "%s", found == GATED ? text : opposite);
  return true;
}

// Sums of parts must be the whole: else backward is not linear, and its parts say nothing.
static bool is_linear(const gchk_diagnosis *d, const parts *p) {
  for (size_t i = 0; i < d->total; i++)
    if (d->fails[i] && !(fabs(p->analytic[PASSED][i] + p->analytic[HELD][i] - d->tensor->analytic[0][i]) <=
                         2 * gchk_diagnosis_error(d, 0, i)))
      return false;
  return true;
}

// The conditions of one tensor, for the outputs of one that has its size.
static bool try_conditions(gchk_diagnosis *d, gate *g, size_t tensor, parts *p) {
  for (size_t k = 0; gchk_condition_at(d->work->instance, tensor, k, &g->condition); k++) {
    const gating found = look_here(d, g, p);
    const size_t held = p->held;
    if (found != NO_GATE && is_linear(d, p) && is_exact(d, g, found, p) && is_confirmed(d, g, found, p))
      return report(d, g, found, held);
  }
  return false;
}

static bool can_be_asked(const gchk_diagnosis *d) {
  return d->fail_count > 0 && d->draws > 1 && d->output_count > 1;
}

bool gchk_diagnose_gate(gchk_diagnosis *d) {
  const gchk_instance *instance = d->work->instance;
  gate g;
  parts p;
  if (!can_be_asked(d) || d->jacobian == NULL || !make_parts(d, &p) || !gchk_is_reproducible(d))
    return false;
  for (size_t k = 0; gchk_output_tensor(d, k, &g.start, &g.output) != NULL; k++)
    for (size_t i = 0; i < instance->tensor_count && instance->t[g.output].count > 1; i++)
      if (instance->t[i].count == instance->t[g.output].count && instance->t[i].role != GCHK_SCRATCH &&
          try_conditions(d, &g, i, &p))
        return true;
  return false;
}

// Moves every input and parameter by about `amount` of its size, to one side or the other at random.
static void move_all(const gchk_case_work *work, double amount) {
  gchk_random random = gchk_random_seeded(1);
  for (size_t i = 0; i < work->instance->tensor_count; i++) {
    const gchk_tensor *t = &work->instance->t[i];
    if (!gchk_role_is_moved(t->role))
      continue;
    const double rms = gchk_root_mean_square(t);
    for (size_t e = 0; e < t->count; e++) {
      const double x = gchk_tensor_get(t, t->value, e);
      gchk_tensor_move(t, e, x + amount * gchk_scale_of(x, rms) * gchk_random_signed(&random));
    }
  }
}

// Which outputs move by a bit when all values do, in either of two directions.
static bool find_moving(gchk_diagnosis *d, bool *moves) {
  static const double amounts[] = {0x1p-12, -0x1p-12};
  const gchk_case_work *work = d->work;
  double *y = gchk_arena_alloc(d->arena, d->output_count, sizeof *y);
  double *before = gchk_arena_alloc(d->arena, d->output_count, sizeof *before);
  gchk_snapshot *saved = gchk_snapshot_new(work->instance, GCHK_SNAPSHOT_VALUES);
  bool is_done = y != NULL && before != NULL && saved != NULL && gchk_differenced_now(d, before);
  d->is_out_of_memory = d->is_out_of_memory || saved == NULL;
  for (size_t k = 0; k < sizeof amounts / sizeof amounts[0] && is_done; k++) {
    move_all(work, amounts[k]);
    is_done = gchk_differenced_now(d, y);
    for (size_t j = 0; j < d->output_count; j++)
      moves[j] = moves[j] || y[j] != before[j];
    gchk_snapshot_restore(saved, work->instance);
  }
  gchk_snapshot_free(saved);
  return gchk_instance_forward(work->instance, NULL) == GCHK_OK && is_done;
}

// What the outputs that stand still have in common, if it is a condition that says so of them and of no other.
static bool name_still_ones(const gchk_diagnosis *d, const bool *moves, char *text, size_t size) {
  enum { MANY = 12 };
  const gchk_instance *instance = d->work->instance;
  size_t start, output;
  bool *holds = gchk_arena_alloc(d->arena, d->output_count, sizeof *holds);
  gchk_value_condition c;
  for (size_t n = 0; holds != NULL && gchk_output_tensor(d, n, &start, &output) != NULL; n++) {
    const size_t count = instance->t[output].count;
    for (size_t i = 0; i < instance->tensor_count; i++) {
      // Of few outputs, values of another tensor say the same by accident.
      const bool can_tell = i == output || (instance->t[i].count == count && count >= MANY);
      for (size_t k = 0; can_tell && gchk_condition_at(instance, i, k, &c); k++) {
        bool is_it = true;
        gchk_mark_condition(&c, instance, holds);
        for (size_t j = 0; j < d->output_count; j++)
          is_it = is_it && (j >= start && j < start + count && holds[j - start]) == !moves[j];
        if (is_it)
          return gchk_condition_name(&c, instance, text, size) != NULL;
      }
    }
  }
  return false;
}

bool gchk_diagnose_gate_ignored(gchk_diagnosis *d) {
  char text[GCHK_CONDITION_TEXT] = "";
  finding_of_parts f;
  parts p;
  bool *moves = gchk_arena_alloc(d->arena, d->output_count, sizeof *moves);
  if (!can_be_asked(d) || moves == NULL || !make_parts(d, &p) || !find_moving(d, moves))
    return false;
  divide(d->work, moves, &p);
  if (p.passed == 0 || p.held == 0 || !gchk_is_reproducible(d) || !run_backward(d->work, d->tensor, d->arena, &p) ||
      !is_linear(d, &p) || !look(d, &p, &f) || f.passed_wrong > 0 || f.held_moves > 0 || f.held_wrong == 0)
    return false;
  const bool has_name = name_still_ones(d, moves, text, sizeof text);
  const bool has_surrogate = gchk_surrogate_of(d->work->instance->layer, d->tensor->index) != NULL;
  gchk_finding *finding =
      gchk_diagnosis_add(d, GCHK_CODE_GATE_IGNORED, d->fail_count,
                         "%zu of %zu outputs do not move%s%s, and backward passes their upstream "
                         "gradient on all the same; without them it "
                         "is right: %s clip, relu or mask is left out (or a gap that it does not write)",
                         p.held, p.held + p.passed, has_name ? ", those where " : "", text,
                         has_surrogate ? "the surrogate's" : "forward's");
  if (has_name)
    gchk_finding_text(&d->tensor->findings, finding, "condition", "%s", text);
  return true;
}
