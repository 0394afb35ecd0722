/*
 * Bytes from files, gzip files and memory (zlib's gzread reads plain files as they are).
 *
 * A data file is read once from its beginning to its end, so that a damaged end is always found.
 */
#include "suite/source.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "core/input_file.h"
#include "core/memory.h"

enum { CHUNK = 1 << 16, ZLIB_BUFFER = 1 << 17 };

/* Of what is read whole; a reader may allow less. */
static const size_t largest_file = (size_t)1 << 40;

struct gchk_source {
  char *name;
  gzFile file;               /* NULL: memory */
  const unsigned char *data; /* what is left of the memory */
  size_t size;               /* of what is left of the memory, or of the file */
  bool ends_early;           /* zlib has said so; since 1.3.2 it forgets that at the next call */
};

static char *copy_text(const char *text) {
  size_t size = strlen(text) + 1;
  char *copy = gchk_calloc(size, 1);
  if (copy != NULL)
    memcpy(copy, text, size);
  return copy;
}

static bool ends_in(const char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  return length >= tail && strcmp(text + length - tail, end) == 0;
}

static gchk_status source_new(gchk_source **source, const char *name, gchk_error *error) {
  gchk_source *made = gchk_calloc(1, sizeof(*made));
  if (made != NULL)
    made->name = copy_text(name);
  if (made == NULL || made->name == NULL) {
    free(made);
    return gchk_fail_memory(error, "a data source");
  }
  *source = made;
  return GCHK_OK;
}

gchk_status gchk_source_open(gchk_source **source, const char *path, gchk_error *error) {
  *source = NULL;
  gchk_source *made = NULL;
  GCHK_TRY(source_new(&made, path, error));
  int fd = -1;
  const gchk_status status = gchk_input_open(&fd, &made->size, path, largest_file, error);
  if (status != GCHK_OK) {
    gchk_source_close(made);
    return status;
  }
  made->file = gzdopen(fd, "rb");
  if (made->file == NULL) {
    (void)close(fd);
    gchk_source_close(made);
    return gchk_fail_memory(error, path);
  }
  (void)gzbuffer(made->file, ZLIB_BUFFER);
  *source = made;
  return GCHK_OK;
}

gchk_status gchk_source_from_memory(gchk_source **source, const char *name, const void *data, size_t size,
                                    gchk_error *error) {
  *source = NULL;
  gchk_source *made = NULL;
  GCHK_TRY(source_new(&made, name, error));
  made->data = data;
  made->size = size;
  *source = made;
  return GCHK_OK;
}

void gchk_source_close(gchk_source *source) {
  if (source == NULL)
    return;
  if (source->file != NULL)
    (void)gzclose_r(source->file);
  free(source->name);
  free(source);
}

const char *gchk_source_name(const gchk_source *source) {
  return source->name;
}

bool gchk_source_size(const gchk_source *source, size_t *size) {
  *size = source->size;
  /* Files of /proc have none. What is compressed is as long as it comes out. */
  return source->file == NULL || (source->size > 0 && gzdirect(source->file));
}

/* Why gzread gave less than it was asked for; GCHK_OK at the end of a whole file. */
static gchk_status end_of_file(gchk_source *source, gchk_error *error) {
  int code = Z_OK;
  const char *reason = gzerror(source->file, &code);
  switch (source->ends_early ? Z_BUF_ERROR : code) {
  case Z_OK:
  case Z_STREAM_END:
    return GCHK_OK;
  case Z_ERRNO:
    return gchk_fail(error, GCHK_IO, "%s: cannot be read: %s", source->name, strerror(errno));
  case Z_BUF_ERROR:
    return gchk_fail(error, GCHK_IO, "%s: the gzip data end too early; get the file again", source->name);
  case Z_MEM_ERROR:
    return gchk_fail_memory(error, source->name);
  default:
    /* zlib puts what it knows of the file before its reason, "<fd:3>: ". */
    if (strncmp(reason, "<fd:", 4) == 0 && strstr(reason, ">: ") != NULL)
      reason = strstr(reason, ">: ") + 3;
    return gchk_fail(error, GCHK_IO, "%s: the gzip data are damaged (%s); get the file again", source->name, reason);
  }
}

