/*
 * Writing NPZ: local headers with their data, then the central directory, all in memory. Dates are those of 1980. Why
 * this is not left to libzip is said in npz_read.c.
 */
#include "suite/npz_write.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "core/memory.h"
#include "report/save.h"
#include "suite/npy.h"
#include "suite/zip_format.h"

enum { MOST_MEMBERS = 0xfffe, LONGEST_NAME = 0xff00 };

/* Bytes that grow; the first failure is kept. */
typedef struct output {
  unsigned char *bytes;
  size_t size, room;
  bool failed;
} output;

static unsigned char *append(output *out, size_t size) {
  if (out->failed || size == 0)
    return NULL;
  if (size > ZIP_IN_ZIP64 || out->size + size >= ZIP_IN_ZIP64) {
    out->failed = true;
    return NULL;
  }
  if (out->size + size > out->room) {
    size_t room = (out->size + size) * 2;
    unsigned char *grown = gchk_grow(out->bytes, room, 1);
    if (grown == NULL) {
      out->failed = true;
      return NULL;
    }
    out->bytes = grown;
    out->room = room;
  }
  unsigned char *at = out->bytes + out->size;
  memset(at, 0, size);
  out->size += size;
  return at;
}

static void put(unsigned char *record, size_t field, size_t size, size_t value) {
  for (size_t i = 0; i < size; i++)
    record[field + i] = (unsigned char)(value >> (8 * i) & 0xff);
}

static void append_name(output *out, const char *name) {
  size_t length = strlen(name);
  unsigned char *at = append(out, length + 4);
  if (at != NULL) {
    memcpy(at, name, length);
    memcpy(at + length, ".npy", 4);
  }
}

/* Deflates `size` bytes in place of *bytes, when that is shorter. */
static bool deflate_whole(unsigned char **bytes, size_t *size) {
  z_stream stream = {.next_in = NULL};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return false;
  bool is_done = false;
  unsigned char *packed = gchk_calloc(*size, 1);
  if (packed != NULL) {
    stream.next_in = *bytes;
    stream.avail_in = (uInt)*size;
    stream.next_out = packed;
    stream.avail_out = (uInt)*size;
    is_done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  }
  if (is_done) {
    free(*bytes);
    *bytes = packed;
    *size = (size_t)stream.total_out;
  } else {
    free(packed);
  }
  (void)deflateEnd(&stream);
  return is_done;
}

/* One member: its local header and data into `archive`, its entry into `directory`. */
static gchk_status add_member(output *archive, output *directory, const gchk_npz_item *item, bool compress,
                              gchk_error *error) {
  unsigned char *bytes = NULL;
  size_t packed = 0, offset = archive->size, length = strlen(item->name);
  if (length == 0 || length > LONGEST_NAME)
    return gchk_fail(error, GCHK_INVALID, "an array's name has %zu letters; 1 to %d are possible", length,
                     LONGEST_NAME);
  GCHK_TRY(gchk_npy_encode(&bytes, &packed, item->dtype, &item->shape, item->values, error));
  size_t unpacked = packed;
  if (unpacked >= ZIP_IN_ZIP64) {
    free(bytes);
    return gchk_fail(error, GCHK_INVALID, "%s has %zu bytes; a member of an NPZ file has less than 4 GiB", item->name,
                     unpacked);
  }
  unsigned long crc = crc32(crc32(0, NULL, 0), bytes, (uInt)unpacked);
  unsigned method = compress && deflate_whole(&bytes, &packed) ? ZIP_DEFLATED : ZIP_STORED;
  unsigned char *local = append(archive, ZIP_LOCAL_SIZE);
  if (local != NULL) {
    put(local, 0, 4, ZIP_LOCAL_MAGIC);
    put(local, ZIP_LOCAL_VERSION, 2, ZIP_VERSION);
    put(local, ZIP_LOCAL_METHOD, 2, method);
    put(local, ZIP_LOCAL_DATE, 2, ZIP_DATE_1980);
    put(local, ZIP_LOCAL_CRC, 4, crc);
    put(local, ZIP_LOCAL_PACKED, 4, packed);
    put(local, ZIP_LOCAL_UNPACKED, 4, unpacked);
    put(local, ZIP_LOCAL_NAME_LENGTH, 2, length + 4);
  }
  append_name(archive, item->name);
  unsigned char *data = append(archive, packed);
  if (data != NULL)
    memcpy(data, bytes, packed);
  unsigned char *entry = append(directory, ZIP_ENTRY_SIZE);
  if (entry != NULL) {
    put(entry, 0, 4, ZIP_ENTRY_MAGIC);
    put(entry, ZIP_ENTRY_MADE_BY, 2, ZIP_VERSION);
    put(entry, ZIP_ENTRY_VERSION, 2, ZIP_VERSION);
    put(entry, ZIP_ENTRY_METHOD, 2, method);
    put(entry, ZIP_ENTRY_DATE, 2, ZIP_DATE_1980);
    put(entry, ZIP_ENTRY_CRC, 4, crc);
    put(entry, ZIP_ENTRY_PACKED, 4, packed);
    put(entry, ZIP_ENTRY_UNPACKED, 4, unpacked);
    put(entry, ZIP_ENTRY_NAME_LENGTH, 2, length + 4);
    put(entry, ZIP_ENTRY_LOCAL_OFFSET, 4, offset);
  }
  append_name(directory, item->name);
  free(bytes);
  return archive->failed || directory->failed ? gchk_fail_memory(error, "an NPZ file") : GCHK_OK;
}

gchk_status gchk_npz_encode(unsigned char **bytes, size_t *size, const gchk_npz_item *items, size_t count,
                            bool compress, gchk_error *error) {
  output archive = {.bytes = NULL}, directory = {.bytes = NULL};
  gchk_status status = GCHK_OK;
  *bytes = NULL;
  *size = 0;
  if (count > MOST_MEMBERS)
    return gchk_fail(error, GCHK_INVALID, "%zu arrays; an NPZ file has at most %d", count, MOST_MEMBERS);
  for (size_t i = 0; i < count && status == GCHK_OK; i++)
    status = add_member(&archive, &directory, &items[i], compress, error);
  if (status != GCHK_OK)
    goto done;
  size_t offset = archive.size;
  unsigned char *copy = append(&archive, directory.size);
  if (copy != NULL && directory.bytes != NULL)
    memcpy(copy, directory.bytes, directory.size);
  unsigned char *end = append(&archive, ZIP_END_SIZE);
  if (end == NULL) {
    status = gchk_fail_memory(error, "an NPZ file");
    goto done;
  }
  put(end, 0, 4, ZIP_END_MAGIC);
  put(end, ZIP_END_COUNT_HERE, 2, count);
  put(end, ZIP_END_COUNT, 2, count);
  put(end, ZIP_END_DIRECTORY_SIZE, 4, directory.size);
  put(end, ZIP_END_DIRECTORY_OFFSET, 4, offset);
  *bytes = archive.bytes;
  *size = archive.size;
  archive.bytes = NULL;
done:
  free(archive.bytes);
  free(directory.bytes);
  return status;
}

gchk_status gchk_npz_write(const char *path, const gchk_npz_item *items, size_t count, bool compress,
                           gchk_error *error) {
  unsigned char *bytes = NULL;
  size_t size = 0;
  GCHK_TRY(gchk_npz_encode(&bytes, &size, items, count, compress, error));
  gchk_status status = gchk_save_bytes(path, (const char *)bytes, size, error);
  free(bytes);
  return status;
}
