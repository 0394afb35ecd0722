/* Sizes and options of a reference: what is said, what shapes say, and what the layer calls by the same name. */
#ifndef GCHK_COMPARE_PAIR_SIZES_H
#define GCHK_COMPARE_PAIR_SIZES_H

#include "compare/pair.h"
#include "compare/terms.h"

/* Options that the layer calls the same are as the layer's; all others have their initial values. */
void gchk_pair_options(gchk_pairing *pairing);

/* Sets the size or option of the reference that the term names; *is_one is false where there is none. */
gchk_status gchk_pair_size(gchk_pairing *pairing, const gchk_term *term, bool *is_one, gchk_error *error) GCHK_MUST_USE;

/* Could tensor `own` of the layer be tensor i of the reference, with the sizes that are known? */
bool gchk_pair_fits(const gchk_pairing *pairing, size_t own, size_t i);

/* Takes sizes from the shapes of all pairs there are. */
gchk_status gchk_pair_bind(gchk_pairing *pairing, gchk_error *error) GCHK_MUST_USE;

/* Sizes that nothing has said yet; then all shapes and conditions have to hold. */
gchk_status gchk_pair_finish(gchk_pairing *pairing, gchk_error *error) GCHK_MUST_USE;

#endif
