/* Suites: what the keys of the format do. What they refuse is in test_invalid.c. */
#include <math.h>

#include "suite/csv.h"
#include "suite_fixture.h"

#define INVALID_DATA SOURCE_DIR "/fixtures/invalid/data/"

START_TEST(ten_lines_are_a_network) {
  gchk_suite *suite = suite_of("cases:\n"
                               "  - name: net\n"
                               "    values: {x: {shape: [3, 7]}, t: {shape: [3], labels: 4}}\n"
                               "    network:\n"
                               "      - affine: {units: 5}\n"
                               "      - relu\n"
                               "      - affine: {units: 4}\n"
                               "      - softmax_with_loss: {t: t}\n",
                               GCHK_DTYPE_UNSET);
  const gchk_case *c = first_case(suite);
  static const struct {
    const char *name, *shape;
    gchk_role role;
  } rows[] = {{"x", "3 7", GCHK_INPUT},
              {"t", "3", GCHK_INDEX},
              {"affine1.W", "7 5", GCHK_PARAMETER},
              {"affine1.b", "5", GCHK_PARAMETER},
              {"affine2.W", "5 4", GCHK_PARAMETER},
              {"affine2.b", "4", GCHK_PARAMETER},
              {"softmax_with_loss", "", GCHK_OUTPUT},
              {"affine1", "3 5", GCHK_CACHE},
              {"relu", "3 5", GCHK_CACHE},
              {"affine2", "3 4", GCHK_CACHE}};
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    const gchk_tensor_spec *row = row_of(c, rows[i].name);
    ck_assert_msg(row != NULL, "there is no %s", rows[i].name);
    ck_assert_str_eq(row->shape, rows[i].shape);
    ck_assert_int_eq(row->role, rows[i].role);
  }
  gchk_suite_free(suite);
}
END_TEST

START_TEST(names_of_inputs_outputs_and_nodes) {
  gchk_suite *suite = suite_of("cases:\n"
                               "  - name: net\n"
                               "    values: {a: {shape: [2, 3]}, b: {shape: [2, 3]}}\n"
                               "    network:\n"
                               "      - copy: {as: [left, right]}\n"
                               "      - mul: {in: [left, b], as: product, name: times}\n"
                               "      - add: {x: right, y: '..'}\n"
                               "      - sigmoid: {in: .., y: squashed}\n"
                               "      - relu: {in: [squashed]}\n",
                               GCHK_DTYPE_UNSET);
  const gchk_case *c = first_case(suite);
  ck_assert_int_eq(row_of(c, "left")->role, GCHK_CACHE);
  ck_assert_int_eq(row_of(c, "right")->role, GCHK_CACHE);
  ck_assert_int_eq(row_of(c, "product")->role, GCHK_CACHE);
  ck_assert_int_eq(row_of(c, "add")->role, GCHK_CACHE);
  ck_assert_int_eq(row_of(c, "squashed")->role, GCHK_CACHE);
  ck_assert_int_eq(row_of(c, "relu")->role, GCHK_OUTPUT);
  ck_assert_str_eq(c->layer->graph->nodes[1].name, "times");
  ck_assert_uint_eq(c->layer->graph->node_count, 5);
  gchk_suite_free(suite);
}
END_TEST

START_TEST(a_parameter_of_two_layers_is_shared) {
  gchk_suite *suite = suite_of("cases:\n"
                               "  - name: net\n"
                               "    values: {x: {shape: [2, 4]}, W: {normal: 0.5}}\n"
                               "    network:\n"
                               "      - affine: {units: 4, W: W, b: b1}\n"
                               "      - affine: {units: 4, W: W, b: b2}\n",
                               GCHK_DTYPE_UNSET);
  const gchk_case *c = first_case(suite);
  size_t parameters = 0;
  for (size_t i = 0; i < c->layer->tensor_count; i++)
    parameters += c->layer->tensors[i].role == GCHK_PARAMETER;
  ck_assert_uint_eq(parameters, 3);
  ck_assert_int_eq(setting_of(c, "W")->fill.kind, GCHK_FILL_NORMAL);
  ck_assert_double_eq(setting_of(c, "W")->fill.b, 0.5);
  gchk_suite_free(suite);
}
END_TEST

