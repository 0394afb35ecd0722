/* A diagnosis of a tensor that was differentiated: which elements fail, and what is known of them. */
#ifndef GCHK_EVIDENCE_OPEN_DIAGNOSIS_H
#define GCHK_EVIDENCE_OPEN_DIAGNOSIS_H

#include "evidence/diagnosis.h"

/* False out of memory. To be closed even then. */
bool gchk_diagnosis_open(gchk_diagnosis *d, gchk_case_work *work, gchk_tensor_work *tensor);
void gchk_diagnosis_close(gchk_diagnosis *d);

/* Is there an element that fails at the base point itself, not at another one where it was decided? */
bool gchk_fails_at_base(const gchk_tensor_work *w);

#endif
