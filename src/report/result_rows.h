/* What reports go through: tensors with their cases, as lists in the order that a reader wants. */
#ifndef GCHK_REPORT_RESULT_ROWS_H
#define GCHK_REPORT_RESULT_ROWS_H

#include "gradcheck/result.h"
#include "result/error_bars.h"
#include "summary/wrong.h"

/* A tensor with the case that it belongs to; without a tensor, what is said is about the case as a whole. */
typedef struct gchk_row {
  const gchk_case_result *owner;
  const gchk_tensor_result *tensor;
  size_t order; /* of the tensor in the run */
} gchk_row;

typedef struct gchk_row_list {
  gchk_row *rows;
  size_t count;
} gchk_row_list;

/* All tensors of the result, worst first (or in the order of the run). False when out of memory. */
bool gchk_list_rows(const gchk_result *result, bool worst_first, gchk_row_list *list) GCHK_MUST_USE;

/* What has to be put right: failing tensors, and cases that failed or ended in error as a whole; in the run's order. */
bool gchk_list_problems(const gchk_result *result, gchk_row_list *list) GCHK_MUST_USE;

/* Tensors with undecided elements, in the run's order, but for those that fail. */
bool gchk_list_undecided(const gchk_result *result, gchk_row_list *list) GCHK_MUST_USE;

/* Does the tensor pass although elements are beyond their bounds, as a threshold or a suppression allows? */
bool gchk_passes_wrong(const gchk_tensor_result *tensor);

/* Was it checked in part? */
bool gchk_is_sampled(const gchk_tensor_result *tensor);

/* Does it not fail, but would not with a wrong sign either, in most of its elements? */
bool gchk_hides_signs(const gchk_tensor_result *tensor);

/* Is the mean difference not at or below the threshold that there is? */
bool gchk_is_above_threshold(const gchk_tensor_result *tensor);

/* The node, going backward from the loss, whose rule is the first that is wrong; NULL: there is none. */
const gchk_node_result *gchk_first_wrong_node(const gchk_graph_result *graph);

/* What mean_abs_diff may be off by; of an earlier result, which does not say, the median bound. */
double gchk_row_bound(const gchk_tensor_result *tensor);

/* The verdict of a tensor as its case means it: a pass where it fails and is expected to. */
gchk_verdict gchk_row_verdict(const gchk_row *row);

/* The member of a cause whose elements show it best. */
gchk_row gchk_shown_row(const gchk_result *result, const gchk_cause *cause);

/*
 * Beside a tensor that gchk_shown_row gives, the next of its case from `*at` on whose gradient is right in every case
 * in which the mistake is seen: it tells where in backward it is not. NULL: there are no more. Starts with *at = 0.
 */
const gchk_tensor_result *gchk_next_right(const gchk_result *result, const gchk_cause *cause, size_t *at);

#endif
