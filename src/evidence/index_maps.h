/* Maps from one index to another, as heads, groups and rows are told from each other: h/R, h%R. */
#ifndef GCHK_EVIDENCE_INDEX_MAPS_H
#define GCHK_EVIDENCE_INDEX_MAPS_H

#include "evidence/diagnosis.h"

enum { GCHK_MAP_TEXT = 2 * GCHK_SIZE_NAME + 16 };

typedef struct gchk_index_map {
  size_t divisor;
  bool is_remainder;        /* h % divisor; else h / divisor */
  char name[GCHK_MAP_TEXT]; /* "% R", "/ (28/G)"; "% B or T" where both are the same */
} gchk_index_map;

size_t gchk_map_index(const gchk_index_map *map, size_t h);

/*
 * Quotients and remainders of an index below `size` by each of the case's sizes and by size/that, where they differ
 * from all that are there and are not constant. Returns how many, at most `most`.
 */
size_t gchk_index_maps(const gchk_diagnosis *d, size_t size, gchk_index_map *maps, size_t most);

#endif
