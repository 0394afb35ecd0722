/*
 * IDX files: the format of the MNIST data.
 *
 *     00 00 type rank | rank dimensions, 4 bytes big-endian each | the numbers, big-endian, last index fastest
 *
 * Types: 08 u8, 09 i8, 0b i16, 0c i32, 0d f32, 0e f64.
 */
#ifndef GCHK_SUITE_IDX_H
#define GCHK_SUITE_IDX_H

#include "suite/array.h"
#include "suite/rows.h"
#include "suite/source.h"

enum { GCHK_IDX_BYTES = 0x08 }; /* the type of bytes from 0 to 255 */

/* Some rows of an IDX file, as they stand there. 60,000 images of 28 x 28 are 47 MB. */
typedef struct gchk_idx {
  unsigned type;    /* the type code */
  size_t item_size; /* bytes of one number */
  size_t file_rows; /* how many rows the file has */
  gchk_shape shape; /* of what was kept: dim[0] is the number of rows that were wanted */
  size_t count;     /* numbers in `bytes` */
  unsigned char *bytes;
} gchk_idx;

#define GCHK_IDX_INIT                                                                                                  \
  { .bytes = NULL }

/*
 * Reads the whole file and keeps `rows` of it. GCHK_INVALID, with the file's name, what was found and what is wanted,
 * when it is not IDX, ends too early or too late, or has fewer rows.
 */
gchk_status gchk_idx_read(gchk_idx *idx, gchk_source *source, gchk_rows rows, gchk_error *error) GCHK_MUST_USE;
void gchk_idx_deinit(gchk_idx *idx);

/* Number `index` of those that were kept. */
double gchk_idx_get(const gchk_idx *idx, size_t index);

/* All of them. */
gchk_status gchk_idx_to_array(const gchk_idx *idx, gchk_array *array, gchk_error *error) GCHK_MUST_USE;

#endif
