/*
 * What a case says of single tensors, once its layer is there: fills, thresholds, expected values and gradients,
 * upstream gradients, gradients from elsewhere (reference), and which tensors to skip. The result is one
 * gchk_tensor_setting for each tensor of which something is said.
 */
#include "suite/suite_tensors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "instance/sizes.h"
#include "suite/npz_read.h"
#include "suite/suite_documents.h"
#include "suite/suite_entry.h"
#include "suite/suite_find.h"
#include "suite/suite_suppress.h"
#include "suite/suite_tensor_names.h"

enum { MOST_EQUAL = 1 << 24 };
#define F32_TOLERANCE 1e-5

/* One setting for every tensor of the layer, with a mark on those that are in use. */
typedef struct sheet {
  const gchk_suite_case *c;
  gchk_tensor_setting *settings;
  bool *is_used;
  gchk_name_table rows; /* of the layer, with their indices */
} sheet;

static gchk_tensor_setting *use(sheet *s, size_t row) {
  s->is_used[row] = true;
  s->settings[row].size = sizeof s->settings[row];
  s->settings[row].name = s->c->layer->tensors[row].name;
  return &s->settings[row];
}

/* The same shape but for dimensions of 1: a (1,30) of another library is a bias of 30. */
static bool is_same_shape(const gchk_shape *a, const gchk_shape *b) {
  size_t i = 0, k = 0;
  for (;;) {
    while (i < a->rank && a->dim[i] == 1)
      i++;
    while (k < b->rank && b->dim[k] == 1)
      k++;
    if (i == a->rank || k == b->rank)
      return i == a->rank && k == b->rank;
    if (a->dim[i++] != b->dim[k++])
      return false;
  }
}

/* Numbers for the tensor of a row: as many as it has, or one for all. */
static gchk_status read_numbers(const sheet *s, const char *name, const gchk_yaml *node, size_t row,
                                const double **numbers, size_t *count) {
  const gchk_suite_reader *reader = s->c->reader;
  gchk_suite_value value;
  gchk_shape shape;
  GCHK_TRY(gchk_suite_value_read(reader, name, node, &value));
  GCHK_TRY(gchk_suite_check_finite(reader, &value));
  if (!gchk_suite_value_has_numbers(&value))
    return gchk_suite_fail(reader, node,
                           "%s says how to fill a tensor; its numbers are wanted, written down or from a file", name);
  if (gchk_sizes_shape(&s->c->sizes, s->c->layer->tensors[row].shape, &shape, reader->error) != GCHK_OK)
    return gchk_suite_fail_within(reader, node);
  GCHK_TRY(gchk_shape_count(&shape, count, reader->error));
  if (value.has_shape && !is_same_shape(&value.shape, &shape)) {
    char is[128], wanted[128];
    return gchk_suite_fail(reader, node, "%s is %s here, but it has the shape %s; make them the same", name,
                           gchk_shape_format(&value.shape, is, sizeof(is)),
                           gchk_shape_format(&shape, wanted, sizeof(wanted)));
  }
  *numbers = value.fill.values;
  if (value.has_shape)
    return GCHK_OK;
  if (*count > MOST_EQUAL)
    return gchk_suite_fail(reader, node,
                           "%s has %zu elements, too many to expect one number of; at most %d are possible", name,
                           *count, (int)MOST_EQUAL);
  double *all = gchk_arena_alloc(reader->arena, *count, sizeof(*all));
  if (all == NULL)
    return gchk_fail_memory(reader->error, name);
  for (size_t i = 0; i < *count; i++)
    all[i] = value.fill.values[0];
  *numbers = all;
  return GCHK_OK;
}

/* The tolerance of expected values; what f32 cannot hold anyway is left to the default of f32. */
static double tolerance(const gchk_suite_case *c) {
  return c->layer->dtype == GCHK_F32 && c->keys.settings.tolerance < F32_TOLERANCE ? 0 : c->keys.settings.tolerance;
}

/* expect: {y: ...}, gradients: {x: ...}, upstream: {y: ...} */
static gchk_status read_section(sheet *s, const char *section, const gchk_yaml *map, gchk_suite_accepts can_be) {
  if (map == NULL)
    return GCHK_OK;
  GCHK_TRY(gchk_suite_map(s->c->reader, map, section));
  for (size_t i = 0; i < map->count; i++) {
    size_t row = 0, count = 0;
    const double *numbers = NULL;
    GCHK_TRY(gchk_suite_name_tensor(s->c, &s->rows, map->key[i], section, can_be, &row));
    GCHK_TRY(read_numbers(s, map->key[i]->text, map->item[i], row, &numbers, &count));
    gchk_tensor_setting *setting = use(s, row);
    if (can_be == gchk_suite_has_value) {
      setting->expected_value = numbers;
      setting->expected_value_count = count;
    } else if (can_be == gchk_suite_has_gradient) {
      setting->expected_gradient = numbers;
      setting->expected_gradient_count = count;
    } else {
      setting->upstream = numbers;
      setting->upstream_count = count;
    }
    setting->expected_tolerance = tolerance(s->c);
  }
  return GCHK_OK;
}

