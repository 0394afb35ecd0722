/* Names for factors. */
#ifndef GCHK_EVIDENCE_FACTOR_NAMES_H
#define GCHK_EVIDENCE_FACTOR_NAMES_H

#include "evidence/diagnosis.h"

/*
 * Names a factor by what the case has: "-1", "2", "1/B", "1 - p", "sqrt(C)", "ln 2". False when it is like nothing
 * known within `relative`.
 */
enum { GCHK_RATIO_TEXT = 160 };
bool gchk_ratio_name(const gchk_diagnosis *d, double ratio, double relative, char *text, size_t size);

#endif
