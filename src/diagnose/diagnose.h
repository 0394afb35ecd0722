/* Diagnosis: what the mistake behind the failing elements of a tensor is. */
#ifndef GCHK_DIAGNOSE_DIAGNOSE_H
#define GCHK_DIAGNOSE_DIAGNOSE_H

#include "measure/work.h"

/*
 * Names the mistake of a tensor that has failing elements: findings go to tensor->findings. Calls the layer only
 * to distinguish look-alikes. Leaves the instance at the base point.
 */
gchk_status gchk_diagnose(gchk_case_work *work, gchk_tensor_work *tensor, gchk_error *error) GCHK_MUST_USE;

#endif
