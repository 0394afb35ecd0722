/* Elements of a tensor that varies which have no effect, and those that are left. */
#ifndef GCHK_DECIDE_SET_APART_H
#define GCHK_DECIDE_SET_APART_H

#include "decide/batch_elements.h"

/*
 * Decides the elements that vary says have no effect (l->has_no_effect: all of the tensor's are checked), where
 * backward says so too: as its points would, without them. `others`, with room for all and one more, are those that are
 * left, in their order; how many. l->has_no_effect is then true of those alone that were decided here.
 */
size_t gchk_set_apart(gchk_batch_elements *b, size_t *others);

#endif
