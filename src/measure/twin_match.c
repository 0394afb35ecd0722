/*
 * The twin against the float layer: d = y32 - y64 at the same values, which must be what rounding in f32 makes of y.
 *
 * What that is, is measured at neighbours of the base point, where every input and parameter is moved and both layers
 * get the same floats. Three things are allowed together:
 *
 *   c(n) / 4 times the largest change of y64 where the inputs move by up to four units of f32, c(n) = 8 + sqrt(n):
 *   rounding of the inputs, and of n additions;
 *   8 times the largest change of d of any output, also where the inputs move by up to a part in 128: rounding that no
 *   change of an input by a unit shows, such as that of x + 3000, is another at every neighbour, while the difference
 *   between two functions hardly changes so long as y does not, by more than a sixteenth (8 of these are less than d);
 *   (64 + n) units of the largest |y64|: n additions in the worst order (Higham, Accuracy and Stability of Numerical
 *   Algorithms, 2nd ed., section 4.2).
 *
 * Where that is not enough, both are compared at values that are smaller and smaller. If they agree at all of those,
 * they are the same function, and what they differ by at the base point is that float saturates there: 1 - 1e-9 is 1.
 *
 * n is the longest dimension. What a layer declares of a coarser precision counts in place of that of f32. A wrong
 * derivative is none of this file's business: it knows forwards alone.
 */
#include "measure/twin_match.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "instance/index.h"
#include "instance/move.h"
#include "instance/precision.h"
#include "instance/roles.h"
#include "instance/snapshot.h"

enum { NEIGHBOURS = 4, MOVED_UNITS = 4, NOISE_FACTOR = 8, FLOOR_UNITS = 64 };

/* How far the inputs move, of their own size, for the rounding that does not follow from theirs. */
static const double far_moves[] = {0x1p-14, 0x1p-10, 0x1p-7, 0x1p-7};
static const double largest_far_change = 1.0 / 16;

/* Of the values at the base point: where float that saturates there does not. */
static const double gentler_parts[] = {0.5, 0.25, 0.125, 0.0625};

typedef struct comparison {
  gchk_instance *single, *twin;
  gchk_random random;
  size_t count;        // of outputs
  double size;         // root mean square of y64 at the base point
  double noise;        // largest change of y32 - y64 of any output
  double largest;      // of |y64| there
  double unit;         // of what the float layer computes in
  double *y32, *y64;   // at the base point
  double *at32, *at64; // at a neighbour
  double *change;      // largest of y64
} comparison;

static bool moves(const gchk_tensor *t) {
  return t->dtype == GCHK_F32 && (t->role == GCHK_INPUT || t->role == GCHK_PARAMETER);
}

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

static size_t longest_dimension(const gchk_instance *instance) {
  size_t longest = 1;
  for (size_t i = 0; i < instance->tensor_count; i++)
    for (size_t d = 0; d < instance->t[i].shape.rank; d++)
      longest = instance->t[i].shape.dim[d] > longest ? instance->t[i].shape.dim[d] : longest;
  return longest;
}

static gchk_status open_comparison(comparison *c, gchk_case_work *work, gchk_instance *single, gchk_error *error) {
  *c = (comparison){.single = single,
                    .twin = work->instance,
                    .random = gchk_random_stream(work->options->seed, "twin"),
                    .count = gchk_instance_output_count(single),
                    .unit = coarsest_unit(single->layer)};
  double **arrays[] = {&c->y32, &c->y64, &c->at32, &c->at64, &c->change};
  for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
    *arrays[i] = gchk_arena_alloc(work->scratch, c->count, sizeof(double));
    if (*arrays[i] == NULL)
      return gchk_fail_memory(error, "the outputs of a double twin");
  }
  return GCHK_OK;
}

// Both forwards at the values of the float layer.
static gchk_status evaluate(const comparison *c, double *y32, double *y64, gchk_error *error) {
  for (size_t i = 0; i < c->single->tensor_count; i++) {
    const gchk_tensor *from = &c->single->t[i], *to = &c->twin->t[i];
    for (size_t e = 0; gchk_role_is_given(from->role) && e < from->count; e++)
      gchk_tensor_set(to, to->value, e, gchk_tensor_get(from, from->value, e));
  }
  GCHK_TRY(gchk_instance_forward(c->single, error));
  GCHK_TRY(gchk_instance_outputs(c->single, y32, error));
  GCHK_TRY(gchk_instance_forward(c->twin, error));
  return gchk_instance_outputs(c->twin, y64, error);
}

