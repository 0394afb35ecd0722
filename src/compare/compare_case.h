/* A case against the reference of its layer. */
#ifndef GCHK_COMPARE_COMPARE_CASE_H
#define GCHK_COMPARE_COMPARE_CASE_H

#include "measure/work.h"

/*
 * Compares the outputs and gradients of `own`, the instance of the layer that the case names (work->instance may be its
 * double twin), with those of the layer's reference; nothing where it has none. Findings go to the case, for forward,
 * and to the tensors, for backward; a note says that all agrees. GCHK_INVALID where there is nothing to compare. Leaves
 * the instance at its values. 26 forwards and backwards of each.
 */
gchk_status gchk_compare_case(gchk_case_work *work, gchk_instance *own, gchk_error *error) GCHK_MUST_USE;

#endif
