/* Filling a tensor: one function a kind of fill, chosen from a table. */
#include "instance/fill.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "core/random_normal.h"

typedef struct filling {
  const gchk_tensor *tensor;
  const gchk_fill *fill;
  const gchk_sizes *sizes;
  gchk_random *random;
  gchk_error *error;
} filling;

typedef gchk_status (*fill_fn)(filling *f);

static void put(filling *f, size_t i, double x) {
  gchk_tensor_set(f->tensor, f->tensor->value, i, x);
}

static gchk_status fill_normal(filling *f) {
  double deviation = f->fill->b > 0 ? f->fill->b : 1;
  gchk_normals normals = {.count = 0};
  for (size_t i = 0, count = f->tensor->count; i < count; i++)
    put(f, i, f->fill->a + deviation * gchk_next_normal(&normals, f->random, count - i));
  return GCHK_OK;
}

bool gchk_fill_has_range(const gchk_fill *fill, double *low, double *high) {
  const bool is_positive = fill->kind == GCHK_FILL_POSITIVE, is_said = fill->a != 0 || fill->b != 0;
  *low = is_said ? fill->a : is_positive ? 0.5 : -1;
  *high = is_said ? fill->b : is_positive ? 2 : 1;
  return is_positive || fill->kind == GCHK_FILL_UNIFORM;
}

static gchk_status fill_range(filling *f) {
  double a, b;
  if (gchk_fill_has_range(f->fill, &a, &b) && !(a < b))
    return gchk_fail(f->error, GCHK_INVALID, "the range [%g, %g) to fill with is empty; the first must be smaller", a,
                     b);
  for (size_t i = 0; i < f->tensor->count; i++)
    put(f, i, gchk_random_uniform(f->random, a, b));
  return GCHK_OK;
}

// A ladder around 0 with rungs of 1.5 gap, each value moved by less than a quarter of a gap, shuffled.
static gchk_status fill_distinct(filling *f) {
  double gap = f->fill->b > 0 ? f->fill->b : 0.1;
  size_t n = f->tensor->count;
  for (size_t i = 0; i < n; i++)
    put(f, i,
        f->fill->a + 1.5 * gap * ((double)i - ((double)n - 1) / 2) + gchk_random_uniform(f->random, -gap, gap) / 4);
  for (size_t i = n; i-- > 1;) {
    size_t j = gchk_random_below(f->random, i + 1);
    double x = gchk_tensor_get(f->tensor, f->tensor->value, i);
    put(f, i, gchk_tensor_get(f->tensor, f->tensor->value, j));
    put(f, j, x);
  }
  return GCHK_OK;
}

static gchk_status fill_constant(filling *f) {
  for (size_t i = 0; i < f->tensor->count; i++)
    put(f, i, f->fill->a);
  return GCHK_OK;
}

static gchk_status fill_one_hot(filling *f) {
  const gchk_shape *shape = &f->tensor->shape;
  size_t classes = shape->rank == 0 ? 1 : shape->dim[shape->rank - 1];
  for (size_t row = 0; row < f->tensor->count; row += classes) {
    size_t hot = gchk_random_below(f->random, classes);
    for (size_t k = 0; k < classes; k++)
      put(f, row + k, k == hot ? 1 : 0);
  }
  return GCHK_OK;
}

static gchk_status range_of_indices(filling *f, size_t *count) {
  if (f->fill->below == NULL)
    return gchk_fail(
        f->error, GCHK_INVALID,
        "how large the integers may be is not said; give the fill a bound that is one of the layer's sizes: "
        ".below = \"%s\"",
        f->sizes->count > 0 ? f->sizes->binding[f->sizes->count - 1].name : "N");
  GCHK_TRY(gchk_sizes_evaluate(f->sizes, f->fill->below, count, f->error));
  if (*count == 0 || *count > INT_MAX)
    return gchk_fail(f->error, GCHK_INVALID, "integers below %s = %zu are wanted; it must be from 1 to %d",
                     f->fill->below, *count, INT_MAX);
  return GCHK_OK;
}