// A neighbour at which one of the two is not finite tells nothing: the base point is at the edge of a domain.
static void learn_from_neighbour(comparison *c, bool is_far) {
  for (size_t j = 0; j < c->count; j++) {
    const double change = fabs(c->at64[j] - c->y64[j]);
    const double noise = fabs((c->at32[j] - c->at64[j]) - (c->y32[j] - c->y64[j]));
    if (!isfinite(change) || !isfinite(noise))
      continue;
    if (is_far && change > largest_far_change * fmax(fabs(c->y64[j]), c->size))
      continue;
    if (!is_far)
      c->change[j] = fmax(c->change[j], change);
    c->noise = fmax(c->noise, noise);
  }
}

static double allowance(const comparison *c, size_t j) {
  const double n = (double)longest_dimension(c->single);
  return (8 + sqrt(n)) / MOVED_UNITS * c->change[j] + NOISE_FACTOR * c->noise +
         (FLOOR_UNITS + n) * c->unit * c->largest;
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
  double worst_ratio = 1;
  size_t worst = c->count, count = 0;
  for (size_t j = 0; j < c->count; j++) {
    const double difference = fabs(c->y32[j] - c->y64[j]), allowed = allowance(c, j);
    if (c->y32[j] == c->y64[j] || difference <= allowed) // equal infinities are equal
      continue;
    // A difference that is no number is the worst there is.
    const double ratio = isfinite(difference) ? difference / allowed : (double)INFINITY;
    count++;
    if (worst == c->count || ratio > worst_ratio) {
      worst = j;
      worst_ratio = ratio;
    }
  }
  if (worst == c->count)
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
      c->single->layer->name, name, c->y32[worst], c->y64[worst], allowance(c, worst), count, c->count);
}

static gchk_status compare(comparison *c, const gchk_snapshot *base, gchk_error *error) {
  GCHK_TRY(evaluate(c, c->y32, c->y64, error));
  double largest = 0, sum = 0;
  for (size_t j = 0; j < c->count; j++)
    largest = isfinite(c->y64[j]) ? fmax(largest, fabs(c->y64[j])) : largest;
  for (size_t j = 0; j < c->count && largest > 0; j++)
    sum += isfinite(c->y64[j]) ? (c->y64[j] / largest) * (c->y64[j] / largest) : 0;
  c->largest = largest;
  c->size = largest * sqrt(sum / (double)c->count);
  for (size_t p = 0; p < NEIGHBOURS + sizeof far_moves / sizeof far_moves[0]; p++) {
    const bool is_far = p >= NEIGHBOURS;
    gchk_snapshot_restore(base, c->single);
    gchk_vary_given(c->single, is_far ? far_moves[p - NEIGHBOURS] : MOVED_UNITS * c->unit, &c->random);
    GCHK_TRY(evaluate(c, c->at32, c->at64, error));
    learn_from_neighbour(c, is_far);
  }
  return judge(c, error);
}

/* Do they agree where inputs and parameters are so small a part of what they are? */
static gchk_status agree_at(comparison *c, const gchk_snapshot *base, double part, gchk_error *error) {
  gchk_snapshot_restore(base, c->single);
  for (size_t i = 0; i < c->single->tensor_count; i++) {
    const gchk_tensor *t = &c->single->t[i];
    for (size_t e = 0; moves(t) && e < t->count; e++)
      gchk_tensor_set(t, t->value, e, part * gchk_tensor_get(t, t->value, e));
  }
  gchk_snapshot *gentler = gchk_snapshot_new(c->single, GCHK_SNAPSHOT_ALL);
  if (gentler == NULL)
    return gchk_fail_memory(error, "the values of a float layer");
  c->noise = 0;
  memset(c->change, 0, c->count * sizeof *c->change);
  gchk_status status = compare(c, gentler, error);
  gchk_snapshot_free(gentler);
  return status;
}

static gchk_status agree_at_smaller(comparison *c, const gchk_snapshot *base, gchk_error *error) {
  for (size_t i = 0; i < sizeof gentler_parts / sizeof gentler_parts[0]; i++)
    GCHK_TRY(agree_at(c, base, gentler_parts[i], error));
  return GCHK_OK;
}

gchk_status gchk_twin_matches(gchk_case_work *work, gchk_instance *single, bool *is_saturated, gchk_error *error) {
  comparison c;
  *is_saturated = false;
  GCHK_TRY(check_shapes(single, work->instance, error));
  GCHK_TRY(open_comparison(&c, work, single, error));
  gchk_snapshot *base = gchk_snapshot_new(single, GCHK_SNAPSHOT_ALL);
  if (base == NULL)
    return gchk_fail_memory(error, "the values of a float layer");
  gchk_status status = compare(&c, base, error);
  if (status == GCHK_INVALID) {
    gchk_error unused;
    gchk_status elsewhere = agree_at_smaller(&c, base, &unused);
    *is_saturated = elsewhere == GCHK_OK;
    status = elsewhere == GCHK_OK ? GCHK_OK : status;
  }
  gchk_snapshot_restore(base, single);
  gchk_snapshot_free(base);
  return status;
}
