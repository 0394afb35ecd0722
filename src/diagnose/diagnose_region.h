/* Do the failing elements lie in one region of values? True: the rule named the mistake. */
#ifndef GCHK_DIAGNOSE_DIAGNOSE_REGION_H
#define GCHK_DIAGNOSE_DIAGNOSE_REGION_H

#include "evidence/diagnosis.h"

/* "x < -0.12", where the failing elements are, told by their own values; false when values do not tell them apart. */
enum { GCHK_REGION_TEXT = 96 };
bool gchk_region_name(gchk_diagnosis *d, char *text, size_t size);

bool gchk_diagnose_region(gchk_diagnosis *d);

#endif
