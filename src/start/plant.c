/* Planting values. */
#include "start/plant.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "instance/fill.h"
#include "instance/meaning.h"
#include "instance/precision.h"
#include "instance/same_shape.h"
#include "start/shorten.h"
#include "start/try_outputs.h"

bool gchk_tensor_spec_can_be_ignored(const gchk_tensor_spec *spec) {
  return spec->ignored != NULL;
}

static bool is_moved_input(const gchk_tensor_spec *spec) {
  return spec->role == GCHK_INPUT && spec->dtype != GCHK_I32 && spec->grad != GCHK_GRAD_NONE;
}

// Within no range that somebody said.
static bool is_unbounded(const gchk_fill *fill) {
  return fill->kind == GCHK_FILL_DEFAULT || fill->kind == GCHK_FILL_NORMAL;
}

static bool is_free(const gchk_tensor_spec *spec) {
  return is_moved_input(spec) && is_unbounded(&spec->fill);
}

static bool has_range(const gchk_tensor_spec *spec) {
  double low, high;
  return is_moved_input(spec) && gchk_fill_has_range(&spec->fill, &low, &high);
}

static bool has_indices(const gchk_tensor_spec *spec) {
  const gchk_fill_kind kind = spec->fill.kind;
  return spec->role == GCHK_INDEX && spec->ignored == NULL && spec->fill.below != NULL &&
         (kind == GCHK_FILL_DEFAULT || kind == GCHK_FILL_LABELS || kind == GCHK_FILL_INDICES);
}

static bool has_zeros_and_ties(const gchk_tensor_spec *spec) {
  return is_moved_input(spec) && spec->fill.kind == GCHK_FILL_DEFAULT && !(spec->keep_away > 0);
}

static bool has_square(const gchk_tensor_spec *spec) {
  return is_free(spec) && gchk_ends_in_a_square(spec->shape);
}

// What a tensor is changed by; `by` is what there is more and less of. It may leave all as it is.
typedef gchk_status (*change_fn)(gchk_instance *instance, size_t i, double by, gchk_error *error);

// Sets an element, unless that is nearer to the kink of its row than it may be.
static void put(gchk_instance *instance, size_t i, size_t element, double x) {
  const gchk_tensor_spec *row = &instance->layer->tensors[i];
  const gchk_tensor *t = &instance->t[i];
  if (element < t->count && !(fabs(x - row->kink) < row->keep_away))
    gchk_tensor_set(t, t->value, element, x);
}

static size_t columns_of(const gchk_tensor *t) {
  return t->shape.rank == 0 ? 1 : t->shape.dim[t->shape.rank - 1];
}

static gchk_status zeros_and_ties(gchk_instance *instance, size_t i, double by, gchk_error *error) {
  (void)by;
  (void)error;
  const gchk_tensor *t = &instance->t[i];
  const size_t n = t->count, columns = columns_of(t);
  gchk_tensor_set(t, t->value, 0, 0);
  if (n > 2)
    gchk_tensor_set(t, t->value, 2, gchk_tensor_get(t, t->value, 1));
  if (n > 8) {
    gchk_tensor_set(t, t->value, n / 2, 1);
    gchk_tensor_set(t, t->value, n / 2 + 1, -1);
  }
  enum { MOST_EQUAL_ROWS = 3 };
  // The last rows: all elements equal, so that their variance is 0 and their maximum is shared by all. Three, so that a
  // window lies within them that is two rows high, though another row be left out at the end.
  const size_t half = n / columns / 2, equal_rows = columns == 1 ? 0 : half < MOST_EQUAL_ROWS ? half : MOST_EQUAL_ROWS;
  const double x = gchk_tensor_get(t, t->value, n - 1);
  for (size_t e = n - equal_rows * columns; e < n; e++)
    gchk_tensor_set(t, t->value, e, x);
  return GCHK_OK;
}

// May a value of the row lie just where one of another tensor does? A fill with a range is planted with its own ends.
static bool can_meet_another(const gchk_tensor_spec *spec) {
  return is_free(spec) && !(spec->keep_away > 0);
}

// Is tensor k compared with tensor i, element by element: has it the shape of i, or of its last dimensions?
static bool is_beside(const gchk_instance *instance, size_t i, size_t k) {
  const gchk_tensor_spec *row = &instance->layer->tensors[k];
  const gchk_tensor *t = &instance->t[i], *other = &instance->t[k];
  if (k == i || (row->role != GCHK_INPUT && row->role != GCHK_CONSTANT && row->role != GCHK_PARAMETER) ||
      other->dtype != t->dtype || other->count == 0 || other->shape.rank > t->shape.rank)
    return false;
  gchk_shape last = {.rank = other->shape.rank};
  for (size_t d = 0; d < last.rank; d++)
    last.dim[d] = t->shape.dim[t->shape.rank - last.rank + d];
  return gchk_is_same_shape(&last, &other->shape);
}

