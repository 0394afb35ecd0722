/* The table of keys, and the two that walk it: the check of names and the reading of values. */
#include "suite/suite_keys.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static_assert(offsetof(gchk_case_keys, settings) == 0, "the rows of settings are for `defaults` and for a case");

/* The first four columns: the section, the key, its type, and the field of that name in the struct of the section. */
#define ROW(section, structure, type, key) GCHK_KEYS_##section, #key, GCHK_KEY_##type, offsetof(structure, key)
#define SUITE(type, key)                   ROW(SUITE, gchk_top_keys, type, key)
#define CASE(type, key)                    ROW(CASE, gchk_case_keys, type, key)
#define SETTING(type, key)                 ROW(SETTING, gchk_suite_settings, type, key)
#define EXPECT(type, key)                  ROW(EXPECT, gchk_case_keys, type, key)
#define TRAIN(type, key)                   ROW(TRAIN, gchk_case_keys, type, key)
#define ITEM(type, key)                    ROW(ITEM, gchk_item_keys, type, key)
#define VALUE(type, key)                   ROW(VALUE, gchk_value_keys, type, key)
#define FILL(type, key)                    ROW(FILL, gchk_value_keys, type, key)
#define CLASS(type, key)                   ROW(CLASS, gchk_value_keys, type, key)
#define DATA(type, key)                    ROW(DATA, gchk_value_keys, type, key)
#define SPLIT(type, key)                   ROW(SPLIT, gchk_split_keys, type, key)
#define REFERENCE(type, key)               ROW(REFERENCE, gchk_reference_keys, type, key)
#define ARCHIVE(type, key)                 ROW(ARCHIVE, gchk_archive_keys, type, key)
#define SUPPRESS(type, key)                ROW(SUPPRESS, gchk_suppress_keys, type, key)
#define DOCUMENT(type, key)                ROW(DOCUMENT, gchk_document_keys, type, key)
#define PRECISION(type, key)               ROW(PRECISION, gchk_precision_keys, type, key)

