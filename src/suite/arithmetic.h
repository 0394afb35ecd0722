/* How this thread computes: rounding, subnormal numbers, traps. Code that is loaded may change it for everybody. */
#ifndef GCHK_SUITE_ARITHMETIC_H
#define GCHK_SUITE_ARITHMETIC_H

#include <fenv.h>

void gchk_arithmetic_keep(fenv_t *before);

/* Puts back what gchk_arithmetic_keep found; returns what had been changed, "flush-to-zero", or NULL. */
const char *gchk_arithmetic_restore(const fenv_t *before);

#endif
