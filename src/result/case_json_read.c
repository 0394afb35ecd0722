/* Reads one case's result from JSON: the counterpart of case_json.c, field by field, in its order. */
#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "result/case_json.h"

static const char *verdict_name(int i) {
  return gchk_verdict_name((gchk_verdict)i);
}

static const char *role_name(int i) {
  return gchk_role_name((gchk_role)i);
}

static const char *dtype_name(int i) {
  return gchk_dtype_name((gchk_dtype)i);
}

static gchk_verdict read_verdict(gchk_reader *reader, const json_t *object) {
  return (gchk_verdict)gchk_read_name(reader, object, "verdict", verdict_name, GCHK_ERROR + 1, false);
}

static void read_shape(gchk_reader *reader, const json_t *object, gchk_shape *shape) {
  size_t rank;
  const json_t *list = gchk_enter_array(reader, object, "shape", false, &rank);
  if (rank > GCHK_MAX_RANK)
    gchk_read_wrong(reader, NULL, list, "at most 8 dimensions");
  for (size_t i = 0; i < rank && reader->status == GCHK_OK; i++)
    shape->dim[i] = gchk_size_of(reader, json_array_get(list, i));
  shape->rank = reader->status == GCHK_OK ? rank : 0;
  gchk_leave(reader);
}

static void read_evidence(gchk_reader *reader, const json_t *object, gchk_finding *finding) {
  const json_t *evidence = gchk_enter_object(reader, object, "evidence", false);
  finding->evidence = gchk_read_alloc(reader, json_object_size(evidence), sizeof *finding->evidence);
  // jansson hands the keys back in the order of the file.
  void *at = json_object_iter((json_t *)(uintptr_t)evidence);
  while (at && finding->evidence && reader->status == GCHK_OK) {
    const json_t *value = json_object_iter_value(at);
    gchk_evidence *to = &finding->evidence[finding->evidence_count++];
    to->key = gchk_arena_strdup(reader->arena, json_object_iter_key(at));
    if (!to->key)
      gchk_read_no_memory(reader);
    const char *text = json_string_value(value);
    if (text && strcmp(text, "NaN") != 0 && strcmp(text, "Infinity") != 0 && strcmp(text, "-Infinity") != 0) {
      to->text = gchk_arena_strdup(reader->arena, text);
      if (!to->text)
        gchk_read_no_memory(reader);
    } else
      to->number = gchk_real_of(reader, value);
    at = json_object_iter_next((json_t *)(uintptr_t)evidence, at);
  }
  gchk_leave(reader);
}

static gchk_finding *read_findings(gchk_reader *reader, const json_t *object, size_t *count) {
  const json_t *list = gchk_enter_array(reader, object, "findings", false, count);
  gchk_finding *findings = gchk_read_alloc(reader, *count, sizeof *findings);
  for (size_t i = 0; i < *count && findings && reader->status == GCHK_OK; i++) {
    const json_t *item = gchk_enter_item(reader, list, i);
    findings[i].code = gchk_read_string(reader, item, "code");
    findings[i].text = gchk_read_string(reader, item, "text");
    read_evidence(reader, item, &findings[i]);
    findings[i].is_note = gchk_read_bool(reader, item, "note");
    gchk_leave(reader);
  }
  gchk_leave(reader);
  return findings;
}

/* The flat index of an index that lies in the shape. */
static size_t read_index(gchk_reader *reader, const json_t *item, const gchk_shape *shape) {
  size_t count, flat = 0;
  const json_t *index = gchk_enter_array(reader, item, "index", false, &count);
  if (count != shape->rank)
    gchk_read_wrong(reader, NULL, index, "as many indices as the tensor has dimensions");
  for (size_t i = 0; i < count && reader->status == GCHK_OK; i++) {
    const json_t *value = json_array_get(index, i);
    size_t at = gchk_size_of(reader, value), product;
    if (at >= shape->dim[i])
      gchk_read_wrong(reader, NULL, value, "an index within the shape");
    else if (!gchk_multiply(flat, shape->dim[i], &product) || product > SIZE_MAX - at)
      gchk_read_wrong(reader, NULL, value, "a tensor that fits into memory");
    else
      flat = product + at;
  }
  gchk_leave(reader);
  return flat;
}

