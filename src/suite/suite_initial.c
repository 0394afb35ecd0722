/*
 * Initialisations by name, all of mean 0:
 *
 *     he      variance 2/fan_in              K. He et al., "Delving deep into rectifiers", ICCV 2015
 *     xavier  variance 2/(fan_in + fan_out)  X. Glorot, Y. Bengio, "Understanding the difficulty of training deep
 *                                            feedforward neural networks", AISTATS 2010
 *     lecun   variance 1/fan_in              Y. LeCun et al., "Efficient backprop", 1998
 *
 * normal, or *_uniform on [-a, a), which has the variance a^2/3.
 *
 * fan_in is how many elements of the tensor one output sums, fan_out how many outputs' sums one input is in. A layer's
 * table tells them: a dimension that inputs have by its name is of fan_in, one that outputs have of fan_out, and one
 * that neither has (the window of a convolution) is of both. W (inputs, units) of affine and W (units, inputs) of
 * linear so have the same two; a filter (Co, Ci/groups, KH, KW) has Ci/groups KH KW and Co KH KW, as in torch.
 */
#include "suite/suite_initial.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"

struct gchk_suite_initial {
  const char *name;
  double gain; // variance times the fans
  bool has_both, is_uniform;
};

static const gchk_suite_initial initials[] = {
    {"he", 2, false, false},    {"he_uniform", 2, false, true},    {"xavier", 2, true, false},
    {"lecun", 1, false, false}, {"lecun_uniform", 1, false, true}, {"xavier_uniform", 2, true, true},
};

gchk_status gchk_suite_read_initial(const gchk_suite_reader *reader, const gchk_yaml *node, const char *key,
                                    gchk_suite_value *value) {
  size_t i = 0;
  while (strcmp(initials[i].name, key) != 0)
    i++;
  value->initial = &initials[i];
  if (node->kind == GCHK_YAML_SCALAR && strcmp(node->text, "true") == 0)
    return GCHK_OK;
  if (!initials[i].has_both)
    return gchk_suite_positive(reader, node, key, &value->fan_in);
  if (node->kind != GCHK_YAML_LIST || node->count != 2)
    return gchk_suite_fail(reader, node, "%s wants true, or fan_in and fan_out, such as [784, 50]", key);
  GCHK_TRY(gchk_suite_positive(reader, node->item[0], key, &value->fan_in));
  return gchk_suite_positive(reader, node->item[1], key, &value->fan_out);
}

/* One dimension of a shape as it is written, "Ci/groups" or "D...", and whose it is. */
typedef struct dimension {
  const gchk_layer *layer;
  size_t row;
  bool is_of_input, is_of_output;
} dimension;

static void find_owner(void *context, const char *name, bool is_list) {
  dimension *d = context;
  (void)is_list;
  for (size_t i = 0; i < d->layer->tensor_count; i++) {
    const gchk_tensor_spec *row = &d->layer->tensors[i];
    if (i == d->row || !gchk_sizes_has_dimension(row->shape, name))
      continue;
    d->is_of_input = d->is_of_input || row->role == GCHK_INPUT;
    d->is_of_output = d->is_of_output || row->role == GCHK_OUTPUT;
  }
}

typedef struct fans {
  size_t in, out;       // without the factor of the other's dimensions
  bool has_in, has_out; // some dimension is its own
} fans;

/* Takes one dimension into account; false where it is of inputs and of outputs, so that it tells nothing. */
static bool add_dimension(const gchk_layer *layer, size_t row, const gchk_sizes *sizes, const char *text, fans *f) {
  dimension d = {.layer = layer, .row = row};
  gchk_shape shape;
  size_t count = 0;
  if (gchk_sizes_scan(text, find_owner, &d, NULL) != GCHK_OK ||
      gchk_sizes_shape(sizes, text, &shape, NULL) != GCHK_OK || gchk_shape_count(&shape, &count, NULL) != GCHK_OK)
    return false;
  f->has_in = f->has_in || d.is_of_input;
  f->has_out = f->has_out || d.is_of_output;
  f->in *= d.is_of_output ? 1 : count;
  f->out *= d.is_of_input ? 1 : count;
  return !(d.is_of_input && d.is_of_output);
}

/* False where the table of the layer does not tell them. */
static bool find_fans(const gchk_layer *layer, size_t row, const gchk_sizes *sizes, fans *f) {
  const char *shape = layer->tensors[row].shape;
  *f = (fans){.in = 1, .out = 1};
  for (size_t length; *shape != '\0'; shape += length + strspn(shape + length, " ")) {
    char text[256];
    length = strcspn(shape, " ");
    const int written = snprintf(text, sizeof text, "%.*s", (int)length, shape);
    if (written < 0 || (size_t)written >= sizeof text || !add_dimension(layer, row, sizes, text, f))
      return false;
  }
  return f->has_in && f->has_out;
}

gchk_status gchk_suite_initialise(const gchk_suite_reader *reader, const gchk_layer *layer, size_t row,
                                  const gchk_sizes *sizes, gchk_suite_value *value) {
  fans f;
  if (value == NULL || value->initial == NULL || value->fill.kind != GCHK_FILL_DEFAULT)
    return GCHK_OK;
  const gchk_suite_initial *initial = value->initial;
  if (value->fan_in == 0) {
    if (!find_fans(layer, row, sizes, &f))
      return gchk_suite_fail(reader, value->node,
                             "%s: how many of its elements an output sums (fan_in) does not follow from \"%s\", the "
                             "shape of %s of %s; write it, %s: %s",
                             value->name, layer->tensors[row].shape, layer->tensors[row].name, layer->name,
                             initial->name, initial->has_both ? "[784, 50] with fan_out" : "784");
    value->fan_in = (double)f.in;
    value->fan_out = (double)f.out;
  }
  const double variance = initial->gain / (value->fan_in + (initial->has_both ? value->fan_out : 0));
  const double edge = sqrt(3 * variance);
  value->fill = initial->is_uniform ? (gchk_fill){.kind = GCHK_FILL_UNIFORM, .a = -edge, .b = edge}
                                    : (gchk_fill){.kind = GCHK_FILL_NORMAL, .b = sqrt(variance)};
  return GCHK_OK;
}
