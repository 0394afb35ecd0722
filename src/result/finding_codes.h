/* The codes of findings as an enum; their table is finding_codes.inc, and gradcheck/result.h shows it to everybody. */
#ifndef GCHK_RESULT_FINDING_CODES_H
#define GCHK_RESULT_FINDING_CODES_H

#include "gradcheck/result.h"

typedef enum gchk_code {
#define CODE(constant, name, kind, flags, meaning, exposed_by, remedy) GCHK_CODE_##constant,
#include "result/finding_codes.inc"
#undef CODE
  GCHK_CODE_COUNT
} gchk_code;

/* Does the finding have this code? One that was read from a file may have a code that is none of these. */
bool gchk_finding_is(const gchk_finding *finding, gchk_code code);

#endif
