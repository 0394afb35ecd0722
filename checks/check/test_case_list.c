/* The cases that gradcheck makes of a layer, what it says of tables that make no sense, and the audit of update. */
#include <stdlib.h>
#include <string.h>

#include "check_tests.h"
#include "instance/sizes.h"

static gchk_status nothing(const gchk_call *c, gchk_error *error) {
  (void)c;
  (void)error;
  return GCHK_OK;
}

static const gchk_tensor_spec product_tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N K"), GCHK_TENSOR("w", GCHK_PARAMETER, "K M"), GCHK_TENSOR("y", GCHK_OUTPUT, "N M")};

static const gchk_case *find_case(const gchk_case_list *list, const char *name) {
  for (size_t i = 0; i < list->count; i++)
    if (strcmp(list->cases[i].name, name) == 0)
      return &list->cases[i];
  return NULL;
}

static size_t size_of(const gchk_case *c, const char *name) {
  gchk_sizes sizes = {0};
  ck_assert_int_eq(gchk_sizes_parse(&sizes, c->sizes, NULL), GCHK_OK);
  return gchk_sizes_find(&sizes, name)->value;
}

START_TEST(sizes_are_chosen_to_expose) {
  const gchk_layer layer = {
      .name = "product", .dtype = GCHK_F64, GCHK_TENSORS(product_tensors), .forward = nothing, .backward = nothing};
  gchk_case_list list;
  ck_assert_int_eq(gchk_layer_cases(&layer, &list, NULL), GCHK_OK);
  const gchk_case *distinct = find_case(&list, "product/distinct"), *square = find_case(&list, "product/square");
  const gchk_case *single = find_case(&list, "product/single"), *planted = find_case(&list, "product/planted");
  ck_assert(distinct != NULL && square != NULL && single != NULL && planted != NULL);
  ck_assert(size_of(distinct, "N") != size_of(distinct, "K") && size_of(distinct, "K") != size_of(distinct, "M") &&
            size_of(distinct, "N") != size_of(distinct, "M"));
  ck_assert_uint_eq(size_of(distinct, "N"), 3);
  ck_assert_uint_eq(size_of(square, "N"), size_of(square, "M"));
  ck_assert_uint_eq(size_of(single, "N"), 1);
  ck_assert(planted->planted && !distinct->planted);
  gchk_case_list_deinit(&list);
}
END_TEST

START_TEST(a_layer_s_own_sizes_and_modes_are_kept) {
  static const char *const shapes[] = {"N=2 K=3 M=4", "N=5 K=3 M=2", NULL};
  gchk_layer layer = {.name = "product",
                      .dtype = GCHK_F64,
                      GCHK_TENSORS(product_tensors),
                      .forward = nothing,
                      .backward = nothing,
                      .sizes = "N=2 K=3 M=4",
                      .flags = GCHK_HAS_MODES};
  gchk_case_list list;
  ck_assert_int_eq(gchk_layer_cases(&layer, &list, NULL), GCHK_OK);
  ck_assert_uint_eq(list.count, 3); // train, eval, planted
  ck_assert_ptr_nonnull(find_case(&list, "product/train"));
  ck_assert_int_eq(find_case(&list, "product/eval")->mode, GCHK_EVAL);
  gchk_case_list_deinit(&list);
  layer.shape_cases = shapes;
  layer.flags = 0;
  ck_assert_int_eq(gchk_layer_cases(&layer, &list, NULL), GCHK_OK);
  ck_assert_uint_eq(list.count, 3);
  ck_assert_ptr_nonnull(find_case(&list, "product/N=5 K=3 M=2"));
  gchk_case_list_deinit(&list);
}
END_TEST

static void assert_invalid(const gchk_layer *layer, const char *why) {
  gchk_error error;
  ck_assert_int_eq(gchk_layer_validate(layer, &error), GCHK_INVALID);
  ck_assert_msg(strstr(error.message, why) != NULL, "'%s' lacks '%s'", error.message, why);
}