static gchk_element *read_elements(gchk_reader *reader, const json_t *object, const char *key, const gchk_shape *shape,
                                   size_t *count) {
  const json_t *list = gchk_enter_array(reader, object, key, false, count);
  gchk_element *elements = gchk_read_alloc(reader, *count, sizeof *elements);
  for (size_t i = 0; i < *count && elements && reader->status == GCHK_OK; i++) {
    const json_t *item = gchk_enter_item(reader, list, i);
    elements[i].flat = read_index(reader, item, shape);
    elements[i].analytic = gchk_read_real(reader, item, "analytic");
    elements[i].numeric = gchk_read_real(reader, item, "numeric");
    elements[i].bound = gchk_read_real(reader, item, "bound");
    elements[i].verdict = read_verdict(reader, item);
    gchk_leave(reader);
  }
  gchk_leave(reader);
  return elements;
}

static size_t *read_sizes(gchk_reader *reader, const json_t *object, const char *key, size_t *count) {
  const json_t *list = gchk_enter_array(reader, object, key, false, count);
  size_t *sizes = gchk_read_alloc(reader, *count, sizeof *sizes);
  for (size_t i = 0; i < *count && sizes; i++)
    sizes[i] = gchk_size_of(reader, json_array_get(list, i));
  gchk_leave(reader);
  return sizes;
}

static void read_histogram(gchk_reader *reader, const json_t *object, gchk_histogram *histogram) {
  const json_t *from = gchk_enter_object(reader, object, "histogram", true);
  if (from) {
    histogram->low = gchk_read_real(reader, from, "low");
    histogram->bins = read_sizes(reader, from, "bins", &histogram->bin_count);
    histogram->zero = gchk_read_size(reader, from, "zero");
    histogram->non_finite = gchk_read_size(reader, from, "non_finite");
  }
  gchk_leave(reader);
}

static void read_step_curve(gchk_reader *reader, const json_t *object, gchk_step_curve *step_curve) {
  step_curve->order = step_curve->decades = (double)NAN;
  const json_t *from = gchk_enter_object(reader, object, "sweep", true);
  if (from) {
    step_curve->order = gchk_read_real(reader, from, "order");
    step_curve->decades = gchk_read_real(reader, from, "decades");
    const json_t *list = gchk_enter_array(reader, from, "points", false, &step_curve->point_count);
    step_curve->points = gchk_read_alloc(reader, step_curve->point_count, sizeof *step_curve->points);
    for (size_t i = 0; i < step_curve->point_count && step_curve->points && reader->status == GCHK_OK; i++) {
      const json_t *item = gchk_enter_item(reader, list, i);
      gchk_step_point *point = &step_curve->points[i];
      point->step = gchk_read_real(reader, item, "step");
      point->median = gchk_read_real(reader, item, "median");
      point->low = gchk_read_real(reader, item, "low");
      point->high = gchk_read_real(reader, item, "high");
      point->worst = gchk_read_real(reader, item, "worst");
      point->bound = gchk_read_real(reader, item, "bound");
      point->elements = gchk_read_size(reader, item, "elements");
      gchk_leave(reader);
    }
    gchk_leave(reader);
  }
  gchk_leave(reader);
}

