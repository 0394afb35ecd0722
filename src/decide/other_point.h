/* Other base points of a case: where an element that its own base point does not decide is tried again. */
#ifndef GCHK_DECIDE_OTHER_POINT_H
#define GCHK_DECIDE_OTHER_POINT_H

#include "measure/work.h"

/*
 * A work at the `number`-th other base point of the case of `work` (from 1): random values and upstream gradients of
 * other streams, values that are given moved by up to a sixteenth of their size, none planted. Its tensors are those of
 * work->tensors for which `wanted` is true. To be closed by gchk_work_close even when this fails. GCHK_LAYER_FAILED
 * where the layer has no finite outputs there.
 */
gchk_status gchk_open_other_point(gchk_case_work *other, gchk_case *spec, const gchk_case_work *work, unsigned number,
                                  const bool *wanted, gchk_error *error) GCHK_MUST_USE;

/* Differentiates a tensor of `there` in those elements in which `from`, the same one of the case, was. */
gchk_status gchk_differentiate_there(gchk_case_work *there, gchk_tensor_work *tensor, const gchk_tensor_work *from,
                                     gchk_error *error) GCHK_MUST_USE;

#endif