/* In the order in which keys are read and, within a section, printed. */
static const gchk_suite_key rows[] = {
    {SUITE(NODE, defaults), "{seed: 1, threshold: 1e-6}",
     "the settings of every case that says nothing itself: the keys under SETTINGS"},
    {SUITE(NODE, plugins), "[../mine.so]", "layers of your own: `layer` and networks find them by name"},
    {SUITE(NODE, twins), "[../mine.twin.so]",
     "double builds of the same layers (cc -include gradcheck/as_double.h), which are differenced in place of the "
     "float "
     "ones; mine.twin.so beside mine.so needs no mention"},
    {SUITE(NODE, cases), "[...]", "the cases; each is a map, in lines that begin with \"- \""},
    {CASE(TEXT, name), "NAME", "what the case is called; no two have one name"},
    {CASE(NODE, layer), "NAME", "checks one layer; `gradcheck list` shows all, with their tensors and options"},
    {CASE(NODE, network), "[LAYER, ...]",
     "checks layers in the order in which they are evaluated; every input, every parameter and every value between two "
     "layers is checked"},
    {CASE(MAP, values), "{x: VALUE, ...}", "the tensors of the layer, or the inputs and parameters of the network"},
    {CASE(NODE, sizes), "{N: 3, D: 2x5} or \"N=3 D=2x5\"",
     "of a layer, where no value says a size; in a network they belong to the item"},
    {CASE(NODE, options), "{log_eps: 1e-7}", "of a layer; in a network they belong to the item"},
    {EXPECT(NODE, expect), "{price: 220}", "values that outputs, or values in between, must have"},
    {EXPECT(NODE, gradients), "{apple: 2.2}",
     "gradients that backward must give for an upstream gradient of 1, or of `upstream`; values in between that are "
     "named here are differentiated too"},
    {EXPECT(NODE, upstream), "{y: [1, -2]}", "the upstream gradients of outputs"},
    {SETTING(POSITIVE, tolerance), "1e-12",
     "relative, of expected values and gradients (1e-7 in f64; 1e-5 in f32, which is also the finest of f32)"},
    {SETTING(THRESHOLD, threshold), "1e-6 or {f64: 1e-9, f32: 1e-4}",
     "the largest mean absolute difference, of every tensor; without it the measured error bound decides. Where the "
     "difference is known no better than the threshold is far from it, the tensor is inconclusive. A threshold "
     "is also a waiver: see two-layer-net-log-eps in the built-in suite"},
    {CASE(NODE, thresholds), "{b2: 1e-6}", "a threshold of single tensors, each a number or one for each dtype"},
    {SETTING(POSITIVE, keep_away), "0.05", "random inputs keep away from the kink at 0"},
    {SETTING(DTYPE, dtype), "f64 or f32", "the precision of the layers (f64)"},
    {SETTING(NODE, precision), "bf16, {storage: bf16, products: tf32} or 1/256",
     "the coarser format that the layer or the network computes in, as under PRECISION: values are rounded to it, and "
     "error bounds are of its size"},
    {SETTING(SEED, seed), "1", "where random numbers start"},
    {CASE(MODE, mode), "train or eval", "of layers that differ in it (train)"},
    {SETTING(POSITIVE, step), "1e-4", "this finite-difference step for every element, in place of the adaptive one"},
    {CASE(REASON, expected_failure), "\"why\"", "the case is known to fail"},
    {CASE(NODE, skip), "{x: \"why\"}", "tensors that are not differentiated"},
    {CASE(NODE, suppress), "[{finding: ..., ...}, ...]",
     "findings that are known, as under SUPPRESS: notes until their day has passed, listed in every report"},
    {EXPECT(NODE, reference), "{source: ..., npz: ...}",
     "gradients by another program, as under REFERENCE; with an upstream gradient of 1 the true error of the "
     "differences "
     "is shown beside their bound"},
    {EXPECT(NODE, compare), "conv2d or {layer: conv2d, stride: 2, w: W^T}",
     "outputs and gradients must be those of this built-in layer, within measured rounding. The other keys say what "
     "names and shapes do not tell: which of its tensors one is (w: W), transposed (w: W^T), with its axes in another "
     "order (x: \"x(0,3,1,2)\"), a tensor of its that is everywhere 0 (b: 0), a size or an option of its (stride: 2)"},
    {EXPECT(NODE, documents), "[{document: ..., ...}, ...]",
     "what documents print of the case, as under DOCUMENTS: the case fails where gradcheck gives something else, and "
     "`--documents FILE` and the HTML report have a table of all rows"},
    {TRAIN(NODE, train), "{x: VALUE, t: VALUE}", "data for values that have the rows of a batch"},
    {TRAIN(NODE, test), "{x: VALUE, t: VALUE}", "data of the same values, to test with"},
    {ITEM(NODE, in), "[a, b]",
     "what the layer reads, in its own order; without it the output of the layer before (also written \"..\"), and for "
     "the first layer the first value that is no parameter"},
    {ITEM(NODE, as), "total", "what its output is called (a list for several); without it the name of the layer"},
    {ITEM(TEXT, name), "hidden", "what the layer is called; without it relu, or relu1, relu2, ..."},
    {VALUE(NODE, shape), "[3, 4]", "the shape; a parameter needs none: W1: {normal: 0.01}"},
    {VALUE(NODE, differentiate), "true or false",
     "without it data and one-hot targets are constants, and all else is checked"},
    {VALUE(THRESHOLD, threshold), "1e-6 or {f64: 1e-9, f32: 1e-4}", "of this tensor"},
    {VALUE(POSITIVE, keep_away), "0.05", "random numbers keep away from the kink at 0"},
    {FILL(NODE, normal), "0.5 or [mean, deviation]", "normal, of this standard deviation"},
    {FILL(NODE, uniform), "true or [-1, 1]", "uniform in the range"},
    {FILL(NODE, positive), "true or [0.5, 2]", "uniform in a range of positive numbers"},
    {FILL(NODE, distinct), "true or 0.1", "no two numbers are nearer than this"},
    {FILL(NODE, constant), "3", "one number in every element"},
    {FILL(NODE, he), "true or 784",
     "normal of mean 0 and variance 2/fan_in. fan_in is how many elements an output sums: axis 0 of W (inputs, units) "
     "of affine, axis 1 of W (units, inputs) of linear, Ci/groups KH KW of a filter (Co, Ci/groups, KH, KW); a number "
     "is one of your own, for shapes that do not tell it"},
    {FILL(NODE, xavier), "true or [784, 50]",
     "normal of mean 0 and variance 2/(fan_in + fan_out). fan_out is the other axis; of a filter it is Co KH KW"},
    {FILL(NODE, lecun), "true or 784", "normal of mean 0 and variance 1/fan_in"},
    {FILL(NODE, he_uniform), "true or 784", "uniform on [-a, a) of the same variance, a^2/3"},
    {FILL(NODE, xavier_uniform), "true or [784, 50]", "likewise"},
    {FILL(NODE, lecun_uniform), "true or 784", "likewise"},
    {CLASS(NODE, one_hot), "10 or true",
     "a fill: each row has one 1, and `true` means as many classes as the last size; of numbers from a file: labels "
     "below 10, each as a row of ten"},
    {CLASS(NODE, labels), "10",
     "a fill: whole numbers below 10; of numbers from a file or `values`: they are labels below 10"},
    {CLASS(NODE, indices), "10", "the same with repeats"},
    {CLASS(NODE, ignored), "-100",
     "beside labels: the label that does not count, which some of them get; among numbers from a file or `values` it "
     "may "
     "stand too"},
    {FILL(NODE, values), "[1, 2]", "these numbers"},
    {DATA(NODE, idx), "FILE", "a file in the format of MNIST"},
    {DATA(NODE, csv), "FILE", "rows of numbers"},
    {DATA(NODE, npy), "FILE", "an array of numpy"},
    {DATA(NODE, npz), "FILE", "an archive of such arrays"},
    {DATA(NODE, member), "NAME", "of an npz: which array; needed where there are several"},
    {DATA(NODE, header), "true", "of a csv: the first line holds names"},
    {DATA(NODE, column), "64", "one column of a table, as a list"},
    {DATA(NODE, columns), "[0, 64]", "columns 0 to 63"},
    {DATA(NODE, rows), "[0, 3]", "rows 0, 1 and 2, of those that `split` leaves"},
    {DATA(NODE, split), "{part: train, ...}", "a part of the rows, as under SPLIT"},
    {DATA(NODE, scale), "1/255", "times a number"},
    {DATA(NODE, standardise), "true or columns",
     "(x - mean)/deviation, of the part train where there is a split: true is one mean and deviation for all, columns "
     "one each"},
    {SPLIT(PART, part), "train or test", "which part is kept"},
    {SPLIT(NODE, fraction), "0.8", "of the rows that are the part train"},
    {SPLIT(SEED, seed), "42", "of the shuffling (0)"},
    {REFERENCE(TEXT, source), "\"torch 1.13.1\"", "which program it was, for the report"},
    {REFERENCE(POSITIVE, rtol), "1e-5", "relative tolerance (1e-5)"},
    {REFERENCE(POSITIVE, atol), "1e-8", "absolute tolerance (1e-8)"},
    {REFERENCE(NODE, npz), "FILE or {f64: FILE, f32: FILE}",
     "arrays that are called like the tensors; the second form has one for each dtype"},
    {REFERENCE(NODE, gradients), "{W1: VALUE}", "single ones, such as {W1: {npz: FILE, member: dW1}}"},
    {DOCUMENT(TEXT, document), "\"000\"", "which document"},
    {DOCUMENT(TEXT, at), "\"In [7]\"", "where in it"},
    {DOCUMENT(TEXT, prints), "\"dTax: 200\"",
     "what it prints; the numbers in it are compared, True and False as 1 and 0"},
    {DOCUMENT(NODE, value), "price or [x, y]", "with the elements of these tensors, one after the other"},
    {DOCUMENT(NODE, gradient), "tax or [x, y]", "with their gradients, for the upstream gradient of `gradients`"},
    {DOCUMENT(NODE, shape), "x", "with their dimensions"},
    {DOCUMENT(NODE, mean_abs_diff), "W1",
     "with their mean absolute difference of analytic and numeric gradients; of random weights, so that the size is "
     "compared: within a factor of 3, in f64"},
    {DOCUMENT(NODE, agreement), "W1", "with whether they are close to their reference gradients"},
    {DOCUMENT(NODE, formula), "x or [x, W]",
     "what is printed is a formula of their gradients: differences confirm it where these tensors pass"},
    {DOCUMENT(NODE, elsewhere), "\"gradcheck train\"", "the command that gives it; this run does not"},
    {DOCUMENT(NODE, misprint), "\"why\"", "it does not run as it is printed, and is compared with nothing"},
    {DOCUMENT(NODE, units), "1",
     "how many units of its last digit a number may be off (0.5, as it is rounded): more where it was computed from "
     "rounded numbers, 0 for this very number; in f32 at least 1e-5 of it"},
    {SUPPRESS(TEXT, finding), "stale-state",
     "the code, of a probe or a diagnosis; `gradcheck explain codes` lists them"},
    {SUPPRESS(TEXT, tensor), "h", "of which tensor it is said; without it of any, and of the case as a whole"},
    {SUPPRESS(TEXT, until), "2027-03-31", "the last day, in UTC: after it the finding counts"},
    {SUPPRESS(REASON, reason), "\"issue 12\"", "why it may wait"},
    {PRECISION(NODE, storage), "bf16", "of what is stored in tensors"},
    {PRECISION(NODE, products), "tf32", "to which the factors of products are rounded"},
    {ARCHIVE(NODE, f64), "FILE", "for cases in f64"},
    {ARCHIVE(NODE, f32), "FILE", "for cases in f32"},
};

