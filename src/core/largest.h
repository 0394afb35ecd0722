/* How large the numbers of an array are. */
#ifndef GCHK_CORE_LARGEST_H
#define GCHK_CORE_LARGEST_H

#include <stddef.h>

/* The largest |x|, 0 of none; infinite or no number where one of them is. */
double gchk_largest_size(const double *x, size_t count);

#endif
