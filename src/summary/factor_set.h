/* The names that a factor may have, "2 or B": in another shape another of them drops out. */
#ifndef GCHK_SUMMARY_FACTOR_SET_H
#define GCHK_SUMMARY_FACTOR_SET_H

#include <stdbool.h>
#include <stddef.h>

enum { GCHK_FACTOR_SET = 256 };

/* The names that a and b have in common, into `common`, in the order of a. False: they have none, or too long ones. */
bool gchk_factor_set_meet(const char *a, const char *b, char common[GCHK_FACTOR_SET]);

#endif
