/* Places in an order in which neighbours are far from each other. */
#ifndef GCHK_CORE_FAR_STRIDE_H
#define GCHK_CORE_FAR_STRIDE_H

#include <stddef.h>

/* For k from 0 on, k * stride % count is each place below `count` once, and neighbours are far from each other. */
size_t gchk_far_stride(size_t count);

#endif