static double deviation_of(const gchk_fill *fill) {
  return fill->b > 0 ? fill->b : 1;
}

// No farther from the mean than numbers of the fill are: masks hold infinity, or what is as good.
static bool is_usual(const gchk_fill *fill, double x) {
  static const double deviations = 6;
  return isfinite(x) && fabs(x - fill->a) <= deviations * deviation_of(fill);
}

/*
 * An element is what the tensor number `by` beside it has there: their difference is exactly 0. A constant, which no
 * measurement moves as it moves inputs, gets a whole number there, which none moves: they stay equal.
 */
static gchk_status meet_another(gchk_instance *instance, size_t i, double by, gchk_error *error) {
  (void)error;
  const gchk_tensor *t = &instance->t[i];
  const gchk_fill *fill = &instance->layer->tensors[i].fill;
  const size_t turn = (size_t)by, element = 2 * turn + 1;
  size_t met = 0;
  for (size_t k = 0; k < instance->tensor_count; k++)
    if (is_beside(instance, i, k) && met++ == turn && element < t->count) {
      const gchk_tensor *other = &instance->t[k];
      const size_t there = element % other->count;
      double x = gchk_tensor_get(other, other->value, there);
      if (other->role == GCHK_CONSTANT && is_unbounded(&instance->layer->tensors[k].fill)) {
        x = copysign(fmax(round(fabs(x)), 1), x);
        gchk_tensor_set(other, other->value, there, x);
      }
      if (is_usual(fill, x))
        gchk_tensor_set(t, t->value, element, x);
    }
  return GCHK_OK;
}

// The k-th of the values that a range has and numbers within it do not.
enum { SPECIAL = 5 };
static double special(const gchk_fill *fill, size_t k) {
  double low, high;
  (void)gchk_fill_has_range(fill, &low, &high);
  const double values[SPECIAL] = {low, high, 0, 1, -1};
  return values[k] >= low && values[k] <= high ? values[k] : low;
}

// The special value number `by` at one end of the rows that are its turn, and at the other end of those before them.
static gchk_status range_value(gchk_instance *instance, size_t i, double by, gchk_error *error) {
  (void)error;
  const gchk_tensor *t = &instance->t[i];
  const size_t n = t->count, columns = columns_of(t), k = (size_t)by;
  const double x = special(&instance->layer->tensors[i].fill, k);
  if (columns == n) {
    put(instance, i, k * (n > SPECIAL ? (n - 1) / (SPECIAL - 1) : 1), x);
    return GCHK_OK;
  }
  for (size_t row = 0; row < n / columns; row++) {
    if (row % SPECIAL == k)
      put(instance, i, row * columns, x);
    if ((row + 1) % SPECIAL == k)
      put(instance, i, row * columns + columns - 1, x);
  }
  return GCHK_OK;
}

static gchk_status ends_of_indices(gchk_instance *instance, size_t i, double by, gchk_error *error) {
  (void)by;
  const gchk_tensor *t = &instance->t[i];
  size_t below;
  GCHK_TRY(gchk_sizes_evaluate(&instance->sizes, instance->layer->tensors[i].fill.below, &below, error));
  if (t->count > 2)
    gchk_tensor_set(t, t->value, 1, 0);
  if (t->count > 0 && below > 0)
    gchk_tensor_set(t, t->value, t->count / 2, (double)(below - 1));
  return GCHK_OK;
}

static gchk_status ignore_some(gchk_instance *instance, size_t i, double by, gchk_error *error) {
  (void)by;
  const gchk_tensor *t = &instance->t[i];
  double label;
  GCHK_TRY(gchk_ignored_label(instance->layer, instance->layer->tensors[i].ignored, instance->options, &label, error));
  gchk_random random = gchk_random_stream(instance->call.seed, t->name);
  gchk_plant_some(t, label, &random);
  return GCHK_OK;
}

static gchk_status ignore_all(gchk_instance *instance, size_t i, double by, gchk_error *error) {
  (void)by;
  const gchk_tensor *t = &instance->t[i];
  double label;
  GCHK_TRY(gchk_ignored_label(instance->layer, instance->layer->tensors[i].ignored, instance->options, &label, error));
  for (size_t e = 0; e < t->count; e++)
    gchk_tensor_set(t, t->value, e, label);
  return GCHK_OK;
}

static size_t common_divisor(size_t a, size_t b) {
  return b == 0 ? a : common_divisor(b, a % b);
}