START_TEST(sizes_come_from_shapes_of_parameters_too) {
  gchk_suite *suite = suite_of("cases:\n"
                               "  - name: net\n"
                               "    values: {x: {shape: [2, 3]}, W: [[1, 2], [3, 4], [5, 6]], b: 0}\n"
                               "    network: [affine: {W: W, b: b}]\n",
                               GCHK_DTYPE_UNSET);
  const gchk_case *c = first_case(suite);
  ck_assert_str_eq(row_of(c, "W")->shape, "3 2");
  ck_assert_str_eq(row_of(c, "b")->shape, "2");
  ck_assert_double_eq(setting_of(c, "W")->fill.values[4], 5);
  gchk_suite_free(suite);
}
END_TEST

START_TEST(what_is_differentiated) {
  gchk_suite *suite = suite_of("cases:\n"
                               "  - name: net\n"
                               "    values:\n"
                               "      data: {npy: " INVALID_DATA "good.npy}\n"
                               "      checked: {npy: " INVALID_DATA "good.npy, differentiate: true}\n"
                               "      literal: [[1, 2], [3, 4]]\n"
                               "      fixed: {values: [[1, 2], [3, 4]], differentiate: false}\n"
                               "    network:\n"
                               "      - add: {in: [data, checked]}\n"
                               "      - add: {in: [.., literal]}\n"
                               "      - add: {in: [.., fixed]}\n"
                               "  - name: layer\n"
                               "    layer: mul\n"
                               "    values: {x: {npy: " INVALID_DATA "good.npy}, y: {npy: " INVALID_DATA
                               "good.npy, differentiate: true}}\n"
                               "  - name: skipped\n"
                               "    layer: mul\n"
                               "    values: {x: {shape: [3], differentiate: false}}\n"
                               "    skip: {y: because of the test}\n",
                               GCHK_DTYPE_UNSET);
  const gchk_case *c = first_case(suite);
  ck_assert_int_eq(row_of(c, "data")->role, GCHK_CONSTANT);
  ck_assert_int_eq(row_of(c, "checked")->role, GCHK_INPUT);
  ck_assert_int_eq(row_of(c, "literal")->role, GCHK_INPUT);
  ck_assert_int_eq(row_of(c, "fixed")->role, GCHK_CONSTANT);
  ck_assert(setting_of(&c[1], "x")->skip);
  ck_assert_ptr_nonnull(strstr(setting_of(&c[1], "x")->skip_reason, "good.npy"));
  ck_assert(!setting_of(&c[1], "y")->skip);
  ck_assert(setting_of(&c[2], "x")->skip);
  ck_assert_str_eq(setting_of(&c[2], "x")->skip_reason, "differentiate: false");
  ck_assert_str_eq(setting_of(&c[2], "y")->skip_reason, "because of the test");
  gchk_suite_free(suite);
}
END_TEST

