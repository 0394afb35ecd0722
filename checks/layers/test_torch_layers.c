/*
 * Every layer of the registry beside torch: outputs and all gradients of the cases in fixtures/reference/layers, which
 * fixtures/reference/make_layers.py and its likes have made; it says what the members of a file are.
 *
 * f64: every element is within 1e-12 of the largest element of its tensor. f32: within c(n) u of it, of what torch gives
 * in float64 for the same floats, and twice that of what it gives in float32: c(n) = 16 + n roundings in a sum of n
 * terms (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 4.2), n being the elements of the
 * case's largest tensor.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gradcheck/suite.h"
#include "instance/layer_sizes.h"
#include "instance/layer_table.h"
#include "instance/roles.h"
#include "layers/every_layer.h"
#include "layers/layer_fixture.h"
#include "main.h"
#include "suite/npz_read.h"

static const gchk_dtype dtypes[] = {GCHK_F64, GCHK_F32};
enum { DTYPES = 2, MEMBER = 160 };

/* A case of a file. */
typedef struct reference {
  gchk_npz *npz;
  char name[64];
} reference;

static gchk_npz *open_reference(const char *layer) {
  char path[512];
  gchk_source *source = NULL;
  gchk_npz *npz = NULL;
  gchk_error error = {GCHK_OK, ""};
  (void)snprintf(path, sizeof path, SOURCE_DIR "/fixtures/reference/layers/%s.npz", layer);
  ck_assert_msg(gchk_source_open(&source, path, &error) == GCHK_OK, "%s has no reference: %s", layer, error.message);
  ck_assert_msg(gchk_npz_open(&npz, source, &error) == GCHK_OK, "%s", error.message);
  gchk_source_close(source);
  return npz;
}

/* Reads the member "CASE.name" with what follows; false where there is none. The caller gives the array back. */
static bool read_member(const reference *r, gchk_array *array, const char *before, const char *name,
                        const char *after) {
  char member[MEMBER];
  gchk_error error = {GCHK_OK, ""};
  (void)snprintf(member, sizeof member, "%s.%s%s%s", r->name, before, name, after);
  const size_t index = gchk_npz_find(r->npz, member);
  *array = (gchk_array)GCHK_ARRAY_INIT;
  if (index == gchk_npz_count(r->npz))
    return false;
  ck_assert_msg(gchk_npz_read(r->npz, index, array, &error) == GCHK_OK, "%s", error.message);
  return true;
}

static bool has_member(const reference *r, const char *name) {
  char member[MEMBER];
  (void)snprintf(member, sizeof member, "%s.%s", r->name, name);
  return gchk_npz_find(r->npz, member) < gchk_npz_count(r->npz);
}

/* A member that is one number; `missing` where there is none. */
static double read_number(const reference *r, const char *before, const char *name, double missing) {
  gchk_array array;
  const double x = read_member(r, &array, before, name, "") ? array.values[0] : missing;
  gchk_array_deinit(&array);
  return x;
}

static void bind_sizes(const reference *r, const gchk_layer *layer, gchk_sizes *sizes) {
  gchk_error error = {GCHK_OK, ""};
  static const char prefix[] = "size.";
  for (size_t i = 0; i < gchk_npz_count(r->npz); i++) {
    const char *member = gchk_npz_name(r->npz, i), *name = member + strlen(r->name) + 1;
    if (strncmp(member, r->name, strlen(r->name)) == 0 && strncmp(name, prefix, strlen(prefix)) == 0)
      ck_assert_int_eq(gchk_sizes_set(sizes, name + strlen(prefix), (size_t)read_number(r, "", name, 0), &error),
                       GCHK_OK);
  }
  gchk_layer_default_sizes(layer, sizes);
  for (size_t i = 0; i < layer->tensor_count; i++) {
    const gchk_tensor_spec *row = &layer->tensors[i];
    gchk_array array;
    if (!gchk_role_is_given(row->role))
      continue;
    ck_assert_msg(read_member(r, &array, "", row->name, ""), "%s.%s is not in the file", r->name, row->name);
    ck_assert_msg(gchk_sizes_bind(sizes, row->shape, &array.shape, &error) == GCHK_OK, "%s.%s: %s", r->name, row->name,
                  error.message);
    gchk_array_deinit(&array);
  }
}