START_TEST(tables_that_make_no_sense_are_refused_with_a_remedy) {
  const gchk_layer good = {
      .name = "product", .dtype = GCHK_F32, GCHK_TENSORS(product_tensors), .forward = nothing, .backward = nothing};
  ck_assert_int_eq(gchk_layer_validate(&good, NULL), GCHK_OK);
  assert_invalid(NULL, "NULL");
  gchk_layer bad = good;
  bad.name = NULL;
  assert_invalid(&bad, "name");
  bad = good;
  bad.dtype = GCHK_DTYPE_UNSET;
  assert_invalid(&bad, ".dtype = GCHK_F32");
  bad = good;
  bad.backward = NULL;
  assert_invalid(&bad, "no backward");
  bad = good;
  bad.tensor_count = 2;
  assert_invalid(&bad, "output");
  const gchk_tensor_spec twice[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("x", GCHK_OUTPUT, "N")};
  bad = (gchk_layer){.name = "bad", .dtype = GCHK_F64, GCHK_TENSORS(twice), .forward = nothing, .backward = nothing};
  assert_invalid(&bad, "two tensors are called x");
  const gchk_tensor_spec no_role[] = {{.name = "x", .shape = "N"}};
  bad = (gchk_layer){.name = "bad", .dtype = GCHK_F64, GCHK_TENSORS(no_role), .forward = nothing, .backward = nothing};
  assert_invalid(&bad, "no role");
  const gchk_tensor_spec no_shape[] = {{.name = "x", .role = GCHK_INPUT}};
  bad = (gchk_layer){.name = "bad", .dtype = GCHK_F64, GCHK_TENSORS(no_shape), .forward = nothing, .backward = nothing};
  assert_invalid(&bad, "no shape");
  const gchk_tensor_spec bad_shape[] = {GCHK_TENSOR("x", GCHK_OUTPUT, "N +")};
  bad =
      (gchk_layer){.name = "bad", .dtype = GCHK_F64, GCHK_TENSORS(bad_shape), .forward = nothing, .backward = nothing};
  assert_invalid(&bad, "tensor x");
  const gchk_tensor_spec integers[] = {GCHK_TENSOR("x", GCHK_INPUT, "N", .dtype = GCHK_I32)};
  bad = (gchk_layer){.name = "bad", .dtype = GCHK_F64, GCHK_TENSORS(integers), .forward = nothing, .backward = nothing};
  assert_invalid(&bad, "GCHK_INDEX");
}
END_TEST

// y = 3 x, with an update that is right or forgets the factor.
static gchk_status triple_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value;
  double *y = c->t[1].value;
  for (size_t i = 0; i < c->t[0].count; i++)
    y[i] = 3 * x[i] * x[i];
  return GCHK_OK;
}

static gchk_status triple_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[0].grad)[i] = 6 * x[i] * ((const double *)c->t[1].grad)[i];
  return GCHK_OK;
}

static gchk_status update(const gchk_call *c, size_t element, double factor, bool *done) {
  const double *x = c->t[0].value;
  ((double *)c->t[1].value)[element] = factor * x[element] * x[element];
  *done = true;
  return GCHK_OK;
}

static gchk_status right_update(const gchk_call *c, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)tensor;
  (void)error;
  return update(c, element, 3, done);
}

static gchk_status wrong_update(const gchk_call *c, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)tensor;
  (void)error;
  return update(c, element, 3.001, done);
}

static const gchk_tensor_spec triple_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"),
                                                  GCHK_TENSOR("y", GCHK_OUTPUT, "N")};

START_TEST(update_is_believed_only_where_it_agrees_with_forward) {
  gchk_layer layer = {.name = "triple",
                      .dtype = GCHK_F64,
                      GCHK_TENSORS(triple_tensors),
                      .forward = triple_forward,
                      .backward = triple_backward,
                      .sizes = "N=6",
                      .update = right_update};
  gchk_case c = {.name = "triple", .layer = &layer};
  gchk_result *r;
  ck_assert_int_eq(gchk_check_cases(&c, 1, NULL, &r, NULL), GCHK_OK);
  ck_assert_int_eq(r->exit_code, 0);
  gchk_result_free(r);
  layer.update = wrong_update;
  ck_assert_int_eq(gchk_check_cases(&c, 1, NULL, &r, NULL), GCHK_OK);
  const gchk_tensor_result *t = &r->cases[0].tensors[0];
  ck_assert_int_eq(r->exit_code, 1);
  ck_assert_ptr_nonnull(find_finding(t->findings, t->finding_count, "update-differs"));
  ck_assert_uint_eq(t->elements.fail, 0); // the gradient is right: differences were taken by forward
  gchk_result_free(r);
}
END_TEST

TCase *case_list_tests(void) {
  TCase *tests = tcase_create("case list");
  tcase_add_test(tests, sizes_are_chosen_to_expose);
  tcase_add_test(tests, a_layer_s_own_sizes_and_modes_are_kept);
  tcase_add_test(tests, tables_that_make_no_sense_are_refused_with_a_remedy);
  tcase_add_test(tests, update_is_believed_only_where_it_agrees_with_forward);
  return tests;
}
