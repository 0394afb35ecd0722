/* The fields of a tensor's result, and of a finding, which cases have too. */
#ifndef GCHK_RESULT_TENSOR_FIELDS_H
#define GCHK_RESULT_TENSOR_FIELDS_H

#include "result/fields.h"

extern const gchk_fields gchk_tensor_fields;  /* of a gchk_tensor_result */
extern const gchk_fields gchk_finding_fields; /* of a gchk_finding */

#endif
