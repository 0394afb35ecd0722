/*
 * Which elements of a tensor share no output: found by perturbing halves of the tensor.
 *
 * A class is a set of elements and the set of all outputs that any of them moves; two classes have neither in common.
 * One element of every class may be perturbed at once, and each output tells of the one that it belongs to (Curtis,
 * Powell and Reid, "On the estimation of sparse Jacobian matrices", J. Inst. Maths Applics 13, 1974).
 */
#ifndef GCHK_PATTERN_PATTERN_H
#define GCHK_PATTERN_PATTERN_H

#include "measure/work.h"

typedef struct gchk_pattern {
  size_t class_count;    /* 0: no two elements are known to share no output */
  size_t *class_of;      /* one an element */
  size_t *element_start; /* class_count + 1: where a class begins in `elements` */
  size_t *elements;      /* of a class, ascending */
  size_t *output_start;  /* class_count + 1: where a class begins in `outputs` */
  size_t *outputs;       /* of a class, ascending; behind the last class those that no element moves */
} gchk_pattern;

/* The most forwards that it costs to find the pattern of this tensor; 0 where none can be looked for. */
size_t gchk_pattern_cost(const gchk_tensor *t);

/*
 * The pattern of a tensor at the point where work->instance is; in the work's scratch memory, linear in elements and
 * outputs. Outputs and caches are left as the last forward left them, values as they were.
 */
gchk_status gchk_find_pattern(gchk_case_work *work, const gchk_tensor_work *tensor, gchk_pattern *pattern,
                              gchk_error *error) GCHK_MUST_USE;

#endif
