/*
 * What is dropped of what gradcheck chose by itself (GCHK_VARIED). A value, an option or a size that nobody declared
 * can show a mistake, and can hold nothing against a layer that was not made for it.
 */
#ifndef GCHK_EXPOSURE_DROPPED_H
#define GCHK_EXPOSURE_DROPPED_H

#include "measure/work.h"

/*
 * False, and nothing is done, for a case of another kind. Else the case is skipped, for the reason `why` (not copied),
 * and a note says so. GCHK_NO_MEMORY is the arena's to tell.
 */
bool gchk_drop_case(const gchk_case *spec, gchk_arena *arena, const char *why, gchk_case_result *result);

/*
 * Drops such a case if all that is wrong with it is that the layer computes with fewer bits than it declares: in the
 * shapes that it was made for that did not show.
 */
void gchk_drop_if_coarse(const gchk_case *spec, gchk_arena *arena, gchk_case_result *result);

/*
 * Takes the elements that are still undecided out of those that were checked, in every tensor of such a case, and those
 * whose gradient is not finite where no difference settles either (the end of a domain). In these and in planted cases
 * also those that are wrong by less than a millionth, or a few units of the tensor's format, of what would matter.
 */
void gchk_leave_open_elements_out(gchk_case_work *work, gchk_case_result *result);

#endif