static gchk_status read_thresholds(sheet *s) {
  const gchk_yaml *map = s->c->keys.thresholds;
  if (map == NULL)
    return GCHK_OK;
  GCHK_TRY(gchk_suite_map(s->c->reader, map, "thresholds"));
  for (size_t i = 0; i < map->count; i++) {
    size_t row = 0;
    gchk_suite_threshold threshold = {0};
    GCHK_TRY(gchk_suite_name_tensor(s->c, &s->rows, map->key[i], "thresholds", gchk_suite_has_gradient, &row));
    GCHK_TRY(gchk_suite_read_threshold(s->c->reader, map->item[i], map->key[i]->text, &threshold));
    use(s, row)->threshold = gchk_suite_threshold_in(&threshold, s->c->layer->dtype);
  }
  return GCHK_OK;
}

static gchk_status read_skips(sheet *s) {
  const gchk_yaml *map = s->c->keys.skip;
  if (map == NULL)
    return GCHK_OK;
  if (map->kind != GCHK_YAML_MAP)
    return gchk_suite_fail(s->c->reader, map, "skip wants the tensors with the reason of each: {x: \"is data\"}");
  for (size_t i = 0; i < map->count; i++) {
    size_t row = 0;
    const char *reason = NULL;
    GCHK_TRY(gchk_suite_name_tensor(s->c, &s->rows, map->key[i], "skip", gchk_suite_has_gradient, &row));
    GCHK_TRY(gchk_suite_text(s->c->reader, map->item[i], "the reason to skip it", &reason));
    gchk_tensor_setting *setting = use(s, row);
    setting->skip = true;
    setting->skip_reason = reason;
  }
  return GCHK_OK;
}

/* Fills and thresholds that stand beside the listed values. A network has the fills of its inputs in its own table. */
static gchk_status read_values(sheet *s) {
  const gchk_suite_case *c = s->c;
  for (size_t i = 0; i < c->value_count; i++) {
    const gchk_suite_value *value = &c->values[i];
    size_t row = gchk_suite_find_tensor(s->c, &s->rows, value->name);
    const gchk_tensor_spec *spec = &c->layer->tensors[row];
    gchk_tensor_setting *setting = use(s, row);
    setting->fill = value->fill;
    setting->has_ignored = value->has_ignored && !gchk_suite_value_has_numbers(value);
    setting->ignored = value->ignored;
    setting->keep_away = value->keep_away;
    setting->threshold = gchk_suite_threshold_in(&value->threshold, c->layer->dtype);
    if ((value->threshold.f64 > 0 || value->threshold.f32 > 0) && !gchk_suite_has_gradient(spec))
      return gchk_suite_fail(c->reader, value->node,
                             "%s has a threshold, but it is a %s and not differentiated; leave it out", value->name,
                             gchk_role_name(spec->role));
    bool is_data = value->data_path != NULL || value->is_one_hot;
    if (value->differentiate == GCHK_DIFFERENTIATE_NO) {
      setting->skip = gchk_suite_has_gradient(spec);
      setting->skip_reason = "differentiate: false";
    } else if (is_data && spec->role == GCHK_INPUT && value->differentiate == GCHK_DIFFERENTIATE_UNSAID) {
      setting->skip = true;
      setting->skip_reason = value->data_path != NULL
                                 ? gchk_arena_printf(c->reader->arena, "data from %s", value->data_path)
                                 : "one-hot targets";
      if (setting->skip_reason == NULL)
        return gchk_fail_memory(c->reader->error, value->name);
    }
    /* Numbers that are labels fill integer tensors; a shape that comes from the labels' count needs no more. */
    if (value->differentiate == GCHK_DIFFERENTIATE_YES && !gchk_suite_has_gradient(spec))
      return gchk_suite_fail(c->reader, value->node, "%s is a %s, which has no gradient; leave differentiate out",
                             value->name, gchk_role_name(spec->role));
  }
  return GCHK_OK;
}

