/* A computation that is coarser than declared. */
#include "diagnose/diagnose_coarse.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "instance/meaning.h"
#include "instance/move.h"
#include "instance/precision.h"
#include "instance/roles.h"
#include "instance/snapshot.h"

typedef struct format {
  double unit;
  int bits;
  const char *constants; // as they are declared
} format;

// From coarse to fine: what is rounded to eight bits is not changed by rounding it to eleven either.
static const format formats[] = {{GCHK_UNIT_OF_BF16, 8, "GCHK_UNIT_OF_BF16"},
                                 {GCHK_UNIT_OF_TF32, 11, "GCHK_UNIT_OF_TF32 or GCHK_UNIT_OF_F16 (they are the same)"}};
enum { FORMATS = sizeof formats / sizeof formats[0] };

typedef struct evidence {
  const format *format; // NULL: there is none
  const char *tensor;   // that forward rounds; NULL: the outputs are rounded
  bool outputs_are_too;
} evidence;

/*
 * Are all outputs numbers of the format, and do they need all its bits at more than one size? Whole numbers and halves,
 * which are numbers of any format, need more bits the larger they are.
 */
static bool are_rounded(const double *y, size_t count, const format *f) {
  int first = 0;
  bool has_first = false, has_other = false;
  for (size_t j = 0; j < count; j++) {
    if (y[j] == 0 || !isfinite(y[j]))
      continue;
    int exponent;
    const double steps = fabs(frexp(y[j], &exponent)) / f->unit;
    if (steps != floor(steps))
      return false;
    if (fmod(steps, 2) == 0)
      continue;
    has_other = has_other || (has_first && exponent != first);
    first = has_first ? first : exponent;
    has_first = true;
  }
  return has_other;
}

static double truncate_to_unit(double x, double unit) {
  int exponent;
  const double fraction = frexp(x, &exponent);
  return ldexp(trunc(fraction / unit) * unit, exponent);
}

// Does forward give the same for values that are rounded to the format first? Not where most of them are of it already.
static gchk_status is_rounded_by_forward(gchk_case_work *work, size_t i, const format *f, bool truncates, double *y,
                                         bool *answer, gchk_error *error) {
  gchk_instance *instance = work->instance;
  const gchk_tensor *t = &instance->t[i];
  size_t moved = 0;
  for (size_t e = 0; e < t->count; e++) {
    const double x = gchk_tensor_get(t, t->value, e);
    const double z = truncates ? truncate_to_unit(x, f->unit) : gchk_round_to_unit(x, f->unit);
    moved += z != x;
    gchk_tensor_move(t, e, z);
  }
  *answer = false;
  if (moved == 0 || 2 * moved < t->count)
    return GCHK_OK;
  GCHK_TRY(gchk_instance_forward(instance, error));
  GCHK_TRY(gchk_instance_outputs(instance, y, error));
  *answer = memcmp(y, work->y, work->output_count * sizeof *y) == 0;
  return GCHK_OK;
}

// A value counts once: one that rows share may lie beside an edge by chance.
static bool is_met_before(const gchk_tensor *t, size_t e, size_t stride) {
  for (size_t k = 0; k < e; k += stride)
    if (gchk_tensor_get(t, t->value, k) == gchk_tensor_get(t, t->value, e))
      return true;
  return false;
}

/*
 * Would forward show it, if it did not round? One value at a time goes to the next number of the format, and half of
 * those that are tried must move an output. Where they do not (a saturated softmax, a quantiser with wider steps), that
 * rounding moves nothing either says nothing.
 */
static gchk_status shows_next_numbers(gchk_case_work *work, size_t i, const format *f, double *y, bool *answer,
                                      gchk_error *error) {
  enum { MOST = 16 };
  gchk_instance *instance = work->instance;
  const gchk_tensor *t = &instance->t[i];
  const size_t stride = (t->count + MOST - 1) / MOST;
  size_t tried = 0, shown = 0;
  for (size_t e = 0; e < t->count; e += stride) {
    const double x = gchk_tensor_get(t, t->value, e);
    int exponent;
    if (is_met_before(t, e, stride))
      continue;
    (void)frexp(x, &exponent);
    gchk_tensor_move(t, e, gchk_round_to_unit(x, f->unit) + ldexp(f->unit, exponent));
    gchk_status status = gchk_instance_forward(instance, error);
    if (status == GCHK_OK)
      status = gchk_instance_outputs(instance, y, error);
    gchk_tensor_set(t, t->value, e, x);
    GCHK_TRY(status);
    tried++;
    shown += memcmp(y, work->y, work->output_count * sizeof *y) != 0;
  }
  *answer = 2 * shown >= tried;
  return GCHK_OK;
}

// A surrogate is differenced in place of forward: what forward rounds is no staircase of its.
static bool is_candidate(const gchk_instance *instance, size_t i, const format *f) {
  const gchk_tensor *t = &instance->t[i];
  return gchk_role_is_moved(t->role) && gchk_surrogate_of(instance->layer, i) == NULL && t->dtype == GCHK_F32 &&
         gchk_tensor_unit(instance, i) < f->unit;
}

