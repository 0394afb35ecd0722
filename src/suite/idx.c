/*
 * The IDX reader (format: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits").
 *
 * Memory grows with what is really read, never with what a header promises.
 */
#include "suite/idx.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

enum { MAGIC_SIZE = 4, FIRST_ROOM = 1 << 20 };

static size_t item_size(unsigned type) {
  static const size_t sizes[] = {[0x08] = 1, [0x09] = 1, [0x0b] = 2, [0x0c] = 4, [0x0d] = 4, [0x0e] = 8};
  return type < sizeof(sizes) / sizeof(sizes[0]) ? sizes[type] : 0;
}

static uint64_t big_endian(const unsigned char *bytes, size_t size) {
  uint64_t value = 0;
  for (size_t i = 0; i < size; i++)
    value = value << 8 | bytes[i];
  return value;
}

static gchk_status read_header(gchk_idx *idx, gchk_source *source, gchk_error *error) {
  const char *name = gchk_source_name(source);
  unsigned char magic[MAGIC_SIZE], dimensions[4 * GCHK_MAX_RANK];
  size_t got = 0;
  GCHK_TRY(gchk_source_read(source, magic, sizeof(magic), &got, error));
  if (got < sizeof(magic))
    return gchk_fail(error, GCHK_INVALID, "%s: has %zu bytes; an IDX file begins with four and its dimensions", name,
                     got);
  if (magic[0] != 0 || magic[1] != 0)
    return gchk_fail(
        error, GCHK_INVALID,
        "%s: begins with %02x %02x %02x %02x; an IDX file begins with 00 00, a type (08 for bytes) and the "
        "number of dimensions",
        name, magic[0], magic[1], magic[2], magic[3]);
  idx->type = magic[2];
  idx->item_size = item_size(magic[2]);
  if (idx->item_size == 0)
    return gchk_fail(error, GCHK_INVALID, "%s: IDX type %02x; the types are 08, 09, 0b, 0c, 0d, 0e", name, magic[2]);
  idx->shape.rank = magic[3];
  if (idx->shape.rank == 0 || idx->shape.rank > GCHK_MAX_RANK)
    return gchk_fail(error, GCHK_INVALID, "%s: %u dimensions; 1 to %d can be read", name, magic[3], GCHK_MAX_RANK);
  GCHK_TRY(gchk_source_read(source, dimensions, 4 * idx->shape.rank, &got, error));
  if (got < 4 * idx->shape.rank)
    return gchk_fail(error, GCHK_INVALID, "%s: ends within its header, after %zu bytes; get the file again", name,
                     MAGIC_SIZE + got);
  for (size_t i = 0; i < idx->shape.rank; i++) {
    idx->shape.dim[i] = (size_t)big_endian(dimensions + 4 * i, 4);
    if (idx->shape.dim[i] == 0)
      return gchk_fail(error, GCHK_INVALID, "%s: dimension %zu of its header is 0; there is nothing in it", name,
                       i + 1);
  }
  return GCHK_OK;
}

/* Reads exactly `wanted` bytes into memory that grows as they come. */
static gchk_status read_kept(gchk_idx *idx, gchk_source *source, size_t wanted, size_t *got, gchk_error *error) {
  size_t room = 0;
  *got = 0;
  while (*got < wanted) {
    if (*got == room) {
      size_t next = room == 0 ? FIRST_ROOM : room > SIZE_MAX / 2 ? wanted : room * 2;
      next = next < wanted ? next : wanted;
      unsigned char *grown = gchk_grow(idx->bytes, next, 1);
      if (grown == NULL)
        return gchk_fail_memory(error, gchk_source_name(source));
      idx->bytes = grown;
      room = next;
    }
    size_t part = 0;
    GCHK_TRY(gchk_source_read(source, idx->bytes + *got, room - *got, &part, error));
    *got += part;
    if (*got < room)
      return GCHK_OK;
  }
  return GCHK_OK;
}

static gchk_status ends_early(const gchk_idx *idx, size_t bytes, size_t total, const char *name, gchk_error *error) {
  char shape[128];
  return gchk_fail(
      error, GCHK_INVALID,
      "%s: ends after %zu bytes of numbers, but its header says %s of %zu bytes each, %zu bytes; get the file again",
      name, bytes, gchk_shape_format(&idx->shape, shape, sizeof(shape)), idx->item_size, total);
}

