/* What a case has cost so far. */
#ifndef GCHK_MEASURE_WORK_CALLS_H
#define GCHK_MEASURE_WORK_CALLS_H

#include "measure/work.h"

/* Evaluations so far: forward, update and loss, of all instances. */
uint64_t gchk_work_calls(const gchk_case_work *work);

#endif
