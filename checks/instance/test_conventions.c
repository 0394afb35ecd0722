/* Conventions of calling: what the callbacks see, and what whoever calls them sees; tables that make no sense. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gradcheck/check.h"
#include "instance/conventions.h"
#include "instance/instance.h"
#include "instance_tests.h"

enum { X, W, Y, KEPT, TENSORS, N = 3 };

/* What the callbacks noted. */
typedef struct notes {
  int forwards, backwards;
  size_t times[16], time_count;
  const void *x_value, *y_value, *x_grad, *y_grad, *w_grad;
  double y_found; /* in the gradient that backward reads, first element */
  bool is_freed;  /* backward used up what forward left */
} notes;

static notes seen;

static double *value(const gchk_call *c, size_t i) {
  return c->t[i].value;
}

static double *grad(const gchk_call *c, size_t i) {
  return c->t[i].grad;
}

static void look(const gchk_call *c) {
  seen.x_value = c->t[X].value, seen.y_value = c->t[Y].value;
  seen.x_grad = c->t[X].grad, seen.y_grad = c->t[Y].grad, seen.w_grad = c->t[W].grad;
  seen.times[seen.time_count++ % 16] = c->time;
}

// y = 2 x w[0], whatever the buffers; KEPT counts the calls.
static gchk_status forward(const gchk_call *c, gchk_error *error) {
  look(c);
  seen.forwards++;
  seen.is_freed = false;
  if (value(c, W)[0] == 13 && c->time == 1)
    return gchk_fail(error, GCHK_LAYER_FAILED, "thirteen");
  for (size_t i = 0; i < N; i++) {
    value(c, Y)[i] = c->time > 0 ? value(c, Y)[i] : 2 * value(c, X)[i] * value(c, W)[0];
    value(c, KEPT)[i] = (double)i + 1;
  }
  if ((c->layer->flags & GCHK_UPSTREAM_AFTER_FORWARD) != 0 && grad(c, Y) != NULL)
    memset(grad(c, Y), 0, N * sizeof(double)); // clears
  return GCHK_OK;
}

// dx = 2 dy w; a step of 0.5 sum dy x where there is no gradient of w; uses up KEPT.
static gchk_status backward(const gchk_call *c, gchk_error *error) {
  look(c);
  seen.backwards++;
  if (seen.is_freed)
    return gchk_fail(error, GCHK_LAYER_FAILED, "backward came twice");
  seen.is_freed = (c->layer->flags & GCHK_CONSUMES_CACHE) != 0;
  seen.y_found = grad(c, Y)[0];
  for (size_t i = 0; i < N; i++) {
    const double d = grad(c, Y)[i];
    grad(c, X)[i] = 2 * d * value(c, W)[0];
    if (grad(c, W) == NULL)
      value(c, W)[1] -= 0.5 * d * (double)(i + 1);
    if (seen.is_freed)
      value(c, KEPT)[i] = -1;
  }
  return GCHK_OK;
}

static const gchk_tensor_spec plain_rows[TENSORS] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("w", GCHK_PARAMETER, "M"), GCHK_TENSOR("y", GCHK_OUTPUT, "N"),
    GCHK_TENSOR("kept", GCHK_CACHE, "N")};
static const gchk_tensor_spec in_place_rows[TENSORS] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("w", GCHK_PARAMETER, "M"),
    GCHK_TENSOR("y", GCHK_OUTPUT, "N", .in_place_of = "x"), GCHK_TENSOR("kept", GCHK_CACHE, "N")};
static const gchk_option_spec rate_options[] = {{"lr", 0.5, 0, 8, "the rate"}};

static gchk_layer plain(void) {
  return (gchk_layer){
      .name = "spy", .dtype = GCHK_F64, GCHK_TENSORS(plain_rows), .forward = forward, .backward = backward};
}

