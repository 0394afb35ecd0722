/*
 * The twin against the float layer: y32 - y64 at the same values must be what rounding in f32 makes of y (agreement.h).
 *
 * Where it is more, both are compared at values that are smaller and smaller. If they agree at all of those, they are
 * the same function, and what they differ by at the base point is that float saturates there: 1 - 1e-9 is 1. Where it
 * is not, but rounding is as large for the same reason (1 - 1e-7 has one digit), it is so beside the smallest of those.
 *
 * n is the longest dimension. What a layer declares of a coarser precision counts in place of that of f32. A wrong
 * derivative is none of this file's business: it knows forwards alone.
 */
#include "measure/twin_match.h"

#include <math.h>
#include <stdio.h>

#include "core/memory.h"
#include "instance/index.h"
#include "instance/move.h"
#include "instance/precision.h"
#include "instance/roles.h"
#include "instance/snapshot.h"
#include "measure/agreement.h"
#include "measure/move_values.h"

enum { FLOOR_UNITS = 64 };
static const double far_more = 8; // than float loses at smaller values

const double gchk_gentler_parts[GCHK_GENTLER_PARTS] = {0.5, 0.25, 0.125, 0.0625};

typedef struct comparison {
  gchk_instance *single, *twin;
  gchk_random random;
  gchk_agreement agreement;
} comparison;

static gchk_status check_shapes(const gchk_instance *single, const gchk_instance *twin, gchk_error *error) {
  bool is_same = twin->tensor_count == single->tensor_count;
  for (size_t i = 0; is_same && i < single->tensor_count; i++) {
    is_same = twin->t[i].count == single->t[i].count && twin->t[i].role == single->t[i].role;
    if (!is_same)
      return gchk_fail(error, GCHK_INVALID,
                       "%s: the tensor %s of its double twin is %s of %zu elements, not %s of %zu; build both from the "
                       "same source",
                       single->layer->name, single->t[i].name, gchk_role_name(twin->t[i].role), twin->t[i].count,
                       gchk_role_name(single->t[i].role), single->t[i].count);
  }
  return is_same ? GCHK_OK
                 : gchk_fail(error, GCHK_INVALID, "%s: its double twin has other tensors", single->layer->name);
}

static double coarsest_unit(const gchk_layer *layer) {
  double unit = fmax(GCHK_UNIT_F32, fmax(layer->unit, layer->product_unit));
  for (size_t i = 0; i < layer->tensor_count; i++)
    unit = fmax(unit, layer->tensors[i].unit);
  return unit;
}

// Both forwards at the values of the float layer.
static gchk_status evaluate(void *context, double *y32, double *y64, gchk_error *error) {
  const comparison *c = context;
  gchk_copy_values(c->single, c->twin);
  GCHK_TRY(gchk_instance_forward(c->single, error));
  GCHK_TRY(gchk_instance_outputs(c->single, y32, error));
  GCHK_TRY(gchk_instance_forward(c->twin, error));
  return gchk_instance_outputs(c->twin, y64, error);
}

static gchk_status open_comparison(comparison *c, gchk_case_work *work, gchk_instance *single, gchk_error *error) {
  const double n = (double)gchk_longest_dimension(single);
  *c =
      (comparison){.single = single, .twin = work->instance, .random = gchk_random_stream(work->options->seed, "twin")};
  c->agreement = (gchk_agreement){.instance = single,
                                  .evaluate = evaluate,
                                  .context = c,
                                  .unit = coarsest_unit(single->layer),
                                  .n = n,
                                  .floor = FLOOR_UNITS + n,
                                  .count = gchk_instance_output_count(single)};
  return gchk_agreement_init(&c->agreement, work->scratch, error);
}

// "y[1,2]", of the output that the flat index j of all outputs is.
static void name_output(const comparison *c, size_t j, char *text, size_t size) {
  char index[GCHK_INDEX_TEXT];
  for (size_t i = 0; c->single->layer->loss == NULL && i < c->single->tensor_count; i++) {
    const gchk_tensor *t = &c->single->t[i];
    if (t->role != GCHK_OUTPUT)
      continue;
    if (j < t->count) {
      (void)snprintf(text, size, "%s%s", t->name, gchk_index_format(&t->shape, j, index, sizeof index));
      return;
    }
    j -= t->count;
  }
  (void)snprintf(text, size, "the loss");
}

