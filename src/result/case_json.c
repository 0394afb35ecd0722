/*
 * Writes one case's result as JSON. NaN is null where it means that there is no value, and "NaN" where it is the value
 * of an element, of evidence, or of a statistic over elements that were checked.
 */
#include "result/case_json.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "instance/index.h"

static void write_shape(gchk_json *json, const gchk_shape *shape) {
  gchk_json_flat_array(json, "shape");
  for (size_t i = 0; i < shape->rank; i++)
    gchk_json_count(json, NULL, shape->dim[i]);
  gchk_json_end(json);
}

static bool has_key_before(const gchk_finding *finding, size_t at) {
  for (size_t i = 0; i < at; i++)
    if (strcmp(finding->evidence[i].key, finding->evidence[at].key) == 0)
      return true;
  return false;
}

static void write_evidence(gchk_json *json, const gchk_finding *finding) {
  gchk_json_object(json, "evidence");
  for (size_t i = 0; i < finding->evidence_count; i++) {
    const gchk_evidence *evidence = &finding->evidence[i];
    gchk_text key = {0};
    gchk_text_put(&key, evidence->key);
    if (has_key_before(finding, i)) // an object has each key once
      gchk_text_format(&key, " (%zu)", i + 1);
    const char *name = key.failed ? evidence->key : key.data;
    if (evidence->text)
      gchk_json_string(json, name, evidence->text);
    else
      gchk_json_real(json, name, evidence->number);
    gchk_text_deinit(&key);
  }
  gchk_json_end(json);
}

static void write_findings(gchk_json *json, const gchk_finding *findings, size_t count) {
  gchk_json_array(json, "findings");
  for (size_t i = 0; i < count; i++) {
    gchk_json_object(json, NULL);
    gchk_json_string(json, "code", findings[i].code);
    gchk_json_string(json, "text", findings[i].text);
    write_evidence(json, &findings[i]);
    gchk_json_bool(json, "note", findings[i].is_note);
    gchk_json_end(json);
  }
  gchk_json_end(json);
}

static void write_elements(gchk_json *json, const char *key, const gchk_shape *shape, const gchk_element *elements,
                           size_t count) {
  gchk_json_array(json, key);
  for (size_t i = 0; i < count; i++) {
    size_t index[GCHK_MAX_RANK];
    gchk_shape_index(shape, elements[i].flat, index);
    gchk_json_flat_object(json, NULL);
    gchk_json_flat_array(json, "index");
    for (size_t k = 0; k < shape->rank; k++)
      gchk_json_count(json, NULL, index[k]);
    gchk_json_end(json);
    gchk_json_real(json, "analytic", elements[i].analytic);
    gchk_json_real(json, "numeric", elements[i].numeric);
    gchk_json_real(json, "bound", elements[i].bound);
    gchk_json_string(json, "verdict", gchk_verdict_name(elements[i].verdict));
    gchk_json_end(json);
  }
  gchk_json_end(json);
}

static void write_histogram(gchk_json *json, const gchk_histogram *histogram) {
  if (histogram->bin_count == 0 && histogram->zero == 0 && histogram->non_finite == 0) {
    gchk_json_null(json, "histogram");
    return;
  }
  gchk_json_flat_object(json, "histogram");
  gchk_json_real_or_null(json, "low", histogram->low);
  gchk_json_array(json, "bins");
  for (size_t i = 0; i < histogram->bin_count; i++)
    gchk_json_count(json, NULL, histogram->bins[i]);
  gchk_json_end(json);
  gchk_json_count(json, "zero", histogram->zero);
  gchk_json_count(json, "non_finite", histogram->non_finite);
  gchk_json_end(json);
}

static void write_step_curve(gchk_json *json, const gchk_step_curve *step_curve) {
  if (step_curve->point_count == 0) {
    gchk_json_null(json, "sweep");
    return;
  }
  gchk_json_object(json, "sweep");
  gchk_json_real_or_null(json, "order", step_curve->order);
  gchk_json_real_or_null(json, "decades", step_curve->decades);
  gchk_json_array(json, "points");
  for (size_t i = 0; i < step_curve->point_count; i++) {
    const gchk_step_point *point = &step_curve->points[i];
    gchk_json_flat_object(json, NULL);
    gchk_json_real(json, "step", point->step);
    gchk_json_real(json, "median", point->median);
    gchk_json_real(json, "low", point->low);
    gchk_json_real(json, "high", point->high);
    gchk_json_real(json, "worst", point->worst);
    gchk_json_real(json, "bound", point->bound);
    gchk_json_count(json, "elements", point->elements);
    gchk_json_end(json);
  }
  gchk_json_end(json);
  gchk_json_end(json);
}

