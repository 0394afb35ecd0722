/*
 * The manual of the built-in layers: what each computes, its tensors, sizes and options, all from their tables.
 *
 * A size is listed where no shape of what a layer reads says it, so that whoever uses it has to.
 */
#include "gradcheck/layers.h"

#include <string.h>

#include "instance/layer_sizes.h"
#include "instance/roles.h"
#include "instance/sizes.h"

static const char head[] =
    "Built-in layers, in f64 and f32. In a suite a layer is a case by itself, or stands in the list of a network; its\n"
    "tensors, sizes and options are keys there (gradcheck help suite):\n"
    "\n"
    "  - name: case\n"
    "    layer: leaky_relu\n"
    "    options: {slope: 0.2}\n"
    "    values: {x: {shape: [3, 4]}}\n"
    "  - name: network\n"
    "    values: {x: {shape: [3, 2, 6, 6]}, t: {shape: [3], labels: 10}}\n"
    "    network:\n"
    "      - conv2d: {Co: 2, KH: 3, KW: 3, padding: 1}\n"
    "      - leaky_relu: {slope: 0.2}\n"
    "      - add: {x: .., y: x}                      # a residual connection: any earlier value by its name\n"
    "      - affine: {units: 10}\n"
    "      - softmax_cross_entropy: {t: t}\n"
    "\n"
    "A name in a shape is a size; \"S...\" stands for any number of dimensions, \"A...k\" for k of them, "
    "\"S...^T...\"\n"
    "for S and T broadcast as numpy does, and () is a scalar. An axis counts from 0, or -1 is the last. Sizes "
    "with a = need not be given.\n"
    "Layers that share a name are told apart by what they are given.\n\n";

/* The sizes of a layer that nothing which it reads tells. */
typedef struct wanted {
  const gchk_layer *layer;
  char names[GCHK_MAX_SIZES][GCHK_SIZE_NAME];
  size_t count;
} wanted;

/* The word "name=..." of a layer's defaults, and its length; 0 where it has none. */
static size_t default_of(const gchk_layer *layer, const char *name, const char **word) {
  const size_t length = strlen(name);
  for (*word = layer->sizes_default; *word != NULL && **word != '\0';
       *word += strcspn(*word, " "), *word += strspn(*word, " "))
    if (strncmp(*word, name, length) == 0 && (*word)[length] == '=')
      return strcspn(*word, " ");
  return 0;
}

static void note_name(void *context, const char *name, bool is_list) {
  wanted *w = context;
  (void)is_list;
  for (size_t i = 0; i < w->layer->tensor_count; i++) {
    const gchk_tensor_spec *row = &w->layer->tensors[i];
    if (gchk_role_is_given(row->role) && row->role != GCHK_PARAMETER && gchk_sizes_has_dimension(row->shape, name))
      return;
  }
  for (size_t i = 0; i < w->count; i++)
    if (strcmp(w->names[i], name) == 0)
      return;
  if (w->count < GCHK_MAX_SIZES)
    (void)snprintf(w->names[w->count++], GCHK_SIZE_NAME, "%s", name);
}

/* Sizes that no input, index or constant tells; those of parameters count, where these are not given either. */
static void print_sizes(const gchk_layer *layer, FILE *out) {
  wanted w = {.layer = layer};
  if (gchk_layer_scan_sizes(layer, note_name, &w, NULL) != GCHK_OK)
    return;
  for (size_t i = 0; i < w.count; i++) {
    const char *word;
    const size_t length = default_of(layer, w.names[i], &word);
    (void)fprintf(out, "%s%.*s", i == 0 ? "      sizes: " : ", ", length > 0 ? (int)length : GCHK_SIZE_NAME,
                  length > 0 ? word : w.names[i]);
  }
  if (w.count > 0)
    (void)fprintf(out, "\n");
  if (w.count > 0 && layer->sizes_require != NULL)
    (void)fprintf(out, "      such that %s\n", layer->sizes_require);
}

static void print_tensors(const gchk_layer *layer, FILE *out) {
  bool is_first = true;
  for (size_t i = 0; i < layer->tensor_count; i++) {
    const gchk_tensor_spec *row = &layer->tensors[i];
    if (!gchk_role_is_given(row->role) && row->role != GCHK_OUTPUT)
      continue;
    (void)fprintf(out, "%s%s %s (%s)", is_first ? "      " : ", ", row->name, gchk_role_name(row->role), row->shape);
    is_first = false;
  }
  (void)fprintf(out, "\n");
}

static void print_options(const gchk_layer *layer, FILE *out) {
  for (size_t i = 0; i < layer->option_count; i++) {
    const gchk_option_spec *o = &layer->options[i];
    (void)fprintf(out, "      %s: %g  from %g to %g; %s\n", o->name, o->initial, o->minimum, o->maximum, o->doc);
  }
}

void gchk_layers_manual(FILE *out) {
  const char *name;
  const gchk_layer *layer;
  (void)fputs(head, out);
  for (size_t i = 0; (name = gchk_registry_name(i)) != NULL; i++) {
    (void)fprintf(out, "  %s: %s\n", name, gchk_registry_summary(i));
    for (size_t nth = 0; (layer = gchk_registry_find(name, GCHK_F64, nth)) != NULL; nth++) {
      print_tensors(layer, out);
      print_sizes(layer, out);
      const gchk_layer *next = gchk_registry_find(name, GCHK_F64, nth + 1);
      if (next == NULL || next->options != layer->options) // once for tables that share them
        print_options(layer, out);
    }
  }
}