START_TEST(fills) {
  static const struct {
    const char *name;
    gchk_fill_kind kind;
    double a, b;
  } wanted[] = {
      {"a", GCHK_FILL_NORMAL, 0, 0.5}, {"b", GCHK_FILL_NORMAL, 1, 0.25}, {"c", GCHK_FILL_UNIFORM, -3, 4},
      {"d", GCHK_FILL_POSITIVE, 0, 0}, {"e", GCHK_FILL_POSITIVE, 1, 2},  {"f", GCHK_FILL_DISTINCT, 0, 0.2},
      {"g", GCHK_FILL_VALUES, 0, 0},   {"h", GCHK_FILL_VALUES, 0, 0},
  };
  gchk_suite *suite = suite_of("cases:\n"
                               "  - name: a\n"
                               "    values:\n"
                               "      a: {shape: [2], normal: 0.5}\n"
                               "      b: {shape: [2], normal: [1, 0.25], keep_away: 0.125}\n"
                               "      c: {shape: [2], uniform: [-3, 4]}\n"
                               "      d: {shape: [2], positive: true}\n"
                               "      e: {shape: [2], positive: [1, 2]}\n"
                               "      f: {shape: [2], distinct: 0.2}\n"
                               "      g: {shape: [2], constant: 1/4}\n"
                               "      h: {values: [[1], [2]], shape: [2], threshold: 1e-3}\n"
                               "    network:\n"
                               "      - add: {in: [a, b]}\n"
                               "      - add: {in: [.., c]}\n"
                               "      - add: {in: [.., d]}\n"
                               "      - add: {in: [.., e]}\n"
                               "      - add: {in: [.., f]}\n"
                               "      - add: {in: [.., g]}\n"
                               "      - add: {in: [.., h]}\n",
                               GCHK_DTYPE_UNSET);
  const gchk_case *c = first_case(suite);
  for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
    const gchk_tensor_spec *row = row_of(c, wanted[i].name);
    ck_assert_int_eq(row->fill.kind, wanted[i].kind);
    ck_assert_double_eq(row->fill.a, wanted[i].a);
    ck_assert_double_eq(row->fill.b, wanted[i].b);
    ck_assert_str_eq(row->shape, "2");
  }
  ck_assert_double_eq(row_of(c, "b")->keep_away, 0.125);
  ck_assert_uint_eq(row_of(c, "g")->fill.value_count, 1);
  ck_assert_double_eq(row_of(c, "g")->fill.values[0], 0.25);
  ck_assert_double_eq(row_of(c, "h")->fill.values[1], 2);
  ck_assert_double_eq(setting_of(c, "h")->threshold, 1e-3);
  gchk_suite_free(suite);
}
END_TEST

START_TEST(defaults_and_cases) {
  static const char *const text =
      "defaults: {threshold: 1e-6, keep_away: 0.01, dtype: f32, seed: 7, step: 1e-4, tolerance: 1e-3}\n"
      "cases:\n"
      "  - {name: a, layer: sigmoid}\n"
      "  - name: b\n"
      "    layer: sigmoid\n"
      "    threshold: 1e-3\n"
      "    keep_away: 0.5\n"
      "    dtype: f64\n"
      "    seed: 0\n"
      "    step: 1/64\n"
      "    tolerance: 1e-12\n"
      "    mode: eval\n"
      "    expected_failure: because\n"
      "    thresholds: {x: 2e-3}\n"
      "    values: {x: [0]}\n"
      "    expect: {y: 0.5}\n";
  static const gchk_dtype asked[] = {GCHK_DTYPE_UNSET, GCHK_F64, GCHK_F32};
  for (size_t i = 0; i < 3; i++) {
    gchk_suite *suite = suite_of(text, asked[i]);
    const gchk_case *c = first_case(suite);
    ck_assert_int_eq(c[0].layer->dtype, asked[i] != GCHK_DTYPE_UNSET ? asked[i] : GCHK_F32);
    ck_assert_int_eq(c[1].layer->dtype, asked[i] != GCHK_DTYPE_UNSET ? asked[i] : GCHK_F64);
    ck_assert_double_eq(c[0].threshold, 1e-6);
    ck_assert_double_eq(c[1].threshold, 1e-3);
    ck_assert_double_eq(setting_of(&c[0], "x")->keep_away, 0.01);
    ck_assert_double_eq(setting_of(&c[1], "x")->keep_away, 0.5);
    ck_assert_double_eq(setting_of(&c[1], "x")->threshold, 2e-3);
    ck_assert(c[0].has_seed && c[0].seed == 7);
    ck_assert(c[1].has_seed && c[1].seed == 0);
    ck_assert_double_eq(c[0].step, 1e-4);
    ck_assert_double_eq(c[1].step, 1.0 / 64);
    ck_assert_int_eq(c[0].mode, GCHK_TRAIN);
    ck_assert_int_eq(c[1].mode, GCHK_EVAL);
    ck_assert_ptr_null(c[0].expected_failure);
    ck_assert_str_eq(c[1].expected_failure, "because");
    /* A tolerance that f32 cannot hold is left to its default. */
    ck_assert_double_eq(setting_of(&c[1], "y")->expected_tolerance, asked[i] == GCHK_F32 ? 0 : 1e-12);
    gchk_suite_free(suite);
  }
}
END_TEST

