/* Is the mistake in what some outputs contribute, told by values at them? True: the rule named the mistake. */
#ifndef GCHK_VALUES_DIAGNOSE_GATE_H
#define GCHK_VALUES_DIAGNOSE_GATE_H

#include "evidence/diagnosis.h"

/* Outputs that do not move, because forward clips or masks them, pass their upstream gradient on in backward. */
bool gchk_diagnose_gate_ignored(gchk_diagnosis *d);

/*
 * Backward is run again with the upstream gradient of those outputs alone at which a condition on values holds: those
 * of a tensor of the output's size (the output itself, a mask, an input, what forward kept).
 */
bool gchk_diagnose_gate(gchk_diagnosis *d);

#endif
