/* Cases with their tensors and shapes as JSON: a table of fields, as that of a result. */
#include "report/case_list.h"

#include "core/arena.h"
#include "core/memory.h"
#include "gradcheck/list.h"
#include "instance/layer_table.h"
#include "report/save.h"
#include "result/field_rows.h"
#include "result/fields_write.h"

typedef struct listed_tensor {
  const char *name;
  gchk_role role;
  gchk_dtype dtype;
  gchk_shape shape;
} listed_tensor;

typedef struct listed_case {
  const char *name, *layer, *target, *file, *sizes, *expected_failure;
  gchk_dtype dtype;
  int line;
  bool has_twin;
  size_t tensor_count;
  listed_tensor *tensors;
} listed_case;

typedef struct listing {
  const char *format, *version, *title;
  size_t total, case_count;
  listed_case *cases;
} listing;

static const gchk_field tensor_rows[] = {
    STRING(listed_tensor, "name", name, "The tensor's name."),
    ROLE(listed_tensor, "role", role, "What the layer has it for."),
    DTYPE(listed_tensor, "dtype", dtype, "Of its elements."),
    CODEC(listed_tensor, "shape", shape, gchk_codec_shape, "Dimensions; [] is a scalar."),
};
static const gchk_fields tensor_fields = {
    .definition = "tensor", .doc = "A tensor of a layer.", .is_flat = true, TABLE(listed_tensor, tensor_rows)};

static const gchk_field case_rows[] = {
    STRING(listed_case, "name", name, "The case's name, which --filter selects."),
    STRING(listed_case, "layer", layer, "The layer's name."),
    DTYPE(listed_case, "dtype", dtype, "What the layer computes in."),
    BOOL(listed_case, "has_twin", has_twin, "A double build of the layer is differenced in its place."),
    STRING(listed_case, "target", target, "The suite or plug-in that it came from; empty: built in."),
    STRING(listed_case, "file", file, "Where the layer or the case is written; empty when it is not known."),
    INTEGER(listed_case, "line", line, INT32_MAX, "0 when it is not known."),
    STRING(listed_case, "sizes", sizes, "Its sizes by name, \"B=3 T=4\"; empty: the layer names none."),
    OPTIONAL_STRING(listed_case, "expected_failure", expected_failure, "Why it is expected to fail; null: it is not."),
    ARRAY(LIST, listed_case, "tensors", tensors, listed_tensor *, tensor_count, "In the order of the layer's table.",
          .of = &tensor_fields),
};
static const gchk_fields case_fields = {
    .definition = "case", .doc = "A layer with its sizes.", TABLE(listed_case, case_rows)};

static const gchk_field list_rows[] = {
    CHOICE(listing, "format", format, "\"const\": \"gradcheck-list\"", "Says that it is a list of cases."),
    STRING(listing, "version", version, "Of the gradcheck that wrote it."),
    STRING(listing, "title", title, "What was listed."),
    SIZE(listing, "total", total, "Cases before filters and shards selected some of them."),
    ARRAY(LIST, listing, "cases", cases, listed_case *, case_count, "In the order in which they run.",
          .of = &case_fields),
};
const gchk_fields gchk_listing_fields = {
    .definition = "list", .doc = "What `gradcheck list --json` writes.", TABLE(listing, list_rows)};

static const char *or_empty(const char *text) {
  return text != NULL ? text : "";
}

static gchk_status list_case(gchk_arena *arena, const gchk_case *c, listed_case *to, gchk_error *error) {
  const gchk_layer *layer = c->layer;
  const bool has_own_place = c->file != NULL;
  *to = (listed_case){.name = c->name,
                      .layer = or_empty(layer->name),
                      .target = or_empty(c->target),
                      .file = or_empty(has_own_place ? c->file : layer->file),
                      .line = has_own_place ? c->line : layer->line,
                      .sizes = or_empty(c->sizes != NULL ? c->sizes : layer->sizes),
                      .expected_failure = c->expected_failure,
                      .dtype = layer->dtype,
                      .has_twin = layer->dtype == GCHK_F32 && layer->twin != NULL,
                      .tensor_count = layer->tensor_count,
                      .tensors = gchk_arena_alloc(arena, layer->tensor_count, sizeof *to->tensors)};
  if (to->tensors == NULL)
    return gchk_fail_memory(error, "a list of cases");
  for (size_t i = 0; i < layer->tensor_count; i++) {
    const gchk_tensor_spec *row = &layer->tensors[i];
    listed_tensor *tensor = &to->tensors[i];
    *tensor = (listed_tensor){.name = row->name, .role = row->role, .dtype = gchk_layer_row_dtype(layer, row)};
    GCHK_TRY(gchk_case_shape(c, i, &tensor->shape, error));
  }
  return GCHK_OK;
}

static gchk_status save(gchk_arena *arena, const gchk_case *cases, listing *list, const char *path, gchk_error *error) {
  list->cases = gchk_arena_alloc(arena, list->case_count, sizeof *list->cases);
  if (list->cases == NULL)
    return gchk_fail_memory(error, "a list of cases");
  for (size_t i = 0; i < list->case_count; i++)
    GCHK_TRY(list_case(arena, &cases[i], &list->cases[i], error));
  gchk_text text = {0};
  gchk_json json = {.text = &text};
  gchk_fields_write(&json, NULL, &gchk_listing_fields, list);
  gchk_text_put(&text, "\n");
  return gchk_save_text(path, &text, error);
}

gchk_status gchk_list_save(const gchk_case *cases, size_t count, const char *title, size_t total, const char *path,
                           gchk_error *error) {
  gchk_arena *arena = gchk_arena_new();
  if (arena == NULL)
    return gchk_fail_memory(error, "a list of cases");
  listing list = {.format = "gradcheck-list",
                  .version = gchk_version(),
                  .title = or_empty(title),
                  .total = total,
                  .case_count = count};
  const gchk_status status = save(arena, cases, &list, path, error);
  gchk_arena_free(arena);
  return status;
}
