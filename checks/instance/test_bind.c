/* Tensors by name: found, refused with what would be right, and bound into a struct by a table. */
#include "gradcheck/bind.h"

#include <stdlib.h>
#include <string.h>

#include "gradcheck/gradcheck.h"
#include "instance_tests.h"

static double x_value[3], x_grad[3];
static float w_value[2];
static int32_t label[1];
static const gchk_tensor buffers[] = {
    {.name = "x", .role = GCHK_INPUT, .dtype = GCHK_F64, .count = 3, .value = x_value, .grad = x_grad},
    {.name = "w", .role = GCHK_PARAMETER, .dtype = GCHK_F32, .count = 2, .value = w_value, .grad = NULL},
    {.name = "label", .role = GCHK_INDEX, .dtype = GCHK_I32, .count = 1, .value = label}};
static const gchk_layer named = {.name = "mine"};
static const gchk_call call = {.t = buffers, .tensor_count = 3, .layer = &named};

START_TEST(a_buffer_is_found_by_its_name) {
  gchk_error error;
  double *d;
  float *f;
  int32_t *i;
  void *any;
  ck_assert_ptr_eq(gchk_tensor_named(&call, "w"), &buffers[1]);
  ck_assert_ptr_null(gchk_tensor_named(&call, "W"));
  ck_assert_int_eq(gchk_find_f64(&call, "x", GCHK_VALUE, &d, &error), GCHK_OK);
  ck_assert_ptr_eq(d, x_value);
  ck_assert_int_eq(gchk_find_f64(&call, "x", GCHK_GRAD, &d, &error), GCHK_OK);
  ck_assert_ptr_eq(d, x_grad);
  ck_assert_int_eq(gchk_find_f32(&call, "w", GCHK_VALUE, &f, &error), GCHK_OK);
  ck_assert_ptr_eq(f, w_value);
  ck_assert_int_eq(gchk_find_f32(&call, "w", GCHK_GRAD, &f, &error), GCHK_OK);
  ck_assert_ptr_null(f); // left out in this call
  ck_assert_int_eq(gchk_find_i32(&call, "label", GCHK_VALUE, &i, &error), GCHK_OK);
  ck_assert_ptr_eq(i, label);
  ck_assert_int_eq(gchk_find_buffer(&call, "label", GCHK_VALUE, GCHK_DTYPE_UNSET, &any, &error), GCHK_OK);
  ck_assert_ptr_eq(any, label);
}
END_TEST

START_TEST(what_is_not_there_is_refused_with_what_is) {
  static const struct {
    const char *name;
    gchk_part part;
    gchk_dtype dtype;
    const char *message;
  } refused[] = {
      {"y", GCHK_VALUE, GCHK_F64, "layer mine has no tensor 'y'; it has x, w, label"},
      {"", GCHK_VALUE, GCHK_DTYPE_UNSET, "layer mine has no tensor ''; it has x, w, label"},
      {"x", GCHK_VALUE, GCHK_F32, "tensor x of layer mine is f64, and is read as f32"},
      {"label", GCHK_VALUE, GCHK_F64, "tensor label of layer mine is i32, and is read as f64"},
      {"label", GCHK_GRAD, GCHK_I32, "tensor label of layer mine is of role index, and has no gradient"},
  };
  for (size_t k = 0; k < sizeof refused / sizeof refused[0]; k++) {
    gchk_error error = {GCHK_OK, ""};
    void *buffer = x_value;
    ck_assert_int_eq(gchk_find_buffer(&call, refused[k].name, refused[k].part, refused[k].dtype, &buffer, &error),
                     GCHK_INVALID);
    ck_assert_str_eq(error.message, refused[k].message);
    ck_assert_ptr_null(buffer);
    ck_assert_int_eq(gchk_find_buffer(&call, refused[k].name, refused[k].part, refused[k].dtype, &buffer, NULL),
                     GCHK_INVALID);
  }
}
END_TEST

/* More names than a message has room for. */
START_TEST(many_tensors_do_not_overflow_the_message) {
  enum { MANY = 200 };
  static gchk_tensor many[MANY];
  for (size_t i = 0; i < MANY; i++)
    many[i] = (gchk_tensor){.name = "a tensor with a long name"};
  const gchk_call large = {.t = many, .tensor_count = MANY, .layer = &named};
  gchk_error error;
  double *d;
  ck_assert_int_eq(gchk_find_f64(&large, "x", GCHK_VALUE, &d, &error), GCHK_INVALID);
  ck_assert_ptr_nonnull(strstr(error.message, "no tensor 'x'"));
}
END_TEST

/* Somebody's struct, with pointers among other members. */
typedef struct net {
  int size;
  const double *x;
  double *dx;
  struct {
    float *w;
  } inner;
  void *anything;
} net;

