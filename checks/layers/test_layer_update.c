/*
 * update against forward, for every layer that has one, dtype, shape case, option of yes and no, mode, tensor and
 * element: bit for bit, but where BLAS multiplies matrices in one and a vector in the other. Updates that forget
 * something are found so, and by the audit.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gradcheck/layers.h"
#include "layers/layer_fixture.h"
#include "lines/update_audit.h"
#include "main.h"
#include "measure/work_fixture.h"

static bool is_written(gchk_role role) {
  return role == GCHK_OUTPUT || role == GCHK_CACHE;
}

static size_t bytes_of(const gchk_tensor *t) {
  return t->count * gchk_dtype_size(t->dtype);
}

/* Copies all outputs and caches of `from`; `to` has room for those of the same layer. */
static void copy_written(const gchk_instance *from, gchk_instance *to) {
  for (size_t i = 0; i < from->tensor_count; i++)
    if (is_written(from->t[i].role))
      memcpy(to->t[i].value, from->t[i].value, bytes_of(&from->t[i]));
}

static bool has_products(const gchk_layer *layer) {
  return strcmp(layer->name, "affine") == 0 || strcmp(layer->name, "linear") == 0 ||
         strncmp(layer->name, "matmul", strlen("matmul")) == 0;
}

static bool is_same(const gchk_instance *a, const gchk_instance *b, size_t tensor) {
  if (!has_products(a->layer))
    return memcmp(a->t[tensor].value, b->t[tensor].value, bytes_of(&a->t[tensor])) == 0;
  for (size_t k = 0; k < a->t[tensor].count; k++)
    if (!is_close(value_at(a, tensor, k), value_at(b, tensor, k), 40, 10, unit_of(a)))
      return false;
  return true;
}

/* One layer three times: what forward left at the point, what is updated, and what is computed by forward. */
typedef struct update_test {
  gchk_instance *base, *fast, *slow;
  const char *sizes;
} update_test;

static void open_test(update_test *t, const gchk_layer *layer, size_t nth, const char *sizes, const double *options,
                      gchk_mode mode) {
  gchk_instance **const all[] = {&t->base, &t->fast, &t->slow};
  t->sizes = sizes;
  for (size_t k = 0; k < sizeof all / sizeof all[0]; k++) {
    *all[k] = make_layer(layer->name, nth, layer->dtype, sizes, options, 5);
    (*all[k])->call.mode = mode;
    ck_assert_int_eq(gchk_instance_forward(*all[k], NULL), GCHK_OK);
  }
}

static void close_test(update_test *t) {
  gchk_instance_free(t->base);
  gchk_instance_free(t->fast);
  gchk_instance_free(t->slow);
}

/* A changed element, by update in `fast` and by forward in `slow`. Returns whether update did it. */
static bool change_element(update_test *t, size_t tensor, size_t element, double change) {
  const double x = (double)value_at(t->base, tensor, element);
  bool done = false;
  copy_written(t->base, t->fast);
  set_value(t->fast, tensor, element, x + change);
  set_value(t->slow, tensor, element, x + change);
  ck_assert_int_eq(gchk_instance_update(t->fast, tensor, element, &done, NULL), GCHK_OK);
  ck_assert_int_eq(gchk_instance_forward(t->slow, NULL), GCHK_OK);
  set_value(t->fast, tensor, element, x);
  set_value(t->slow, tensor, element, x);
  return done;
}

/* The tensor that is not what forward makes it, or as many as there are. */
static size_t find_difference(const update_test *t) {
  size_t i = 0;
  while (i < t->fast->tensor_count && (!is_written(t->fast->t[i].role) || is_same(t->fast, t->slow, i)))
    i++;
  return i;
}

static bool is_changed_by_update(const gchk_instance *instance, size_t tensor) {
  return instance->t[tensor].role == GCHK_INPUT || instance->t[tensor].role == GCHK_PARAMETER;
}

/* Small and large, up and down: another element is the largest of its window. */
static const double changes[] = {0.125, -3};