static void write_heatmap(gchk_json *json, const gchk_heatmap *map) {
  if (!map->cells) {
    gchk_json_null(json, "heatmap");
    return;
  }
  gchk_json_object(json, "heatmap");
  gchk_json_count(json, "rows", map->rows);
  gchk_json_count(json, "columns", map->columns);
  gchk_json_count(json, "row_pool", map->row_pool);
  gchk_json_count(json, "column_pool", map->column_pool);
  gchk_json_array(json, "cells");
  for (size_t r = 0; r < map->rows; r++) {
    gchk_json_flat_array(json, NULL);
    for (size_t c = 0; c < map->columns; c++)
      gchk_json_real_or_null(json, NULL, map->cells[r * map->columns + c]);
    gchk_json_end(json);
  }
  gchk_json_end(json);
  gchk_json_end(json);
}

static void write_comparisons(gchk_json *json, const gchk_tensor_result *tensor) {
  const gchk_sensitivity *sensitivity = &tensor->sensitivity;
  gchk_json_flat_object(json, "sensitivity");
  gchk_json_real_or_null(json, "sign", sensitivity->sign);
  gchk_json_real_or_null(json, "zero", sensitivity->zero);
  gchk_json_real_or_null(json, "factor_two", sensitivity->factor_two);
  gchk_json_real_or_null(json, "ten_percent", sensitivity->ten_percent);
  gchk_json_real_or_null(json, "one_percent", sensitivity->one_percent);
  gchk_json_real_or_null(json, "tenth_percent", sensitivity->tenth_percent);
  gchk_json_end(json);

  const gchk_reference_result *reference = &tensor->reference;
  if (!reference->present)
    gchk_json_null(json, "reference");
  else {
    gchk_json_object(json, "reference");
    gchk_json_string(json, "source", reference->source);
    gchk_json_real_or_null(json, "rtol", reference->rtol);
    gchk_json_real_or_null(json, "atol", reference->atol);
    gchk_json_count(json, "elements", reference->elements);
    gchk_json_count(json, "fail", reference->fail);
    gchk_json_real_or_null(json, "max_abs_diff", reference->max_abs_diff);
    gchk_json_real_or_null(json, "numeric_max_abs_diff", reference->numeric_max_abs_diff);
    gchk_json_end(json);
  }

  if (isnan(tensor->sample_probability))
    gchk_json_null(json, "sample");
  else {
    gchk_json_flat_object(json, "sample");
    gchk_json_real_or_null(json, "fraction", tensor->sample_fraction);
    gchk_json_real(json, "probability", tensor->sample_probability);
    gchk_json_end(json);
  }
}

static void write_statistics(gchk_json *json, const gchk_tensor_result *tensor) {
  gchk_json_count(json, "checked", tensor->checked);
  gchk_json_count(json, "total", tensor->total);
  gchk_json_real_or_null(json, "threshold", tensor->threshold);
  // Over elements that were checked a NaN is a gradient that is not a number, not a missing value.
  void (*real)(gchk_json *, const char *, double) = tensor->checked > 0 ? gchk_json_real : gchk_json_real_or_null;
  real(json, "mean_abs_diff", tensor->mean_abs_diff);
  real(json, "max_abs_diff", tensor->max_abs_diff);
  gchk_json_real_or_null(json, "max_rel_diff", tensor->max_rel_diff);
  gchk_json_real_or_null(json, "cosine", tensor->cosine);
  gchk_json_flat_object(json, "bound");
  gchk_json_real_or_null(json, "median", tensor->bound_median);
  gchk_json_real_or_null(json, "max", tensor->bound_max);
  gchk_json_end(json);
  gchk_json_real_or_null(json, "step", tensor->step);
  gchk_json_real_or_null(json, "digits", tensor->digits);
  gchk_json_flat_object(json, "elements");
  gchk_json_count(json, "pass", tensor->elements.pass);
  gchk_json_count(json, "fail", tensor->elements.fail);
  gchk_json_count(json, "inconclusive", tensor->elements.inconclusive);
  gchk_json_count(json, "kink", tensor->elements.kink);
  gchk_json_count(json, "below_resolution", tensor->elements.below_resolution);
  gchk_json_end(json);
}

static void write_tensor(gchk_json *json, const gchk_tensor_result *tensor) {
  gchk_json_object(json, NULL);
  gchk_json_string(json, "name", tensor->name);
  gchk_json_string(json, "role", gchk_role_name(tensor->role));
  gchk_json_string(json, "dtype", gchk_dtype_name(tensor->dtype));
  write_shape(json, &tensor->shape);
  gchk_json_string(json, "verdict", gchk_verdict_name(tensor->verdict));
  gchk_json_string(json, "reason", tensor->reason);
  write_statistics(json, tensor);
  write_findings(json, tensor->findings, tensor->finding_count);
  write_elements(json, "worst", &tensor->shape, tensor->worst, tensor->worst_count);
  write_histogram(json, &tensor->histogram);
  write_step_curve(json, &tensor->step_curve);
  write_heatmap(json, &tensor->heatmap);
  write_elements(json, "scatter", &tensor->shape, tensor->scatter, tensor->scatter_count);
  write_comparisons(json, tensor);
  gchk_json_end(json);
}

