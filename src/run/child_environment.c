/*
 * The environment of layers. What the user has set stays: a number of threads for OpenMP holds for the BLAS libraries
 * too, which read it themselves.
 */
#include "run/child_environment.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/loaded_object.h"
#include "core/openmp_threads.h"

typedef struct setting {
  const char *name, *value;
} setting;

static const setting sleeping[] = {{"OMP_WAIT_POLICY", "passive"}, {"GOMP_SPINCOUNT", "0"}, {"KMP_BLOCKTIME", "0"}};

static const char openmp_threads[] = "OMP_NUM_THREADS";

/* A BLAS library: its variable, and where it is loaded already its functions. */
typedef struct blas {
  const char *variable, *library, *get, *set;
} blas;

static const blas libraries[] = {
    {"OPENBLAS_NUM_THREADS", "libopenblas.so.0", "openblas_get_num_threads", "openblas_set_num_threads"},
    {"MKL_NUM_THREADS", "libmkl_rt.so.2", "MKL_Get_Max_Threads", "MKL_Set_Num_Threads"},
    {"BLIS_NUM_THREADS", "libblis.so.4", "bli_thread_get_num_threads", "bli_thread_set_num_threads"},
};
enum { LIBRARIES = sizeof libraries / sizeof libraries[0] };
_Static_assert(LIBRARIES == sizeof((gchk_blas_threads *)0)->of / sizeof(int), "one number a library");

void gchk_let_threads_sleep(void) {
  // Whoever says how to wait in one of them says it for all.
  for (size_t i = 0; i < sizeof sleeping / sizeof sleeping[0]; i++)
    if (getenv(sleeping[i].name) != NULL)
      return;
  for (size_t i = 0; i < sizeof sleeping / sizeof sleeping[0]; i++)
    (void)setenv(sleeping[i].name, sleeping[i].value, 0);
}

// The number that the library uses, or 0; sets `count` instead where it is positive and another.
static int exchange_threads(const blas *library, int count) {
  void *get_found = gchk_find_loaded(library->library, library->get);
  void *set_found = gchk_find_loaded(library->library, library->set);
  int (*get)(void);
  void (*set)(int);
  if (get_found == NULL || set_found == NULL)
    return 0;
  memcpy(&get, &get_found, sizeof get); // ISO C converts no object pointer to a function's
  memcpy(&set, &set_found, sizeof set);
  const int before = get();
  if (count > 0 && count != before)
    set(count);
  return before;
}

static bool is_for_user_to_say(const blas *library) {
  return getenv(openmp_threads) != NULL || getenv(library->variable) != NULL;
}

gchk_blas_threads gchk_use_one_blas_thread(void) {
  gchk_blas_threads before = {{0}};
  for (size_t i = 0; i < LIBRARIES; i++)
    before.of[i] = is_for_user_to_say(&libraries[i]) ? 0 : exchange_threads(&libraries[i], 1);
  return before;
}

void gchk_restore_blas_threads(const gchk_blas_threads *before) {
  for (size_t i = 0; i < LIBRARIES; i++)
    (void)exchange_threads(&libraries[i], before->of[i]);
}

void gchk_use_one_thread(void) {
  if (getenv(openmp_threads) != NULL)
    return;
  for (size_t i = 0; i < LIBRARIES; i++)
    (void)setenv(libraries[i].variable, "1", 0);
  (void)setenv(openmp_threads, "1", 0);
  gchk_set_openmp_threads(1);
}
