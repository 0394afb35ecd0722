/* Does backward read a tensor at another index than forward? True: the rule named the mistake. */
#ifndef GCHK_ROUTES_DIAGNOSE_INDEX_READ_H
#define GCHK_ROUTES_DIAGNOSE_INDEX_READ_H

#include "evidence/diagnosis.h"

/* An offset that is missing (index 0 for all), or one step too far. About ten forwards an axis of each given tensor. */
bool gchk_diagnose_index_read(gchk_diagnosis *d);

#endif
