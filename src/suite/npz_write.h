/* Writing NPZ files: a ZIP archive of NPY files, one an array; the same bytes for the same arrays on every day. */
#ifndef GCHK_SUITE_NPZ_WRITE_H
#define GCHK_SUITE_NPZ_WRITE_H

#include <stdbool.h>

#include "gradcheck/tensor.h"

/* One array to write. */
typedef struct gchk_npz_item {
  const char *name; /* without ".npy" */
  gchk_dtype dtype;
  gchk_shape shape;
  const double *values;
} gchk_npz_item;

/* The archive in memory that the caller frees; deflated when `compress`. Names are distinct and not empty. */
gchk_status gchk_npz_encode(unsigned char **bytes, size_t *size, const gchk_npz_item *items, size_t count,
                            bool compress, gchk_error *error) GCHK_MUST_USE;

/* Encodes and writes a file (gchk_save_bytes). */
gchk_status gchk_npz_write(const char *path, const gchk_npz_item *items, size_t count, bool compress,
                           gchk_error *error) GCHK_MUST_USE;

#endif