static void check_tensor(update_test *t, size_t tensor) {
  const gchk_instance *l = t->fast;
  for (size_t k = 0; k < l->t[tensor].count; k++)
    for (size_t c = 0; c < sizeof changes / sizeof changes[0]; c++) {
      if (!change_element(t, tensor, k, changes[c]))
        ck_abort_msg("%s %s: no update for %s", l->layer->name, t->sizes, l->t[tensor].name);
      const size_t i = find_difference(t);
      if (i < l->tensor_count)
        ck_abort_msg("%s %s %s: %s is not that of forward after a change of %s[%zu] by %g", l->layer->name,
                     gchk_dtype_name(l->layer->dtype), t->sizes, l->t[i].name, l->t[tensor].name, k, changes[c]);
    }
}

static void check_update(const gchk_layer *layer, size_t nth, const char *sizes, const double *options,
                         gchk_mode mode) {
  update_test t;
  open_test(&t, layer, nth, sizes, options, mode);
  for (size_t i = 0; i < t.fast->tensor_count; i++) {
    if (is_changed_by_update(t.fast, i))
      check_tensor(&t, i);
    if (t.fast->t[i].role == GCHK_CONSTANT)
      ck_assert(!change_element(&t, i, 0, changes[0]));
  }
  close_test(&t);
}

enum { MOST_OPTIONS = 8 };

static void check_options(const gchk_layer *layer, size_t nth, const char *sizes, gchk_mode mode) {
  double options[MOST_OPTIONS] = {0};
  ck_assert_uint_le(layer->option_count, MOST_OPTIONS);
  for (size_t k = 0; k < layer->option_count; k++)
    options[k] = layer->options[k].initial;
  check_update(layer, nth, sizes, options, mode);
  for (size_t k = 0; k < layer->option_count; k++) {
    const gchk_option_spec *option = &layer->options[k];
    if (option->minimum != 0 || option->maximum != 1)
      continue;
    options[k] = option->initial == 0 ? 1 : 0;
    check_update(layer, nth, sizes, options, mode);
    options[k] = option->initial;
  }
}

static void check_modes(const gchk_layer *layer, size_t nth, const char *sizes) {
  check_options(layer, nth, sizes, GCHK_TRAIN);
  if (layer->flags & GCHK_HAS_MODES)
    check_options(layer, nth, sizes, GCHK_EVAL);
}

static void check_layer(const gchk_layer *layer, size_t nth) {
  const char *const own[] = {layer->sizes, NULL};
  for (const char *const *sizes = layer->shape_cases != NULL ? layer->shape_cases : own; *sizes != NULL; sizes++)
    check_modes(layer, nth, *sizes);
}

START_TEST(every_update_is_forward) {
  const gchk_dtype dtype = _i == 0 ? GCHK_F64 : GCHK_F32;
  const char *name;
  const gchk_layer *layer;
  for (size_t i = 0; (name = gchk_registry_name(i)) != NULL; i++)
    for (size_t nth = 0; (layer = gchk_registry_find(name, dtype, nth)) != NULL; nth++)
      if (layer->update != NULL)
        check_layer(layer, nth);
}
END_TEST

