/*
 * Reading NPZ files: a ZIP archive of NPY files, one an array, as numpy.savez and savez_compressed write them.
 *
 * Members are stored or deflated. Encrypted, split and ZIP64 archives (4 GiB and more) are refused by name.
 */
#ifndef GCHK_SUITE_NPZ_READ_H
#define GCHK_SUITE_NPZ_READ_H

#include "suite/array.h"
#include "suite/source.h"

typedef struct gchk_npz gchk_npz;

/* Reads the file into memory, and its list of members. GCHK_INVALID with the file's name when it is no such archive. */
gchk_status gchk_npz_open(gchk_npz **npz, gchk_source *source, gchk_error *error) GCHK_MUST_USE;
void gchk_npz_close(gchk_npz *npz);

/* Its arrays by name, without ".npy", in the order of the archive. */
size_t gchk_npz_count(const gchk_npz *npz);
const char *gchk_npz_name(const gchk_npz *npz, size_t index);

/* The index of the array called `name`, or the count. */
size_t gchk_npz_find(const gchk_npz *npz, const char *name);

/* Reads one array; its checksum is verified. */
gchk_status gchk_npz_read(const gchk_npz *npz, size_t index, gchk_array *array, gchk_error *error) GCHK_MUST_USE;

#endif