static const double golden_ratio = 1.618033988749895;

/* Elements first, first + step, ... of a tensor. */
typedef struct selection {
  size_t first, step;
} selection;

// From `least` to `most` deviations from the mean on either side, each part of that as often, in any order.
static void spread_out(gchk_instance *instance, size_t i, selection of, double least, double most) {
  const gchk_tensor *t = &instance->t[i];
  const gchk_fill *fill = &instance->layer->tensors[i].fill;
  const double deviation = deviation_of(fill);
  const size_t count = t->count > of.first ? (t->count - of.first - 1) / of.step + 1 : 0;
  gchk_random random = gchk_random_stream(instance->call.seed, t->name);
  size_t stride = count - (size_t)((double)count / golden_ratio); // neighbours are far from each other
  while (common_divisor(count, stride) > 1)
    stride--;
  for (size_t k = 0; k < count; k++) {
    const double part = (double)(k * stride % count) + gchk_random_uniform(&random, 0, 1);
    const double far = least + (most - least) * part / (double)count;
    put(instance, i, of.first + k * of.step, fill->a + deviation * (gchk_random_below(&random, 2) == 0 ? far : -far));
  }
}

static gchk_status tails(gchk_instance *instance, size_t i, double most, gchk_error *error) {
  (void)error;
  spread_out(instance, i, (selection){0, 1}, 1, most);
  return GCHK_OK;
}

/* How many tensors of a layer may be multiplied with tensor i, it among them; and how many of them are before it. */
static size_t count_factors(const gchk_layer *layer, size_t i, size_t *before) {
  size_t count = 0;
  *before = 0;
  for (size_t k = 0; k < layer->tensor_count; k++) {
    const bool is_factor = is_free(&layer->tensors[k]) || layer->tensors[k].role == GCHK_PARAMETER;
    *before += is_factor && k < i;
    count += is_factor;
  }
  return count;
}

/*
 * What is multiplied with another tensor is large in one column alone, and that in another one of each: a sum of
 * products is as large as a factor then, and not as its square, at which an exponential leaves the numbers there are.
 */
static gchk_status saturated(gchk_instance *instance, size_t i, double most, gchk_error *error) {
  (void)error;
  const gchk_tensor *t = &instance->t[i];
  const double most_of_float = 20; // exp of a few times that is still a float
  size_t before;
  const size_t factors = count_factors(instance->layer, i, &before);
  const size_t step = factors < 2 ? 1 : t->shape.rank > 1 ? columns_of(t) : factors;
  const bool is_product_of_floats = factors > 1 && t->dtype == GCHK_F32;
  most = is_product_of_floats ? fmin(most, most_of_float) : most;
  spread_out(instance, i, (selection){before % step, step}, most / 5, most);
  return GCHK_OK;
}

// Row and column 1 of each matrix are those of number 0, which keeps a symmetric one so; but for `by`.
static gchk_status two_equal_rows(gchk_instance *instance, size_t i, double by, gchk_error *error) {
  (void)error;
  const gchk_tensor *t = &instance->t[i];
  const size_t n = columns_of(t);
  for (size_t matrix = 0; n > 1 && matrix + n * n <= t->count; matrix += n * n) {
    for (size_t k = 0; k < n; k++)
      put(instance, i, matrix + n + k, gchk_tensor_get(t, t->value, matrix + k));
    for (size_t k = 0; k < n; k++)
      put(instance, i, matrix + n * k + 1, gchk_tensor_get(t, t->value, matrix + n * k));
    put(instance, i, matrix + n + 1, gchk_tensor_get(t, t->value, matrix) + by);
  }
  return GCHK_OK;
}

/*
 * What is done to the tensors of a row that it is for, with each of `by` in turn: all of them, or up to the first that
 * forward bears.
 */
enum { MOST_TRIES = SPECIAL, MOST_BESIDE = 3 };
typedef struct planting {
  gchk_planting kind;
  bool (*is_for)(const gchk_tensor_spec *spec);
  change_fn change;
  size_t tries;
  double by[MOST_TRIES];
  bool all;
} planting;

static const planting plantings[] = {
    {GCHK_PLANT_USUAL, gchk_tensor_spec_can_be_ignored, ignore_some, 1, {0}, true},
    {GCHK_PLANT_USUAL, can_meet_another, meet_another, MOST_BESIDE, {0, 1, 2}, true},
    {GCHK_PLANT_USUAL, has_zeros_and_ties, zeros_and_ties, 1, {0}, true},
    {GCHK_PLANT_USUAL, has_range, range_value, SPECIAL, {0, 1, 2, 3, 4}, true},
    {GCHK_PLANT_USUAL, has_indices, ends_of_indices, 1, {0}, true},
    {GCHK_PLANT_TAILS, is_free, tails, 2, {6, 4}, false},
    {GCHK_PLANT_SATURATED, is_free, saturated, 3, {40, 20, 10}, false},
    {GCHK_PLANT_SINGULAR, has_square, two_equal_rows, 2, {0, 1e-3}, false},
};
enum { PLANTINGS = sizeof plantings / sizeof plantings[0] };

