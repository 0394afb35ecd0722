/* What was taken of a layer's branches, in words. */
#ifndef GCHK_REACH_REACH_WORDS_H
#define GCHK_REACH_REACH_WORDS_H

#include "core/text.h"
#include "gradcheck/result.h"

/* "branches taken: backward 8 of 9 (88.8 %) in 7 of 8 lines, forward 6 of 6 (100 %) in 4 of 4 lines"; "". */
void gchk_put_reach_sentence(gchk_text *out, const gchk_reach_result *reach);

/* How many untaken branches from the i-th on begin in one line: they are told as one. */
size_t gchk_untaken_alike(const gchk_reached_function *f, size_t i);

/* "kernels.c:41" with the file's own name, or "a branch of backward_kernel" where no line is known. */
void gchk_put_untaken_place(gchk_text *out, const gchk_reached_function *f, const gchk_untaken_branch *branch);

#endif
