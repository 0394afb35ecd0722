/* Copies of built-in layers, by names of their own and with other options and values, for what layers.sh writes. */
#ifndef CHECKS_MUTATE_VARIANT_H
#define CHECKS_MUTATE_VARIANT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gradcheck/plugin.h"

enum { MOST_OPTIONS = 8, MOST_TENSORS = 32 };

typedef struct variant {
  gchk_layer layer;
  double values[MOST_OPTIONS];
  gchk_tensor_spec tensors[MOST_TENSORS];
} variant;

static inline void variant_demand(const variant *v, const char *name, bool holds) {
  if (holds)
    return;
  (void)fprintf(stderr, "%s: %s is no option and no tensor of it, or it has too many\n", v->layer.name, name);
  abort();
}

static inline void variant_begin(variant *v, const gchk_layer *layer, const char *name) {
  v->layer = *layer;
  v->layer.name = name;
  variant_demand(v, name, layer->option_count <= MOST_OPTIONS && layer->tensor_count <= MOST_TENSORS);
  v->layer.option_values = layer->option_count > 0 ? v->values : NULL;
  v->layer.tensors = v->tensors;
  for (size_t i = 0; i < layer->option_count; i++)
    v->values[i] = layer->options[i].initial;
  memcpy(v->tensors, layer->tensors, layer->tensor_count * sizeof layer->tensors[0]);
}

/* An option; or a tensor, which gets uniform numbers from 0 to `value`, of a sign that `value` has. */
static inline void variant_set(variant *v, const char *name, double value) {
  size_t i = 0, k = 0;
  while (i < v->layer.option_count && strcmp(v->layer.options[i].name, name) != 0)
    i++;
  if (i < v->layer.option_count) {
    v->values[i] = value;
    return;
  }
  while (k < v->layer.tensor_count && strcmp(v->tensors[k].name, name) != 0)
    k++;
  variant_demand(v, name, k < v->layer.tensor_count);
  v->tensors[k].fill = (gchk_fill){.kind = GCHK_FILL_UNIFORM, .a = value < 0 ? value : 0, .b = value < 0 ? 0 : value};
}

#endif