/* Steps longer than windows, windows that are wider than the image, one row, one column, groups of several channels. */
START_TEST(updates_of_windows_are_forward) {
  static const char *const rows[][2] = {
      {"conv1d", "N=2 Ci=4 L=11 Co=4 K=2 stride=4 padding=1 dilation=1 groups=2"},
      {"conv1d", "N=1 Ci=2 L=1 Co=2 K=5 stride=1 padding=3 dilation=1 groups=1"},
      {"conv2d", "N=2 Ci=4 H=9 W=8 Co=6 KH=2 KW=3 SH=3 SW=4 PH=1 PW=0 DH=1 DW=1 groups=2"},
      {"conv2d", "N=1 Ci=2 H=6 W=11 Co=2 KH=3 KW=4 SH=2 SW=2 PH=4 PW=3 DH=2 DW=3"},
      {"conv2d", "N=2 Ci=6 H=1 W=9 Co=3 KH=1 KW=3 PW=1 groups=3"},
      {"conv_transpose2d", "N=2 Ci=4 H=4 W=3 Co=6 KH=2 KW=3 SH=3 SW=4 PH=1 PW=0 groups=2 OH=1 OW=3"},
      {"conv_transpose2d", "N=1 Ci=2 H=6 W=5 Co=2 KH=3 KW=4 SH=2 SW=1 PH=4 PW=3 DH=2 DW=3 OH=1"},
      {"conv_transpose2d", "N=2 Ci=6 H=1 W=4 Co=3 KH=1 KW=2 PW=1 groups=3"},
      {"max_pool", "N=2 C=2 H=9 W=7 KH=2 KW=3 SH=4 SW=1 PH=1 PW=1"},
      {"avg_pool", "N=2 C=2 H=9 W=7 KH=2 KW=3 SH=4 SW=1 PH=1 PW=1"},
      {"max_pool", "N=1 C=3 H=1 W=8 KH=1 KW=5 SH=1 SW=3 PH=0 PW=2 ceil=1"},
      {"avg_pool", "N=1 C=3 H=1 W=8 KH=1 KW=5 SH=1 SW=3 PH=0 PW=2 ceil=1"},
      {"upsample_bilinear", "N=1 C=2 H=5 W=4 scale=4"},
      {"upsample_nearest", "N=1 C=2 H=1 W=1 scale=3"},
  };
  const gchk_dtype dtype = _i == 0 ? GCHK_F64 : GCHK_F32;
  for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++)
    check_modes(gchk_registry_find(rows[k][0], dtype, 0), 0, rows[k][1]);
}
END_TEST