START_TEST(a_table_binds_the_pointers_of_a_struct) {
  static const gchk_pointer table[] = {GCHK_POINTER(net, x, "x", GCHK_VALUE), GCHK_POINTER(net, dx, "x", GCHK_GRAD),
                                       GCHK_POINTER(net, inner.w, "w", GCHK_VALUE),
                                       GCHK_POINTER(net, anything, "label", GCHK_VALUE)};
  net n = {.size = 7};
  gchk_error error;
  ck_assert_int_eq(gchk_bind_pointers(&call, &n, table, 4, &error), GCHK_OK);
  ck_assert_ptr_eq(n.x, x_value);
  ck_assert_ptr_eq(n.dx, x_grad);
  ck_assert_ptr_eq(n.inner.w, w_value);
  ck_assert_ptr_eq(n.anything, label);
  ck_assert_int_eq(n.size, 7);
  static const gchk_pointer mistaken[] = {GCHK_POINTER(net, x, "x", GCHK_VALUE),
                                          GCHK_POINTER(net, dx, "w", GCHK_VALUE)};
  n = (net){.size = 7};
  ck_assert_int_eq(gchk_bind_pointers(&call, &n, mistaken, 2, &error), GCHK_INVALID);
  ck_assert_str_eq(error.message, "tensor w of layer mine is f32, and is read as f64");
  ck_assert_ptr_eq(n.x, x_value);
  ck_assert_ptr_null(n.dx);
}
END_TEST

/* As a layer: y = w x over a struct with pointers, bound by the table; right, of another factor, and misnamed. */
typedef struct product {
  const double *x, *w, *dy;
  double *y, *dx, *dw;
} product;

static gchk_status create(const gchk_call *c, void **state, gchk_error *error) {
  (void)c;
  *state = calloc(1, sizeof(product));
  return *state != NULL ? GCHK_OK : gchk_fail(error, GCHK_NO_MEMORY, "no room for a product");
}
static double factor_of(const gchk_call *c) {
  return *(const double *)c->layer->user;
}
static void multiply(const product *p, size_t n) {
  for (size_t i = 0; i < n; i++)
    p->y[i] = p->w[0] * p->x[i];
}
static void multiply_backward(const product *p, size_t n, double factor) {
  p->dw[0] = 0;
  for (size_t i = 0; i < n; i++) {
    p->dx[i] = p->dy[i] * p->w[0];
    p->dw[0] += factor * p->dy[i] * p->x[i];
  }
}
GCHK_CALLBACK(forward, multiply(c->state, gchk_size(c, "N")))
GCHK_CALLBACK(backward, multiply_backward(c->state, gchk_size(c, "N"), factor_of(c)))
static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("w", GCHK_PARAMETER, ""),
                                        GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
#define PRODUCT_POINTERS(output)                                                                                       \
  {                                                                                                                    \
    GCHK_POINTER(product, x, "x", GCHK_VALUE), GCHK_POINTER(product, w, "w", GCHK_VALUE),                              \
        GCHK_POINTER(product, y, output, GCHK_VALUE), GCHK_POINTER(product, dx, "x", GCHK_GRAD),                       \
        GCHK_POINTER(product, dw, "w", GCHK_GRAD), GCHK_POINTER(product, dy, output, GCHK_GRAD)                        \
  }
static const gchk_pointer pointers[] = PRODUCT_POINTERS("y"), misnamed[] = PRODUCT_POINTERS("z");
GCHK_BIND_CALLBACK(bind, pointers)
GCHK_BIND_CALLBACK(bind_misnamed, misnamed)

START_TEST(a_layer_is_wrapped_by_the_table) {
  static const struct {
    double factor;
    gchk_callback bind;
    gchk_verdict verdict;
  } layers[] = {{1, bind, GCHK_PASS}, {2, bind, GCHK_FAIL}, {1, bind_misnamed, GCHK_ERROR}};
  for (size_t k = 0; k < 3; k++) {
    const gchk_layer layer = {.name = "product",
                              .dtype = GCHK_F64,
                              GCHK_TENSORS(rows),
                              .forward = forward,
                              .backward = backward,
                              .create = create,
                              .destroy = free,
                              .bind = layers[k].bind,
                              .user = &(double){layers[k].factor}};
    gchk_result *result = NULL;
    gchk_error error;
    gchk_options options = GCHK_OPTIONS_INIT;
    ck_assert_msg(gchk_check_layer(&layer, &options, &result, &error) == GCHK_OK, "%s", error.message);
    ck_assert_int_eq(result->verdict, layers[k].verdict);
    if (layers[k].verdict == GCHK_ERROR)
      ck_assert_msg(strstr(result->cases[0].reason, "product has no tensor 'z'; it has x, w, y") != NULL, "%s",
                    result->cases[0].reason);
    gchk_result_free(result);
  }
}
END_TEST

TCase *bind_tests(void) {
  TCase *tc = tcase_create("bind");
  tcase_add_test(tc, a_buffer_is_found_by_its_name);
  tcase_add_test(tc, what_is_not_there_is_refused_with_what_is);
  tcase_add_test(tc, many_tensors_do_not_overflow_the_message);
  tcase_add_test(tc, a_table_binds_the_pointers_of_a_struct);
  tcase_add_test(tc, a_layer_is_wrapped_by_the_table);
  return tc;
}
