/* The audit of a pattern. */
#include "pattern/pattern_audit.h"

#include <math.h>

#include "core/memory.h"
#include "instance/move.h"
#include "measure/tensor_work.h"
#include "measure/variable.h"
#include "start/case_instance.h"

enum { SAMPLED_ELEMENTS = 16 };

/* Of the elements' own size, in turns: as large as steps of a ladder are, and as small. */
static const double steps[] = {0x1p-4, -0x1p-14, 0x1p-14, -0x1p-4};

typedef struct audit {
  gchk_case_work *work;
  gchk_tensor_work *tensor;
  gchk_pattern *pattern;
  const gchk_tensor *t;
  double *x;                /* the values of the tensor */
  double *together, *alone; /* outputs */
  double rms;
} audit;

static void move(const audit *a, size_t element, double step) {
  gchk_tensor_move(a->t, element, a->x[element] + step * gchk_scale_of(a->x[element], a->rms));
}

static void put_back(const audit *a, size_t element) {
  gchk_tensor_set(a->t, a->t->value, element, a->x[element]);
}

/* The element of class k that is moved with `element`. */
static size_t companion(const audit *a, size_t element, size_t k) {
  const gchk_pattern *p = a->pattern;
  if (k == p->class_of[element])
    return element;
  return p->elements[p->element_start[k] + element % (p->element_start[k + 1] - p->element_start[k])];
}

static gchk_status outputs(const audit *a, double *y, gchk_error *error) {
  GCHK_TRY(gchk_instance_forward(a->work->instance, error));
  return gchk_instance_outputs(a->work->instance, y, error);
}

static gchk_status evaluate_both(const audit *a, size_t element, double step, gchk_error *error) {
  for (size_t k = 0; k < a->pattern->class_count; k++)
    move(a, companion(a, element, k), step);
  gchk_status status = outputs(a, a->together, error);
  for (size_t k = 0; k < a->pattern->class_count; k++)
    put_back(a, companion(a, element, k));
  move(a, element, step);
  if (status == GCHK_OK)
    status = outputs(a, a->alone, error);
  put_back(a, element);
  return status;
}

static bool is_same(double a, double b) {
  return a == b || (isnan(a) && isnan(b));
}

/* The first output that is not what the pattern says, or output_count. */
static size_t find_broken(const audit *a, size_t element) {
  const gchk_pattern *p = a->pattern;
  const size_t own = p->class_of[element], m = a->work->output_count;
  for (size_t i = 0; i < m; i++) {
    const size_t j = p->outputs[i];
    const bool is_own = i >= p->output_start[own] && i < p->output_start[own + 1];
    if (!is_same(a->alone[j], is_own ? a->together[j] : a->work->y[j]))
      return j;
    if (i >= p->output_start[p->class_count] && !is_same(a->together[j], a->work->y[j]))
      return j;
  }
  return m;
}

void gchk_note_broken_pattern(gchk_tensor_work *tensor, size_t output) {
  gchk_finding_list *list = &tensor->findings;
  gchk_finding *finding =
      gchk_finding_note(list, GCHK_CODE_PATTERN_BROKEN,
                        "differences were taken one element at a time: output %zu does not depend on the elements "
                        "alone that it seemed to "
                        "when halves of the tensor were perturbed, or forward gives other outputs for the same values",
                        output);
  gchk_finding_number(list, finding, "output", (double)output);
}

/* The ends, the largest gradient, others at random. */
static size_t sampled(const gchk_tensor_work *tensor, size_t k, gchk_random *random) {
  return k == 0   ? 0
         : k == 1 ? tensor->total - 1
         : k == 2 ? gchk_place_of_largest(tensor)
                  : gchk_random_below(random, tensor->total);
}

static gchk_status audit_all(const audit *a, bool *holds, gchk_error *error) {
  const size_t m = a->work->output_count;
  gchk_random random = gchk_random_stream(gchk_case_seed(a->work->spec, a->work->options->seed), "audit");
  size_t broken = m;
  for (size_t k = 0; k < SAMPLED_ELEMENTS && broken == m; k++) {
    const size_t element = sampled(a->tensor, k, &random);
    gchk_pattern_set_phase(a->pattern, gchk_phase_of(a->pattern, element));
    GCHK_TRY(evaluate_both(a, element, steps[k % (sizeof steps / sizeof steps[0])], error));
    broken = find_broken(a, element);
    if (a->work->stage != NULL)
      a->work->stage(a->work->stage_context, a->t->name, a->work->elements_done);
  }
  *holds = broken == m;
  if (!*holds)
    gchk_note_broken_pattern(a->tensor, broken);
  return GCHK_OK;
}

gchk_status gchk_audit_repeat(gchk_case_work *work, gchk_tensor_work *tensor, bool *holds, gchk_error *error) {
  audit a = {.work = work, .alone = gchk_arena_alloc(work->scratch, work->output_count, sizeof(double))};
  if (a.alone == NULL)
    return gchk_fail_memory(error, "the audit of a pattern");
  GCHK_TRY(outputs(&a, a.alone, error));
  size_t j = 0;
  while (j < work->output_count && is_same(a.alone[j], work->y[j]))
    j++;
  *holds = j == work->output_count;
  if (!*holds)
    gchk_note_broken_pattern(tensor, j);
  return GCHK_OK;
}

gchk_status gchk_audit_pattern(gchk_case_work *work, gchk_tensor_work *tensor, gchk_pattern *pattern, bool *holds,
                               gchk_error *error) {
  const gchk_tensor *t = &work->instance->t[tensor->index];
  audit a = {.work = work,
             .tensor = tensor,
             .pattern = pattern,
             .t = t,
             .x = gchk_arena_alloc(work->scratch, t->count, sizeof(double)),
             .together = gchk_arena_alloc(work->scratch, work->output_count, sizeof(double)),
             .alone = gchk_arena_alloc(work->scratch, work->output_count, sizeof(double)),
             .rms = gchk_root_mean_square(t)};
  *holds = false;
  if (a.x == NULL || a.together == NULL || a.alone == NULL)
    return gchk_fail_memory(error, "the audit of a pattern");
  for (size_t e = 0; e < t->count; e++)
    a.x[e] = gchk_tensor_get(t, t->value, e);
  return audit_all(&a, holds, error);
}
