/* Instances: buffers, options, state, calls and their errors. */
#include <check.h>
#include <string.h>

#include "instance/instance.h"
#include "instance_tests.h"

typedef struct calls {
  int create, destroy, reset, seed, bind;
} calls;

static calls counted;

static gchk_status create(const gchk_call *c, void **state, gchk_error *error) {
  (void)c;
  (void)error;
  counted.create++;
  *state = &counted;
  return GCHK_OK;
}

static void destroy(void *state) {
  ck_assert_ptr_eq(state, &counted);
  counted.destroy++;
}

static gchk_status reset(const gchk_call *c, gchk_error *error) {
  (void)c;
  (void)error;
  counted.reset++;
  return GCHK_OK;
}

static gchk_status set_seed(const gchk_call *c, gchk_error *error) {
  (void)error;
  ck_assert_uint_eq(c->seed, 42);
  counted.seed++;
  return GCHK_OK;
}

static gchk_status bind(const gchk_call *c, gchk_error *error) {
  (void)error;
  ck_assert_ptr_nonnull(c->state);
  counted.bind++;
  return GCHK_OK;
}

// y = scale * x
static gchk_status forward(const gchk_call *c, gchk_error *error) {
  const double *x = c->t[0].value;
  double *y = c->t[1].value;
  if (c->option[0] < 0)
    return gchk_fail(error, GCHK_LAYER_FAILED, "a negative scale");
  ck_assert_int_eq(gchk_int(c, "N"), 3);
  ck_assert_uint_eq(gchk_size(c, "Q"), 0);
  for (size_t i = 0; i < c->t[0].count; i++)
    y[i] = c->option[0] * x[i];
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  double *dx = c->t[0].grad;
  const double *dy = c->t[1].grad;
  for (size_t i = 0; i < c->t[0].count; i++)
    dx[i] = c->option[0] * dy[i];
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N"),
                                           GCHK_TENSOR("labels", GCHK_INDEX, "N"),
                                           GCHK_TENSOR("cache", GCHK_CACHE, "2*N")};
static const gchk_option_spec options[] = {{"scale", 2, -1, 10, "the factor"}};
static const gchk_layer layer = {.name = "scale",
                                 GCHK_HERE,
                                 .dtype = GCHK_F64,
                                 GCHK_TENSORS(tensors),
                                 GCHK_OPTION_TABLE(options),
                                 .forward = forward,
                                 .backward = backward,
                                 .create = create,
                                 .destroy = destroy,
                                 .reset = reset,
                                 .set_seed = set_seed,
                                 .bind = bind};

static gchk_instance *make(const double *option) {
  gchk_instance *instance;
  gchk_sizes sizes = {0};
  gchk_error error;
  counted = (calls){0};
  ck_assert_int_eq(gchk_sizes_parse(&sizes, "N=3", NULL), GCHK_OK);
  ck_assert_msg(gchk_instance_new(&instance, &layer, &sizes, option, GCHK_TRAIN, 42, &error) == GCHK_OK, "%s",
                error.message);
  return instance;
}

START_TEST(runs_forward_and_backward) {
  gchk_instance *instance = make(NULL);
  const double v[3] = {1, -1, 0.5};
  double y[3];
  for (size_t e = 0; e < 3; e++)
    gchk_tensor_set(&instance->t[0], instance->t[0].value, e, (double)e + 1);
  ck_assert_int_eq(gchk_instance_forward(instance, NULL), GCHK_OK);
  ck_assert_uint_eq(gchk_instance_output_count(instance), 3);
  ck_assert_int_eq(gchk_instance_outputs(instance, y, NULL), GCHK_OK);
  ck_assert_double_eq(y[2], 6);
  gchk_instance_set_upstream(instance, v);
  ck_assert_int_eq(gchk_instance_backward(instance, NULL), GCHK_OK);
  ck_assert_double_eq(((const double *)instance->t[0].grad)[1], -2);
  ck_assert_uint_eq(instance->forward_calls, 1);
  ck_assert_int_eq(counted.reset, 1);
  ck_assert_int_eq(counted.seed, 1);
  ck_assert_int_eq(counted.bind, 1);
  gchk_instance_free(instance);
  ck_assert_int_eq(counted.create, 1);
  ck_assert_int_eq(counted.destroy, 1);
}
END_TEST

START_TEST(knows_what_can_be_differentiated) {
  gchk_instance *instance = make(NULL);
  ck_assert(gchk_instance_is_differentiable(instance, gchk_instance_find(instance, "x")));
  ck_assert(!gchk_instance_is_differentiable(instance, gchk_instance_find(instance, "y")));
  ck_assert(!gchk_instance_is_differentiable(instance, gchk_instance_find(instance, "labels")));
  ck_assert_ptr_null(instance->t[2].grad);
  ck_assert_int_eq(instance->t[2].dtype, GCHK_I32);
  ck_assert_ptr_null(instance->t[3].grad); // a cache has a gradient only where its row says so
  ck_assert_uint_eq(gchk_instance_find(instance, "nothing"), instance->tensor_count);
  gchk_instance_free(instance);
}
END_TEST

START_TEST(a_callback_s_error_names_the_layer) {
  const double negative = -1;
  gchk_instance *instance = make(&negative);
  gchk_error error;
  ck_assert_int_eq(gchk_instance_forward(instance, &error), GCHK_LAYER_FAILED);
  ck_assert_str_eq(error.message, "scale: forward failed: a negative scale");
  gchk_instance_free(instance);
}
END_TEST

START_TEST(options_and_sizes_are_checked) {
  gchk_instance *instance;
  gchk_error error;
  gchk_sizes none = {0}, three = {0};
  const double too_large = 11;
  ck_assert_int_eq(gchk_sizes_parse(&three, "N=3", NULL), GCHK_OK);
  ck_assert_int_eq(gchk_instance_new(&instance, &layer, &none, NULL, GCHK_TRAIN, 0, &error), GCHK_INVALID);
  ck_assert_ptr_nonnull(strstr(error.message, "tensor x"));
  ck_assert_ptr_null(instance);
  ck_assert_int_eq(gchk_instance_new(&instance, &layer, &three, &too_large, GCHK_TRAIN, 0, &error), GCHK_INVALID);
  ck_assert_ptr_nonnull(strstr(error.message, "scale is 11"));
}
END_TEST

TCase *instance_tests(void) {
  TCase *tests = tcase_create("instance");
  tcase_add_test(tests, runs_forward_and_backward);
  tcase_add_test(tests, knows_what_can_be_differentiated);
  tcase_add_test(tests, a_callback_s_error_names_the_layer);
  tcase_add_test(tests, options_and_sizes_are_checked);
  return tests;
}