static gchk_instance *make(const gchk_layer *layer, const double *options) {
  gchk_instance *instance;
  gchk_sizes sizes = {0};
  gchk_error error;
  seen = (notes){0};
  ck_assert_msg(gchk_layer_validate(layer, &error) == GCHK_OK, "%s", error.message);
  ck_assert_int_eq(gchk_sizes_parse(&sizes, "N=3 M=2", NULL), GCHK_OK);
  ck_assert_msg(gchk_instance_new(&instance, layer, &sizes, options, GCHK_TRAIN, 0, &error) == GCHK_OK, "%s",
                error.message);
  const double x[N] = {1, -2, 3};
  for (size_t i = 0; i < N; i++)
    gchk_tensor_set(&instance->t[X], instance->t[X].value, i, x[i]);
  for (size_t i = 0; i < 2; i++)
    gchk_tensor_set(&instance->t[W], instance->t[W].value, i, 4 + (double)i);
  return instance;
}

static void assert_holds(const gchk_tensor *t, const void *buffer, double a, double b, double c) {
  const double expected[N] = {a, b, c};
  for (size_t i = 0; i < t->count; i++)
    ck_assert_double_eq(gchk_tensor_get(t, buffer, i), expected[i]);
}

static void run(gchk_instance *instance, const double *v) {
  gchk_error error;
  ck_assert_msg(gchk_instance_forward(instance, &error) == GCHK_OK, "%s", error.message);
  gchk_instance_start_backward(instance, v);
  ck_assert_msg(gchk_instance_backward(instance, &error) == GCHK_OK, "%s", error.message);
}

static const double upstream[N] = {1, 10, 100};

START_TEST(in_place_the_callbacks_see_one_buffer_and_the_caller_two) {
  gchk_layer layer = plain();
  layer.tensors = in_place_rows;
  gchk_instance *instance = make(&layer, NULL);
  const gchk_tensor *t = instance->t;
  ck_assert_ptr_ne(t[X].value, t[Y].value);
  run(instance, upstream);
  ck_assert_ptr_eq(seen.x_value, seen.y_value);
  ck_assert_ptr_eq(seen.x_grad, seen.y_grad);
  ck_assert_ptr_nonnull(seen.x_grad);
  assert_holds(&t[X], t[X].value, 1, -2, 3);
  assert_holds(&t[Y], t[Y].value, 8, -16, 24);
  assert_holds(&t[Y], t[Y].grad, 1, 10, 100);
  assert_holds(&t[X], t[X].grad, 8, 80, 800);
  run(instance, upstream); // from x again, and not from y
  assert_holds(&t[Y], t[Y].value, 8, -16, 24);
  gchk_instance_free(instance);
}
END_TEST

START_TEST(without_a_convention_the_callbacks_see_the_instance_itself) {
  const gchk_layer layer = plain();
  gchk_instance *instance = make(&layer, NULL);
  run(instance, upstream);
  ck_assert_ptr_eq(seen.x_value, instance->t[X].value);
  ck_assert_ptr_eq(seen.y_value, instance->t[Y].value);
  ck_assert_ptr_eq(seen.x_grad, instance->t[X].grad);
  ck_assert_ptr_eq(seen.y_grad, instance->t[Y].grad);
  ck_assert_ptr_eq(seen.w_grad, instance->t[W].grad);
  ck_assert_ptr_eq(instance->call.t, instance->t);
  ck_assert_double_eq(gchk_step_rounding(instance, W, 0), 0);
  gchk_instance_free(instance);
}
END_TEST

START_TEST(what_backward_used_up_is_made_anew_before_the_next_one) {
  gchk_layer layer = plain();
  // a forward that clears the upstream gradient must not cost the second backward its own
  layer.flags = _i == 0 ? GCHK_CONSUMES_CACHE : GCHK_CONSUMES_CACHE | GCHK_UPSTREAM_AFTER_FORWARD;
  gchk_instance *instance = make(&layer, NULL);
  const gchk_tensor *t = instance->t;
  run(instance, upstream);
  ck_assert_int_eq(seen.forwards, 1);
  assert_holds(&t[KEPT], t[KEPT].value, 1, 2, 3);
  gchk_instance_start_backward(instance, upstream);
  ck_assert_int_eq(gchk_instance_backward(instance, NULL), GCHK_OK);
  ck_assert_int_eq(seen.forwards, 2);
  ck_assert_uint_eq(instance->forward_calls, 2);
  ck_assert_double_eq(seen.y_found, 1);
  assert_holds(&t[X], t[X].grad, 8, 80, 800);
  assert_holds(&t[KEPT], t[KEPT].value, 1, 2, 3);
  ck_assert_int_eq(gchk_instance_forward(instance, NULL), GCHK_OK); // after a forward no other one comes
  ck_assert_int_eq(gchk_instance_backward(instance, NULL), GCHK_OK);
  ck_assert_int_eq(seen.forwards, 3);
  gchk_instance_free(instance);
}
END_TEST

