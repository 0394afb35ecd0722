/* The fields of a layer's table, one row each; whoever adds a field to one of these structs adds a row. */
#include "suite/layer_image.h"

#include "instance/stand_in.h"

#define AT(type, field) .offset = offsetof(type, field), .size = sizeof(((type *)0)->field)
#define PLAIN(type, field)                                                                                             \
  { .kind = GCHK_IMAGE_PLAIN, AT(type, field) }
#define FLAG(type, field)                                                                                              \
  { .kind = GCHK_IMAGE_FLAG, AT(type, field) }
#define TEXT(type, field)                                                                                              \
  { .kind = GCHK_IMAGE_TEXT, AT(type, field) }
#define TEXTS(type, field)                                                                                             \
  { .kind = GCHK_IMAGE_TEXTS, AT(type, field) }
#define CODE(type, field)                                                                                              \
  { .kind = GCHK_IMAGE_CODE, AT(type, field) }
#define NUMBERS(type, field, how_many)                                                                                 \
  {                                                                                                                    \
    .kind = GCHK_IMAGE_NUMBERS, .offset = offsetof(type, field), .size = sizeof(*((type *)0)->field),                  \
    .count = offsetof(type, how_many)                                                                                  \
  }
#define STRUCTS(type, field, how_many, kind_of)                                                                        \
  { .kind = GCHK_IMAGE_STRUCTS, AT(type, field), .count = offsetof(type, how_many), .of = (kind_of) }
#define COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))

static const gchk_image_field tensor_fields[] = {
    TEXT(gchk_tensor_spec, name),
    PLAIN(gchk_tensor_spec, role),
    TEXT(gchk_tensor_spec, shape),
    PLAIN(gchk_tensor_spec, dtype),
    PLAIN(gchk_tensor_spec, fill.kind),
    PLAIN(gchk_tensor_spec, fill.a),
    PLAIN(gchk_tensor_spec, fill.b),
    TEXT(gchk_tensor_spec, fill.below),
    NUMBERS(gchk_tensor_spec, fill.values, fill.value_count),
    PLAIN(gchk_tensor_spec, keep_away),
    PLAIN(gchk_tensor_spec, kink),
    PLAIN(gchk_tensor_spec, grad),
    FLAG(gchk_tensor_spec, grad_may_be_null),
    FLAG(gchk_tensor_spec, upstream_clobbered),
    FLAG(gchk_tensor_spec, may_be_infinite),
    PLAIN(gchk_tensor_spec, unit),
    TEXT(gchk_tensor_spec, in_place_of),
    FLAG(gchk_tensor_spec, symmetric),
    FLAG(gchk_tensor_spec, gradient_is_zero),
    TEXT(gchk_tensor_spec, ignored),
    CODE(gchk_tensor_spec, surrogate),
    TEXT(gchk_tensor_spec, update_operations),
};

static const gchk_image_struct tensor_kind = {.size = sizeof(gchk_tensor_spec),
                                              .fields = tensor_fields,
                                              .field_count = COUNT(tensor_fields),
                                              .stand_ins = &gchk_tensor_stand_ins};

static const gchk_image_field option_fields[] = {
    TEXT(gchk_option_spec, name),     PLAIN(gchk_option_spec, initial), PLAIN(gchk_option_spec, minimum),
    PLAIN(gchk_option_spec, maximum), TEXT(gchk_option_spec, doc),
};

static const gchk_image_struct option_kind = {
    .size = sizeof(gchk_option_spec), .fields = option_fields, .field_count = COUNT(option_fields)};

static const gchk_image_field node_fields[] = {
    TEXT(gchk_graph_node, name),
    TEXT(gchk_graph_node, layer),
    NUMBERS(gchk_graph_node, inputs, input_count),
    NUMBERS(gchk_graph_node, outputs, output_count),
};

static const gchk_image_struct node_kind = {
    .size = sizeof(gchk_graph_node), .fields = node_fields, .field_count = COUNT(node_fields)};

static const gchk_image_field graph_fields[] = {STRUCTS(gchk_graph, nodes, node_count, &node_kind),
                                                {.kind = GCHK_IMAGE_LEFT_OUT, AT(gchk_graph, backward)}};

static const gchk_image_struct graph_kind = {
    .size = sizeof(gchk_graph), .fields = graph_fields, .field_count = COUNT(graph_fields)};

