/* Dead units: parts of a network through which nothing is learnt at the base point. */
#ifndef GCHK_CHECK_DEAD_UNITS_H
#define GCHK_CHECK_DEAD_UNITS_H

#include "measure/work.h"

/*
 * Looks at every node of a network with one output that has the shape of a value it reads, rows and columns, as an
 * activation has. Columns of the output that are exactly 0 in all rows, where the column of the input is not, are units
 * that are dead at this point: a note "dead-units" of the case counts and names them. It needs two rows or more, calls
 * nothing, and is never more than a note.
 */
void gchk_note_dead_units(gchk_case_work *work);

#endif
