/*
 * Reading NPZ. The central directory at the end of the archive decides: numpy writes sizes into the local headers that
 * are not to be trusted (ZIP64 placeholders). Every offset and length is compared with the file before it is used, and
 * memory is only taken for sizes that deflate can reach from the bytes that are there.
 *
 * By hand, and not by libzip, because libzip would be one more library (with libssl and libbz2 behind it) for a part of
 * the format that is three records, and what is refused here would be said by it without names and numbers, or not at
 * all: members that are not NPY, two of one name, a directory that does not fill its place, sizes that the compressed
 * bytes cannot hold.
 */
#include "suite/npz_read.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ZLIB_CONST /* what inflate reads is const */
#include <zlib.h>

#include "core/memory.h"
#include "suite/npy.h"
#include "suite/zip_format.h"

enum { LARGEST_RATIO = 1032 }; /* of deflate: 258 bytes from 2 bits (zlib, "Technical details") */
static const size_t largest_file = 0xffffffffU;

typedef struct member {
  char *name;  /* without ".npy" */
  char *title; /* "weights.npz(W1)", for messages */
  unsigned method, flags;
  size_t packed, unpacked, offset;
  unsigned long crc;
} member;

struct gchk_npz {
  char *name;
  unsigned char *bytes;
  size_t size;
  member *members;
  size_t count;
};

static size_t number_at(const unsigned char *at, size_t size) {
  size_t value = 0;
  for (size_t i = size; i-- > 0;)
    value = value << 8 | at[i];
  return value;
}

static char *join(const char *a, const char *b, size_t b_length, const char *c, const char *d) {
  size_t a_length = strlen(a), c_length = strlen(c), d_length = strlen(d);
  char *text = gchk_calloc(a_length + b_length + c_length + d_length + 1, 1);
  if (text != NULL) {
    memcpy(text, a, a_length);
    memcpy(text + a_length, b, b_length);
    memcpy(text + a_length + b_length, c, c_length);
    memcpy(text + a_length + b_length + c_length, d, d_length);
  }
  return text;
}

/* The end record: the last one whose comment reaches exactly to the end of the file. */
static const unsigned char *find_end(const gchk_npz *npz) {
  if (npz->size < ZIP_END_SIZE)
    return NULL;
  size_t last = npz->size - ZIP_END_SIZE;
  size_t first = last > ZIP_LONGEST_COMMENT ? last - ZIP_LONGEST_COMMENT : 0;
  for (size_t at = last + 1; at-- > first;) {
    const unsigned char *end = npz->bytes + at;
    if (number_at(end, 4) == ZIP_END_MAGIC && number_at(end + ZIP_END_COMMENT_LENGTH, 2) == last - at)
      return end;
  }
  return NULL;
}

static gchk_status read_member(gchk_npz *npz, member *m, const unsigned char *entry, gchk_error *error) {
  const char *name = (const char *)entry + ZIP_ENTRY_SIZE;
  size_t length = number_at(entry + ZIP_ENTRY_NAME_LENGTH, 2);
  if (memchr(name, '\0', length) != NULL)
    return gchk_fail(error, GCHK_INVALID, "%s: a member's name has a zero byte in it; the archive is damaged",
                     npz->name);
  if (length < 5 || memcmp(name + length - 4, ".npy", 4) != 0)
    return gchk_fail(error, GCHK_INVALID, "%s: holds \"%.*s\", which is not .npy; an NPZ file holds NPY files only",
                     npz->name, (int)length, name);
  m->name = join("", name, length - 4, "", "");
  m->title = m->name != NULL ? join(npz->name, "(", 1, m->name, ")") : NULL;
  if (m->title == NULL)
    return gchk_fail_memory(error, npz->name);
  m->flags = (unsigned)number_at(entry + ZIP_ENTRY_FLAGS, 2);
  m->method = (unsigned)number_at(entry + ZIP_ENTRY_METHOD, 2);
  m->crc = number_at(entry + ZIP_ENTRY_CRC, 4);
  m->packed = number_at(entry + ZIP_ENTRY_PACKED, 4);
  m->unpacked = number_at(entry + ZIP_ENTRY_UNPACKED, 4);
  m->offset = number_at(entry + ZIP_ENTRY_LOCAL_OFFSET, 4);
  if (m->packed == ZIP_IN_ZIP64 || m->unpacked == ZIP_IN_ZIP64 || m->offset == ZIP_IN_ZIP64)
    return gchk_fail(error, GCHK_INVALID, "%s: is ZIP64 (4 GiB or more); split the arrays over several files",
                     m->title);
  if (gchk_npz_find(npz, m->name) < npz->count)
    return gchk_fail(error, GCHK_INVALID, "%s: there are two of that name; an array's name is its own", m->title);
  return GCHK_OK;
}

