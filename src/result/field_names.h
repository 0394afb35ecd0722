/* What the values of a result's enums are called. */
#ifndef GCHK_RESULT_FIELD_NAMES_H
#define GCHK_RESULT_FIELD_NAMES_H

#include "result/fields.h"

extern const gchk_names gchk_verdict_names, gchk_role_names, gchk_dtype_names, gchk_doubt_names, gchk_printed_names;

#endif