START_TEST(undeclared_nothing_is_made_anew) {
  const gchk_layer layer = plain();
  gchk_instance *instance = make(&layer, NULL);
  run(instance, upstream);
  ck_assert_int_eq(gchk_instance_backward(instance, NULL), GCHK_OK);
  ck_assert_int_eq(seen.forwards, 1);
  gchk_instance_free(instance);
}
END_TEST

START_TEST(the_gradient_of_a_training_step_is_what_it_changed_over_the_rate) {
  gchk_layer layer = plain();
  const double eighth = 0.125;
  const double rates[] = {0.25, 0.5, 0.125};
  layer.learning_rate = _i == 0 ? 0.25 : 0;
  layer.learning_rate_option = _i == 0 ? NULL : "lr";
  layer.options = rate_options;
  layer.option_count = 1;
  gchk_instance *instance = make(&layer, _i == 2 ? &eighth : NULL);
  const gchk_tensor *t = instance->t;
  run(instance, upstream);
  ck_assert_ptr_null(seen.w_grad);
  ck_assert_ptr_nonnull(t[W].grad);
  assert_holds(&t[W], t[W].value, 4, 5, 0);
  assert_holds(&t[W], t[W].grad, 0, 0.5 * (1 + 20 + 300) / rates[_i], 0);
  assert_holds(&t[X], t[X].grad, 8, 80, 800);
  // u |w|/rate for the one change that there is, at least; and no more than one for each element of the others
  ck_assert_double_ge(gchk_step_rounding(instance, W, 1), 0x1p-53 * 5 / rates[_i]);
  ck_assert_double_le(gchk_step_rounding(instance, W, 1), 0x1p-53 * 5 / rates[_i] * (1 + 2 * N));
  ck_assert_double_eq(gchk_step_rounding(instance, X, 1), 0);
  gchk_instance_free(instance);
}
END_TEST

START_TEST(a_parameter_without_a_gradient_is_not_stepped) {
  gchk_layer layer = plain();
  gchk_tensor_spec rows[TENSORS];
  memcpy(rows, plain_rows, sizeof rows);
  rows[W].grad = GCHK_GRAD_NONE;
  rows[KEPT] = (gchk_tensor_spec)GCHK_TENSOR("w2", GCHK_PARAMETER, "N");
  layer.tensors = rows;
  layer.learning_rate = 1;
  gchk_instance *instance = make(&layer, NULL);
  run(instance, upstream);
  ck_assert_ptr_nonnull(seen.w_grad);
  ck_assert_double_eq(gchk_step_rounding(instance, W, 1), 0);
  gchk_instance_free(instance);
}
END_TEST

START_TEST(time_goes_forward_and_then_back) {
  gchk_layer layer = plain();
  layer.time = "N";
  gchk_instance *instance = make(&layer, NULL);
  static const size_t order[] = {0, 1, 2, 2, 1, 0};
  run(instance, upstream);
  ck_assert_uint_eq(seen.time_count, 6);
  ck_assert_mem_eq(seen.times, order, sizeof order);
  ck_assert_uint_eq(instance->forward_calls, 1); // one evaluation, in three calls
  ck_assert_uint_eq(instance->call.time, 0);
  gchk_tensor_set(&instance->t[W], instance->t[W].value, 0, 13);
  gchk_error error;
  ck_assert_int_eq(gchk_instance_forward(instance, &error), GCHK_LAYER_FAILED);
  ck_assert_str_eq(error.message, "N=1: spy: forward failed: thirteen");
  gchk_instance_free(instance);
}
END_TEST