static gchk_status read_directory(gchk_npz *npz, gchk_error *error) {
  const unsigned char *end = find_end(npz);
  if (end == NULL)
    return gchk_fail(error, GCHK_INVALID, "%s: is not NPZ or ends too early: a ZIP archive ends with its directory",
                     npz->name);
  size_t count = number_at(end + ZIP_END_COUNT, 2), size = number_at(end + ZIP_END_DIRECTORY_SIZE, 4);
  size_t offset = number_at(end + ZIP_END_DIRECTORY_OFFSET, 4), limit = (size_t)(end - npz->bytes);
  if (number_at(end + ZIP_END_DISK, 4) != 0 || number_at(end + ZIP_END_COUNT_HERE, 2) != count)
    return gchk_fail(error, GCHK_INVALID, "%s: is one part of a split archive; the whole archive is wanted", npz->name);
  if (offset > limit || size != limit - offset)
    return gchk_fail(
        error, GCHK_INVALID,
        "%s: its directory is said to be the %zu bytes from %zu on, but it ends at %zu; get the file again", npz->name,
        size, offset, limit);
  npz->members = gchk_calloc(count, sizeof(*npz->members));
  if (npz->members == NULL)
    return gchk_fail_memory(error, npz->name);
  while (npz->count < count) {
    const unsigned char *entry = npz->bytes + offset;
    size_t left = limit - offset;
    if (left < ZIP_ENTRY_SIZE || number_at(entry, 4) != ZIP_ENTRY_MAGIC)
      return gchk_fail(error, GCHK_INVALID, "%s: entry %zu of its directory is damaged; get the file again", npz->name,
                       npz->count + 1);
    size_t length = ZIP_ENTRY_SIZE + number_at(entry + ZIP_ENTRY_NAME_LENGTH, 2) +
                    number_at(entry + ZIP_ENTRY_EXTRA_LENGTH, 2) + number_at(entry + ZIP_ENTRY_COMMENT_LENGTH, 2);
    if (length > left)
      return gchk_fail(error, GCHK_INVALID, "%s: entry %zu of its directory is cut short; get the file again",
                       npz->name, npz->count + 1);
    member *m = &npz->members[npz->count];
    gchk_status status = read_member(npz, m, entry, error);
    if (status != GCHK_OK) {
      free(m->name);
      free(m->title);
      return status;
    }
    npz->count++;
    offset += length;
  }
  return GCHK_OK;
}

gchk_status gchk_npz_open(gchk_npz **npz, gchk_source *source, gchk_error *error) {
  gchk_status status = GCHK_NO_MEMORY;
  const char *name = gchk_source_name(source);
  *npz = NULL;
  gchk_npz *made = gchk_calloc(1, sizeof(*made));
  if (made == NULL)
    return gchk_fail_memory(error, name);
  made->name = join(name, "", 0, "", "");
  if (made->name == NULL) {
    status = gchk_fail_memory(error, name);
    goto done;
  }
  status = gchk_source_read_all(source, largest_file, &made->bytes, &made->size, error);
  if (status == GCHK_OK)
    status = read_directory(made, error);
done:
  if (status != GCHK_OK)
    gchk_npz_close(made);
  else
    *npz = made;
  return status;
}

void gchk_npz_close(gchk_npz *npz) {
  if (npz == NULL)
    return;
  for (size_t i = 0; i < npz->count; i++) {
    free(npz->members[i].name);
    free(npz->members[i].title);
  }
  free(npz->members);
  free(npz->bytes);
  free(npz->name);
  free(npz);
}