static const gchk_image_field suppression_fields[] = {
    TEXT(gchk_suppression, finding),
    TEXT(gchk_suppression, tensor),
    TEXT(gchk_suppression, reason),
    TEXT(gchk_suppression, until),
};

static const gchk_image_struct suppression_kind = {
    .size = sizeof(gchk_suppression), .fields = suppression_fields, .field_count = COUNT(suppression_fields)};

static const gchk_image_struct twin_kind;

// The twin is the last, for a twin has all but that.
static const gchk_image_field layer_fields[] = {
    TEXT(gchk_layer, name),
    TEXT(gchk_layer, file),
    PLAIN(gchk_layer, line),
    PLAIN(gchk_layer, dtype),
    STRUCTS(gchk_layer, tensors, tensor_count, &tensor_kind),
    CODE(gchk_layer, forward),
    CODE(gchk_layer, backward),
    TEXT(gchk_layer, sizes),
    TEXTS(gchk_layer, shape_cases),
    STRUCTS(gchk_layer, options, option_count, &option_kind),
    NUMBERS(gchk_layer, option_values, option_count),
    PLAIN(gchk_layer, flags),
    PLAIN(gchk_layer, grad_scale),
    CODE(gchk_layer, create),
    CODE(gchk_layer, destroy),
    CODE(gchk_layer, bind),
    CODE(gchk_layer, reset),
    CODE(gchk_layer, set_seed),
    CODE(gchk_layer, set_mode),
    CODE(gchk_layer, set_threads),
    CODE(gchk_layer, loss),
    CODE(gchk_layer, update),
    {.kind = GCHK_IMAGE_ONE, AT(gchk_layer, graph), .of = &graph_kind},
    {.kind = GCHK_IMAGE_LEFT_OUT, AT(gchk_layer, user)},
    PLAIN(gchk_layer, unit),
    PLAIN(gchk_layer, product_unit),
    PLAIN(gchk_layer, learning_rate),
    TEXT(gchk_layer, learning_rate_option),
    TEXT(gchk_layer, time),
    CODE(gchk_layer, surrogate),
    TEXT(gchk_layer, sizes_require),
    TEXT(gchk_layer, sizes_default),
    {.kind = GCHK_IMAGE_LEFT_OUT, AT(gchk_layer, reference)},
    STRUCTS(gchk_layer, suppressions, suppression_count, &suppression_kind),
    TEXT(gchk_layer, fixed_options),
    {.kind = GCHK_IMAGE_LEFT_OUT, AT(gchk_layer, vary)},
    TEXT(gchk_layer, rowwise),
    {.kind = GCHK_IMAGE_LEFT_OUT, AT(gchk_layer, lanes)},
    {.kind = GCHK_IMAGE_LEFT_OUT, AT(gchk_layer, leaves_nothing)},
    TEXT(gchk_layer, operations),
    {.kind = GCHK_IMAGE_ONE, AT(gchk_layer, twin), .of = &twin_kind},
};

static const gchk_image_struct twin_kind = {.size = sizeof(gchk_layer),
                                            .fields = layer_fields,
                                            .field_count = COUNT(layer_fields) - 1,
                                            .stand_ins = &gchk_stand_ins};

static const gchk_image_struct layer_kind = {.size = sizeof(gchk_layer),
                                             .fields = layer_fields,
                                             .field_count = COUNT(layer_fields),
                                             .stand_ins = &gchk_stand_ins};

static const gchk_image_field list_fields[] = {
    {.kind = GCHK_IMAGE_POINTERS,
     AT(gchk_layer_list, layers),
     .count = offsetof(gchk_layer_list, count),
     .of = &layer_kind},
};

const gchk_image_struct gchk_image_of_layers = {
    .size = sizeof(gchk_layer_list), .fields = list_fields, .field_count = COUNT(list_fields)};

const gchk_image_struct *gchk_layer_image_part(size_t index, const char **name) {
  static const struct {
    const char *name;
    const gchk_image_struct *kind;
  } parts[] = {{"gchk_layer", &layer_kind},
               {"gchk_tensor_spec", &tensor_kind},
               {"gchk_option_spec", &option_kind},
               {"gchk_graph", &graph_kind},
               {"gchk_graph_node", &node_kind},
               {"gchk_suppression", &suppression_kind},
               {"gchk_layer_list", &gchk_image_of_layers}};
  if (index >= COUNT(parts))
    return NULL;
  *name = parts[index].name;
  return parts[index].kind;
}