START_TEST(thresholds_are_of_the_precision_that_the_case_is_built_in) {
  static const char *const text = "defaults: {threshold: 1e-5}\n"
                                  "cases:\n"
                                  "  - name: a\n"
                                  "    layer: sigmoid\n"
                                  "    threshold: {f64: 1e-9, f32: 1e-4}\n"
                                  "    thresholds: {x: {f64: 1e-10}}\n"
                                  "  - name: b\n"
                                  "    layer: sigmoid\n"
                                  "    threshold: {f32: 1e-3}\n"
                                  "    values: {x: {shape: [2], threshold: {f64: 1e-7, f32: 1e-2}}}\n";
  static const struct {
    gchk_dtype dtype;
    double a, a_x, b, b_x; // 0: none
  } rows[] = {{GCHK_F64, 1e-9, 1e-10, 1e-5, 1e-7}, {GCHK_F32, 1e-4, 0, 1e-3, 1e-2}};
  for (size_t i = 0; i < 2; i++) {
    gchk_suite *suite = suite_of(text, rows[i].dtype);
    const gchk_case *c = first_case(suite);
    ck_assert_double_eq(c[0].threshold, rows[i].a);
    ck_assert_double_eq(setting_of(&c[0], "x")->threshold, rows[i].a_x);
    ck_assert_double_eq(c[1].threshold, rows[i].b);
    ck_assert_double_eq(setting_of(&c[1], "x")->threshold, rows[i].b_x);
    gchk_suite_free(suite);
  }
}
END_TEST

/* A mask bars keys by -.inf, written down, in a network, and in a file: what is behind such a key has no gradient. */
START_TEST(a_mask_may_be_infinite) {
  static const char *const text =
      "cases:\n"
      "- {name: a, layer: attention, values: {q: {shape: [1, 1, 2, 2]}, k: {shape: [1, 1, 3, 2]},\n"
      "   v: {shape: [1, 1, 3, 2]}, mask: [[0, 1, -.inf], [2, 0, -.inf]]}}\n"
      "- {name: b, values: {q: {shape: [1, 1, 2, 2]}, k: {shape: [1, 1, 3, 2]}, v: {shape: [1, 1, 3, 2]},\n"
      "   m: [[0, 1, -.inf], [2, 0, -.inf]]}, network: [{attention: {q: q, k: k, v: v, mask: m}}]}\n"
      "- {name: c, layer: attention, values: {q: {shape: [1, 1, 2, 2]}, k: {shape: [1, 1, 3, 2]},\n"
      "   v: {shape: [1, 1, 3, 2]}, mask: {csv: ../invalid/data/mask.csv}}}\n";
  for (size_t i = 0; i < 2; i++) {
    gchk_suite *suite = suite_of(text, i == 0 ? GCHK_F64 : GCHK_F32);
    gchk_options options = GCHK_OPTIONS_INIT;
    gchk_result *result = NULL;
    gchk_error error = {GCHK_OK, ""};
    OK(gchk_check_cases(first_case(suite), 3, &options, &result, &error), error);
    ck_assert_int_eq(result->verdict, GCHK_PASS);
    for (size_t c = 0; c < 3; c++)
      ck_assert_uint_eq(result->cases[c].tensor_count, 3);
    gchk_result_free(result);
    gchk_suite_free(suite);
  }
}
END_TEST

