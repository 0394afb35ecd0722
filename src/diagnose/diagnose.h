/*
 * What the rules of diagnosis share. One idea a file: diagnose_*.c; gchk_diagnose asks the rules from specific to
 * general.
 *
 * A rule makes a candidate, what the gradient would be if a certain mistake had been made, from the numeric gradients,
 * the kept Jacobian J (row i: d y_j / d x_i) and the upstream gradient v; it names the mistake when the candidate
 * equals the analytic gradient on nearly all failing elements, within the error bounds that the candidate inherits.
 */
#ifndef GCHK_DIAGNOSE_DIAGNOSE_H
#define GCHK_DIAGNOSE_DIAGNOSE_H

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
  double unit; /* unit round-off of the analytic gradient */
} gchk_diagnosis;

/* What the gradient would be; NaN where it is not known. `slack` is the error that each value inherits. */
typedef struct gchk_candidate {
  double *value[GCHK_MAX_DRAWS], *slack[GCHK_MAX_DRAWS];
} gchk_candidate;

/* Space for a candidate, all NaN. False when out of memory: the rule then says nothing. */
bool gchk_candidate_new(const gchk_diagnosis *d, gchk_candidate *candidate);

/*
 * True when the candidate equals the analytic gradient at nearly all failing elements (of which it knows enough), and,
 * with `everywhere`, at nearly all others that it knows. `matched` may be NULL.
 */
bool gchk_candidate_holds(const gchk_diagnosis *d, const gchk_candidate *candidate, bool everywhere, size_t *matched);

/* The numeric gradient's own error at an element: bound, and the rounding of the analytic value. */
double gchk_diagnosis_error(const gchk_diagnosis *d, size_t draw, size_t element);

/* Nearly all: at most one in fifty is another. */
bool gchk_is_nearly_all(size_t some, size_t all);

/* Adds a finding to the tensor, with how many failing elements it explains. */
gchk_finding *gchk_diagnosis_add(gchk_diagnosis *d, const char *code, size_t explained, const char *format, ...)
    GCHK_PRINTF(4, 5);

/* The output tensors: output number k of the instance, where its elements start among all outputs; NULL after the last.
 */
const gchk_tensor *gchk_output_tensor(const gchk_diagnosis *d, size_t k, size_t *start, size_t *index);

/* "T", the name that a tensor's row gives to an axis, or "axis 1". */
enum { GCHK_AXIS_TEXT = 32 };
const char *gchk_axis_name(const gchk_diagnosis *d, size_t tensor, size_t axis, char *text, size_t size);

/* The index along an axis of a flat element, and how far apart neighbours along it are. */
size_t gchk_axis_stride(const gchk_shape *shape, size_t axis);
size_t gchk_axis_index(const gchk_shape *shape, size_t axis, size_t flat);

/*
 * Names a factor by what the case has: "-1", "2", "1/B", "1 - p", "sqrt(C)", "ln 2". False when it is like nothing
 * known within `relative`.
 */
enum { GCHK_RATIO_TEXT = 160 };
bool gchk_ratio_name(const gchk_diagnosis *d, double ratio, double relative, char *text, size_t size);

/* One factor between numeric and analytic over the failing elements. */
typedef struct gchk_ratio {
  double value, relative; /* and how well it is known */
  size_t matched;
  bool is_named;
  char name[GCHK_RATIO_TEXT];
} gchk_ratio;
bool gchk_constant_ratio(const gchk_diagnosis *d, gchk_ratio *ratio);

/* "x < -0.12", where the failing elements are, told by their own values; false when values do not tell them apart. */
enum { GCHK_REGION_TEXT = 96 };
bool gchk_region_name(const gchk_diagnosis *d, char *text, size_t size);

/* The rules: each is true when it named the mistake. In the order in which they are asked. */
bool gchk_diagnose_non_finite(gchk_diagnosis *d);
bool gchk_diagnose_mode(gchk_diagnosis *d);
bool gchk_diagnose_zero(gchk_diagnosis *d);
bool gchk_diagnose_ties(gchk_diagnosis *d);
bool gchk_diagnose_ratio(gchk_diagnosis *d);
bool gchk_diagnose_axes(gchk_diagnosis *d);
bool gchk_diagnose_other_tensor(gchk_diagnosis *d);
bool gchk_diagnose_upstream(gchk_diagnosis *d);
bool gchk_diagnose_slices(gchk_diagnosis *d);
bool gchk_diagnose_contributions(gchk_diagnosis *d);
bool gchk_diagnose_derivative(gchk_diagnosis *d);
bool gchk_diagnose_partial_ratio(gchk_diagnosis *d);
bool gchk_diagnose_branches(gchk_diagnosis *d);
bool gchk_diagnose_region(gchk_diagnosis *d);
bool gchk_diagnose_precision(gchk_diagnosis *d);
bool gchk_diagnose_terms(gchk_diagnosis *d);
bool gchk_diagnose_epsilon(gchk_diagnosis *d);
bool gchk_diagnose_other_point(gchk_diagnosis *d);
bool gchk_diagnose_permutation(gchk_diagnosis *d);
bool gchk_diagnose_place(gchk_diagnosis *d);

#endif
