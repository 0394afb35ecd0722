/*
 * Which elements of a tensor share no output, by what is known of its dependence (dependence.h).
 *
 * A class is a set of elements and the set of all outputs that any of them moves; two classes have neither in common.
 * One element of every class may be perturbed at once, and each output tells of the one that it belongs to (Curtis,
 * Powell and Reid, "On the estimation of sparse Jacobian matrices", J. Inst. Maths Applics 13, 1974).
 *
 * Where outputs depend on windows, the blocks of places of a dimension come in phases, of those that differ by a
 * multiple of the width of a window: each phase is some of the elements, and has classes of its own.
 */
#ifndef GCHK_PATTERN_PATTERN_H
#define GCHK_PATTERN_PATTERN_H

#include "pattern/dependence.h"

/* The classes of one phase. */
typedef struct gchk_pattern {
  size_t class_count;    /* 0: no two elements are known to share no output */
  size_t *class_of;      /* one an element; class_count where it is in another phase */
  size_t *element_start; /* class_count + 1: where a class begins in `elements` */
  size_t *elements;      /* of a class, ascending; behind the last class those of other phases */
  size_t *output_start;  /* class_count + 1: where a class begins in `outputs` */
  size_t *outputs;       /* of a class, ascending; behind the last class those that no element of the phase moves */

  gchk_dependence dependence;
  const gchk_tensor *t;
  size_t phase_count, phase;                          /* of the classes above */
  size_t most_classes;                                /* of any phase */
  size_t *digit[GCHK_MAX_RANK], radix[GCHK_MAX_RANK]; /* of a place along a dimension: classes in mixed radix */
  size_t *output_class;
} gchk_pattern;

/*
 * The pattern of a tensor at the point where work->instance is, in its first phase; in the work's scratch memory,
 * linear in elements and outputs. Windows are looked for where they cost less than a forward an element, and all of
 * them no more than `most`. Outputs and caches are left as the last forward left them, values as they were.
 */
gchk_status gchk_find_pattern(gchk_case_work *work, const gchk_tensor_work *tensor, double most, gchk_pattern *pattern,
                              gchk_error *error) GCHK_MUST_USE;

/* The phase of an element; and the classes of a phase, unless it is that already: linear in elements and outputs. */
size_t gchk_phase_of(const gchk_pattern *pattern, size_t element);
void gchk_pattern_set_phase(gchk_pattern *pattern, size_t phase);

#endif