bool gchk_can_be_planted(const gchk_tensor_spec *spec, gchk_planting kind) {
  for (size_t k = 0; k < PLANTINGS; k++)
    if (plantings[k].kind == kind && plantings[k].is_for(spec))
      return true;
  return false;
}

// Changes tensor i; the first `back` bytes of it are put back where an output is then not finite.
static gchk_status change_tensor(gchk_instance *instance, size_t i, change_fn change, double by, size_t back, double *y,
                                 bool *is_changed, gchk_error *error) {
  const gchk_buffer *buffer = &instance->values[i];
  void *saved = malloc(buffer->bytes + 1);
  if (saved == NULL)
    return gchk_fail_memory(error, "planted values");
  memcpy(saved, buffer->data, buffer->bytes);
  *is_changed = false;
  gchk_status status = change(instance, i, by, error);
  if (status == GCHK_OK) {
    gchk_round_tensor(instance, i);
    gchk_make_symmetric(instance, i);
  }
  if (status == GCHK_OK && memcmp(buffer->data, saved, buffer->bytes) != 0) {
    status = gchk_try_outputs(instance, y, is_changed);
  }
  if (!*is_changed)
    memcpy(buffer->data, saved, status == GCHK_OK && back < buffer->bytes ? back : buffer->bytes);
  free(saved);
  return status == GCHK_NO_MEMORY ? gchk_fail_memory(error, "planted values") : status;
}

static gchk_status plant_tensor(gchk_instance *instance, size_t i, const planting *p, double *y, bool *any,
                                gchk_error *error) {
  bool is_changed = false;
  for (size_t k = 0; k < p->tries && (p->all || !is_changed); k++) {
    GCHK_TRY(change_tensor(instance, i, p->change, p->by[k], instance->values[i].bytes, y, &is_changed, error));
    *any = *any || is_changed;
  }
  return GCHK_OK;
}

// What only the direction of rows matters to no size saturates, unless they are short.
static gchk_status shorten_all(gchk_instance *instance, bool *any, gchk_error *error) {
  *any = false;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor_spec *row = &instance->layer->tensors[i];
    bool is_shorter = false;
    const bool is_any = is_free(row) || (row->role == GCHK_PARAMETER && is_unbounded(&row->fill));
    if (is_any && !(row->keep_away > 0))
      GCHK_TRY(gchk_shorten(instance, i, &is_shorter, error));
    *any = *any || is_shorter;
  }
  return GCHK_OK;
}

gchk_status gchk_plant_values(gchk_instance *instance, gchk_planting kind, gchk_error *error) {
  bool is_short = false;
  if (kind == GCHK_PLANT_SATURATED)
    GCHK_TRY(shorten_all(instance, &is_short, error));
  if (is_short)
    return GCHK_OK;
  double *y = gchk_calloc(gchk_instance_output_count(instance), sizeof *y);
  bool any = kind == GCHK_PLANT_USUAL;
  if (y == NULL)
    return gchk_fail_memory(error, "outputs");
  gchk_status status = GCHK_OK;
  for (size_t i = 0; i < instance->tensor_count; i++)
    for (size_t k = 0; k < PLANTINGS && status == GCHK_OK; k++)
      if (plantings[k].kind == kind && plantings[k].is_for(&instance->layer->tensors[i]))
        status = plant_tensor(instance, i, &plantings[k], y, &any, error);
  free(y);
  if (status == GCHK_OK && !any)
    return gchk_fail(error, GCHK_LAYER_FAILED, "forward refuses such values, or is not finite with any of them");
  return status;
}

gchk_status gchk_plant_ignored(gchk_instance *instance, gchk_error *error) {
  double *y = gchk_calloc(gchk_instance_output_count(instance), sizeof *y);
  bool is_changed;
  if (y == NULL)
    return gchk_fail_memory(error, "outputs");
  gchk_status status = GCHK_OK;
  for (size_t i = 0; i < instance->tensor_count && status == GCHK_OK; i++)
    if (gchk_tensor_spec_can_be_ignored(&instance->layer->tensors[i]))
      status = change_tensor(instance, i, ignore_all, 0, sizeof(int32_t), y, &is_changed, error);
  free(y);
  return status;
}
