/*
 * NPY files: one array (numpy.lib.format, versions 1.0, 2.0 and 3.0).
 *
 * Read: f4, f8, i4, i8, u1 of either byte order, in C or Fortran order, rank 0 to 8. All else is refused by name.
 * Written: f8, f4 and i4, little-endian, C order, version 1.0.
 */
#ifndef GCHK_SUITE_NPY_H
#define GCHK_SUITE_NPY_H

#include "suite/array.h"
#include "suite/source.h"

/* Reads a whole file. GCHK_INVALID, with the file's name, when it is not NPY, ends too early or too late. */
gchk_status gchk_npy_read(gchk_array *array, gchk_source *source, gchk_error *error) GCHK_MUST_USE;

/* The same from memory; `name` is for messages. */
gchk_status gchk_npy_decode(gchk_array *array, const char *name, const unsigned char *bytes, size_t size,
                            gchk_error *error) GCHK_MUST_USE;

/*
 * The file for `values` as `dtype` (GCHK_F64, GCHK_F32 or GCHK_I32), in memory that the caller frees. For i32 the
 * values are whole numbers that fit.
 */
gchk_status gchk_npy_encode(unsigned char **bytes, size_t *size, gchk_dtype dtype, const gchk_shape *shape,
                            const double *values, gchk_error *error) GCHK_MUST_USE;

#endif