size_t gchk_npz_count(const gchk_npz *npz) {
  return npz->count;
}

const char *gchk_npz_name(const gchk_npz *npz, size_t index) {
  return npz->members[index].name;
}

size_t gchk_npz_find(const gchk_npz *npz, const char *name) {
  for (size_t i = 0; i < npz->count; i++)
    if (strcmp(npz->members[i].name, name) == 0)
      return i;
  return npz->count;
}

/* Raw deflate of exactly `unpacked` bytes out of exactly `packed`. */
static bool inflate_whole(const unsigned char *from, size_t packed, unsigned char *to, size_t unpacked) {
  z_stream stream = {.next_in = NULL};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    return false;
  stream.next_in = from;
  stream.avail_in = (uInt)packed;
  stream.next_out = to;
  stream.avail_out = (uInt)unpacked;
  int code = inflate(&stream, Z_FINISH);
  bool is_whole = code == Z_STREAM_END && stream.avail_in == 0 && stream.avail_out == 0;
  (void)inflateEnd(&stream);
  return is_whole;
}

/* Where the member's data begin, after its local header. */
static gchk_status find_data(const gchk_npz *npz, const member *m, const unsigned char **data, gchk_error *error) {
  const unsigned char *local = npz->bytes + m->offset;
  if (m->offset > npz->size || npz->size - m->offset < ZIP_LOCAL_SIZE || number_at(local, 4) != ZIP_LOCAL_MAGIC)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: there is no member at byte %zu, where the directory says; get the file again", m->title,
                     m->offset);
  size_t skip =
      ZIP_LOCAL_SIZE + number_at(local + ZIP_LOCAL_NAME_LENGTH, 2) + number_at(local + ZIP_LOCAL_EXTRA_LENGTH, 2);
  size_t left = npz->size - m->offset;
  if (skip > left || m->packed > left - skip)
    return gchk_fail(error, GCHK_INVALID, "%s: its %zu bytes go past the end of the file; get the file again", m->title,
                     m->packed);
  *data = local + skip;
  return GCHK_OK;
}

gchk_status gchk_npz_read(const gchk_npz *npz, size_t index, gchk_array *array, gchk_error *error) {
  const member *m = &npz->members[index];
  const unsigned char *data = NULL;
  GCHK_TRY(find_data(npz, m, &data, error));
  if ((m->flags & ZIP_FLAG_ENCRYPTED) != 0)
    return gchk_fail(error, GCHK_INVALID, "%s: is encrypted; only plain archives can be read", m->title);
  if (m->method != ZIP_STORED && m->method != ZIP_DEFLATED)
    return gchk_fail(error, GCHK_INVALID, "%s: is compressed by method %u; 0 (stored) and 8 (deflated) can be read",
                     m->title, m->method);
  bool is_possible = m->method == ZIP_STORED ? m->packed == m->unpacked : m->unpacked / LARGEST_RATIO <= m->packed;
  if (!is_possible)
    return gchk_fail(error, GCHK_INVALID, "%s: %zu bytes cannot hold the %zu that its directory entry says", m->title,
                     m->packed, m->unpacked);
  gchk_status status = GCHK_OK;
  unsigned char *unpacked = NULL;
  if (m->method == ZIP_DEFLATED) {
    unpacked = gchk_calloc(m->unpacked, 1);
    if (unpacked == NULL)
      return gchk_fail_memory(error, m->title);
    if (!inflate_whole(data, m->packed, unpacked, m->unpacked)) {
      status = gchk_fail(error, GCHK_INVALID, "%s: its compressed data are damaged; get the file again", m->title);
      goto done;
    }
    data = unpacked;
  }
  unsigned long crc = crc32(crc32(0, NULL, 0), data, (uInt)m->unpacked);
  if (crc != m->crc) {
    status = gchk_fail(error, GCHK_INVALID, "%s: its checksum is %08lx, but the archive says %08lx; get the file again",
                       m->title, crc, m->crc);
    goto done;
  }
  status = gchk_npy_decode(array, m->title, data, m->unpacked, error);
done:
  free(unpacked);
  return status;
}
