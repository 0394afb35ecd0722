/* A factor that is lost in every layer of a network: its powers are one mistake. */
#ifndef GCHK_SUMMARY_CAUSE_POWERS_H
#define GCHK_SUMMARY_CAUSE_POWERS_H

#include "core/arena.h"
#include "summary/site.h"

/*
 * Where the ratios of a case's tensors are 2, 4, 8 going backward (all powers of one factor from the first on, in the
 * order of the tensors), their causes are put into the first of them, and powers[cause], of as many as there are sites,
 * is what there is to say; else it is as it was. In the arena, which notes where memory is out.
 */
void gchk_find_powers(gchk_site_list *list, const char **powers, gchk_arena *arena);

#endif
