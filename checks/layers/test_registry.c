/* The registry: every name in order, both dtypes, twins from one source, tables that can be used as they are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gradcheck/layers.h"
#include "instance/layer_sizes.h"
#include "instance/sizes.h"
#include "main.h"

static size_t name_count(void) {
  size_t count = 0;
  while (gchk_registry_name(count) != NULL)
    count++;
  return count;
}

START_TEST(names_in_order) {
  static const char *const some[] = {"affine", "relu", "softmax_with_loss", "tanh"};
  size_t found = 0;
  for (size_t i = 0; i < name_count(); i++) {
    const char *name = gchk_registry_name(i);
    ck_assert_msg(i == 0 || strcmp(gchk_registry_name(i - 1), name) < 0, "%s is not in order", name);
    found += found < sizeof some / sizeof some[0] && strcmp(some[found], name) == 0;
  }
  ck_assert_uint_eq(found, sizeof some / sizeof some[0]);
  ck_assert_ptr_null(gchk_registry_name(name_count()));
  ck_assert_ptr_null(gchk_registry_name((size_t)-1));
}
END_TEST

START_TEST(not_found) {
  ck_assert_ptr_null(gchk_registry_find("afine", GCHK_F64, 0));
  ck_assert_ptr_null(gchk_registry_find("", GCHK_F64, 0));
  ck_assert_ptr_null(gchk_registry_find("affine", GCHK_F64, 3));
  ck_assert_ptr_null(gchk_registry_find("affine", GCHK_I32, 0));
  ck_assert_ptr_null(gchk_registry_find("softmax_with_loss", GCHK_F64, 2));
}
END_TEST

static void check_pair(const gchk_layer *f64, const gchk_layer *f32) {
  ck_assert_ptr_nonnull(f64);
  ck_assert_ptr_nonnull(f32);
  ck_assert_int_eq(f64->dtype, GCHK_F64);
  ck_assert_int_eq(f32->dtype, GCHK_F32);
  ck_assert_ptr_null(f64->twin);
  ck_assert_ptr_eq(f32->twin, f64);
  ck_assert_uint_eq(f64->tensor_count, f32->tensor_count);
  for (size_t i = 0; i < f64->tensor_count; i++)
    ck_assert_str_eq(f64->tensors[i].name, f32->tensors[i].name);
}

static void check_table(const gchk_layer *layer) {
  gchk_sizes sizes = {0};
  ck_assert(layer->forward != NULL);
  ck_assert(layer->backward != NULL);
  ck_assert(layer->leaves_nothing);
  const char *own = layer->shape_cases != NULL ? layer->shape_cases[0] : layer->sizes;
  ck_assert_ptr_nonnull(own);
  ck_assert_int_eq(strncmp(layer->file, "src/layers/", 11), 0);
  ck_assert_int_eq(gchk_layer_read_sizes(layer, own, &sizes, NULL), GCHK_OK);
  for (size_t i = 0; i < layer->tensor_count; i++) {
    const gchk_tensor_spec *row = &layer->tensors[i];
    gchk_shape shape;
    ck_assert_int_eq(gchk_sizes_shape(&sizes, row->shape, &shape, NULL), GCHK_OK);
    if (row->role == GCHK_INPUT || row->role == GCHK_PARAMETER)
      ck_assert_int_eq(row->grad, GCHK_GRAD_OVERWRITE);
  }
  for (size_t i = 0; i < layer->option_count; i++) {
    ck_assert_ptr_nonnull(layer->options[i].doc);
    ck_assert(layer->options[i].minimum <= layer->options[i].initial);
    ck_assert(layer->options[i].initial <= layer->options[i].maximum);
  }
}

START_TEST(tables) {
  for (size_t i = 0; i < name_count(); i++) {
    const char *name = gchk_registry_name(i);
    for (size_t nth = 0; nth == 0 || gchk_registry_find(name, GCHK_F64, nth) != NULL; nth++) {
      const gchk_layer *f64 = gchk_registry_find(name, GCHK_F64, nth), *f32 = gchk_registry_find(name, GCHK_F32, nth);
      check_pair(f64, f32);
      ck_assert_str_eq(f64->name, name);
      check_table(f64);
      check_table(f32);
    }
  }
}
END_TEST

START_TEST(softmax_has_two_tables) {
  const gchk_layer *one_hot = gchk_registry_find("softmax_with_loss", GCHK_F64, 0);
  const gchk_layer *labels = gchk_registry_find("softmax_with_loss", GCHK_F64, 1);
  ck_assert_int_eq(one_hot->tensors[1].role, GCHK_CONSTANT);
  ck_assert_int_eq(labels->tensors[1].role, GCHK_INDEX);
  ck_assert_str_eq(one_hot->tensors[1].shape, "N C");
  ck_assert_str_eq(labels->tensors[1].shape, "N");
}
END_TEST

/* What people look for in layers: options, sizes or tensors, in one of the tables of the name. */
static const struct {
  const char *layer, *settings;
} wanted[] = {
    {"add", "x y"},
    {"attention", "causal scale mask"},
    {"avg_pool", "kernel stride padding KH KW SH SW PH PW ceil count_include_pad"},
    {"batch_norm", "eps momentum running_mean running_var"},
    {"bce", "sum"},
    {"bce_with_logits", "sum"},
    {"clamp", "min max"},
    {"concat", "axis"},
    {"conv1d", "kernel K stride padding dilation groups"},
    {"conv2d", "kernel stride padding dilation groups KH KW SH SW PH PW DH DW"},
    {"conv_transpose2d", "kernel stride padding dilation groups output_padding KH KW SH SW PH PW DH DW OH OW"},
    {"cosine", "margin sum"},
    {"cross_entropy", "log_eps sum"},
    {"dropout", "p seed mask"},
    {"elu", "alpha"},
    {"embedding", "ids"},
    {"gather", "axis index"},
    {"glu", "D x y"},
    {"group_norm", "groups eps"},
    {"gru", "h0"},
    {"hardtanh", "min max"},
    {"hinge", "margin sum"},
    {"huber", "delta sum"},
    {"kl_div", "sum"},
    {"l1", "sum"},
    {"l2_normalize", "eps"},
    {"layer_norm", "eps gamma beta"},
    {"leaky_relu", "slope"},
    {"lstm", "h0 c0"},
    {"max_pool", "kernel stride padding KH KW SH SW PH PW ceil"},
    {"mean", "axis"},
    {"mse", "sum"},
    {"nll", "ignore sum"},
    {"pad", "top bottom left right axis before after value"},
    {"rms_norm", "eps gamma"},
    {"rnn", "h0 relu"},
    {"rope", "base first interleaved"},
    {"scatter_add", "axis index source"},
    {"slice", "axis start stop step"},
    {"smooth_l1", "beta sum"},
    {"softmax", "axis"},
    {"softmax_cross_entropy", "ignore smoothing sum"},
    {"softmax_with_loss", "log_eps denominator_eps sum"},
    {"softplus", "beta"},
    {"sum", "axis"},
    {"swiglu", "D x y"},
    {"transpose", "axis1 axis2"},
    {"triplet", "margin eps sum"},
    {"upsample_bilinear", "scale align_corners"},
    {"upsample_nearest", "scale"},
    {"weight_norm", "v g"},
};
enum { WANTED = sizeof wanted / sizeof wanted[0] };