/* `in_file`: how many bytes follow the header, SIZE_MAX where it is not known. */
static gchk_status read_numbers(gchk_idx *idx, gchk_source *source, gchk_rows rows, size_t in_file, gchk_error *error) {
  const char *name = gchk_source_name(source);
  char shape[128];
  size_t count = 0, total = 0, before = 0, kept = 0, after = 0, extra = 0;
  unsigned char byte;
  (void)gchk_shape_format(&idx->shape, shape, sizeof(shape));
  if (gchk_shape_count(&idx->shape, &count, NULL) != GCHK_OK || !gchk_multiply(count, idx->item_size, &total))
    return gchk_fail(error, GCHK_INVALID, "%s: its header says %s, more than fits the memory; it is not IDX or damaged",
                     name, shape);
  if (in_file < total)
    return ends_early(idx, in_file, total, name, error);
  idx->file_rows = idx->shape.dim[0];
  GCHK_TRY(gchk_rows_fit(&rows, idx->file_rows, name, error));
  size_t row_size = total / idx->file_rows;
  size_t kept_size = (rows.to - rows.from) * row_size;
  GCHK_TRY(gchk_source_skip(source, rows.from * row_size, &before, error));
  if (before == rows.from * row_size)
    GCHK_TRY(read_kept(idx, source, kept_size, &kept, error));
  if (kept == kept_size)
    GCHK_TRY(gchk_source_skip(source, total - before - kept, &after, error));
  if (before + kept + after < total)
    return ends_early(idx, before + kept + after, total, name, error);
  GCHK_TRY(gchk_source_read(source, &byte, 1, &extra, error));
  if (extra != 0)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: goes on after the %zu bytes of numbers that its header says, %s of %zu bytes "
                     "each; get the file again",
                     name, total, shape, idx->item_size);
  idx->shape.dim[0] = rows.to - rows.from;
  idx->count = kept_size / idx->item_size;
  return GCHK_OK;
}

gchk_status gchk_idx_read(gchk_idx *idx, gchk_source *source, gchk_rows rows, gchk_error *error) {
  *idx = (gchk_idx)GCHK_IDX_INIT;
  size_t size = 0;
  const bool is_known = gchk_source_size(source, &size);
  gchk_status status = read_header(idx, source, error);
  if (status == GCHK_OK)
    status = read_numbers(idx, source, rows, is_known ? size - MAGIC_SIZE - 4 * idx->shape.rank : SIZE_MAX, error);
  if (status != GCHK_OK)
    gchk_idx_deinit(idx);
  return status;
}

void gchk_idx_deinit(gchk_idx *idx) {
  free(idx->bytes);
  *idx = (gchk_idx)GCHK_IDX_INIT;
}

double gchk_idx_get(const gchk_idx *idx, size_t index) {
  uint64_t bits = big_endian(idx->bytes + index * idx->item_size, idx->item_size);
  uint32_t low = (uint32_t)bits;
  float single;
  double value;
  switch (idx->type) {
  case GCHK_IDX_BYTES:
    return (double)bits;
  case 0x09:
    return bits < 0x80 ? (double)bits : (double)bits - 0x100;
  case 0x0b:
    return bits < 0x8000 ? (double)bits : (double)bits - 0x10000;
  case 0x0c:
    return bits < 0x80000000U ? (double)bits : (double)bits - 4294967296.0;
  case 0x0d:
    memcpy(&single, &low, sizeof(single));
    return (double)single;
  default:
    memcpy(&value, &bits, sizeof(value));
    return value;
  }
}

gchk_status gchk_idx_to_array(const gchk_idx *idx, gchk_array *array, gchk_error *error) {
  GCHK_TRY(gchk_array_resize(array, &idx->shape, error));
  if (idx->type == GCHK_IDX_BYTES) {
    for (size_t i = 0; i < idx->count; i++)
      array->values[i] = idx->bytes[i];
  } else {
    for (size_t i = 0; i < idx->count; i++)
      array->values[i] = gchk_idx_get(idx, i);
  }
  array->is_integer = idx->type < 0x0d;
  return GCHK_OK;
}
