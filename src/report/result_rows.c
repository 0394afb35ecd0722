/* The lists that reports go through: tensors worst first, and what has to be put right. */
#include "report/result_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

gchk_verdict gchk_row_verdict(const gchk_row *row) {
  gchk_verdict verdict = row->tensor != NULL ? row->tensor->verdict : row->owner->verdict;
  return gchk_failed_as_expected(row->owner) && verdict >= GCHK_FAIL ? GCHK_PASS : verdict;
}

static size_t count_tensors(const gchk_result *result) {
  size_t count = 0;
  for (size_t i = 0; i < result->case_count; i++)
    count += result->cases[i].tensor_count;
  return count;
}

/* Fails first; among equals, the one whose worst element is the most error bounds off. */
static int compare_badness(const void *a, const void *b) {
  const gchk_row *x = a, *y = b;
  gchk_verdict verdict_x = gchk_row_verdict(x), verdict_y = gchk_row_verdict(y);
  if (verdict_x != verdict_y)
    return verdict_x > verdict_y ? -1 : 1;
  const double bars_x = gchk_worst_error_bars(x->tensor), bars_y = gchk_worst_error_bars(y->tensor);
  if (bars_x != bars_y)
    return bars_x > bars_y ? -1 : 1;
  return (x->order > y->order) - (x->order < y->order);
}

bool gchk_list_rows(const gchk_result *result, bool worst_first, gchk_row_list *list) {
  list->count = 0;
  list->rows = gchk_calloc(count_tensors(result), sizeof *list->rows);
  if (list->rows == NULL)
    return false;
  for (size_t i = 0; i < result->case_count; i++)
    for (size_t k = 0; k < result->cases[i].tensor_count; k++) {
      list->rows[list->count] =
          (gchk_row){.owner = &result->cases[i], .tensor = &result->cases[i].tensors[k], .order = list->count};
      list->count++;
    }
  if (worst_first)
    qsort(list->rows, list->count, sizeof *list->rows, compare_badness);
  return true;
}

bool gchk_list_problems(const gchk_result *result, gchk_row_list *list) {
  list->count = 0;
  list->rows = gchk_calloc(count_tensors(result) + result->case_count, sizeof *list->rows);
  if (list->rows == NULL)
    return false;
  for (size_t i = 0; i < result->case_count; i++) {
    const gchk_case_result *c = &result->cases[i];
    if (gchk_is_wrong_as_a_whole(c))
      list->rows[list->count++] = (gchk_row){.owner = c};
    for (size_t k = 0; k < c->tensor_count; k++) {
      gchk_row row = {.owner = c, .tensor = &c->tensors[k]};
      if (gchk_row_verdict(&row) >= GCHK_FAIL)
        list->rows[list->count++] = row;
    }
  }
  return true;
}

bool gchk_list_undecided(const gchk_result *result, gchk_row_list *list) {
  list->count = 0;
  list->rows = gchk_calloc(count_tensors(result), sizeof *list->rows);
  if (list->rows == NULL)
    return false;
  for (size_t i = 0; i < result->case_count; i++)
    for (size_t k = 0; k < result->cases[i].tensor_count; k++) {
      const gchk_tensor_result *t = &result->cases[i].tensors[k];
      if (t->undecided.listed_count > 0 && t->verdict < GCHK_FAIL)
        list->rows[list->count++] = (gchk_row){.owner = &result->cases[i], .tensor = t};
    }
  return true;
}

bool gchk_is_sampled(const gchk_tensor_result *tensor) {
  return tensor->checked > 0 && tensor->checked < tensor->total && !isnan(tensor->sample_probability);
}

bool gchk_hides_signs(const gchk_tensor_result *tensor) {
  return tensor->checked > 0 && tensor->verdict < GCHK_FAIL && tensor->sensitivity.sign < 0.5;
}

bool gchk_is_above_threshold(const gchk_tensor_result *tensor) {
  return tensor->checked > 0 && !isnan(tensor->threshold) && !(tensor->mean_abs_diff <= tensor->threshold);
}

const gchk_node_result *gchk_first_wrong_node(const gchk_graph_result *graph) {
  for (size_t i = 0; i < graph->node_count; i++)
    if (graph->nodes[i].first_wrong)
      return &graph->nodes[i];
  return NULL;
}

bool gchk_passes_wrong(const gchk_tensor_result *tensor) {
  return tensor->verdict == GCHK_PASS && tensor->elements.fail > 0;
}

double gchk_row_bound(const gchk_tensor_result *tensor) {
  return isnan(tensor->bound_mean) ? tensor->bound_median : tensor->bound_mean;
}

gchk_row gchk_shown_row(const gchk_result *result, const gchk_cause *cause) {
  const gchk_cause_member *m = &cause->members[cause->shown];
  const gchk_case_result *c = &result->cases[m->case_index];
  return (gchk_row){.owner = c, .tensor = *m->tensor != '\0' ? &c->tensors[m->tensor_index] : NULL};
}

static bool is_right(const gchk_tensor_result *tensor) {
  return tensor->verdict == GCHK_PASS && tensor->elements.pass > 0 && tensor->elements.fail == 0;
}

/* Cases of one layer have the same tensors. */
static bool is_right_in_all(const gchk_result *result, const gchk_cause *cause, const char *name, size_t index) {
  for (size_t i = 0; i < cause->member_count; i++) {
    const gchk_case_result *c = &result->cases[cause->members[i].case_index];
    if (index >= c->tensor_count || strcmp(c->tensors[index].name, name) != 0 || !is_right(&c->tensors[index]))
      return false;
  }
  return true;
}

const gchk_tensor_result *gchk_next_right(const gchk_result *result, const gchk_cause *cause, size_t *at) {
  const gchk_row shown = gchk_shown_row(result, cause);
  while (shown.tensor != NULL && *at < shown.owner->tensor_count) {
    const gchk_tensor_result *next = &shown.owner->tensors[*at];
    if (is_right_in_all(result, cause, next->name, (*at)++))
      return next;
  }
  return NULL;
}