typedef struct name_search {
  const char *name;
  bool is_found;
} name_search;

static void compare_name(void *context, const char *name, bool is_list) {
  name_search *s = context;
  (void)is_list;
  s->is_found = s->is_found || strcmp(s->name, name) == 0;
}

static bool has_setting(const char *layer, const char *name) {
  name_search s = {.name = name};
  const gchk_layer *table;
  for (size_t nth = 0; (table = gchk_registry_find(layer, GCHK_F64, nth)) != NULL; nth++) {
    ck_assert_int_eq(gchk_layer_scan_sizes(table, compare_name, &s, NULL), GCHK_OK);
    for (size_t i = 0; i < table->tensor_count; i++)
      compare_name(&s, table->tensors[i].name, false);
    for (size_t i = 0; i < table->option_count; i++)
      compare_name(&s, table->options[i].name, false);
  }
  return s.is_found;
}

START_TEST(settings_are_there) {
  for (size_t i = 0; i < WANTED; i++) {
    char settings[256], *rest = NULL;
    (void)snprintf(settings, sizeof settings, "%s", wanted[i].settings);
    for (const char *name = strtok_r(settings, " ", &rest); name != NULL; name = strtok_r(NULL, " ", &rest))
      ck_assert_msg(has_setting(wanted[i].layer, name), "%s has no %s", wanted[i].layer, name);
    ck_assert(!has_setting(wanted[i].layer, "nothing"));
  }
}
END_TEST

/* Every layer is in the manual, with what it computes and all its options. */
START_TEST(manual_has_every_layer) {
  char *text = NULL, line[256];
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  ck_assert_ptr_nonnull(out);
  gchk_layers_manual(out);
  (void)fclose(out);
  for (size_t i = 0; i < name_count(); i++) {
    const gchk_layer *layer = gchk_registry_find(gchk_registry_name(i), GCHK_F64, 0);
    ck_assert_uint_gt(strlen(gchk_registry_summary(i)), 0);
    (void)snprintf(line, sizeof line, "\n  %s: %s\n", layer->name, gchk_registry_summary(i));
    const char *at = strstr(text, line);
    ck_assert_msg(at != NULL, "%s is not in the manual", layer->name);
    for (size_t k = 0; k < layer->option_count; k++) {
      (void)snprintf(line, sizeof line, "\n      %s: %g ", layer->options[k].name, layer->options[k].initial);
      ck_assert_msg(strstr(at, line) != NULL, "%s of %s is not in the manual", layer->options[k].name, layer->name);
    }
  }
  ck_assert_ptr_null(gchk_registry_summary(name_count()));
  free(text);
}
END_TEST

static TCase *registry(void) {
  TCase *t = tcase_create("registry");
  tcase_add_test(t, names_in_order);
  tcase_add_test(t, not_found);
  tcase_add_test(t, tables);
  tcase_add_test(t, settings_are_there);
  tcase_add_test(t, manual_has_every_layer);
  tcase_add_test(t, softmax_has_two_tables);
  return t;
}

TEST_MAIN("registry of layers", registry)
