/*
 * Guarded buffers: memory between two zones of a known pattern, so that a write of one byte beside it shows.
 *
 * The zone behind starts at the first byte after the data, whatever its size. Elements of four bytes have room for as
 * many of eight: code that takes them to be that wide damages no other buffer.
 */
#ifndef GCHK_INSTANCE_GUARD_H
#define GCHK_INSTANCE_GUARD_H

#include <stdbool.h>
#include <stddef.h>

#include "gradcheck/status.h"

typedef struct gchk_buffer {
  unsigned char *base;
  void *data;   /* aligned to 64 bytes */
  size_t bytes; /* of the data */
  size_t room;  /* bytes behind the data that belong to it: the zone, and more (guard.c) */
} gchk_buffer;

gchk_status gchk_buffer_init(gchk_buffer *buffer, size_t count, size_t size, gchk_error *error) GCHK_MUST_USE;
void gchk_buffer_deinit(gchk_buffer *buffer);

/* True when both zones are whole; else *offset is the first damaged byte, from the start of the data (may be < 0). */
bool gchk_buffer_is_whole(const gchk_buffer *buffer, ptrdiff_t *offset);
void gchk_buffer_mend(gchk_buffer *buffer); /* writes the pattern again */

/* Fills both zones with `byte`, to see whether what a layer computes depends on them; until the buffer is mended. */
void gchk_buffer_paint(gchk_buffer *buffer, unsigned char byte);

#endif
