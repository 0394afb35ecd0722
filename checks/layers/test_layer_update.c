/*
 * update against forward, for every layer that has one, dtype, tensor and element, bit for bit where the layer does the
 * same sums.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gradcheck/layers.h"
#include "layers/layer_fixture.h"
#include "main.h"

static bool is_written(gchk_role role) {
  return role == GCHK_OUTPUT || role == GCHK_CACHE;
}

/* Copies all outputs and caches of `from`; `to` has room for those of the same layer. */
static void copy_written(const gchk_instance *from, gchk_instance *to) {
  for (size_t i = 0; i < from->tensor_count; i++)
    if (is_written(from->t[i].role))
      memcpy(to->t[i].value, from->t[i].value, from->t[i].count * gchk_dtype_size(from->t[i].dtype));
}

static void compare_written(const gchk_instance *a, const gchk_instance *b, long double steps) {
  for (size_t i = 0; i < a->tensor_count; i++)
    for (size_t k = 0; is_written(a->t[i].role) && k < a->t[i].count; k++)
      expect_value(a, i, k, value_at(b, i, k), steps, 10);
}

/* A changed element, by update in `fast` and by forward in `slow`. Returns whether update did it. */
static bool compare_element(gchk_instance *fast, gchk_instance *slow, size_t tensor, size_t element, double change) {
  const double x = (double)value_at(fast, tensor, element);
  set_value(fast, tensor, element, x + change);
  set_value(slow, tensor, element, x + change);
  bool done = false;
  ck_assert_int_eq(gchk_instance_update(fast, tensor, element, &done, NULL), GCHK_OK);
  ck_assert_int_eq(gchk_instance_forward(slow, NULL), GCHK_OK);
  const bool has_products = strcmp(fast->layer->name, "affine") == 0 || strcmp(fast->layer->name, "linear") == 0;
  if (done)
    compare_written(fast, slow, has_products ? 40 : 0);
  set_value(fast, tensor, element, x);
  set_value(slow, tensor, element, x);
  return done;
}

static void check_layer(const char *name, size_t nth, gchk_dtype dtype) {
  gchk_instance *fast = make_layer(name, nth, dtype, NULL, NULL, 5),
                *slow = make_layer(name, nth, dtype, NULL, NULL, 5);
  gchk_instance *base = make_layer(name, nth, dtype, NULL, NULL, 5);
  ck_assert_int_eq(gchk_instance_forward(base, NULL), GCHK_OK);
  ck_assert_int_eq(gchk_instance_forward(fast, NULL), GCHK_OK);
  for (size_t i = 0; i < fast->tensor_count; i++) {
    const gchk_role role = fast->t[i].role;
    const bool is_differentiated = role == GCHK_INPUT || role == GCHK_PARAMETER;
    for (size_t k = 0; is_differentiated && k < fast->t[i].count; k++) {
      ck_assert_msg(compare_element(fast, slow, i, k, 0.125), "%s: no update for %s", name, fast->t[i].name);
      copy_written(base, fast);
    }
    if (role == GCHK_CONSTANT)
      ck_assert(!compare_element(fast, slow, i, 0, 0.125));
  }
  gchk_instance_free(fast);
  gchk_instance_free(slow);
  gchk_instance_free(base);
}

START_TEST(every_update_is_forward) {
  const gchk_dtype dtype = _i == 0 ? GCHK_F64 : GCHK_F32;
  const char *name;
  const gchk_layer *layer;
  for (size_t i = 0; (name = gchk_registry_name(i)) != NULL; i++)
    for (size_t nth = 0; (layer = gchk_registry_find(name, dtype, nth)) != NULL; nth++)
      if (layer->update != NULL)
        check_layer(name, nth, dtype);
}
END_TEST

/* Networks of these would take many times longer without. */
START_TEST(layers_of_the_documents_offer_update) {
  static const char *const names[] = {"add", "affine", "copy", "linear",  "max",
                                      "mul", "power",  "relu", "sigmoid", "softmax_with_loss"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    ck_assert_msg(gchk_registry_find(names[i], GCHK_F64, 0)->update != NULL, "%s has no update", names[i]);
}
END_TEST

static TCase *updates(void) {
  TCase *t = tcase_create("updates");
  tcase_add_loop_test(t, every_update_is_forward, 0, 2);
  tcase_add_test(t, layers_of_the_documents_offer_update);
  return t;
}

TEST_MAIN("update of the built-in layers", updates)
