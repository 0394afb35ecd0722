/* Plain decimals, as most numbers are written, to doubles without strtod: the same bits in a fifth of its time. */
#ifndef GCHK_SUITE_DECIMAL_H
#define GCHK_SUITE_DECIMAL_H

/*
 * Reads a decimal that `text` begins with, "-12.5e-3". Gives where it ends, or NULL for one that only strtod tells how
 * to round, and for everything else. What follows the number is not looked at.
 */
const char *gchk_decimal_scan(const char *text, double *x);

#endif
