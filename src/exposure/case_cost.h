/* What a case costs, counted before it runs: the same on every machine. */
#ifndef GCHK_EXPOSURE_CASE_COST_H
#define GCHK_EXPOSURE_CASE_COST_H

#include "gradcheck/check.h"

/*
 * Elements that are differentiated, about six evaluations each; and that times the elements of all tensors, for one
 * evaluation touches about all of those.
 */
typedef struct gchk_case_cost {
  double elements, work;
} gchk_case_cost;

/* With elements bounded as for the case's kind; the largest doubles where its sizes give no shapes. */
gchk_case_cost gchk_cost_of_case(const gchk_case *c);

/* The elements of the largest input that is differentiated; 0 where the sizes give no shapes. */
size_t gchk_largest_input(const gchk_layer *layer, const char *sizes);

#endif
