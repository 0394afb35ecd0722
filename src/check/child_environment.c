/*
 * The environment of layers. What the user has set stays: a number of threads for OpenMP holds for the BLAS libraries
 * too, which read it themselves.
 */
#include "check/child_environment.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <dlfcn.h>

#include "core/openmp_threads.h"

typedef struct setting {
  const char *name, *value;
} setting;

static const setting sleeping[] = {{"OMP_WAIT_POLICY", "passive"}, {"GOMP_SPINCOUNT", "0"}, {"KMP_BLOCKTIME", "0"}};

static const char openmp_threads[] = "OMP_NUM_THREADS";

/* A BLAS library: its variable, and where it is loaded already its function. */
typedef struct blas {
  const char *variable, *library, *function;
} blas;

static const blas libraries[] = {
    {"OPENBLAS_NUM_THREADS", "libopenblas.so.0", "openblas_set_num_threads"},
    {"MKL_NUM_THREADS", "libmkl_rt.so.2", "MKL_Set_Num_Threads"},
    {"BLIS_NUM_THREADS", "libblis.so.4", "bli_thread_set_num_threads"},
};

void gchk_let_threads_sleep(void) {
  // Whoever says how to wait in one of them says it for all.
  for (size_t i = 0; i < sizeof sleeping / sizeof sleeping[0]; i++)
    if (getenv(sleeping[i].name) != NULL)
      return;
  for (size_t i = 0; i < sizeof sleeping / sizeof sleeping[0]; i++)
    (void)setenv(sleeping[i].name, sleeping[i].value, 0);
}

static void use_one_blas_thread(const blas *library) {
  if (getenv(library->variable) != NULL)
    return;
  (void)setenv(library->variable, "1", 0);
  void *handle = dlopen(library->library, RTLD_LAZY | RTLD_NOLOAD);
  if (handle == NULL)
    return;
  void *found = dlsym(handle, library->function);
  if (found != NULL) {
    void (*set)(int);
    memcpy(&set, &found, sizeof set);
    set(1);
  }
  (void)dlclose(handle);
}

void gchk_use_one_thread(void) {
  if (getenv(openmp_threads) != NULL)
    return;
  for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++)
    use_one_blas_thread(&libraries[i]);
  (void)setenv(openmp_threads, "1", 0);
  gchk_set_openmp_threads(1);
}
