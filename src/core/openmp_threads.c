/*
 * OpenMP runtimes by name. A layer brings its own, loaded with it and not linked to here; one that is loaded read its
 * environment then, and only its functions change anything after that.
 */
#include "core/openmp_threads.h"

#include <limits.h>
#include <string.h>

#include "core/loaded_object.h"

typedef int (*get_fn)(void);
typedef void (*set_fn)(int);

static const char *const runtimes[] = {"libgomp.so.1", "libomp.so.5", "libomp.so", "libiomp5.so"};
enum { RUNTIMES = sizeof runtimes / sizeof runtimes[0] };

size_t gchk_openmp_threads(void) {
  size_t most = 0;
  for (size_t i = 0; i < RUNTIMES; i++) {
    get_fn get;
    void *found = gchk_find_loaded(runtimes[i], "omp_get_max_threads");
    if (found == NULL)
      continue;
    memcpy(&get, &found, sizeof get); // ISO C converts no object pointer to a function's
    const int threads = get();
    most = threads > 0 && (size_t)threads > most ? (size_t)threads : most;
  }
  return most;
}

void gchk_set_openmp_threads(size_t threads) {
  for (size_t i = 0; i < RUNTIMES; i++) {
    set_fn set;
    void *found = gchk_find_loaded(runtimes[i], "omp_set_num_threads");
    if (found == NULL)
      continue;
    memcpy(&set, &found, sizeof set);
    set(threads < INT_MAX ? (int)threads : INT_MAX);
  }
}
