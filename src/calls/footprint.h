/*
 * Which bytes a call writes, in words of four: of the buffers that it is given and of the room behind them.
 *
 * A word counts as written where it holds something else than what was put there before the call, under one of two
 * patterns. The patterns are ordinary numbers, read as floats or as doubles; words of integers are 0 and 1.
 */
#ifndef GCHK_CALLS_FOOTPRINT_H
#define GCHK_CALLS_FOOTPRINT_H

#include "core/arena.h"
#include "instance/instance.h"

typedef struct gchk_footprint {
  size_t words, all;      /* of the data; and with the room behind it */
  unsigned char *written; /* all of them */
} gchk_footprint;

enum { GCHK_WORD = 4, GCHK_FOOTPRINT_PATTERNS = 2 };

/* One for the value of every tensor; `written` is NULL where forward does not make it. In `arena`. */
gchk_status gchk_footprints_new(const gchk_instance *instance, gchk_arena *arena, gchk_footprint **prints,
                                gchk_error *error) GCHK_MUST_USE;

/* What forward writes: two calls. What it made and the rooms behind are left as they are after the second. */
gchk_status gchk_footprints_of_forward(gchk_instance *instance, gchk_footprint *prints,
                                       gchk_error *error) GCHK_MUST_USE;

/* How many of the words from .. end-1 of a buffer are not 0. */
size_t gchk_count_words(const void *data, size_t from, size_t end);

/* How many of the words from .. end-1 were written. */
size_t gchk_footprint_count(const gchk_footprint *print, size_t from, size_t end);

/* Zeros into all gradients and the rooms behind, ordinary numbers into those of the outputs. */
void gchk_footprints_start_backward(gchk_instance *instance);

uint32_t gchk_word_at(const void *data, size_t k);

#endif
