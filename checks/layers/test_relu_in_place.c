/* relu as the source documents write it: backward zeroes its upstream gradient, which passes declared and fails undeclared. */
#include <string.h>

#include "gradcheck/gradcheck.h"
#include "gradcheck/layers.h"
#include "layers/layer_fixture.h"
#include "main.h"

static const gchk_dtype dtypes[] = {GCHK_F64, GCHK_F32};

/* dout[x <= 0] = 0; dx = dout */
START_TEST(the_upstream_gradient_is_masked) {
  gchk_instance *l = make_layer("relu_in_place", 0, dtypes[_i], "S=2x2", NULL, 1);
  static const double x[] = {1, -0.5, -2, 3}, dout[] = {0.5, 1.5, -2.5, 3.5}, masked[] = {0.5, 0, 0, 3.5};
  set_values(l, "x", x, 4);
  ck_assert_int_eq(gchk_instance_forward(l, NULL), GCHK_OK);
  for (size_t i = 0; i < 4; i++) {
    ck_assert(value_at(l, 1, i) == (long double)(x[i] > 0 ? x[i] : 0));
    gchk_tensor_set(&l->t[1], l->t[1].grad, i, dout[i]);
  }
  ck_assert_int_eq(gchk_instance_backward(l, NULL), GCHK_OK);
  for (size_t i = 0; i < 4; i++) {
    ck_assert(gradient_at(l, 0, i) == (long double)masked[i]);
    ck_assert(gradient_at(l, 1, i) == (long double)masked[i]);
  }
  gchk_instance_free(l);
}
END_TEST

/* How many cases have the finding. */
static size_t cases_with(const gchk_result *result, const char *code) {
  size_t count = 0;
  for (size_t c = 0; c < result->case_count; c++)
    for (size_t f = 0; f < result->cases[c].finding_count; f++)
      count += strcmp(result->cases[c].findings[f].code, code) == 0;
  return count;
}

static gchk_result *check(const gchk_layer *layer) {
  gchk_options options = GCHK_OPTIONS_INIT;
  gchk_result *result = NULL;
  ck_assert_int_eq(gchk_check_layer(layer, &options, &result, NULL), GCHK_OK);
  return result;
}

START_TEST(undeclared_it_is_named) {
  const gchk_layer *declared = gchk_registry_find("relu_in_place", dtypes[_i], 0);
  gchk_tensor_spec rows[2] = {declared->tensors[0], declared->tensors[1]};
  gchk_layer undeclared = *declared;
  ck_assert(rows[1].upstream_clobbered);
  rows[1].upstream_clobbered = false;
  undeclared.tensors = rows;
  undeclared.twin = NULL; // its table says otherwise
  gchk_result *right = check(declared), *wrong = check(&undeclared);
  ck_assert_int_eq(right->verdict, GCHK_PASS);
  ck_assert_uint_eq(cases_with(right, "writes-upstream"), 0);
  ck_assert_int_eq(wrong->verdict, GCHK_FAIL);
  ck_assert_uint_gt(cases_with(wrong, "writes-upstream"), 0);
  gchk_result_free(right);
  gchk_result_free(wrong);
}
END_TEST

static TCase *in_place(void) {
  TCase *t = tcase_create("relu in place");
  tcase_add_loop_test(t, the_upstream_gradient_is_masked, 0, 2);
  tcase_add_loop_test(t, undeclared_it_is_named, 0, 2);
  return t;
}

TEST_MAIN("relu in place", in_place)