static void read_cells(gchk_reader *reader, const json_t *from, gchk_heatmap *map) {
  size_t rows, columns;
  const json_t *list = gchk_enter_array(reader, from, "cells", false, &rows);
  if (rows != map->rows)
    gchk_read_wrong(reader, NULL, list, "a list of as many lists as there are rows");
  for (size_t r = 0; r < rows && reader->status == GCHK_OK; r++) {
    const json_t *row = gchk_enter_row(reader, list, r, &columns);
    if (columns != map->columns)
      gchk_read_wrong(reader, NULL, row, "as many cells as there are columns");
    size_t cells;
    if (!gchk_multiply(rows, columns, &cells) || cells > reader->length) // the text cannot hold so many
      gchk_read_wrong(reader, NULL, row, "as many cells as there are columns");
    if (!map->cells)
      map->cells = gchk_read_alloc(reader, cells, sizeof *map->cells);
    for (size_t c = 0; c < columns && map->cells && reader->status == GCHK_OK; c++)
      map->cells[r * columns + c] = gchk_real_of(reader, json_array_get(row, c));
    gchk_leave(reader);
  }
  gchk_leave(reader);
}

static void read_heatmap(gchk_reader *reader, const json_t *object, gchk_heatmap *map) {
  const json_t *from = gchk_enter_object(reader, object, "heatmap", true);
  if (from) {
    map->rows = gchk_read_size(reader, from, "rows");
    map->columns = gchk_read_size(reader, from, "columns");
    map->row_pool = gchk_read_size(reader, from, "row_pool");
    map->column_pool = gchk_read_size(reader, from, "column_pool");
    if (map->rows == 0 || map->columns == 0)
      gchk_read_wrong(reader, NULL, from, "at least one row and one column");
    read_cells(reader, from, map);
  }
  gchk_leave(reader);
}

static void read_comparisons(gchk_reader *reader, const json_t *object, gchk_tensor_result *tensor) {
  const json_t *from = gchk_enter_object(reader, object, "sensitivity", false);
  tensor->sensitivity.sign = gchk_read_real(reader, from, "sign");
  tensor->sensitivity.zero = gchk_read_real(reader, from, "zero");
  tensor->sensitivity.factor_two = gchk_read_real(reader, from, "factor_two");
  tensor->sensitivity.ten_percent = gchk_read_real(reader, from, "ten_percent");
  tensor->sensitivity.one_percent = gchk_read_real(reader, from, "one_percent");
  tensor->sensitivity.tenth_percent = gchk_read_real(reader, from, "tenth_percent");
  gchk_leave(reader);

  gchk_reference_result *reference = &tensor->reference;
  reference->source = "";
  from = gchk_enter_object(reader, object, "reference", true);
  if (from) {
    reference->present = true;
    reference->source = gchk_read_string(reader, from, "source");
    reference->rtol = gchk_read_real(reader, from, "rtol");
    reference->atol = gchk_read_real(reader, from, "atol");
    reference->elements = gchk_read_size(reader, from, "elements");
    reference->fail = gchk_read_size(reader, from, "fail");
    reference->max_abs_diff = gchk_read_real(reader, from, "max_abs_diff");
    reference->numeric_max_abs_diff = gchk_read_real(reader, from, "numeric_max_abs_diff");
  }
  gchk_leave(reader);

  tensor->sample_fraction = tensor->sample_probability = (double)NAN;
  from = gchk_enter_object(reader, object, "sample", true);
  if (from) {
    tensor->sample_fraction = gchk_read_real(reader, from, "fraction");
    tensor->sample_probability = gchk_read_real(reader, from, "probability");
  }
  gchk_leave(reader);
}

static void read_statistics(gchk_reader *reader, const json_t *object, gchk_tensor_result *tensor) {
  tensor->checked = gchk_read_size(reader, object, "checked");
  tensor->total = gchk_read_size(reader, object, "total");
  tensor->threshold = gchk_read_real(reader, object, "threshold");
  tensor->mean_abs_diff = gchk_read_real(reader, object, "mean_abs_diff");
  tensor->max_abs_diff = gchk_read_real(reader, object, "max_abs_diff");
  tensor->max_rel_diff = gchk_read_real(reader, object, "max_rel_diff");
  tensor->cosine = gchk_read_real(reader, object, "cosine");
  const json_t *bound = gchk_enter_object(reader, object, "bound", false);
  tensor->bound_median = gchk_read_real(reader, bound, "median");
  tensor->bound_max = gchk_read_real(reader, bound, "max");
  gchk_leave(reader);
  tensor->step = gchk_read_real(reader, object, "step");
  tensor->digits = gchk_read_real(reader, object, "digits");
  const json_t *elements = gchk_enter_object(reader, object, "elements", false);
  tensor->elements.pass = gchk_read_size(reader, elements, "pass");
  tensor->elements.fail = gchk_read_size(reader, elements, "fail");
  tensor->elements.inconclusive = gchk_read_size(reader, elements, "inconclusive");
  tensor->elements.kink = gchk_read_size(reader, elements, "kink");
  tensor->elements.below_resolution = gchk_read_size(reader, elements, "below_resolution");
  gchk_leave(reader);
}