static gchk_instance *make_instance(const reference *r, const gchk_layer *layer) {
  gchk_sizes sizes = {0};
  gchk_error error = {GCHK_OK, ""};
  double options[32];
  gchk_instance *l = NULL;
  ck_assert_uint_le(layer->option_count, sizeof options / sizeof options[0]);
  for (size_t i = 0; i < layer->option_count; i++)
    options[i] = read_number(r, "option.", layer->options[i].name, gchk_layer_option(layer, NULL, i));
  bind_sizes(r, layer, &sizes);
  const gchk_mode mode = read_number(r, "", "mode", 0) != 0 ? GCHK_EVAL : GCHK_TRAIN;
  ck_assert_msg(gchk_instance_new(&l, layer, &sizes, options, mode, 0, &error) == GCHK_OK, "%s: %s", r->name,
                error.message);
  return l;
}

static void put(const reference *r, const gchk_tensor *t, void *buffer, const char *after) {
  gchk_array array;
  ck_assert_msg(read_member(r, &array, "", t->name, after), "%s.%s%s is not in the file", r->name, t->name, after);
  ck_assert_uint_eq(array.count, t->count);
  for (size_t i = 0; i < t->count; i++)
    gchk_tensor_set(t, buffer, i, array.values[i]);
  gchk_array_deinit(&array);
}

/* What the case gives, forward, upstream gradients, gradients full of NaN, backward. */
static void run_case(const reference *r, gchk_instance *l) {
  gchk_error error = {GCHK_OK, ""};
  for (size_t i = 0; i < l->tensor_count; i++)
    if (gchk_role_is_given(l->t[i].role))
      put(r, &l->t[i], l->t[i].value, "");
  ck_assert_msg(gchk_instance_forward(l, &error) == GCHK_OK, "%s: %s", r->name, error.message);
  for (size_t i = 0; i < l->tensor_count; i++) {
    const gchk_tensor *t = &l->t[i];
    if (t->role == GCHK_OUTPUT)
      put(r, t, t->grad, ".upstream");
    else
      for (size_t k = 0; t->grad != NULL && k < t->count; k++)
        gchk_tensor_set(t, t->grad, k, (double)NAN);
  }
  ck_assert_msg(gchk_instance_backward(l, &error) == GCHK_OK, "%s: %s", r->name, error.message);
}

/* The largest difference of an element from torch, over the largest element; 0 where all are equal. */
static double difference(const gchk_tensor *t, const void *buffer, const gchk_array *expected) {
  double largest = 0, worst = 0;
  for (size_t i = 0; i < t->count; i++)
    largest = fmax(largest, fabs(expected->values[i]));
  for (size_t i = 0; i < t->count; i++) {
    const double d = fabs(gchk_tensor_get(t, buffer, i) - expected->values[i]);
    if (!(d <= worst || isnan(worst))) // NaN too, once and for all
      worst = d;
  }
  return worst == 0 ? 0 : worst / largest;
}

static void compare(const reference *r, const gchk_instance *l, const gchk_tensor *t, bool is_grad, const char *before,
                    double allowed) {
  gchk_array expected;
  const char *after = is_grad ? ".grad" : "";
  ck_assert_msg(read_member(r, &expected, before, t->name, after), "%s.%s%s%s is not in the file", r->name, before,
                t->name, after);
  ck_assert_uint_eq(expected.count, t->count);
  const double found = difference(t, is_grad ? t->grad : t->value, &expected);
  gchk_array_deinit(&expected);
  if (!(found <= allowed))
    ck_abort_msg("%s %s, case %s: %s%s is off by %.3g of its largest element, of %.3g allowed", l->layer->name,
                 gchk_dtype_name(l->layer->dtype), r->name, t->name, after, found, allowed);
}

static double roundings(const gchk_instance *l) {
  size_t n = 0;
  for (size_t i = 0; i < l->tensor_count; i++)
    n = l->t[i].count > n ? l->t[i].count : n;
  return 16 + (double)n;
}

static void check_case(const reference *r, const gchk_layer *layer) {
  gchk_instance *l = make_instance(r, layer);
  run_case(r, l);
  for (size_t i = 0; i < l->tensor_count; i++) {
    const gchk_tensor *t = &l->t[i];
    const bool is_grad = t->role == GCHK_INPUT || t->role == GCHK_PARAMETER;
    if (!is_grad && t->role != GCHK_OUTPUT && !(t->role == GCHK_CACHE && has_member(r, t->name)))
      continue;
    if (layer->dtype == GCHK_F64) {
      compare(r, l, t, is_grad, "", 1e-12);
      continue;
    }
    const double allowed = roundings(l) * 0x1p-24;
    compare(r, l, t, is_grad, "", allowed);
    compare(r, l, t, is_grad, "f32.", 2 * allowed);
  }
  gchk_instance_free(l);
}

