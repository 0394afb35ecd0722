/* What a case says of single tensors. */
#ifndef GCHK_SUITE_SUITE_TENSORS_H
#define GCHK_SUITE_SUITE_TENSORS_H

#include "gradcheck/check.h"
#include "suite/suite_case.h"

/* Everything that is said of single tensors, once the layer is there; not what is expected, in training. */
gchk_status gchk_suite_tensors(const gchk_suite_case *c, const gchk_tensor_setting **settings,
                               size_t *count) GCHK_MUST_USE;

#endif
