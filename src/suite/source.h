/* Bytes to read, from a file (plain or gzip) or from memory: what the data readers read from. */
#ifndef GCHK_SUITE_SOURCE_H
#define GCHK_SUITE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "gradcheck/status.h"

typedef struct gchk_source gchk_source;

/*
 * Opens a file; gzip is recognised by its content. GCHK_IO with the file's name and the reason. Nothing hangs: see
 * core/input_file.h.
 */
gchk_status gchk_source_open(gchk_source **source, const char *path, gchk_error *error) GCHK_MUST_USE;

/* Reads from `size` bytes at `data`, which must outlive the source; `name` is for messages. */
gchk_status gchk_source_from_memory(gchk_source **source, const char *name, const void *data, size_t size,
                                    gchk_error *error) GCHK_MUST_USE;

void gchk_source_close(gchk_source *source);

const char *gchk_source_name(const gchk_source *source);

/* Reads `wanted` bytes; *got is less only at the end. GCHK_IO when reading fails or gzip data is damaged or cut short.
 */
gchk_status gchk_source_read(gchk_source *source, void *buffer, size_t wanted, size_t *got,
                             gchk_error *error) GCHK_MUST_USE;

/* The size of the whole, asked at its beginning; false where only reading tells (gzip). */
bool gchk_source_size(const gchk_source *source, size_t *size);

/* Reads likewise and goes back to the beginning, where the source has to stand. */
gchk_status gchk_source_peek(gchk_source *source, void *buffer, size_t wanted, size_t *got,
                             gchk_error *error) GCHK_MUST_USE;

/* Reads and drops `wanted` bytes, likewise. */
gchk_status gchk_source_skip(gchk_source *source, size_t wanted, size_t *got, gchk_error *error) GCHK_MUST_USE;

/* Reads to the end. *data has a zero byte after its *size bytes and is for free(). GCHK_INVALID above `limit` bytes. */
gchk_status gchk_source_read_all(gchk_source *source, size_t limit, unsigned char **data, size_t *size,
                                 gchk_error *error) GCHK_MUST_USE;

#endif
