/* A result with undecided elements. */
#ifndef CHECKS_REPORT_SAMPLE_UNDECIDED_H
#define CHECKS_REPORT_SAMPLE_UNDECIDED_H

#include "report/sample_result.h"

/* "two-layer-net" passes with 3 undecided elements of its second tensor; in x of "relu" 4 fill row 3. In f32, of
   "./mine.so". The caller frees it. */
gchk_result *sample_undecided(void);

#endif