START_TEST(nothing_is_set_that_is_not_said) {
  gchk_suite *suite = suite_of("cases: [{name: a, layer: relu}]\n", GCHK_DTYPE_UNSET);
  const gchk_case *c = first_case(suite);
  ck_assert_uint_eq(c->setting_count, 0);
  ck_assert_double_eq(c->threshold, 0);
  ck_assert_double_eq(c->step, 0);
  ck_assert(!c->has_seed);
  ck_assert_int_eq(c->line, 1);
  gchk_suite_free(suite);
}
END_TEST

START_TEST(sizes_of_a_single_layer) {
  static const struct {
    const char *text, *sizes;
  } rows[] = {
      {"cases: [{name: a, layer: relu, sizes: S=2x3}]", "S=2x3"},
      {"cases: [{name: a, layer: affine, sizes: {N: 2, inputs: 4, units: 6}}]", "N=2 inputs=4 units=6"},
      {"cases: [{name: a, layer: affine, sizes: \"N=2 inputs=4x2 units=6\"}]", "N=2 inputs=4x2 units=6"},
      {"cases: [{name: a, layer: affine, values: {x: {shape: [2, 3, 4]}, b: [1, 2]}}]", "N=2 inputs=3x4 units=2"},
      /* What nothing says is the layer's own. */
      {"cases: [{name: a, layer: linear, values: {x: {shape: [2, 6]}}}]", "N=2 inputs=6 units=5"},
      /* Numbers are scalars where no shape is known, and fill where one is. */
      {"cases: [{name: a, layer: mul, values: {x: 3, y: 4}}]", "S=() T=()"},
      {"cases: [{name: a, layer: mul, values: {x: 3, y: [1, 2]}}]", "T=2 S=2"},
      /* What is said of one operand goes for the other, unless that has a shape. */
      {"cases: [{name: a, layer: mul, values: {x: {shape: [2, 3]}}}]", "S=2x3 T=2x3"},
      {"cases: [{name: a, layer: mul, values: {x: {shape: [2, 3]}, y: {shape: [3]}}}]", "S=2x3 T=3"},
      /* A layer that is told apart by its sizes; a list of none. */
      {"cases: [{name: a, layer: sum, sizes: {axis: 0}, values: {x: {shape: [2, 3]}}}]", "axis=0 A=() M=2 Z=3"},
      {"cases: [{name: a, layer: sum, values: {x: {shape: [2, 3]}}}]", "S=2x3"},
      {"cases: [{name: a, layer: concat, values: {x: {shape: [2, 3]}}}]", "axis=0 A=() M=2 Z=3 K=4"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    gchk_suite *suite = suite_of(rows[i].text, GCHK_DTYPE_UNSET);
    ck_assert_str_eq(first_case(suite)->sizes, rows[i].sizes);
    gchk_suite_free(suite);
  }
}
END_TEST

START_TEST(the_table_that_fits_the_targets_is_chosen) {
  static const struct {
    const char *target;
    gchk_role role;
  } rows[] = {
      {"[0, 2]", GCHK_INDEX},
      {"{shape: [2], labels: 3}", GCHK_INDEX},
      {"[[0, 0, 1], [1, 0, 0]]", GCHK_CONSTANT},
      {"{shape: [2, 3], one_hot: 3}", GCHK_CONSTANT},
      {"{shape: [2, 3], one_hot: true}", GCHK_CONSTANT},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    char text[512];
    (void)snprintf(text, sizeof(text),
                   "cases:\n  - {name: a, layer: softmax_with_loss, values: {x: {shape: [2, 3]}, t: %s}}\n"
                   "  - {name: b, values: {x: {shape: [2, 3]}, t: %s}, network: [softmax_with_loss: {in: [x, t]}]}\n",
                   rows[i].target, rows[i].target);
    gchk_suite *suite = suite_of(text, GCHK_DTYPE_UNSET);
    const gchk_case *c = first_case(suite);
    ck_assert_int_eq(row_of(&c[0], "t")->role, rows[i].role);
    ck_assert_int_eq(row_of(&c[1], "t")->role, rows[i].role);
    gchk_suite_free(suite);
  }
}
END_TEST

/* Axes, broadcasting, a residual connection, an index: what each item gives. */
START_TEST(arrays_take_shape_in_a_network) {
  static const struct {
    const char *item, *shape;
  } rows[] = {
      {"concat: {in: [x, x], axis: 2, as: y}", "2 3 8"},
      {"concat: {in: [x, x], as: y}", "4 3 4"},
      {"slice: {axis: 1, start: 1, stop: 3, as: y}", "2 2 4"},
      {"slice: {axis: 2, stop: 4, step: 3, as: y}", "2 3 2"},
      {"transpose: {as: y}", "2 4 3"},
      {"transpose: {axis1: 0, axis2: 2, as: y}", "4 3 2"},
      {"pad: {left: 1, bottom: 2, as: y}", "2 5 5"},
      {"pad: {axis: 0, before: 3, as: y}", "5 3 4"},
      {"gather: {index: i, axis: 1, as: y}", "2 2 2 4"},
      {"gather: {index: j, as: y}", "2 3 4"},
      {"scatter_add: {index: j, source: x, as: y}", "2 3 4"},
      {"sum: {as: y}", ""},
      {"sum: {axis: 1, as: y}", "2 4"},
      {"mean: {axis: 2, as: y}", "2 3"},
      {"softmax: {axis: 0, as: y}", "2 3 4"},
      {"add: {x: x, y: b, as: y}", "2 3 4"},
      {"mul: {x: b, y: x, as: y}", "2 3 4"},
      {"sub: {in: [x, x], as: y}", "2 3 4"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    char text[512];
    (void)snprintf(text, sizeof(text),
                   "cases:\n  - name: a\n    values: {x: {shape: [2, 3, 4]}, b: {shape: [3, 1]}, i: [[0, 1], [1, 1]], "
                   "j: [1, 0]}\n    network: [{%s}, {add: {x: b, y: b}}, {gather: {x: x, index: i}}, "
                   "{gather: {name: g, x: x, index: j}}]\n",
                   rows[i].item);
    gchk_suite *suite = suite_of(text, GCHK_F32);
    ck_assert_str_eq(row_of(first_case(suite), "y")->shape, rows[i].shape);
    gchk_suite_free(suite);
  }
}
END_TEST

START_TEST(expected_values) {
  gchk_suite *suite = suite_of("cases:\n"
                               "  - name: a\n"
                               "    values: {x: {shape: [2, 2]}}\n"
                               "    network: [relu: {as: h}, sigmoid: {as: y}]\n"
                               "    expect: {x: {npy: " INVALID_DATA "good.npy}, h: 0.5, y: [[1, 2], [3, 4]]}\n"
                               "    gradients: {h: [[5, 6], [7, 8]], x: 0}\n"
                               "    upstream: {y: [[[1, -1], [2, -2]]]}\n",
                               GCHK_DTYPE_UNSET);
  const gchk_case *c = first_case(suite);
  const gchk_tensor_setting *x = setting_of(c, "x"), *h = setting_of(c, "h"), *y = setting_of(c, "y");
  ck_assert_uint_eq(x->expected_value_count, 4);
  ck_assert_double_eq(x->expected_value[3], 4);
  ck_assert_uint_eq(h->expected_value_count, 4);
  ck_assert_double_eq(h->expected_value[3], 0.5);
  ck_assert_double_eq(h->expected_gradient[2], 7);
  ck_assert_double_eq(x->expected_gradient[3], 0);
  ck_assert_double_eq(y->expected_value[1], 2);
  ck_assert_ptr_null(y->expected_gradient);
  /* A dimension of 1 more is no other shape. */
  ck_assert_uint_eq(y->upstream_count, 4);
  ck_assert_double_eq(y->upstream[3], -2);
  gchk_suite_free(suite);
}
END_TEST

START_TEST(gradients_from_elsewhere) {
  gchk_suite *suite = suite_of("cases:\n"
                               "  - name: a\n"
                               "    layer: affine\n"
                               "    values: {x: {shape: [3, 2]}, W: {shape: [2, 2]}}\n"
                               "    reference:\n"
                               "      source: some autograd 1.0\n"
                               "      npz: " TEST_DATA "reference.npz\n"
                               "      rtol: 1e-3\n"
                               "      gradients: {x: 0.25}\n",
                               GCHK_DTYPE_UNSET);
  const gchk_case *c = first_case(suite);
  const gchk_tensor_setting *w = setting_of(c, "W"), *b = setting_of(c, "b"), *x = setting_of(c, "x");
  ck_assert_uint_eq(w->reference_count, 4);
  ck_assert_double_eq(w->reference[2], 3);
  ck_assert_str_eq(w->reference_source, "some autograd 1.0");
  ck_assert_double_eq(w->reference_rtol, 1e-3);
  ck_assert_double_eq(w->reference_atol, 1e-8);
  ck_assert_uint_eq(b->reference_count, 2); /* is (1,2) in the file */
  ck_assert_double_eq(b->reference[1], -2);
  ck_assert_uint_eq(x->reference_count, 6);
  ck_assert_double_eq(x->reference[5], 0.25);
  gchk_suite_free(suite);
}
END_TEST

START_TEST(an_alias_repeats_values_and_networks) {
  gchk_suite *suite =
      suite_of("cases:\n"
               "  - {name: a, values: &v {x: {shape: [2, 3]}}, network: &n [affine: {units: 4}, relu]}\n"
               "  - {name: b, values: *v, network: *n}\n",
               GCHK_DTYPE_UNSET);
  const gchk_case *c = first_case(suite);
  ck_assert_ptr_ne(c[0].layer, c[1].layer);
  ck_assert_uint_eq(c[0].layer->tensor_count, c[1].layer->tensor_count);
  gchk_suite_free(suite);
}
END_TEST

/* Forty layers of f32, twice over: the cost of a plan must not grow like its third power, nor must memory be lost. */
START_TEST(a_network_of_forty_layers) {
  char text[8192] = "cases:\n  - name: deep\n    dtype: f32\n    values: {x: {shape: [2, 8]}}\n    network:\n";
  size_t used = strlen(text);
  for (size_t i = 0; i < 20; i++)
    used += (size_t)snprintf(text + used, sizeof(text) - used, "      - affine: {units: 8}\n      - sigmoid\n");
  gchk_suite *suite = suite_of(text, GCHK_DTYPE_UNSET);
  const gchk_case *c = first_case(suite);
  ck_assert_uint_eq(c->layer->graph->node_count, 40);
  ck_assert_ptr_nonnull(row_of(c, "affine20.W"));
  ck_assert_ptr_nonnull(c->layer->twin);
  gchk_suite_free(suite);
}
END_TEST

static TCase *suites(void) {
  TCase *tests = tcase_create("suite");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, ten_lines_are_a_network);
  tcase_add_test(tests, names_of_inputs_outputs_and_nodes);
  tcase_add_test(tests, a_parameter_of_two_layers_is_shared);
  tcase_add_test(tests, sizes_come_from_shapes_of_parameters_too);
  tcase_add_test(tests, what_is_differentiated);
  tcase_add_test(tests, fills);
  tcase_add_test(tests, defaults_and_cases);
  tcase_add_test(tests, thresholds_are_of_the_precision_that_the_case_is_built_in);
  tcase_add_test(tests, a_mask_may_be_infinite);
  tcase_add_test(tests, nothing_is_set_that_is_not_said);
  tcase_add_test(tests, sizes_of_a_single_layer);
  tcase_add_test(tests, the_table_that_fits_the_targets_is_chosen);
  tcase_add_test(tests, arrays_take_shape_in_a_network);
  tcase_add_test(tests, expected_values);
  tcase_add_test(tests, gradients_from_elsewhere);
  tcase_add_test(tests, an_alias_repeats_values_and_networks);
  tcase_add_test(tests, a_network_of_forty_layers);
  return tests;
}

TEST_MAIN("suite", suites)
