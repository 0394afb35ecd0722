/* Axes of blocks that are packed side by side: the gates of "4*H", queries, keys and values of "3*C". */
#ifndef GCHK_EVIDENCE_AXIS_BLOCKS_H
#define GCHK_EVIDENCE_AXIS_BLOCKS_H

#include "evidence/diagnosis.h"

/*
 * " (block 1, from 0, of 4 blocks of 7)" where the indices low to high of the tensor's axis are whole blocks; else "".
 * Returns the text.
 */
enum { GCHK_BLOCKS_TEXT = 96 };
const char *gchk_axis_blocks(const gchk_diagnosis *d, size_t axis, size_t low, size_t high, char *text, size_t size);

#endif