/* The keep-away distance of the case is for inputs that are drawn at random. */
static void keep_inputs_away(sheet *s) {
  const gchk_suite_case *c = s->c;
  for (size_t i = 0; i < c->layer->tensor_count && c->keys.settings.keep_away > 0 && c->layer->graph == NULL; i++)
    if (c->layer->tensors[i].role == GCHK_INPUT && s->settings[i].keep_away == 0)
      use(s, i)->keep_away = c->keys.settings.keep_away;
}

static void set_reference(sheet *s, size_t row, const gchk_reference_keys *r, const double *numbers, size_t count) {
  gchk_tensor_setting *setting = use(s, row);
  setting->reference = numbers;
  setting->reference_count = count;
  setting->reference_source = r->source;
  setting->reference_rtol = r->rtol;
  setting->reference_atol = r->atol;
}

/* Every array of the archive whose name is that of a tensor with a gradient. */
static gchk_status read_archive(sheet *s, const gchk_yaml *node, const gchk_reference_keys *r) {
  const gchk_suite_reader *reader = s->c->reader;
  const char *text = NULL;
  gchk_source *source = NULL;
  gchk_npz *npz = NULL;
  gchk_array array = GCHK_ARRAY_INIT;
  size_t found = 0;
  GCHK_TRY(gchk_suite_text(reader, node, "npz", &text));
  const char *path = gchk_suite_path(reader, text);
  if (path == NULL)
    return gchk_fail_memory(reader->error, text);
  gchk_status status = gchk_source_open(&source, path, reader->error);
  if (status == GCHK_OK)
    status = gchk_npz_open(&npz, source, reader->error);
  for (size_t i = 0; status == GCHK_OK && i < gchk_npz_count(npz); i++) {
    size_t row = gchk_suite_find_tensor(s->c, &s->rows, gchk_npz_name(npz, i)), count = 0;
    gchk_shape shape;
    if (row == s->c->layer->tensor_count || !gchk_suite_has_gradient(&s->c->layer->tensors[row]))
      continue;
    status = gchk_npz_read(npz, i, &array, reader->error);
    if (status == GCHK_OK)
      status = gchk_sizes_shape(&s->c->sizes, s->c->layer->tensors[row].shape, &shape, reader->error);
    if (status == GCHK_OK)
      status = gchk_shape_count(&shape, &count, reader->error);
    if (status == GCHK_OK && !is_same_shape(&shape, &array.shape)) {
      char is[128], wanted[128];
      status = gchk_fail(reader->error, GCHK_INVALID, "%s(%s): is %s, but the tensor is %s; make them the same", path,
                         gchk_npz_name(npz, i), gchk_shape_format(&array.shape, is, sizeof(is)),
                         gchk_shape_format(&shape, wanted, sizeof(wanted)));
    }
    double *copy = status == GCHK_OK ? gchk_arena_copy(reader->arena, array.values, array.count, sizeof(*copy)) : NULL;
    if (status == GCHK_OK && copy == NULL)
      status = gchk_fail_memory(reader->error, path);
    if (status == GCHK_OK) {
      set_reference(s, row, r, copy, count);
      found++;
    }
  }
  if (status == GCHK_OK && found == 0)
    status = gchk_fail(reader->error, GCHK_INVALID,
                       "%s: no array in it is called like a tensor of this case; name them so, or "
                       "write gradients: {W1: {npz: FILE, member: NAME}}",
                       path);
  gchk_array_deinit(&array);
  gchk_npz_close(npz);
  gchk_source_close(source);
  return status == GCHK_OK ? GCHK_OK : gchk_suite_fail_within(reader, node);
}

/* npz: FILE, or npz: {f64: FILE, f32: FILE} for the dtype that the case has. */
static gchk_status choose_archive(const sheet *s, const gchk_yaml *npz, const gchk_yaml **chosen) {
  gchk_archive_keys keys = {.f64 = NULL};
  gchk_dtype dtype = s->c->layer->dtype;
  *chosen = npz;
  if (npz->kind != GCHK_YAML_MAP)
    return GCHK_OK;
  GCHK_TRY(gchk_suite_check_keys(s->c->reader, npz, GCHK_KEYS_ARCHIVE, "npz"));
  GCHK_TRY(gchk_suite_read_keys(s->c->reader, npz, GCHK_KEYS_ARCHIVE, &keys));
  *chosen = dtype == GCHK_F32 ? keys.f32 : keys.f64;
  if (*chosen != NULL)
    return GCHK_OK;
  return gchk_suite_fail(s->c->reader, npz,
                         "the case is %s, and npz has no file for it; write npz: {f64: FILE, f32: FILE}, or one "
                         "file for both",
                         gchk_dtype_name(dtype));
}