static void read_tensor(gchk_reader *reader, const json_t *object, gchk_tensor_result *tensor) {
  tensor->name = gchk_read_string(reader, object, "name");
  tensor->role = (gchk_role)gchk_read_name(reader, object, "role", role_name, GCHK_CONSTANT + 1, false);
  tensor->dtype = (gchk_dtype)gchk_read_name(reader, object, "dtype", dtype_name, GCHK_I32 + 1, false);
  read_shape(reader, object, &tensor->shape);
  tensor->verdict = read_verdict(reader, object);
  tensor->reason = gchk_read_string(reader, object, "reason");
  read_statistics(reader, object, tensor);
  tensor->findings = read_findings(reader, object, &tensor->finding_count);
  tensor->worst = read_elements(reader, object, "worst", &tensor->shape, &tensor->worst_count);
  read_histogram(reader, object, &tensor->histogram);
  read_step_curve(reader, object, &tensor->step_curve);
  read_heatmap(reader, object, &tensor->heatmap);
  tensor->scatter = read_elements(reader, object, "scatter", &tensor->shape, &tensor->scatter_count);
  read_comparisons(reader, object, tensor);
}

static size_t read_up_to_four(gchk_reader *reader, const json_t *object, const char *key, double *to) {
  size_t count;
  const json_t *list = gchk_enter_array(reader, object, key, false, &count);
  if (count > 4)
    gchk_read_wrong(reader, NULL, list, "at most four numbers");
  for (size_t i = 0; i < count && reader->status == GCHK_OK; i++)
    to[i] = gchk_real_of(reader, json_array_get(list, i));
  gchk_leave(reader);
  return count;
}

static void read_edge(gchk_reader *reader, const json_t *object, gchk_edge_result *edge) {
  edge->name = gchk_read_string(reader, object, "name");
  edge->producer = gchk_read_string(reader, object, "producer");
  edge->role = (gchk_role)gchk_read_name(reader, object, "role", role_name, GCHK_CONSTANT + 1, false);
  read_shape(reader, object, &edge->shape);
  edge->count = gchk_read_size(reader, object, "count");
  edge->shown = read_up_to_four(reader, object, "value", edge->value);
  if (read_up_to_four(reader, object, "grad", edge->grad) != edge->shown)
    gchk_read_wrong(reader, "grad", json_object_get(object, "grad"), "as many numbers as in \"value\"");
  edge->value_mean = gchk_read_real(reader, object, "value_mean");
  edge->value_max = gchk_read_real(reader, object, "value_max");
  edge->grad_mean = gchk_read_real(reader, object, "grad_mean");
  edge->grad_max = gchk_read_real(reader, object, "grad_max");
  edge->has_grad = gchk_read_bool(reader, object, "has_grad");
}

static void check_indices(gchk_reader *reader, const json_t *object, const char *key, const size_t *indices,
                          size_t count, size_t limit) {
  for (size_t i = 0; i < count && reader->status == GCHK_OK; i++)
    if (indices[i] >= limit)
      gchk_read_wrong(reader, key, json_object_get(object, key), "indices of edges");
}

