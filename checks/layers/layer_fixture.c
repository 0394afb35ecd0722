/* Built-in layers under test. */
#include "layers/layer_fixture.h"

#include <math.h>
#include <string.h>

#include "gradcheck/layers.h"
#include "instance/fill.h"

gchk_instance *make_layer(const char *name, size_t nth, gchk_dtype dtype, const char *sizes, const double *options,
                          uint64_t seed) {
  gchk_blas_set_threads(1); // as in a check
  gchk_error error = {GCHK_OK, ""};
  const gchk_layer *layer = gchk_registry_find(name, dtype, nth);
  ck_assert_ptr_nonnull(layer);
  gchk_sizes bound = {0};
  ck_assert_msg(gchk_sizes_parse(&bound,
                                 sizes != NULL                ? sizes
                                 : layer->shape_cases != NULL ? layer->shape_cases[0]
                                                              : layer->sizes,
                                 &error) == GCHK_OK,
                "%s", error.message);
  gchk_instance *instance = NULL;
  ck_assert_msg(gchk_instance_new(&instance, layer, &bound, options, GCHK_TRAIN, 0, &error) == GCHK_OK, "%s",
                error.message);
  gchk_random random = gchk_random_seeded(seed);
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor_spec *row = &layer->tensors[i];
    if (row->role == GCHK_OUTPUT || row->role == GCHK_CACHE || row->role == GCHK_SCRATCH)
      continue;
    ck_assert_msg(gchk_fill_tensor(&instance->t[i], &row->fill, row->keep_away, row->kink, &instance->sizes, &random,
                                   &error) == GCHK_OK,
                  "%s", error.message);
  }
  return instance;
}

void run_layer(gchk_instance *instance, uint64_t seed) {
  gchk_error error = {GCHK_OK, ""};
  gchk_random random = gchk_random_seeded(seed);
  ck_assert_msg(gchk_instance_forward(instance, &error) == GCHK_OK, "%s", error.message);
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    for (size_t k = 0; t->grad != NULL && k < t->count; k++)
      gchk_tensor_set(t, t->grad, k, t->role == GCHK_OUTPUT ? gchk_random_signed(&random) : (double)NAN);
  }
  ck_assert_msg(gchk_instance_backward(instance, &error) == GCHK_OK, "%s", error.message);
}

size_t tensor_of(const gchk_instance *instance, const char *name) {
  const size_t i = gchk_instance_find(instance, name);
  ck_assert_msg(i < instance->tensor_count, "%s has no tensor %s", instance->layer->name, name);
  return i;
}

/* Every ck_assert writes a message to the parent process; in the innermost loops only a failure does. */
static void check_range(const gchk_tensor *t, size_t i) {
  if (i >= t->count)
    ck_abort_msg("%s has %zu elements, and none at %zu", t->name, t->count, i);
}

long double value_at(const gchk_instance *instance, size_t tensor, size_t i) {
  const gchk_tensor *t = &instance->t[tensor];
  check_range(t, i);
  return (long double)gchk_tensor_get(t, t->value, i);
}

long double gradient_at(const gchk_instance *instance, size_t tensor, size_t i) {
  const gchk_tensor *t = &instance->t[tensor];
  check_range(t, i);
  return (long double)gchk_tensor_get(t, t->grad, i);
}

void set_value(gchk_instance *instance, size_t tensor, size_t i, double x) {
  check_range(&instance->t[tensor], i);
  gchk_tensor_set(&instance->t[tensor], instance->t[tensor].value, i, x);
}

void set_values(gchk_instance *instance, const char *tensor, const double *x, size_t count) {
  const size_t t = tensor_of(instance, tensor);
  ck_assert_uint_eq(instance->t[t].count, count);
  for (size_t i = 0; i < count; i++)
    set_value(instance, t, i, x[i]);
}

long double unit_of(const gchk_instance *instance) {
  return instance->layer->dtype == GCHK_F32 ? 0x1p-24L : 0x1p-53L;
}

bool is_close(long double actual, long double expected, long double steps, long double scale, long double unit) {
  return fabsl(actual - expected) <= steps * unit * scale;
}

static void expect(const gchk_instance *instance, size_t tensor, const char *what, size_t i, long double actual,
                   long double expected, long double steps, long double scale) {
  if (!is_close(actual, expected, steps, scale, unit_of(instance)))
    ck_abort_msg("%s %s: %s of %s[%zu] is %.17Lg, not %.17Lg", instance->layer->name,
                 gchk_dtype_name(instance->layer->dtype), what, instance->t[tensor].name, i, actual, expected);
}

void expect_value(const gchk_instance *instance, size_t tensor, size_t i, long double expected, long double steps,
                  long double scale) {
  expect(instance, tensor, "value", i, value_at(instance, tensor, i), expected, steps, scale);
}

void expect_gradient(const gchk_instance *instance, size_t tensor, size_t i, long double expected, long double steps,
                     long double scale) {
  expect(instance, tensor, "gradient", i, gradient_at(instance, tensor, i), expected, steps, scale);
}
