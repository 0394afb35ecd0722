/* Is what a rule says at the base point so at other base points too? */
#ifndef GCHK_EVIDENCE_ASK_ELSEWHERE_H
#define GCHK_EVIDENCE_ASK_ELSEWHERE_H

#include "evidence/diagnosis.h"

typedef bool (*gchk_rule_fn)(gchk_diagnosis *d);

/*
 * False where the rule, asked again at other base points at which the layer is as wrong, says nothing or something else
 * than its last finding here: numbers that fit by accident do not fit twice, and what is true of these values alone
 * (two tensors that hold the same, a single sample that is not saturated) is not what is wrong. True where it says the
 * same at one of them, where no other point tells, and of tensors so large that numbers do not fit by accident. Costs
 * what differentiating the tensor does, a point.
 */
bool gchk_holds_elsewhere(gchk_diagnosis *d, gchk_rule_fn rule);

#endif
