/* Guarded buffers. The pattern depends on the place: a copied block shows. Its numbers are near 1: so does a sum. */
#include "instance/guard.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

enum { ALIGNMENT = 64, ZONE = 4096, PERIOD = 256, WIDEST = 8 };

static unsigned char pattern(size_t place) {
  return (unsigned char)(place % 4 % 3 != 0 ? 0xA5u ^ (place * 151u) : place & 8 ? 0x3Fu : 0xBFu);
}

// Bytes that are the same everywhere, PERIOD after PERIOD, are copied and compared by the block.
static void write_zone(unsigned char *zone) {
  for (size_t i = 0; i < PERIOD; i++)
    zone[i] = pattern(i);
  for (size_t i = PERIOD; i < ZONE; i += PERIOD)
    memcpy(zone + i, zone, PERIOD);
}

static bool is_zone_whole(const unsigned char *zone) {
  for (size_t i = 0; i < PERIOD; i++)
    if (zone[i] != pattern(i))
      return false;
  return memcmp(zone, zone + PERIOD, ZONE - PERIOD) == 0;
}

gchk_status gchk_buffer_init(gchk_buffer *buffer, size_t count, size_t size, gchk_error *error) {
  *buffer = (gchk_buffer){0};
  size_t bytes;
  if (!gchk_multiply(count, size, &bytes) || bytes > (SIZE_MAX - 2 * ZONE - ALIGNMENT) / 2)
    return gchk_fail(error, GCHK_NO_MEMORY, "a buffer of %zu elements of %zu bytes is too large", count, size);
  const size_t spare = size < WIDEST ? bytes : 0; // never touched, so that it costs no memory
  size_t whole = (bytes + spare + 2 * ZONE + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  buffer->base = aligned_alloc(ALIGNMENT, whole);
  if (buffer->base == NULL)
    return gchk_fail(error, GCHK_NO_MEMORY, "out of memory for a buffer of %zu bytes", bytes);
  buffer->data = buffer->base + ZONE;
  buffer->bytes = bytes;
  buffer->room = ZONE + spare;
  memset(buffer->data, 0, bytes);
  gchk_buffer_mend(buffer);
  return GCHK_OK;
}

void gchk_buffer_deinit(gchk_buffer *buffer) {
  free(buffer->base);
  *buffer = (gchk_buffer){0};
}

void gchk_buffer_mend(gchk_buffer *buffer) {
  if (buffer->base == NULL)
    return;
  write_zone(buffer->base);
  write_zone(buffer->base + ZONE + buffer->bytes);
}

void gchk_buffer_paint(gchk_buffer *buffer, unsigned char byte) {
  if (buffer->base == NULL)
    return;
  memset(buffer->base, byte, ZONE);
  memset(buffer->base + ZONE + buffer->bytes, byte, ZONE);
}

bool gchk_buffer_is_whole(const gchk_buffer *buffer, ptrdiff_t *offset) {
  if (buffer->base == NULL)
    return true;
  const unsigned char *behind = buffer->base + ZONE + buffer->bytes;
  if (is_zone_whole(buffer->base) && is_zone_whole(behind))
    return true;
  for (size_t i = 0; i < ZONE; i++) {
    if (behind[i] != pattern(i)) {
      *offset = (ptrdiff_t)(buffer->bytes + i);
      return false;
    }
  }
  // From the data outward, so that the nearest damaged byte is named.
  for (size_t i = ZONE; i-- > 0;) {
    if (buffer->base[i] != pattern(i)) {
      *offset = (ptrdiff_t)i - ZONE;
      return false;
    }
  }
  return true;
}