static void write_edge(gchk_json *json, const gchk_edge_result *edge) {
  gchk_json_object(json, NULL);
  gchk_json_string(json, "name", edge->name);
  gchk_json_string(json, "producer", edge->producer);
  gchk_json_string(json, "role", gchk_role_name(edge->role));
  write_shape(json, &edge->shape);
  gchk_json_count(json, "count", edge->count);
  size_t shown = edge->shown > 4 ? 4 : edge->shown;
  gchk_json_flat_array(json, "value");
  for (size_t i = 0; i < shown; i++)
    gchk_json_real(json, NULL, edge->value[i]);
  gchk_json_end(json);
  gchk_json_flat_array(json, "grad");
  for (size_t i = 0; i < shown; i++)
    gchk_json_real(json, NULL, edge->grad[i]);
  gchk_json_end(json);
  gchk_json_real(json, "value_mean", edge->value_mean);
  gchk_json_real(json, "value_max", edge->value_max);
  gchk_json_real_or_null(json, "grad_mean", edge->grad_mean);
  gchk_json_real_or_null(json, "grad_max", edge->grad_max);
  gchk_json_bool(json, "has_grad", edge->has_grad);
  gchk_json_end(json);
}

static void write_indices(gchk_json *json, const char *key, const size_t *indices, size_t count) {
  gchk_json_flat_array(json, key);
  for (size_t i = 0; i < count; i++)
    gchk_json_count(json, NULL, indices[i]);
  gchk_json_end(json);
}

static void write_graph(gchk_json *json, const gchk_graph_result *graph) {
  if (graph->node_count == 0 && graph->edge_count == 0) {
    gchk_json_null(json, "graph");
    return;
  }
  gchk_json_object(json, "graph");
  gchk_json_array(json, "edges");
  for (size_t i = 0; i < graph->edge_count; i++)
    write_edge(json, &graph->edges[i]);
  gchk_json_end(json);
  gchk_json_array(json, "nodes");
  for (size_t i = 0; i < graph->node_count; i++) {
    const gchk_node_result *node = &graph->nodes[i];
    gchk_json_object(json, NULL);
    gchk_json_string(json, "name", node->name);
    gchk_json_string(json, "layer", node->layer);
    write_indices(json, "inputs", node->inputs, node->input_count);
    write_indices(json, "outputs", node->outputs, node->output_count);
    gchk_json_bool(json, "first_wrong", node->first_wrong);
    gchk_json_end(json);
  }
  gchk_json_end(json);
  gchk_json_end(json);
}

void gchk_case_write(gchk_json *json, const char *key, const gchk_case_result *result, bool with_timing) {
  gchk_json_object(json, key);
  gchk_json_string(json, "name", result->name);
  gchk_json_string(json, "verdict", gchk_verdict_name(result->verdict));
  gchk_json_string(json, "dtype", gchk_dtype_name(result->dtype));
  gchk_json_string(json, "layer", result->layer);
  gchk_json_flat_object(json, "location");
  gchk_json_string(json, "file", result->file);
  gchk_json_integer(json, "line", result->line > 0 ? result->line : 0);
  gchk_json_end(json);
  gchk_json_string(json, "target", result->target);
  gchk_json_string(json, "reason", result->reason);
  gchk_json_string(json, "expected_failure", result->expected_failure);
  gchk_json_bool(json, "auxiliary", result->auxiliary);
  write_findings(json, result->findings, result->finding_count);
  gchk_json_real_or_null(json, "output", result->output);
  write_graph(json, &result->graph);
  gchk_json_array(json, "tensors");
  for (size_t i = 0; i < result->tensor_count; i++)
    write_tensor(json, &result->tensors[i]);
  gchk_json_end(json);
  if (with_timing) {
    gchk_json_real(json, "wall_s", result->wall_s);
    gchk_json_count(json, "forward_calls", result->forward_calls);
  }
  gchk_json_end(json);
}

gchk_status gchk_case_to_json(const gchk_case_result *result, char **text, gchk_error *error) {
  gchk_text out = {0};
  gchk_json json = {.text = &out};
  gchk_case_write(&json, NULL, result, true);
  *text = gchk_text_take(&out);
  return *text ? GCHK_OK : gchk_fail_memory(error, "the result of a case");
}