/* Every table has a case, and every case a table. */
START_TEST(agrees_with_torch) {
  for (size_t i = 0; i < layer_count(); i++) {
    size_t cases = 0;
    const char *name = layer_at(i, GCHK_F64)->name;
    reference r = {.npz = open_reference(name)};
    for (size_t m = 0; m < gchk_npz_count(r.npz); m++) {
      const char *member = gchk_npz_name(r.npz, m), *end = strstr(member, ".table");
      if (end == NULL)
        continue;
      (void)snprintf(r.name, sizeof r.name, "%.*s", (int)(end - member), member);
      if (read_number(&r, "", "table", 0) != (double)nth_of_name(i))
        continue;
      for (size_t d = 0; d < DTYPES; d++)
        check_case(&r, layer_at(i, dtypes[d]));
      cases++;
    }
    ck_assert_msg(cases > 0, "%s: no case of table %zu; write one in make_layers.py", name, nth_of_name(i));
    gchk_npz_close(r.npz);
  }
}
END_TEST

/* The networks of the second shipped suite, whole: their losses and the gradients of all that they are given. */
START_TEST(networks_agree_with_torch) {
  reference r = {.npz = open_reference("networks")};
  for (size_t d = 0; d < DTYPES; d++) {
    gchk_suite *suite = NULL;
    gchk_error error = {GCHK_OK, ""};
    size_t count = 0;
    ck_assert_msg(gchk_suite_load(&suite, SOURCE_DIR "/fixtures/suites/layers.yaml", dtypes[d], &error) == GCHK_OK,
                  "%s", error.message);
    const gchk_case *cases = gchk_suite_cases(suite, &count);
    ck_assert_uint_eq(count, 5);
    for (size_t i = 0; i < count; i++) {
      (void)snprintf(r.name, sizeof r.name, "%s", cases[i].name);
      check_case(&r, cases[i].layer);
    }
    gchk_suite_free(suite);
  }
  gchk_npz_close(r.npz);
}
END_TEST

/* Options that are approximations: backward is not the gradient, as the layer's head says, and torch's is. */
static const struct {
  const char *layer, *option;
} approximations[] = {{"softmax_with_loss", "log_eps"}, {"softmax_with_loss", "denominator_eps"}};

static bool is_approximation(const char *layer, const char *option) {
  for (size_t i = 0; i < sizeof approximations / sizeof approximations[0]; i++)
    if (strcmp(layer, approximations[i].layer) == 0 && strcmp(option, approximations[i].option) == 0)
      return true;
  return false;
}

/* Does a case set the option? Members are called CASE.option.NAME. */
static bool has_case_with(const gchk_npz *npz, const char *option) {
  char end[MEMBER];
  const size_t length = (size_t)snprintf(end, sizeof end, ".option.%s", option);
  for (size_t m = 0; m < gchk_npz_count(npz); m++) {
    const char *member = gchk_npz_name(npz, m);
    if (strlen(member) > length && strcmp(member + strlen(member) - length, end) == 0)
      return true;
  }
  return false;
}

START_TEST(every_option_has_a_case) {
  for (size_t i = 0; i < layer_count(); i++) {
    const gchk_layer *layer = layer_at(i, GCHK_F64);
    gchk_npz *npz = open_reference(layer->name);
    for (size_t k = 0; k < layer->option_count; k++) {
      const char *option = layer->options[k].name;
      ck_assert_msg(has_case_with(npz, option) != is_approximation(layer->name, option),
                    "%s of %s: a case that sets it is wanted, or, of an approximation, none", option, layer->name);
    }
    ck_assert(!has_case_with(npz, "none"));
    gchk_npz_close(npz);
  }
}
END_TEST

/* The comparison that all of this rests on: an error of one part in a thousand, a NaN, a lost sign. */
START_TEST(comparison_can_fail) {
  double x[] = {1, -2, 0.5}, values[] = {1, -2, 0.5};
  const gchk_tensor t = {.name = "x", .dtype = GCHK_F64, .count = 3, .value = x};
  const gchk_array expected = {.count = 3, .values = values};
  ck_assert(difference(&t, x, &expected) == 0);
  x[2] = 0.5005;
  ck_assert(fabs(difference(&t, x, &expected) - 0.00025) < 1e-12);
  x[2] = -0.5;
  ck_assert(difference(&t, x, &expected) == 0.5);
  x[1] = (double)NAN;
  ck_assert(!(difference(&t, x, &expected) <= 1e300));
}
END_TEST

static TCase *layers(void) {
  TCase *t = tcase_create("layers beside torch");
  tcase_add_test(t, agrees_with_torch);
  tcase_add_test(t, networks_agree_with_torch);
  tcase_add_test(t, every_option_has_a_case);
  tcase_add_test(t, comparison_can_fail);
  return t;
}

TEST_MAIN("layers beside torch", layers)