START_TEST(there_is_nothing_to_call_without_a_backward) {
  gchk_layer layer = plain();
  layer.backward = NULL;
  gchk_instance *instance = make(&layer, NULL);
  gchk_error error;
  ck_assert_int_eq(gchk_instance_forward(instance, NULL), GCHK_OK);
  ck_assert_int_eq(gchk_instance_backward(instance, &error), GCHK_INVALID);
  ck_assert_str_eq(error.message, "spy: no backward: nothing to verify");
  gchk_instance_free(instance);
}
END_TEST

static gchk_status update(const gchk_call *c, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)c, (void)tensor, (void)element, (void)error;
  *done = false;
  return GCHK_OK;
}

/* A layer in storage of its own, so that a test can change one thing. */
typedef struct table {
  gchk_tensor_spec rows[TENSORS];
  gchk_layer layer;
} table;

static void build(table *t) {
  memcpy(t->rows, in_place_rows, sizeof t->rows);
  t->layer = plain();
  t->layer.tensors = t->rows;
  t->layer.time = "N";
  t->layer.learning_rate = 0.5;
  t->layer.options = rate_options;
  t->layer.option_count = 1;
}

/* X(what is changed, what is said): l is the layer, r its rows. */
#define NONSENSE(X)                                                                                                    \
  X(r[1].in_place_of = "x",                                                                                            \
    "spy: w is in place of x and of role parameter; .in_place_of belongs in the row of the out")                       \
  X(r[2].in_place_of = "z", "y is in place of \"z\", and no tensor has that name; name the input")                     \
  X(r[2].in_place_of = "w", "y is in place of w, which is of role parameter; only an input")                           \
  X(r[2].in_place_of = "y", "y is in place of y, which is of role output; only an input")                              \
  X(r[2].shape = "M", "y has the shape \"M\" and is in place of x, whose shape is \"N\"")                              \
  X(r[2].dtype = GCHK_F32, "y is f32 and is in place of x, which is f64; one buffer has one dtype")                    \
  X(r[0].grad = GCHK_GRAD_ACCUMULATE, "leave .grad out of the row of x")                                               \
  X(r[0].grad = GCHK_GRAD_NONE, "leave .grad out of the row of x")                                                     \
  X(r[0].grad = GCHK_GRAD_SCRATCH, "leave .grad out of the row of x")                                                  \
  X(r[0].grad_may_be_null = true, "cannot be NULL; leave out .grad_may_be_null")                                       \
  X((r[3].role = GCHK_OUTPUT, r[3].in_place_of = "x"), "y and kept are both in place of x; it holds one of them")      \
  X(l->update = update, "leave out the update callback")                                                               \
  X((l->update = update, r[2].in_place_of = NULL), ".time is \"N\", and an update callback is not called once a step") \
  X(l->learning_rate = -0.1, ".learning_rate is -0.1: gradients are (w - w')/rate")                                    \
  X(l->learning_rate = (double)NAN, "so it must be positive and finite")                                               \
  X(l->learning_rate = HUGE_VAL, "so it must be positive and finite")                                                  \
  X(l->learning_rate_option = "lr",                                                                                    \
    "said twice: .learning_rate is 0.5, .learning_rate_option is \"lr\"; leave one out")                               \
  X((l->learning_rate = 0, l->learning_rate_option = "rate"), "\"rate\", and no option has that name; add it")         \
  X(r[1].grad = GCHK_GRAD_ACCUMULATE, "a training step changes w itself and gives no gradient; leave .grad")           \
  X(r[1].grad = GCHK_GRAD_OVERWRITE, "a training step changes w itself and gives no gradient")                         \
  X(r[1].grad_may_be_null = true, "a training step changes w itself and gives no gradient")                            \
  X(r[1].role = GCHK_CONSTANT, "no parameter that a step could change; give the weights the role GCHK_PARAMETER")      \
  X(r[1].grad = GCHK_GRAD_NONE, "no parameter that a step could change")                                               \
  X(l->time = "T", ".time is \"T\", and no shape has a size of that name; name the size that counts the steps")        \
  X(l->time = "2*N", ".time is \"2*N\", and no shape has a size of that name")                                         \
  X((r[3].shape = "D...", l->time = "D"), ".time is \"D\", and no shape has a size of that name")

