/* What is seen of one mistake in several ways is put together. */
#ifndef GCHK_SUMMARY_CAUSE_MERGE_H
#define GCHK_SUMMARY_CAUSE_MERGE_H

#include "core/arena.h"
#include "summary/site.h"

/*
 * Gives sites to other causes:
 *   - a tensor that nothing names, or of which only the place is known, to what names it in another shape or precision;
 *   - what nothing names to a broken contract that is said of this tensor, or that spoils whatever the case computes;
 *   - a diagnosis to the broken contract that says the same.
 * Where memory is out, which the arena notes, they stay as they are.
 */
void gchk_merge_causes(gchk_site_list *list, gchk_arena *arena);

#endif