/* reference: {source: "torch 1.13.1", rtol: 1e-5, atol: 1e-8, npz: FILE, gradients: {W1: ..., b1: ...}} */
static gchk_status read_reference(sheet *s) {
  const gchk_suite_reader *reader = s->c->reader;
  const gchk_yaml *map = s->c->keys.reference;
  gchk_reference_keys r = {.rtol = 1e-5, .atol = 1e-8}; /* numpy.allclose */
  if (map == NULL)
    return GCHK_OK;
  GCHK_TRY(gchk_suite_map(reader, map, "reference"));
  GCHK_TRY(gchk_suite_check_keys(reader, map, GCHK_KEYS_REFERENCE, "reference"));
  GCHK_TRY(gchk_suite_read_keys(reader, map, GCHK_KEYS_REFERENCE, &r));
  const gchk_yaml *npz = r.npz, *gradients = r.gradients;
  if (r.source == NULL || (npz == NULL && gradients == NULL))
    return gchk_suite_fail(reader, map, "reference wants source (\"torch 1.13.1\") and npz or gradients");
  if (npz != NULL) {
    GCHK_TRY(choose_archive(s, npz, &npz));
    GCHK_TRY(read_archive(s, npz, &r));
  }
  if (gradients == NULL)
    return GCHK_OK;
  GCHK_TRY(gchk_suite_map(reader, gradients, "gradients"));
  for (size_t i = 0; i < gradients->count; i++) {
    size_t row = 0, count = 0;
    const double *numbers = NULL;
    GCHK_TRY(gchk_suite_name_tensor(s->c, &s->rows, gradients->key[i], "reference", gchk_suite_has_gradient, &row));
    GCHK_TRY(read_numbers(s, gradients->key[i]->text, gradients->item[i], row, &numbers, &count));
    set_reference(s, row, &r, numbers, count);
  }
  return GCHK_OK;
}

/* Of the case as a whole; they stand at its first tensor. */
static gchk_status read_documents(sheet *s) {
  if (s->c->keys.documents == NULL)
    return GCHK_OK;
  gchk_tensor_setting *setting = use(s, 0);
  return gchk_suite_read_documents(s->c, &s->rows, &setting->printed, &setting->printed_count);
}

/* Likewise. */
static gchk_status read_suppressions(sheet *s) {
  if (s->c->keys.suppress == NULL)
    return GCHK_OK;
  gchk_tensor_setting *setting = use(s, 0);
  return gchk_suite_read_suppressions(s->c, &setting->suppressions, &setting->suppression_count);
}

static gchk_status note_rows(sheet *s) {
  const gchk_layer *layer = s->c->layer;
  for (size_t i = 0, first; i < layer->tensor_count; i++)
    if (!gchk_name_table_add(&s->rows, layer->tensors[i].name, i, &first))
      return gchk_fail_memory(s->c->reader->error, s->c->keys.name);
  return GCHK_OK;
}

static gchk_status read_sheet(sheet *s) {
  const gchk_suite_case *c = s->c;
  GCHK_TRY(note_rows(s));
  GCHK_TRY(read_values(s));
  keep_inputs_away(s);
  GCHK_TRY(read_thresholds(s));
  GCHK_TRY(read_skips(s));
  GCHK_TRY(read_suppressions(s));
  if (c->is_training)
    return GCHK_OK;
  GCHK_TRY(read_section(s, "expect", c->keys.expect, gchk_suite_has_value));
  GCHK_TRY(read_section(s, "gradients", c->keys.gradients, gchk_suite_has_gradient));
  GCHK_TRY(read_section(s, "upstream", c->keys.upstream, gchk_suite_is_output));
  GCHK_TRY(read_reference(s));
  return read_documents(s);
}

gchk_status gchk_suite_tensors(const gchk_suite_case *c, const gchk_tensor_setting **settings, size_t *count) {
  size_t tensors = c->layer->tensor_count, used = 0;
  sheet s = {.c = c};
  s.settings = gchk_arena_alloc(c->reader->arena, tensors, sizeof(*s.settings));
  s.is_used = gchk_arena_alloc(c->reader->arena, tensors, sizeof(*s.is_used));
  if (s.settings == NULL || s.is_used == NULL)
    return gchk_fail_memory(c->reader->error, c->keys.name);
  const gchk_status status = read_sheet(&s);
  gchk_name_table_deinit(&s.rows);
  GCHK_TRY(status);
  for (size_t i = 0; i < tensors; i++)
    if (s.is_used[i])
      s.settings[used++] = s.settings[i];
  *settings = s.settings;
  *count = used;
  return GCHK_OK;
}