/* Networks of these would take many times longer without. */
START_TEST(layers_of_usual_networks_offer_update) {
  static const char *const names[] = {
      "add",      "affine", "avg_pool", "conv1d", "conv2d",  "conv_transpose2d", "copy", "linear", "matmul", "max",
      "max_pool", "mul",    "power",    "relu",   "sigmoid", "softmax_with_loss"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    ck_assert_msg(gchk_registry_find(names[i], GCHK_F64, 0)->update != NULL, "%s has no update", names[i]);
}
END_TEST

/* What an update is the wrong twin of, and what it leaves as it was: some outputs, or all for some elements. */
typedef struct wrong_update {
  const char *layer, *sizes, *tensor;
  bool (*is_forgotten)(const gchk_call *call, size_t tensor, size_t element, size_t output);
} wrong_update;

static const wrong_update *wrong; /* the one that is called */

static gchk_status update_wrongly(const gchk_call *call, size_t tensor, size_t element, bool *done, gchk_error *error) {
  const gchk_tensor *y = &call->t[call->tensor_count - 1];
  double *out = y->value, *before = malloc(y->count * sizeof *before);
  ck_assert_ptr_nonnull(before);
  memcpy(before, out, y->count * sizeof *before);
  const gchk_status status =
      gchk_registry_find(call->layer->name, GCHK_F64, 0)->update(call, tensor, element, done, error);
  for (size_t i = 0; i < y->count; i++)
    out[i] = wrong->is_forgotten(call, tensor, element, i) ? before[i] : out[i];
  free(before);
  return status;
}

/* Where output or element i of a tensor (N, C, ..., columns) is. */
static size_t column_of(const gchk_tensor *t, size_t i) {
  return i % t->shape.dim[t->shape.rank - 1];
}

static size_t channel_of(const gchk_tensor *t, size_t i) {
  return i / (t->count / (t->shape.dim[0] * t->shape.dim[1])) % t->shape.dim[1];
}

static const gchk_tensor *output_of(const gchk_call *call) {
  return &call->t[call->tensor_count - 1];
}

static bool the_border(const gchk_call *call, size_t tensor, size_t element, size_t output) {
  (void)tensor, (void)element;
  const gchk_tensor *y = output_of(call);
  return column_of(y, output) + 1 == y->shape.dim[y->shape.rank - 1];
}

static bool the_other_channels(const gchk_call *call, size_t tensor, size_t element, size_t output) {
  (void)tensor, (void)element;
  return channel_of(output_of(call), output) == output_of(call)->shape.dim[1] - 1;
}

/* The elements of the second half: of the second of two groups. */
static bool the_second_group(const gchk_call *call, size_t tensor, size_t element, size_t output) {
  (void)output;
  return element >= call->t[tensor].count / 2;
}

static bool the_bias(const gchk_call *call, size_t tensor, size_t element, size_t output) {
  (void)element, (void)output;
  return strcmp(call->t[tensor].name, "b") == 0;
}

static bool all_samples_but_one(const gchk_call *call, size_t tensor, size_t element, size_t output) {
  (void)tensor, (void)element;
  const gchk_tensor *y = output_of(call);
  return output >= y->count / y->shape.dim[0];
}

#define GROUPED "N=2 Ci=4 H=6 W=5 Co=4 KH=3 KW=3 padding=1 groups=2"
static const wrong_update wrong_updates[] = {
    {"conv2d", GROUPED, "x", the_border},
    {"conv2d", GROUPED, "x", the_other_channels},
    {"conv2d", GROUPED, "w", the_second_group},
    {"conv2d", GROUPED, "w", all_samples_but_one},
    {"conv2d", GROUPED, "b", the_bias},
    {"conv1d", "N=2 Ci=4 L=7 Co=4 K=3 padding=1 groups=2", "x", the_border},
    {"conv_transpose2d", GROUPED, "x", the_border},
    {"conv_transpose2d", GROUPED, "x", the_other_channels},
    {"conv_transpose2d", GROUPED, "w", the_second_group},
    {"conv_transpose2d", GROUPED, "b", the_bias},
    {"max_pool", "N=2 C=3 H=4 W=4 kernel=2 stride=2 padding=1", "x", the_border}, // windows of a corner alone
    {"avg_pool", "N=2 C=3 H=5 W=7 kernel=3 stride=2 padding=1", "x", the_border},
    {"upsample_bilinear", "N=2 C=3 H=3 W=4 scale=2", "x", the_border},
    {"mul", "S=3x5 T=5", "y", all_samples_but_one},
    {"matmul", "B=() M=3 K=5 N=4", "b", all_samples_but_one},
};

/* Whether some element of the tensor shows it. */
static bool is_found(const wrong_update *row, gchk_layer *layer) {
  update_test t;
  open_test(&t, gchk_registry_find(row->layer, GCHK_F64, 0), 0, row->sizes, NULL, GCHK_TRAIN);
  t.fast->layer = t.fast->call.layer = layer;
  const size_t tensor = tensor_of(t.fast, row->tensor);
  bool is_found = false;
  for (size_t k = 0; k < t.fast->t[tensor].count && !is_found; k++)
    is_found = change_element(&t, tensor, k, 0.125) && find_difference(&t) < t.fast->tensor_count;
  close_test(&t);
  return is_found;
}

static bool is_refused(const wrong_update *row, const gchk_layer *layer) {
  const gchk_case spec = {.name = "wrong", .layer = layer, .sizes = row->sizes};
  work_fixture f;
  gchk_snapshot *snapshot;
  work_fixture_open(&f, &spec, NULL);
  gchk_tensor_work *tensor = work_fixture_tensor(&f, row->tensor);
  ck_assert_int_eq(gchk_audit_update(&f.work, tensor, &snapshot, NULL), GCHK_OK);
  const bool is_refused = snapshot == NULL;
  ck_assert_uint_eq(count_findings(&tensor->findings, GCHK_CODE_UPDATE_DIFFERS), is_refused);
  gchk_snapshot_free(snapshot);
  work_fixture_close(&f);
  return is_refused;
}

START_TEST(what_an_update_forgets_is_found) {
  wrong = &wrong_updates[_i];
  gchk_layer layer = *gchk_registry_find(wrong->layer, GCHK_F64, 0);
  ck_assert(!is_found(wrong, &layer));
  ck_assert(!is_refused(wrong, &layer));
  layer.update = update_wrongly;
  ck_assert(is_found(wrong, &layer));
  ck_assert(is_refused(wrong, &layer));
}
END_TEST

static TCase *updates(void) {
  TCase *t = tcase_create("updates");
  tcase_add_loop_test(t, every_update_is_forward, 0, 2);
  tcase_add_loop_test(t, updates_of_windows_are_forward, 0, 2);
  tcase_add_loop_test(t, what_an_update_forgets_is_found, 0, sizeof wrong_updates / sizeof wrong_updates[0]);
  tcase_add_test(t, layers_of_usual_networks_offer_update);
  return t;
}

TEST_MAIN("update of the built-in layers", updates)
