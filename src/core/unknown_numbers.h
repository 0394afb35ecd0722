/*
 * Long arrays of NaN, "not known", that cost memory only where something else is written into them.
 *
 * Their pages are those of one short file in memory, mapped again and again, copied where they are written.
 */
#ifndef GCHK_CORE_UNKNOWN_NUMBERS_H
#define GCHK_CORE_UNKNOWN_NUMBERS_H

#include <stddef.h>

/* `count` numbers in *bytes of mapped memory, for munmap; NULL where the system cannot do it. */
double *gchk_map_unknown(size_t count, size_t *bytes);

#endif
