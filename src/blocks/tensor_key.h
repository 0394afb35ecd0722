/* What the blocks of a tensor depend on. */
#ifndef GCHK_BLOCKS_TENSOR_KEY_H
#define GCHK_BLOCKS_TENSOR_KEY_H

#include "lines/tensor_line.h"

/*
 * Of a line that is aimed at the first of the checked elements: a digest of the case and its options, of the file that
 * has the layer's code and of that of who checks it, of values, outputs, upstream and analytic gradients at the base
 * point, of what the pilots found, and of the order of the `count` elements, NULL: as they are in `checked`. So another
 * layer, or the same one compiled anew from other code, has other blocks. False where such a file is not known, or
 * cannot be read.
 */
bool gchk_tensor_key(const gchk_tensor_line *l, const size_t *order, size_t count, uint64_t *key);

#endif