const gchk_suite_key *gchk_suite_key_at(size_t index) {
  return index < GCHK_COUNT(rows) ? &rows[index] : NULL;
}

const gchk_suite_key *gchk_suite_find_key(unsigned sections, const char *name) {
  for (size_t i = 0; i < GCHK_COUNT(rows); i++)
    if ((rows[i].section & sections) != 0 && strcmp(rows[i].key, name) == 0)
      return &rows[i];
  return NULL;
}

const char *gchk_suite_value_key(size_t offset) {
  for (size_t i = 0; i < GCHK_COUNT(rows); i++)
    if ((rows[i].section & GCHK_KEYS_OF_VALUE) != 0 && rows[i].offset == offset)
      return rows[i].key;
  return "?";
}

const gchk_yaml *gchk_suite_key_node(const void *keys, size_t offset) {
  return *(const gchk_yaml *const *)(const void *)((const char *)keys + offset);
}

void gchk_suite_add_keys(gchk_suite_names *list, unsigned sections) {
  for (size_t i = 0; i < GCHK_COUNT(rows); i++)
    if ((rows[i].section & sections) != 0)
      gchk_suite_add_name(list, rows[i].key);
}

gchk_status gchk_suite_check_keys(const gchk_suite_reader *reader, const gchk_yaml *map, unsigned sections,
                                  const char *what) {
  for (size_t i = 0; i < map->count; i++) {
    const char *name = map->key[i]->text;
    if (gchk_suite_find_key(sections, name) != NULL)
      continue;
    gchk_suite_names known = {.count = 0};
    char text[128];
    gchk_suite_add_keys(&known, sections);
    (void)snprintf(text, sizeof(text), "unknown key of %s", what);
    return gchk_suite_unknown(reader, map->key[i], text, name, &known);
  }
  return GCHK_OK;
}

