/* The fields of which branches a case took. */
#ifndef GCHK_RESULT_REACH_FIELDS_H
#define GCHK_RESULT_REACH_FIELDS_H

#include "result/fields.h"

extern const gchk_fields gchk_reach_fields; /* of a gchk_reach_result */

#endif