static gchk_status judge(const comparison *c, gchk_error *error) {
  const gchk_agreement *a = &c->agreement;
  double worst_excess = 0;
  size_t worst = a->count, count = 0;
  for (size_t j = 0; j < a->count; j++) {
    const double excess = gchk_agreement_excess(a, a->parts, j);
    count += excess > 0;
    if (excess > worst_excess) {
      worst = j;
      worst_excess = excess;
    }
  }
  if (worst == a->count)
    return GCHK_OK;
  char name[GCHK_INDEX_TEXT + 256];
  name_output(c, worst, name, sizeof name);
  return gchk_fail(
      error, GCHK_INVALID,
      "%s: its double twin computes something else: %s is %.9g in f32 and %.9g in the twin at the same "
      "values, where rounding in f32 explains %.2g (%zu of %zu outputs differ by more than that). Build both "
      "from the same sources with the same options; what gradcheck/as_double.h cannot map (the bits of a "
      "float in an integer, float data from files, SIMD) needs a double path of its own. If they are the "
      "same, forward is wrong in float",
      c->single->layer->name, name, a->y[worst], a->z[worst], gchk_agreement_allowance(a, a->parts, worst), count,
      a->count);
}

/* Measures the agreement where inputs and parameters are so small a part of what they are. */
static gchk_status measure_at(comparison *c, const gchk_snapshot *base, double part, gchk_error *error) {
  gchk_snapshot_restore(base, c->single);
  gchk_scale_given(c->single, part);
  gchk_snapshot *gentler = gchk_snapshot_new(c->single, GCHK_SNAPSHOT_ALL);
  if (gentler == NULL)
    return gchk_fail_memory(error, "the values of a float layer");
  gchk_status status = gchk_agreement_measure(&c->agreement, gentler, &c->random, error);
  gchk_snapshot_free(gentler);
  return status;
}

static gchk_status agree_at_smaller(comparison *c, const gchk_snapshot *base, gchk_error *error) {
  for (size_t i = 0; i < GCHK_GENTLER_PARTS; i++) {
    GCHK_TRY(measure_at(c, base, gchk_gentler_parts[i], error));
    GCHK_TRY(judge(c, error));
  }
  return GCHK_OK;
}

/* Asked once the agreement at the base point is measured. */
typedef gchk_status (*question)(comparison *c, const gchk_snapshot *base, bool *saturates, gchk_error *error);

static gchk_status do_they_agree(comparison *c, const gchk_snapshot *base, bool *saturates, gchk_error *error) {
  gchk_error unused;
  const gchk_status status = judge(c, error);
  *saturates = status == GCHK_INVALID && agree_at_smaller(c, base, &unused) == GCHK_OK;
  return *saturates ? GCHK_OK : status;
}

/*
 * The most that an output is off by, here or at a neighbour (of a few outputs one may be right by chance), of what
 * follows from rounding of the inputs and of sums.
 */
static double find_loss(const comparison *c) {
  const gchk_agreement *a = &c->agreement;
  double most = 0;
  for (size_t j = 0; j < a->count; j++) {
    const double off = fmax(fabs(a->y[j] - a->z[j]), a->parts->noise);
    most = fmax(most, off / gchk_agreement_plain_allowance(a, a->parts, j)); // fmax passes over NaN
  }
  return most;
}

static gchk_status is_loss_of_here(comparison *c, const gchk_snapshot *base, bool *saturates, gchk_error *error) {
  const double loss = find_loss(c);
  if (loss <= 1)
    return GCHK_OK;
  GCHK_TRY(measure_at(c, base, gchk_gentler_parts[GCHK_GENTLER_PARTS - 1], error));
  *saturates = loss > far_more * find_loss(c);
  return GCHK_OK;
}

static gchk_status ask(gchk_case_work *work, gchk_instance *single, question what, bool *saturates, gchk_error *error) {
  comparison c;
  *saturates = false;
  GCHK_TRY(open_comparison(&c, work, single, error));
  gchk_snapshot *base = gchk_snapshot_new(single, GCHK_SNAPSHOT_ALL);
  if (base == NULL)
    return gchk_fail_memory(error, "the values of a float layer");
  gchk_status status = gchk_agreement_measure(&c.agreement, base, &c.random, error);
  if (status == GCHK_OK)
    status = what(&c, base, saturates, error);
  gchk_snapshot_restore(base, single);
  gchk_snapshot_free(base);
  return status;
}

gchk_status gchk_twin_matches(gchk_case_work *work, gchk_instance *single, bool *is_saturated, gchk_error *error) {
  *is_saturated = false;
  GCHK_TRY(check_shapes(single, work->instance, error));
  return ask(work, single, do_they_agree, is_saturated, error);
}

gchk_status gchk_float_saturates(gchk_case_work *work, gchk_instance *single, bool *saturates, gchk_error *error) {
  return ask(work, single, is_loss_of_here, saturates, error);
}
