/*
 * Comparing a layer with a reference: the one thing that no difference can see is a wrong forward with its matching
 * backward, and a layer that is trusted decides it. The built-in layers are such (gradcheck/layers.h finds one by its
 * name); so is a slow and plain version of your own.
 *
 *     static const gchk_reference plain = {.size = sizeof(gchk_reference), .layer = &plain_conv, .terms = "w=k^T"};
 *     static const gchk_layer fast_conv = {..., .reference = &plain};
 *
 * Every case of the layer then also compares outputs and gradients with those of the reference, at the values of the
 * case and for its first upstream gradient. Differences are allowed what rounding in the layer's precision was measured
 * to do; elements that sit on a kink, where any slope between the two sides is right, are left out and counted.
 * Findings: forward-differs-from-reference, gradient-differs-from-reference; agrees-with-reference is a note. Costs
 * 26 forwards and backwards of each.
 */
#ifndef GRADCHECK_COMPARE_H
#define GRADCHECK_COMPARE_H

#include "gradcheck/layer.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * `terms` says what the tables of the two do not: "stride=2 w=W^T b=0", separated by blanks or NULL.
 *
 *   w=W          the layer's tensor w is the reference's W. Without it, tensors of one name are one; then those whose
 *                names mean the same (w, weight, kernel; b, bias); then those that are alone in their role and shape.
 *                First axes are one where the reference has only rows: (B, T, C) is its (N, C).
 *   w=W^T        w is the transpose of W
 *   x=x(0,3,1,2) the axes of x are axes 0, 3, 1 and 2 of the reference's, as numpy.transpose has it
 *   b=0          the reference's tensor b, which the layer does not have, is 0 everywhere
 *   stride=2     a size or an option of the reference: a number, a size expression ("2*P") or an option of the layer.
 *                Without it, the size or the option that the layer calls so; then the reference's defaults, such as
 *                stride=1, and the options' initial values.
 */
typedef struct gchk_reference {
  size_t size; /* sizeof(gchk_reference) */
  const gchk_layer *layer;
  const char *terms;
} gchk_reference;

/*
 * Can `layer`, with these sizes ("B=3 T=4"; NULL: its own) and options (NULL: their initial values), be compared with
 * `reference`? GCHK_INVALID with what does not fit and what would be right. Calls nothing of either.
 */
GCHK_API gchk_status gchk_reference_check(const gchk_reference *reference, const gchk_layer *layer, const char *sizes,
                                          const double *options, gchk_error *error) GCHK_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
