/* Is the gradient off by one factor? True: the rule named the mistake. */
#ifndef GCHK_DIAGNOSE_DIAGNOSE_RATIO_H
#define GCHK_DIAGNOSE_DIAGNOSE_RATIO_H

#include "evidence/factor_names.h"

/* One factor between numeric and analytic over the failing elements. */
typedef struct gchk_ratio {
  double value, relative; /* and how well it is known */
  double rest;            /* by how much of it some are off, beyond their errors; 0: none are */
  size_t matched;
  bool is_named;
  char name[GCHK_RATIO_TEXT];
} gchk_ratio;
bool gchk_constant_ratio(const gchk_diagnosis *d, gchk_ratio *ratio);

bool gchk_diagnose_ratio(gchk_diagnosis *d);
bool gchk_diagnose_partial_ratio(gchk_diagnosis *d);
bool gchk_diagnose_branches(gchk_diagnosis *d);

#endif