static gchk_status look_at_values(gchk_case_work *work, const gchk_snapshot *initial, double *y, evidence *found,
                                  gchk_error *error) {
  gchk_instance *instance = work->instance;
  for (size_t f = 0; f < FORMATS; f++) {
    for (size_t i = 0; i < instance->tensor_count; i++) {
      bool is_rounded = false;
      for (int truncates = 0; truncates < 2 && !is_rounded && is_candidate(instance, i, &formats[f]); truncates++) {
        gchk_status status = is_rounded_by_forward(work, i, &formats[f], truncates != 0, y, &is_rounded, error);
        gchk_snapshot_restore(initial, instance);
        if (status == GCHK_OK && is_rounded)
          status = shows_next_numbers(work, i, &formats[f], y, &is_rounded, error);
        GCHK_TRY(status);
      }
      if (!is_rounded)
        continue;
      *found = (evidence){&formats[f], instance->t[i].name, are_rounded(work->y, work->output_count, &formats[f])};
      return GCHK_OK;
    }
  }
  return GCHK_OK;
}

static gchk_status look(gchk_case_work *work, evidence *found, gchk_error *error) {
  *found = (evidence){.format = NULL};
  // What is differenced is the double twin, which has no stairs.
  if (work->single != NULL)
    return GCHK_OK;
  double *y = gchk_arena_alloc(work->scratch, work->output_count, sizeof *y);
  gchk_snapshot *initial = gchk_snapshot_new(work->instance, GCHK_SNAPSHOT_VALUES);
  gchk_status status = y == NULL || initial == NULL ? gchk_fail_memory(error, "a diagnosis") : GCHK_OK;
  if (status == GCHK_OK)
    status = look_at_values(work, initial, y, found, error);
  gchk_snapshot_free(initial);
  if (status == GCHK_OK)
    status = gchk_instance_forward(work->instance, error);
  GCHK_TRY(status);
  double declared = work->instance->layer->dtype == GCHK_F32 ? GCHK_UNIT_F32 : 1;
  for (size_t i = 0; i < work->instance->tensor_count; i++)
    if (work->instance->t[i].role == GCHK_OUTPUT)
      declared = fmax(declared, gchk_tensor_unit(work->instance, i));
  for (size_t f = 0; f < FORMATS && found->format == NULL && !gchk_has_surrogate(work->instance->layer); f++)
    if (declared < formats[f].unit && are_rounded(work->y, work->output_count, &formats[f]))
      *found = (evidence){&formats[f], NULL, true};
  return GCHK_OK;
}

static void describe(const evidence *found, char *text, size_t size) {
  char what[256];
  if (found->tensor == NULL)
    (void)snprintf(what, sizeof what, "all outputs are numbers of %d bits", found->format->bits);
  else
    (void)snprintf(what, sizeof what,
                   "forward gives the same, bit for bit, when %.60s is rounded to %d bits before it%s", found->tensor,
                   found->format->bits, found->outputs_are_too ? ", and all outputs are numbers of as many" : "");
  (void)snprintf(text, size, "%s: its differences at small steps are those of a staircase. Declare .%s = %s", what,
                 found->outputs_are_too ? "unit" : "product_unit", found->format->constants);
}

bool gchk_diagnose_coarse(gchk_diagnosis *d) {
  enum { SENTENCE = 512 };
  char text[SENTENCE];
  evidence found;
  // On a staircase differences say little: not even that the gradient agrees as it stands.
  if (d->fail_count == 0)
    return false;
  gchk_status status = look(d->work, &found, NULL);
  d->is_out_of_memory = d->is_out_of_memory || status == GCHK_NO_MEMORY;
  if (status != GCHK_OK || found.format == NULL)
    return false;
  describe(&found, text, sizeof text);
  gchk_finding *finding = gchk_diagnosis_add(d, GCHK_CODE_UNDECLARED_PRECISION, d->fail_count, "%s", text);
  gchk_finding_number(&d->tensor->findings, finding, "bits", found.format->bits);
  return true;
}

static bool has_element(const gchk_tensor_work *tensor, gchk_verdict verdict) {
  for (size_t k = 0; k < tensor->checked_count; k++)
    if (tensor->verdict[tensor->checked[k]] == verdict)
      return true;
  return false;
}

/* What rounding that nobody declared looks like to the probes: sums of gradients are not the gradients of sums. */
static bool has_suspect(const gchk_finding_list *list) {
  for (size_t i = 0; i < list->count; i++)
    if (gchk_finding_is(&list->findings[i], GCHK_CODE_NOT_LINEAR_IN_UPSTREAM) ||
        gchk_finding_is(&list->findings[i], GCHK_CODE_BATCH_INCONSISTENT))
      return true;
  return false;
}

gchk_status gchk_note_coarse(gchk_case_work *work, gchk_error *error) {
  enum { SENTENCE = 512 };
  char text[SENTENCE];
  bool is_wanted = has_suspect(&work->findings);
  evidence found;
  for (size_t k = 0; k < work->tensor_count; k++) {
    if (has_element(&work->tensors[k], GCHK_FAIL))
      return GCHK_OK;
    is_wanted = is_wanted || has_element(&work->tensors[k], GCHK_INCONCLUSIVE);
  }
  if (!is_wanted)
    return GCHK_OK;
  GCHK_TRY(look(work, &found, error));
  if (found.format == NULL)
    return GCHK_OK;
  describe(&found, text, sizeof text);
  gchk_finding *finding = gchk_finding_note(&work->findings, GCHK_CODE_UNDECLARED_PRECISION, "%s", text);
  gchk_finding_number(&work->findings, finding, "bits", found.format->bits);
  return GCHK_OK;
}
