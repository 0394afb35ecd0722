/* Samples of the corpus, and checks of them. */
#include "corpus/corpus.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gradcheck/explain.h"
#include "gradcheck/random.h"

const char *corpus_precision_name(corpus_precision precision) {
  static const char *const names[] = {"f64", "f32", "f32+twin"};
  return names[precision];
}

const corpus_kind *corpus_find(const char *name) {
  for (size_t i = 0; i < corpus_kind_count; i++)
    if (strcmp(corpus_kinds[i].name, name) == 0)
      return &corpus_kinds[i];
  return NULL;
}

size_t corpus_mistake_count(const corpus_kind *kind) {
  size_t count = 0;
  while (count < CORPUS_MAX_MISTAKES && kind->mistakes[count] != NULL)
    count++;
  return count;
}

static void stop(const corpus_sample *sample, const char *message) {
  fprintf(stderr, "corpus: %s, seed %llu, %s, %s: %s\n", sample->kind->name, (unsigned long long)sample->seed,
          corpus_precision_name(sample->precision), sample->size_text, message);
  abort();
}

static void draw_sizes(corpus_sample *sample, gchk_random *random, bool is_small) {
  size_t used = 0;
  for (size_t i = 0; i < CORPUS_MAX_SIZES && sample->kind->sizes[i].name != NULL; i++) {
    const corpus_size *size = &sample->kind->sizes[i];
    const size_t spread = size->high - size->low;
    const size_t value = size->low + gchk_random_below(random, (is_small ? (spread + 3) / 4 : spread) + 1);
    gchk_size_binding *binding = &sample->sizes.binding[sample->sizes.count++];
    (void)snprintf(binding->name, sizeof binding->name, "%s", size->name);
    binding->value = value;
    used += (size_t)snprintf(sample->size_text + used, sizeof sample->size_text - used, "%s%s=%zu", i == 0 ? "" : " ",
                             size->name, value);
  }
}

// Values with nothing in the first row.
static void fill_below_first_row(corpus_sample *sample, size_t row, double scale, gchk_random *random) {
  gchk_case c = {.name = "shape", .layer = &sample->layer, .sizes = sample->size_text};
  gchk_shape shape;
  gchk_error error;
  size_t count = 0;
  if (gchk_case_shape(&c, row, &shape, &error) != GCHK_OK || gchk_shape_count(&shape, &count, &error) != GCHK_OK)
    stop(sample, error.message);
  double *values = sample->values[row] = calloc(count, sizeof *values);
  if (values == NULL)
    stop(sample, "out of memory");
  for (size_t i = count / shape.dim[0]; i < count; i++)
    values[i] = (double)(float)(scale * gchk_random_normal(random));
  sample->rows[row].fill = (gchk_fill){.kind = GCHK_FILL_VALUES, .values = values, .value_count = count};
}

static void draw_fill(corpus_sample *sample, size_t row, const corpus_fill *fill, gchk_random *random) {
  const double middle = gchk_random_uniform(random, fill->middle_low, fill->middle_high);
  const double low = fill->scale_low > 0 ? fill->scale_low : 1, high = fill->scale_high > 0 ? fill->scale_high : low;
  const double scale = low * pow(high / low, gchk_random_uniform(random, 0, 1));
  gchk_fill *out = &sample->rows[row].fill;
  if (fill->first_row_zero)
    fill_below_first_row(sample, row, scale, random);
  else if (fill->kind == GCHK_FILL_UNIFORM)
    *out = (gchk_fill){.kind = fill->kind, .a = middle - scale, .b = middle + scale};
  else
    *out = (gchk_fill){.kind = fill->kind, .a = middle, .b = scale, .below = fill->below};
}

static void draw_fills(corpus_sample *sample, gchk_random *random) {
  for (size_t row = 0; row < sample->layer.tensor_count; row++) {
    const corpus_fill *choice[CORPUS_MAX_FILLS];
    size_t count = 0;
    for (size_t i = 0; i < CORPUS_MAX_FILLS && sample->kind->fills[i].tensor != NULL; i++)
      if (strcmp(sample->kind->fills[i].tensor, sample->rows[row].name) == 0)
        choice[count++] = &sample->kind->fills[i];
    if (count > 0)
      draw_fill(sample, row, choice[gchk_random_below(random, count)], random);
  }
}