static void read_graph(gchk_reader *reader, const json_t *object, gchk_graph_result *graph) {
  const json_t *from = gchk_enter_object(reader, object, "graph", true);
  if (from) {
    const json_t *list = gchk_enter_array(reader, from, "edges", false, &graph->edge_count);
    graph->edges = gchk_read_alloc(reader, graph->edge_count, sizeof *graph->edges);
    for (size_t i = 0; i < graph->edge_count && graph->edges && reader->status == GCHK_OK; i++) {
      read_edge(reader, gchk_enter_item(reader, list, i), &graph->edges[i]);
      gchk_leave(reader);
    }
    gchk_leave(reader);
    list = gchk_enter_array(reader, from, "nodes", false, &graph->node_count);
    graph->nodes = gchk_read_alloc(reader, graph->node_count, sizeof *graph->nodes);
    for (size_t i = 0; i < graph->node_count && graph->nodes && reader->status == GCHK_OK; i++) {
      const json_t *item = gchk_enter_item(reader, list, i);
      gchk_node_result *node = &graph->nodes[i];
      node->name = gchk_read_string(reader, item, "name");
      node->layer = gchk_read_string(reader, item, "layer");
      node->inputs = read_sizes(reader, item, "inputs", &node->input_count);
      check_indices(reader, item, "inputs", node->inputs, node->input_count, graph->edge_count);
      node->outputs = read_sizes(reader, item, "outputs", &node->output_count);
      check_indices(reader, item, "outputs", node->outputs, node->output_count, graph->edge_count);
      node->first_wrong = gchk_read_bool(reader, item, "first_wrong");
      gchk_leave(reader);
    }
    gchk_leave(reader);
  }
  gchk_leave(reader);
}

void gchk_case_read(gchk_reader *reader, const json_t *object, gchk_case_result *result, bool with_timing) {
  *result = (gchk_case_result){0};
  result->name = gchk_read_string(reader, object, "name");
  result->verdict = read_verdict(reader, object);
  result->dtype = (gchk_dtype)gchk_read_name(reader, object, "dtype", dtype_name, GCHK_I32 + 1, false);
  result->layer = gchk_read_string(reader, object, "layer");
  const json_t *location = gchk_enter_object(reader, object, "location", false);
  result->file = gchk_read_string(reader, location, "file");
  result->line = gchk_read_integer(reader, location, "line", 0, INT32_MAX);
  gchk_leave(reader);
  result->target = gchk_read_string(reader, object, "target");
  result->reason = gchk_read_string(reader, object, "reason");
  result->expected_failure = gchk_read_string_or_null(reader, object, "expected_failure");
  result->auxiliary = gchk_read_bool(reader, object, "auxiliary");
  result->findings = read_findings(reader, object, &result->finding_count);
  result->output = gchk_read_real(reader, object, "output");
  read_graph(reader, object, &result->graph);
  const json_t *list = gchk_enter_array(reader, object, "tensors", false, &result->tensor_count);
  result->tensors = gchk_read_alloc(reader, result->tensor_count, sizeof *result->tensors);
  for (size_t i = 0; i < result->tensor_count && result->tensors && reader->status == GCHK_OK; i++) {
    read_tensor(reader, gchk_enter_item(reader, list, i), &result->tensors[i]);
    gchk_leave(reader);
  }
  gchk_leave(reader);
  if (with_timing) {
    result->wall_s = gchk_read_real(reader, object, "wall_s");
    result->forward_calls = gchk_read_count(reader, object, "forward_calls");
  }
}

gchk_status gchk_case_from_json(gchk_arena *arena, const char *text, size_t length, gchk_case_result *result,
                                gchk_error *error) {
  *result = (gchk_case_result){0};
  gchk_reader reader = {.arena = arena, .file = "case", .text = text, .length = length, .error = error};
  json_t *root = gchk_read_text(&reader);
  if (!root)
    return reader.status;
  if (json_is_object(root))
    gchk_case_read(&reader, root, result, true);
  else
    gchk_read_wrong(&reader, NULL, root, "an object");
  json_decref(root);
  return reader.status;
}
