/* The arrays of one tensor that is differentiated. */
#ifndef GCHK_MEASURE_TENSOR_WORK_H
#define GCHK_MEASURE_TENSOR_WORK_H

#include "measure/work.h"

/*
 * Sets up the arrays for tensor `index` of the instance, none of its elements to be checked yet; analytic is left to
 * the caller.
 */
gchk_status gchk_tensor_work_init(gchk_case_work *work, gchk_tensor_work *tensor, size_t index,
                                  gchk_error *error) GCHK_MUST_USE;

/* One of these arrays, a number an element of the tensor. */
typedef struct gchk_tensor_array {
  size_t member;   /* where in gchk_tensor_work the pointer to it is, of the first draw */
  size_t size;     /* of an element's number */
  bool is_of_draw; /* there is one a draw */
  bool is_unknown; /* NaN at first, not 0 */
  bool is_decided; /* what deciding an element writes (gchk_look_keep), or reads and may write */
} gchk_tensor_array;

enum { GCHK_TENSOR_ARRAYS = 13 };
extern const gchk_tensor_array gchk_tensor_arrays[GCHK_TENSOR_ARRAYS];

/* The array itself, of one of the draws. */
void *gchk_tensor_array_of(const gchk_tensor_work *tensor, const gchk_tensor_array *array, size_t draw);

/* Leaves out the last of several draws of all tensors: there is no array of it any more. */
void gchk_leave_last_draw_out(gchk_case_work *work);

/* Is the tensor small enough for its numeric Jacobian to be kept? */
bool gchk_keeps_jacobian(const gchk_case_work *work, const gchk_tensor_work *tensor);

/* The element whose analytic gradient of the first draw is largest; 0 where none is more than 0. */
size_t gchk_place_of_largest(const gchk_tensor_work *tensor);

/* All elements are to be checked. */
void gchk_check_all(gchk_tensor_work *tensor);

/* The row of a differentiated tensor among those of the result; NULL: it has none. */
gchk_tensor_result *gchk_row_of(const gchk_case_work *work, const gchk_case_result *result,
                                const gchk_tensor_work *tensor);

/* Where findings about tensor `index` go: its own list, or the case's where it is not differentiated. */
gchk_finding_list *gchk_findings_of(gchk_case_work *work, size_t index);

#endif