/* gzread, which tells of the end of its input when it has read that, be it before what came out is asked for. */
static int read_part(gchk_source *source, void *buffer, size_t part) {
  const int count = gzread(source->file, buffer, (unsigned)part);
  int code = Z_OK;
  (void)gzerror(source->file, &code);
  source->ends_early = source->ends_early || code == Z_BUF_ERROR;
  return count;
}

gchk_status gchk_source_read(gchk_source *source, void *buffer, size_t wanted, size_t *got, gchk_error *error) {
  *got = 0;
  if (source->file == NULL) {
    size_t part = wanted < source->size ? wanted : source->size;
    if (part > 0)
      memcpy(buffer, source->data, part);
    source->data += part;
    source->size -= part;
    *got = part;
    return GCHK_OK;
  }
  while (*got < wanted) {
    size_t part = wanted - *got < CHUNK ? wanted - *got : CHUNK;
    const int count = read_part(source, (unsigned char *)buffer + *got, part);
    if (count > 0)
      *got += (size_t)count;
    if (count < 0 || (size_t)count < part) {
      GCHK_TRY(end_of_file(source, error));
      break;
    }
  }
  if (*got > 0 && ends_in(source->name, ".gz") && gzdirect(source->file))
    return gchk_fail(error, GCHK_INVALID, "%s: is named .gz but is not gzip data; rename it or compress it",
                     source->name);
  return GCHK_OK;
}

gchk_status gchk_source_peek(gchk_source *source, void *buffer, size_t wanted, size_t *got, gchk_error *error) {
  GCHK_TRY(gchk_source_read(source, buffer, wanted, got, error));
  if (source->file == NULL) {
    source->data -= *got;
    source->size += *got;
    return GCHK_OK;
  }
  return gzrewind(source->file) == 0 ? GCHK_OK : gchk_fail(error, GCHK_IO, "%s: cannot be read again", source->name);
}

gchk_status gchk_source_skip(gchk_source *source, size_t wanted, size_t *got, gchk_error *error) {
  unsigned char chunk[4096];
  *got = 0;
  while (*got < wanted) {
    size_t part = wanted - *got < sizeof(chunk) ? wanted - *got : sizeof(chunk), read = 0;
    GCHK_TRY(gchk_source_read(source, chunk, part, &read, error));
    *got += read;
    if (read < part)
      break;
  }
  return GCHK_OK;
}

static gchk_status too_long(const gchk_source *source, size_t limit, gchk_error *error) {
  return gchk_fail(error, GCHK_INVALID, "%s: more than %zu bytes; such a file is at most that long", source->name,
                   limit);
}

gchk_status gchk_source_read_all(gchk_source *source, size_t limit, unsigned char **data, size_t *size,
                                 gchk_error *error) {
  unsigned char *bytes = NULL;
  size_t used = 0, room = 0, known = 0;
  gchk_status status = GCHK_OK;
  *data = NULL;
  *size = 0;
  if (gchk_source_size(source, &known) && known > limit)
    return too_long(source, limit, error);
  for (;;) {
    if (used == room) {
      /* One byte more than `room`, for the zero at the end. */
      size_t more = room == 0 ? CHUNK : room * 2;
      unsigned char *grown = more > room ? gchk_grow(bytes, more + 1, 1) : NULL;
      if (grown == NULL) {
        status = gchk_fail_memory(error, source->name);
        goto done;
      }
      bytes = grown;
      room = more;
    }
    size_t got = 0;
    status = gchk_source_read(source, bytes + used, room - used, &got, error);
    if (status != GCHK_OK)
      goto done;
    used += got;
    if (used > limit) {
      status = too_long(source, limit, error);
      goto done;
    }
    if (used < room)
      break;
  }
  bytes[used] = 0;
  *data = bytes;
  *size = used;
  bytes = NULL;
done:
  free(bytes);
  return status;
}
