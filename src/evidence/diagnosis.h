/*
 * What the rules of diagnosis share. One idea a file: diagnose/diagnose_*.c; gchk_diagnose (diagnose.c) asks the
 * rules from specific to general.
 *
 * A rule makes a candidate, what the gradient would be if a certain mistake had been made, from the numeric gradients,
 * the kept Jacobian J (row i: d y_j / d x_i) and the upstream gradient v; it names the mistake when the candidate
 * equals the analytic gradient on nearly all failing elements, within the error bounds that the candidate inherits.
 */
#ifndef GCHK_EVIDENCE_DIAGNOSIS_H
#define GCHK_EVIDENCE_DIAGNOSIS_H

#include "instance/index.h"
#include "measure/work.h"

typedef struct gchk_diagnosis {
  gchk_case_work *work;
  gchk_tensor_work *tensor;
  const gchk_tensor *t;
  const gchk_tensor_spec *row;
  gchk_arena *arena; /* goes with the diagnosis */
  size_t total;      /* elements of the tensor */
  size_t draws;
  size_t output_count;
  const double *jacobian; /* NULL: not kept */
  bool *fails;            /* an element: its analytic value is finite, a numeric one is there, and they differ */
  size_t fail_count;
  size_t bad_count; /* failing ones whose analytic value is not finite */
  size_t pass_count;
  double unit;           /* unit round-off of the analytic gradient */
  bool is_out_of_memory; /* for something that is not in the arena: the diagnosis is not to be trusted */
} gchk_diagnosis;

/* The work of the layer that was compared: of the f32 instance, where a double twin is differenced. A shallow copy. */
gchk_case_work gchk_named_work(const gchk_case_work *work);

/* Nearly all: at most one in fifty is another. */
bool gchk_is_nearly_all(size_t some, size_t all);

/* The numeric gradient's own error at an element: bound, and the rounding of the analytic value. */
double gchk_diagnosis_error(const gchk_diagnosis *d, size_t draw, size_t element);

/* Is the numeric gradient of the first draw far beyond its error? */
bool gchk_is_told_from_zero(const gchk_diagnosis *d, size_t element);

/* How many of the elements that pass have a derivative that is told from zero. */
size_t gchk_telling_passes(const gchk_diagnosis *d);

/*
 * Analytic and numeric values of nearly all failing elements agree, as they stand, but for the rounding of the coarsest
 * format in use, bf16: 8 units of the value and 4 of the largest. What differs by so little is not in another order.
 */
bool gchk_agrees_as_it_stands(const gchk_diagnosis *d);

/*
 * The analytic gradient is exactly 0 wherever it fails, for every upstream gradient: for one alone it may be by
 * accident.
 */
bool gchk_is_zero_where_it_fails(const gchk_diagnosis *d);

/* Adds a finding to the tensor, with how many failing elements it explains. */
gchk_finding *gchk_diagnosis_add(gchk_diagnosis *d, gchk_code code, size_t explained, const char *format, ...)
    GCHK_PRINTF(4, 5);

/*
 * May a rule give the tensor other values, or its own in another order? Not the constants that somebody gave, nor rows
 * with one 1: a mask is what forward was made for.
 */
bool gchk_may_be_changed(const gchk_diagnosis *d, size_t tensor);

/* Output tensor number k of the instance, and where its elements start among all outputs; NULL after the last. */
const gchk_tensor *gchk_output_tensor(const gchk_diagnosis *d, size_t k, size_t *start, size_t *index);

/* "T", the name that a tensor's row gives to an axis, or "axis 1". */
enum { GCHK_AXIS_TEXT = 32 };
const char *gchk_axis_name(const gchk_diagnosis *d, size_t tensor, size_t axis, char *text, size_t size);

#endif
