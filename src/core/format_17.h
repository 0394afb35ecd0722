/* Doubles as decimals with 17 digits, without printf: the same characters in a tenth of its time. */
#ifndef GCHK_CORE_FORMAT_17_H
#define GCHK_CORE_FORMAT_17_H

#include <stdbool.h>

enum { GCHK_FORMAT_17_SIZE = 25 }; /* -1.2345678901234567e-300 and its end */

/*
 * Writes what printf's %.17g makes of x in the C locale, into room for GCHK_FORMAT_17_SIZE. False where 64 bits do not
 * tell how to round, one time in some dozens, for very small or large numbers, and for what is not finite.
 */
bool gchk_format_17(char *out, double x);

#endif
