/* The fields of a result: what its JSON file and reports/schema.json are made from. */
#ifndef GCHK_RESULT_RESULT_FIELDS_H
#define GCHK_RESULT_RESULT_FIELDS_H

#include "result/fields.h"

extern const gchk_fields gchk_result_fields; /* of a gchk_result */
extern const gchk_fields
    gchk_piped_case_fields; /* of a gchk_case_result, with its timing, which differs between runs */

#endif
