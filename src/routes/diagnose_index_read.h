/* Does backward read a tensor at another index than forward? True: the rule named the mistake. */
#ifndef GCHK_ROUTES_DIAGNOSE_INDEX_READ_H
#define GCHK_ROUTES_DIAGNOSE_INDEX_READ_H

#include "evidence/diagnosis.h"

/*
 * An offset that is missing (index 0 for all), one step too far, or axes that are turned round or exchanged. About four
 * forwards a reading, of which an axis of a given tensor has five, and a pair of its axes two.
 */
bool gchk_diagnose_index_read(gchk_diagnosis *d);

#endif
