/* What makes two findings one mistake: their code, and the evidence that does not change with shape and tensor. */
#ifndef GCHK_SUMMARY_CAUSE_KEY_H
#define GCHK_SUMMARY_CAUSE_KEY_H

#include "gradcheck/result.h"

/*
 * Below, at or above 0 as with strcmp: an order of findings in which those with the same code and the same telling
 * evidence are neighbours. Factors are not looked at. NULL, what nothing names, comes first.
 */
int gchk_cause_key_compare(const gchk_finding *a, const gchk_finding *b);

/* Does the finding name a mistake, and not only say that there is one? A note names none. */
bool gchk_finding_names(const gchk_finding *finding);

/* Does the evidence belong to the mistake, and not to the place where it was seen? */
bool gchk_evidence_is_telling(const gchk_evidence *evidence);

/* The text of a finding's evidence; NULL: it has none of that key, or a number. */
const char *gchk_evidence_text(const gchk_finding *finding, const char *key);

/* The number of a finding's evidence; NaN: it has none of that key. */
double gchk_evidence_number(const gchk_finding *finding, const char *key);

#endif
