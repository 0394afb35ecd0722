/* The kinds of things that documents print. */
#ifndef GRADCHECK_PRINTED_KIND_H
#define GRADCHECK_PRINTED_KIND_H

#include "gradcheck/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What kind of thing a document prints, and so with what it is compared. */
typedef enum gchk_printed_kind {
  GCHK_PRINTED_VALUE,         /* elements of tensors */
  GCHK_PRINTED_GRADIENT,      /* of their gradients, for the upstream gradient of expected gradients */
  GCHK_PRINTED_SHAPE,         /* dimensions of tensors */
  GCHK_PRINTED_MEAN_ABS_DIFF, /* from random weights, so that the size alone is compared: within a factor of 3 */
  GCHK_PRINTED_AGREEMENT,     /* whether reference gradients are close: 1 or 0 for each tensor */
  GCHK_PRINTED_FORMULA,       /* a formula of gradients, which their verdicts speak for */
  GCHK_PRINTED_ELSEWHERE,     /* what another command gives */
  GCHK_PRINTED_MISPRINT,      /* what does not run as it is printed */
  GCHK_PRINTED_COUNT
} gchk_printed_kind;

/* "value", "mean_abs_diff", ...: as suites name them. "" for no kind. */
GCHK_API const char *gchk_printed_kind_name(gchk_printed_kind kind);

#ifdef __cplusplus
}
#endif
#endif
