/* Undecided elements, in lines: each with its reason, the command that explains it, and what would decide it. */
#ifndef GCHK_REPORT_UNDECIDED_TEXT_H
#define GCHK_REPORT_UNDECIDED_TEXT_H

#include "core/text.h"
#include "report/result_rows.h"

/* "2 of 1,234 elements are undecided; it passes with them", or the condition that is not met. */
void gchk_put_undecided_sentence(gchk_text *text, const gchk_tensor_result *tensor);

/*
 * The commands that build the double twin of the plug-in that the case is from, and run it against that; "" where the
 * tensor has a twin already, or is from no plug-in.
 */
void gchk_put_twin_command(gchk_text *text, const gchk_row *row);

/* The doubts that the listed elements have, one bit each: 1 << doubt. */
unsigned gchk_doubts_of(const gchk_tensor_result *tensor);

/* The block of a tensor with undecided elements, `most` of them: plain text, names made visible. */
void gchk_text_undecided(const gchk_result *result, const gchk_row *row, size_t most, gchk_text *out);

/*
 * The blocks of tensors that are inconclusive for them, with the first few of their elements; verbose: of all tensors,
 * with all elements that are listed.
 */
void gchk_text_all_undecided(const gchk_result *result, int verbosity, gchk_text *out);

#endif