static gchk_status fill_labels(filling *f) {
  size_t range;
  GCHK_TRY(range_of_indices(f, &range));
  for (size_t i = 0; i < f->tensor->count; i++)
    put(f, i, (double)gchk_random_below(f->random, range));
  return GCHK_OK;
}

// Draws from the lower two thirds of the range, and makes the last element a repeat of the first.
static gchk_status fill_indices(filling *f) {
  size_t range;
  GCHK_TRY(range_of_indices(f, &range));
  size_t used = range - range / 3;
  for (size_t i = 0; i < f->tensor->count; i++)
    put(f, i, (double)gchk_random_below(f->random, used));
  if (f->tensor->count > 1)
    put(f, f->tensor->count - 1, gchk_tensor_get(f->tensor, f->tensor->value, 0));
  return GCHK_OK;
}

static gchk_status fill_values(filling *f) {
  size_t count = f->fill->value_count;
  if (count != 1 && count != f->tensor->count)
    return gchk_fail(f->error, GCHK_INVALID, "%zu values for %zu elements; give one, or as many as there are elements",
                     count, f->tensor->count);
  for (size_t i = 0; i < f->tensor->count; i++)
    put(f, i, f->fill->values[count == 1 ? 0 : i]);
  return GCHK_OK;
}

static const fill_fn fills[] = {
    [GCHK_FILL_NORMAL] = fill_normal,     [GCHK_FILL_UNIFORM] = fill_range,     [GCHK_FILL_POSITIVE] = fill_range,
    [GCHK_FILL_DISTINCT] = fill_distinct, [GCHK_FILL_CONSTANT] = fill_constant, [GCHK_FILL_ONE_HOT] = fill_one_hot,
    [GCHK_FILL_LABELS] = fill_labels,     [GCHK_FILL_INDICES] = fill_indices,   [GCHK_FILL_VALUES] = fill_values,
};

// Literal values are data and stay where they are.
static void move_from_kink(filling *f, double keep_away, double kink) {
  for (size_t i = 0; i < f->tensor->count; i++) {
    double x = gchk_tensor_get(f->tensor, f->tensor->value, i);
    if (fabs(x - kink) < keep_away)
      put(f, i, kink + (x < kink ? -1 : 1) * (keep_away + fabs(x - kink)));
  }
}

gchk_status gchk_fill_tensor(const gchk_tensor *tensor, const gchk_fill *fill, double keep_away, double kink,
                             const gchk_sizes *sizes, gchk_random *random, gchk_error *error) {
  filling f = {tensor, fill, sizes, random, error};
  bool is_integer = tensor->dtype == GCHK_I32;
  gchk_fill_kind kind = fill->kind;
  if (kind == GCHK_FILL_DEFAULT)
    kind = is_integer ? GCHK_FILL_INDICES : GCHK_FILL_NORMAL;
  if ((size_t)kind >= sizeof fills / sizeof fills[0])
    return gchk_fail(error, GCHK_INVALID, "tensor %s: %d is no kind of fill", tensor->name, (int)kind);
  bool gives_integers = kind == GCHK_FILL_LABELS || kind == GCHK_FILL_INDICES;
  bool fits_both = kind == GCHK_FILL_VALUES || kind == GCHK_FILL_CONSTANT;
  if (!fits_both && is_integer != gives_integers)
    return gchk_fail(error, GCHK_INVALID, "tensor %s: %s tensor cannot be filled that way; %s are for it", tensor->name,
                     is_integer ? "an integer" : "a real",
                     is_integer ? "labels, indices, constant and values"
                                : "normal, uniform, positive, distinct, constant and values");
  gchk_status status = fills[kind](&f);
  if (status != GCHK_OK) {
    (void)gchk_fail_within(error, "tensor %s", tensor->name);
    return status;
  }
  if (keep_away > 0 && !fits_both && !is_integer)
    move_from_kink(&f, keep_away, kink);
  return GCHK_OK;
}
