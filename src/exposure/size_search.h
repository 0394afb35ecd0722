/*
 * Sizes for which a layer's conditions hold and all of its shapes exist, as near as possible to those that one would
 * like. The search is bounded: sizes up to some thousands, and so many trials.
 */
#ifndef GCHK_EXPOSURE_SIZE_SEARCH_H
#define GCHK_EXPOSURE_SIZE_SEARCH_H

#include "instance/sizes.h"

typedef struct gchk_size_wish {
  char name[GCHK_SIZE_NAME];
  size_t value; /* what is wished, and what came of it */
  bool is_pair; /* a list "D..." of two dimensions, value x 2; else one dimension */
} gchk_size_wish;

/* What the sizes should be like, which is given up where it cannot be. */
typedef enum gchk_size_liking { GCHK_SIZES_AS_WISHED, GCHK_SIZES_ALL_THE_SAME, GCHK_SIZES_DISTINCT } gchk_size_liking;

/* Changes the values of `wish`; false, and they are as they were, where the search finds none. */
bool gchk_search_sizes(const gchk_layer *layer, gchk_size_wish *wish, size_t count, gchk_size_liking liking);

#endif
