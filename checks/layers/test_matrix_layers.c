/* affine and linear against naive loops in long double. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/layer_fixture.h"
#include "main.h"

/* Sizes of a case: samples, inputs of one, units. Of the tables of the name it is the nth. */
typedef struct matrix_case {
  const char *layer, *sizes;
  size_t n, d, u, nth;
} matrix_case;

static const matrix_case cases[] = {{"affine", "N=3 inputs=7 units=5", 3, 7, 5, 0},
                                    {"affine", "N=1 inputs=5 units=9", 1, 5, 9, 0},
                                    {"affine", "N=2 inputs=2x2 units=3", 2, 4, 3, 0},
                                    {"affine", "N=3 inputs=2x3x5 units=7", 3, 30, 7, 0},
                                    {"affine", "N=4 inputs=4 units=4", 4, 4, 4, 0},
                                    {"affine", "N=5 inputs=129 units=1", 5, 129, 1, 0},
                                    {"affine", "N=2 inputs=1 units=6", 2, 1, 6, 0},
                                    {"affine", "N=3 inputs=300 units=11", 3, 300, 11, 0},
                                    {"linear", "N=3 inputs=7 units=5", 3, 7, 5, 0},
                                    {"linear", "N=1 inputs=5 units=9", 1, 5, 9, 0},
                                    {"linear", "N=4 inputs=4 units=4", 4, 4, 4, 0},
                                    {"linear", "N=2 inputs=1 units=6", 2, 1, 6, 0},
                                    {"linear", "N=3 inputs=300 units=11", 3, 300, 11, 0},
                                    {"affine", "N=3 inputs=2x2 units=5", 3, 4, 5, 1},
                                    {"linear", "N=3 inputs=4 units=5", 3, 4, 5, 1},
                                    {"affine", "inputs=4 units=5", 1, 4, 5, 2},
                                    {"linear", "inputs=4 units=5", 1, 4, 5, 2}};
enum { CASES = sizeof cases / sizeof cases[0], X = 0, W = 1, B = 2, Y = 3 };

/* Where W keeps the weight from input k to unit j. */
static size_t weight(const matrix_case *c, size_t k, size_t j) {
  return c->layer[0] == 'a' ? k * c->u + j : j * c->d + k;
}

static void check_forward(const gchk_instance *l, const matrix_case *c) {
  for (size_t n = 0; n < c->n; n++)
    for (size_t j = 0; j < c->u; j++) {
      long double sum = value_at(l, B, j), scale = fabsl(sum);
      for (size_t k = 0; k < c->d; k++) {
        const long double term = value_at(l, X, n * c->d + k) * value_at(l, W, weight(c, k, j));
        sum += term;
        scale += fabsl(term);
      }
      expect_value(l, Y, n * c->u + j, sum, (long double)c->d + 2, scale);
    }
}

static void check_dx(const gchk_instance *l, const matrix_case *c) {
  for (size_t n = 0; n < c->n; n++)
    for (size_t k = 0; k < c->d; k++) {
      long double sum = 0, scale = 0;
      for (size_t j = 0; j < c->u; j++) {
        sum += gradient_at(l, Y, n * c->u + j) * value_at(l, W, weight(c, k, j));
        scale += fabsl(gradient_at(l, Y, n * c->u + j) * value_at(l, W, weight(c, k, j)));
      }
      expect_gradient(l, X, n * c->d + k, sum, (long double)c->u + 1, scale);
    }
}

static void check_parameters(const gchk_instance *l, const matrix_case *c) {
  for (size_t j = 0; j < c->u; j++) {
    long double db = 0, db_scale = 0;
    for (size_t n = 0; n < c->n; n++) {
      db += gradient_at(l, Y, n * c->u + j);
      db_scale += fabsl(gradient_at(l, Y, n * c->u + j));
    }
    expect_gradient(l, B, j, db, (long double)c->n, db_scale);
    for (size_t k = 0; k < c->d; k++) {
      long double sum = 0, scale = 0;
      for (size_t n = 0; n < c->n; n++) {
        sum += value_at(l, X, n * c->d + k) * gradient_at(l, Y, n * c->u + j);
        scale += fabsl(value_at(l, X, n * c->d + k) * gradient_at(l, Y, n * c->u + j));
      }
      expect_gradient(l, W, weight(c, k, j), sum, (long double)c->n + 1, scale);
    }
  }
}

START_TEST(naive_loops) {
  const matrix_case *c = &cases[_i / 2];
  gchk_instance *l = make_layer(c->layer, c->nth, _i % 2 == 0 ? GCHK_F64 : GCHK_F32, c->sizes, NULL, 21);
  run_layer(l, 22);
  check_forward(l, c);
  check_dx(l, c);
  check_parameters(l, c);
  gchk_instance_free(l);
}
END_TEST

/* The gradient of a tensor input has its shape, and is that of the flattened input. */
START_TEST(tensor_input_keeps_its_shape) {
  gchk_instance *l = make_layer("affine", 0, GCHK_F64, "N=2 inputs=2x2 units=3", NULL, 3);
  gchk_instance *flat = make_layer("affine", 0, GCHK_F64, "N=2 inputs=4 units=3", NULL, 3);
  run_layer(l, 4);
  run_layer(flat, 4);
  ck_assert_uint_eq(l->t[X].shape.rank, 3);
  ck_assert_uint_eq(l->t[W].shape.dim[0], 4);
  for (size_t i = 0; i < 8; i++)
    ck_assert(gradient_at(l, X, i) == gradient_at(flat, X, i));
  gchk_instance_free(l);
  gchk_instance_free(flat);
}
END_TEST

