/* The NPZ reader on any bytes: an error or arrays, never a crash. */
#include <stdint.h>

#include "suite/npz_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  gchk_error error;
  gchk_source *source = NULL;
  gchk_npz *npz = NULL;
  if (gchk_source_from_memory(&source, "fuzz", data, size, &error) != GCHK_OK)
    return 0;
  if (gchk_npz_open(&npz, source, &error) == GCHK_OK)
    for (size_t i = 0; i < gchk_npz_count(npz); i++) {
      gchk_array array = GCHK_ARRAY_INIT;
      if (gchk_npz_find(npz, gchk_npz_name(npz, i)) != i)
        __builtin_trap();
      if (gchk_npz_read(npz, i, &array, &error) == GCHK_OK && array.count == 0)
        __builtin_trap();
      gchk_array_deinit(&array);
    }
  gchk_npz_close(npz);
  gchk_source_close(source);
  return 0;
}