START_TEST(what_makes_no_sense_is_refused_with_the_remedy) {
  table t;
  gchk_error error;
  gchk_layer *l = &t.layer;
  gchk_tensor_spec *r = t.rows;
  build(&t);
  ck_assert_msg(gchk_layer_validate(l, &error) == GCHK_OK, "%s", error.message);
#define REFUSED(change, said)                                                                                          \
  build(&t);                                                                                                           \
  change;                                                                                                              \
  ck_assert_msg(gchk_layer_validate(l, &error) == GCHK_INVALID, "accepted: %s", said);                                 \
  ck_assert_msg(strstr(error.message, said) != NULL, "'%s' lacks '%s'", error.message, said);
  NONSENSE(REFUSED)
}
END_TEST

START_TEST(a_twin_is_called_in_the_same_way) {
  table single, twin;
  gchk_error error;
  build(&single);
  build(&twin);
  single.layer.dtype = GCHK_F32;
  single.layer.twin = &twin.layer;
  single.layer.learning_rate = (double)0.1f;
  twin.layer.learning_rate = 0.1;
  ck_assert_msg(gchk_layer_validate(&single.layer, &error) == GCHK_OK, "%s", error.message);
#define DIFFERS(change, field)                                                                                         \
  build(&twin);                                                                                                        \
  twin.layer.learning_rate = 0.1;                                                                                      \
  twin.change;                                                                                                         \
  ck_assert_int_eq(gchk_layer_validate(&single.layer, &error), GCHK_INVALID);                                          \
  ck_assert_msg(strstr(error.message, "its twin has another ." field) != NULL, "%s", error.message);
  DIFFERS(rows[Y].in_place_of = NULL, "in_place_of")
  DIFFERS(layer.learning_rate = 0.2, "learning_rate")
  DIFFERS(layer.learning_rate_option = "lr", "learning_rate_option")
  DIFFERS(layer.time = NULL, "time")
}
END_TEST

START_TEST(a_rate_of_zero_or_a_size_that_is_not_there_is_found_when_an_instance_is_made) {
  const double zero = 0;
  gchk_sizes sizes = {0}, without = {0};
  gchk_instance *instance;
  gchk_error error;
  gchk_layer layer = plain();
  ck_assert_int_eq(gchk_sizes_parse(&sizes, "N=3 M=2", NULL), GCHK_OK);
  layer.learning_rate_option = "lr";
  layer.options = rate_options;
  layer.option_count = 1;
  ck_assert_int_eq(gchk_instance_new(&instance, &layer, &sizes, &zero, GCHK_TRAIN, 0, &error), GCHK_INVALID);
  ck_assert_msg(strstr(error.message, "spy: option lr is 0: gradients are (w - w')/lr") != NULL, "%s", error.message);
  ck_assert_ptr_null(instance);
  layer = plain();
  layer.time = "N";
  ck_assert_int_eq(gchk_sizes_parse(&without, "M=2", NULL), GCHK_OK);
  ck_assert_int_eq(gchk_instance_new(&instance, &layer, &without, NULL, GCHK_TRAIN, 0, &error), GCHK_INVALID);
  ck_assert_ptr_null(instance);
}
END_TEST

TCase *conventions_tests(void) {
  TCase *tests = tcase_create("conventions");
  tcase_add_test(tests, in_place_the_callbacks_see_one_buffer_and_the_caller_two);
  tcase_add_test(tests, without_a_convention_the_callbacks_see_the_instance_itself);
  tcase_add_loop_test(tests, what_backward_used_up_is_made_anew_before_the_next_one, 0, 2);
  tcase_add_test(tests, undeclared_nothing_is_made_anew);
  tcase_add_loop_test(tests, the_gradient_of_a_training_step_is_what_it_changed_over_the_rate, 0, 3);
  tcase_add_test(tests, a_parameter_without_a_gradient_is_not_stepped);
  tcase_add_test(tests, time_goes_forward_and_then_back);
  tcase_add_test(tests, there_is_nothing_to_call_without_a_backward);
  tcase_add_test(tests, what_makes_no_sense_is_refused_with_the_remedy);
  tcase_add_test(tests, a_twin_is_called_in_the_same_way);
  tcase_add_test(tests, a_rate_of_zero_or_a_size_that_is_not_there_is_found_when_an_instance_is_made);
  return tests;
}