START_TEST(input_gradient_may_be_null) {
  const matrix_case *c = &cases[_i == 0 ? 0 : 8];
  gchk_instance *l = make_layer(c->layer, c->nth, GCHK_F64, c->sizes, NULL, 21);
  void *grad = l->t[X].grad;
  ck_assert(l->layer->tensors[X].grad_may_be_null);
  l->t[X].grad = NULL;
  run_layer(l, 22);
  check_parameters(l, c);
  l->t[X].grad = grad;
  gchk_instance_free(l);
}
END_TEST

/* Every element of every tensor: after update, y is what the naive loops make of the new value. */
START_TEST(update_against_naive_loops) {
  const matrix_case *c = &cases[_i / 2];
  gchk_instance *l = make_layer(c->layer, c->nth, _i % 2 == 0 ? GCHK_F64 : GCHK_F32, c->sizes, NULL, 31);
  ck_assert_int_eq(gchk_instance_forward(l, NULL), GCHK_OK);
  double *before = calloc(l->t[Y].count, sizeof *before);
  ck_assert_ptr_nonnull(before);
  for (size_t i = 0; i < l->t[Y].count; i++)
    before[i] = (double)value_at(l, Y, i);
  for (size_t tensor = X; tensor <= B; tensor++)
    for (size_t i = 0; i<l->t[tensor].count; i += c->d> 20 ? 37 : 1) {
      const double x = (double)value_at(l, tensor, i);
      set_value(l, tensor, i, x + 0.75);
      bool done = false;
      ck_assert_int_eq(gchk_instance_update(l, tensor, i, &done, NULL), GCHK_OK);
      ck_assert(done);
      check_forward(l, c);
      set_value(l, tensor, i, x);
      for (size_t k = 0; k < l->t[Y].count; k++)
        set_value(l, Y, k, before[k]);
    }
  free(before);
  gchk_instance_free(l);
}
END_TEST

/* A key that the mask bars has no weight; a query whose keys are all barred has no softmax. */
START_TEST(attention_is_barred) {
  gchk_instance *l = make_layer("attention", 1, GCHK_F64, "B=1 Hq=1 Hkv=1 Tq=1 Tk=2 D=3 Dv=1 M=1", NULL, 1);
  gchk_error error = {GCHK_OK, ""};
  const size_t mask = tensor_of(l, "mask");
  set_value(l, mask, 0, -(double)INFINITY);
  run_layer(l, 2);
  ck_assert(value_at(l, tensor_of(l, "y"), 0) == value_at(l, tensor_of(l, "v"), 1));
  ck_assert(gradient_at(l, tensor_of(l, "v"), 0) == 0);
  set_value(l, mask, 1, -(double)INFINITY);
  ck_assert_int_eq(gchk_instance_forward(l, &error), GCHK_LAYER_FAILED);
  ck_assert_msg(strstr(error.message, "bars all 2 keys of query 0") != NULL, "%s", error.message);
  gchk_instance_free(l);
}
END_TEST

/* A mask is broadcast as numpy does; as many matrices as there are heads of all samples, in other dimensions, are not. */
START_TEST(attention_masks_are_broadcast) {
  static const struct {
    const char *mask;
    bool fits;
  } masks[] = {{"()", true}, {"2", true},  {"3x2", true},  {"3x1", true},  {"1x2", true},   {"1x1", true},
               {"3", false}, {"6", false}, {"2x3", false}, {"6x1", false}, {"1x3x2", false}};
  for (size_t i = 0; i < sizeof masks / sizeof masks[0]; i++) {
    char sizes[128];
    gchk_error error = {GCHK_OK, ""};
    (void)snprintf(sizes, sizeof sizes, "B=3 Hq=2 Hkv=1 Tq=2 Tk=4 D=3 Dv=1 M=%s", masks[i].mask);
    gchk_instance *l = make_layer("attention", 1, GCHK_F64, sizes, NULL, 1);
    ck_assert_int_eq(gchk_instance_forward(l, &error), masks[i].fits ? GCHK_OK : GCHK_LAYER_FAILED);
    ck_assert_msg(masks[i].fits || strstr(error.message, "(3,2,2,4)") != NULL, "%s", error.message);
    gchk_instance_free(l);
  }
}
END_TEST

static TCase *matrix_layers(void) {
  TCase *t = tcase_create("matrix layers");
  tcase_add_loop_test(t, naive_loops, 0, 2 * CASES);
  tcase_add_test(t, tensor_input_keeps_its_shape);
  tcase_add_loop_test(t, input_gradient_may_be_null, 0, 2);
  tcase_add_loop_test(t, update_against_naive_loops, 0, 2 * CASES);
  tcase_add_test(t, attention_is_barred);
  tcase_add_test(t, attention_masks_are_broadcast);
  return t;
}

TEST_MAIN("affine and linear", matrix_layers)
