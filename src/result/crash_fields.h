/* The fields of how a case's process ended before its time. */
#ifndef GCHK_RESULT_CRASH_FIELDS_H
#define GCHK_RESULT_CRASH_FIELDS_H

#include "gradcheck/result.h"
#include "result/fields.h"

extern const gchk_fields gchk_crash_fields; /* of a gchk_crash_result */

extern const gchk_crash_result gchk_no_crash; /* the process came to its end */

#endif
