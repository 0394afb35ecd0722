/* Are the wrong elements told by the values of another tensor, or by the sign of their own? True: the rule named it. */
#ifndef GCHK_VALUES_DIAGNOSE_CONDITION_H
#define GCHK_VALUES_DIAGNOSE_CONDITION_H

#include "evidence/diagnosis.h"

/* Wrong exactly where a label has a value, where a mask is 0, in the column that a label names. */
bool gchk_diagnose_condition(gchk_diagnosis *d);

/* Wrong exactly in the rows that an index names more than once. */
bool gchk_diagnose_repeated(gchk_diagnosis *d);

/* A single element that is wrong at every base point where it has one sign, and right where it has the other. */
bool gchk_diagnose_sign(gchk_diagnosis *d);

#endif
