/* A case's result as text, to compare it with another's. */
#ifndef CHECKS_RUN_CASE_TEXT_H
#define CHECKS_RUN_CASE_TEXT_H

#include "gradcheck/result.h"

/* All its fields as JSON, which the caller frees. */
char *case_text(const gchk_case_result *result);

#endif