static gchk_status read_seed(const gchk_suite_reader *reader, const gchk_yaml *node, const char *key,
                             gchk_suite_seed *seed) {
  size_t n = 0;
  GCHK_TRY(gchk_suite_whole(reader, node, key, 0, &n));
  *seed = (gchk_suite_seed){.value = n, .is_given = true};
  return GCHK_OK;
}

static gchk_status read_choice(const gchk_suite_reader *reader, const gchk_yaml *node, const gchk_suite_key *row,
                               void *field) {
  bool is_second = false;
  switch (row->type) {
  case GCHK_KEY_DTYPE:
    GCHK_TRY(gchk_suite_choice(reader, node, row->key, "f64", "f32", &is_second));
    *(gchk_dtype *)field = is_second ? GCHK_F32 : GCHK_F64;
    return GCHK_OK;
  case GCHK_KEY_MODE:
    GCHK_TRY(gchk_suite_choice(reader, node, row->key, "train", "eval", &is_second));
    *(gchk_mode *)field = is_second ? GCHK_EVAL : GCHK_TRAIN;
    return GCHK_OK;
  default:
    GCHK_TRY(gchk_suite_choice(reader, node, row->key, "train", "test", &is_second));
    *(gchk_suite_part *)field = is_second ? GCHK_PART_TEST : GCHK_PART_TRAIN;
    return GCHK_OK;
  }
}

static gchk_status read_row(const gchk_suite_reader *reader, const gchk_yaml *node, const gchk_suite_key *row,
                            void *field) {
  char reason[64];
  switch (row->type) {
  case GCHK_KEY_MAP:
    GCHK_TRY(gchk_suite_map(reader, node, row->key));
    *(const gchk_yaml **)field = node;
    return GCHK_OK;
  case GCHK_KEY_NODE:
    *(const gchk_yaml **)field = node;
    return GCHK_OK;
  case GCHK_KEY_TEXT:
    return gchk_suite_text(reader, node, row->key, field);
  case GCHK_KEY_REASON:
    (void)snprintf(reason, sizeof(reason), "%s, the reason,", row->key);
    return gchk_suite_text(reader, node, reason, field);
  case GCHK_KEY_POSITIVE:
    return gchk_suite_positive(reader, node, row->key, field);
  case GCHK_KEY_THRESHOLD:
    return gchk_suite_read_threshold(reader, node, row->key, field);
  case GCHK_KEY_SEED:
    return read_seed(reader, node, row->key, field);
  default:
    return read_choice(reader, node, row, field);
  }
}

gchk_status gchk_suite_read_keys(const gchk_suite_reader *reader, const gchk_yaml *map, unsigned sections, void *keys) {
  for (size_t i = 0; i < GCHK_COUNT(rows); i++) {
    const gchk_yaml *node = (rows[i].section & sections) != 0 ? gchk_yaml_get(map, rows[i].key) : NULL;
    if (node != NULL)
      GCHK_TRY(read_row(reader, node, &rows[i], (char *)keys + rows[i].offset));
  }
  return GCHK_OK;
}