static gchk_layer own_layer(corpus_sample *sample, const gchk_layer *source) {
  gchk_layer layer = *source;
  layer.name = sample->kind->name;
  layer.tensors = sample->rows;
  layer.sizes = sample->size_text;
  layer.user = &sample->mistake;
  return layer;
}

void corpus_sample_init(corpus_sample *sample, const corpus_kind *kind, uint64_t seed, corpus_precision precision,
                        int mistake, bool is_small) {
  *sample = (corpus_sample){.kind = kind, .seed = seed, .precision = precision, .mistake = mistake};
  gchk_random random = gchk_random_stream(seed, kind->name);
  if (kind->f64->tensor_count > CORPUS_MAX_ROWS)
    stop(sample, "too many tensors");
  memcpy(sample->rows, kind->f64->tensors, kind->f64->tensor_count * sizeof *sample->rows);
  draw_sizes(sample, &random, is_small);
  sample->layer = own_layer(sample, precision == CORPUS_F64 ? kind->f64 : kind->f32);
  sample->twin = own_layer(sample, kind->f64);
  sample->oracle = own_layer(sample, kind->oracle);
  if (precision == CORPUS_F32_TWIN)
    sample->layer.twin = &sample->twin;
  draw_fills(sample, &random);
}

void corpus_sample_deinit(corpus_sample *sample) {
  for (size_t i = 0; i < CORPUS_MAX_ROWS; i++)
    free(sample->values[i]);
}

static gchk_options own_options(const corpus_sample *sample, const gchk_options *options) {
  gchk_options own = options != NULL ? *options : (gchk_options)GCHK_OPTIONS_INIT;
  own.seed = sample->seed;
  own.budget = sample->kind->budget;
  return own;
}

gchk_result *corpus_check(const corpus_sample *sample, const gchk_options *options) {
  const gchk_options own = own_options(sample, options);
  gchk_result *result = NULL;
  gchk_error error;
  if (gchk_check_layer(&sample->layer, &own, &result, &error) != GCHK_OK)
    stop(sample, error.message);
  return result;
}

typedef struct agreement_work {
  const corpus_sample *sample;
  size_t stride;
  corpus_agreement *agreement;
} agreement_work;

static gchk_status explain_tensor(void *context, const gchk_case *c, const gchk_tensor_result *tensor,
                                  const gchk_element_arrays *arrays, gchk_error *error) {
  const agreement_work *work = context;
  const gchk_options options = own_options(work->sample, NULL);
  for (size_t e = 0; e < arrays->count; e += work->stride) {
    if (arrays->verdict[e] == GCHK_SKIPPED)
      continue; // not checked
    gchk_explanation x;
    const gchk_status status = gchk_explain_element(c, &options, tensor->name, &e, 1, &x, error);
    if (status != GCHK_OK)
      return status;
    work->agreement->elements++;
    if (x.verdict == (gchk_verdict)arrays->verdict[e])
      continue;
    if (work->agreement->disagree++ == 0)
      (void)snprintf(work->agreement->first, sizeof work->agreement->first,
                     "%s, seed %llu, %s: %s[%zu]: run %s, explain %s", c->name, (unsigned long long)work->sample->seed,
                     corpus_precision_name(work->sample->precision), tensor->name, e,
                     gchk_verdict_name((gchk_verdict)arrays->verdict[e]), gchk_verdict_name(x.verdict));
  }
  return GCHK_OK;
}

void corpus_agree(const corpus_sample *sample, size_t stride, corpus_agreement *agreement) {
  agreement_work work = {sample, stride, agreement};
  gchk_options options = GCHK_OPTIONS_INIT;
  options.probes = false;
  options.arrays = explain_tensor;
  options.gradients_context = &work;
  gchk_result *result = corpus_check(sample, &options);
  if (result->verdict == GCHK_ERROR)
    stop(sample, result->cases[0].reason);
  gchk_result_free(result);
}
