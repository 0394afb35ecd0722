/*
 * What BLAS is in use, and which kernels would serve the processor better.
 *
 * OpenBLAS recognises processors by model number, and falls back to SSE3 kernels (Prescott) for one that it does not
 * know. On a processor with AVX-512, one thread of OpenBLAS 0.3.21 multiplies 512x512 doubles at 12 GFLOP/s with
 * Prescott, 14 with Nehalem, 30 with Sandybridge, 42 with Haswell, 45 with Zen, 59 with SkylakeX and 60 with
 * Cooperlake: the last differs from SkylakeX only in bfloat16, which nothing here uses, so it is never recommended.
 */
#include "gradcheck/layers.h"

#include <cblas.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ..." without what follows the version. */
static void name_and_version(char *text, size_t size, const char *config) {
  size_t length = strcspn(config, " ");
  if (config[length] == ' ')
    length += 1 + strcspn(config + length + 1, " ");
  (void)snprintf(text, size, "%.*s", (int)length, config);
}

gchk_blas_info gchk_blas_get_info(void) {
  gchk_blas_info info = {.threads = (size_t)openblas_get_num_threads()};
  name_and_version(info.library, sizeof info.library, openblas_get_config());
  (void)snprintf(info.core, sizeof info.core, "%s", openblas_get_corename());
  return info;
}

// In a process that was forked, OpenBLAS starts all the threads that it had before it takes another number of them.
void gchk_blas_set_threads(size_t threads) {
  const int count = threads < INT_MAX ? (int)threads : INT_MAX;
  if (count != openblas_get_num_threads())
    openblas_set_num_threads(count);
}

/* How wide the vectors are that the kernels of a core use; cores of one level are as good as each other here. */
typedef enum level { UNKNOWN = 0, SSE, AVX, AVX2, AVX512 } level;

static level level_of(const char *core) {
  static const struct {
    const char *core;
    level level;
  } known[] = {
      {"Prescott", SSE},      {"Core2", SSE},
      {"Penryn", SSE},        {"Dunnington", SSE},
      {"Atom", SSE},          {"Nano", SSE},
      {"Nehalem", SSE},       {"Opteron", SSE},
      {"Opteron_SSE3", SSE},  {"Barcelona", SSE},
      {"Bobcat", SSE},        {"Katmai", SSE},
      {"Coppermine", SSE},    {"Northwood", SSE},
      {"Banias", SSE},        {"Athlon", SSE},
      {"Sandybridge", AVX},   {"Bulldozer", AVX},
      {"Piledriver", AVX},    {"Steamroller", AVX},
      {"Excavator", AVX2},    {"Haswell", AVX2},
      {"Zen", AVX2},          {"SkylakeX", AVX512},
      {"Cooperlake", AVX512}, {"SapphireRapids", AVX512},
  };
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
    if (strcmp(known[i].core, core) == 0)
      return known[i].level;
  return UNKNOWN;
}

/* The best core that this processor can run; NULL where it is not one of these. */
static const char *best_core(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return "SkylakeX";
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return __builtin_cpu_is("amd") ? "Zen" : "Haswell";
  if (__builtin_cpu_supports("avx"))
    return "Sandybridge";
#endif
  return NULL;
}

const char *gchk_blas_better_core(void) {
  const level now = level_of(openblas_get_corename());
  const char *best = best_core();
  // a core that is not in the table came with a later OpenBLAS, which knows better
  return best != NULL && now != UNKNOWN && level_of(best) > now ? best : NULL;
}

/*
 * What OpenBLAS's start-up code and its end call (dynamic.c, from 0.2 on): the one chooses a table of kernels where
 * there is none, the other forgets it. Nothing else that is set up by then depends on which table it is. A library of
 * one kind of kernels has neither, nor has another BLAS.
 */
extern void gotoblas_dynamic_init(void) __attribute__((weak));
extern void gotoblas_dynamic_quit(void) __attribute__((weak));

bool gchk_blas_choose_again(void) {
  if (gotoblas_dynamic_init == NULL || gotoblas_dynamic_quit == NULL)
    return false;
  gotoblas_dynamic_quit();
  gotoblas_dynamic_init();
  return true;
}

/*
 * The work space of a thread: BUFFER_SIZE of common_x86_64.h and common_arm64.h (memory.c asks for it again and again
 * until it gets it).
 */
static const size_t work_space = (size_t)128 << 20;

/* What a thread's stack takes: the limit on stacks, or what the C library takes where that has none. */
static size_t stack_space(void) {
  struct rlimit limit;
  const bool is_limited = getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  return is_limited ? (size_t)limit.rlim_cur : (size_t)2 << 20;
}

/* The positive number that one of these variables has; 0 where none has one. */
static size_t number_in(char *const *environment, const char *const names[], size_t count) {
  for (size_t i = 0; i < count; i++) {
    const size_t length = strlen(names[i]);
    for (char *const *entry = environment; entry != NULL && *entry != NULL; entry++) {
      const bool is_it = strncmp(*entry, names[i], length) == 0 && (*entry)[length] == '=';
      const long number = is_it ? strtol(*entry + length + 1, NULL, 10) : 0;
      if (number > 0)
        return (size_t)number;
    }
  }
  return 0;
}

/* As OpenBLAS counts them when it is loaded. */
static size_t threads_at_start(char *const *environment) {
  static const char *const names[] = {"OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS"};
  const size_t asked = number_in(environment, names, sizeof names / sizeof names[0]);
  cpu_set_t processors;
  const int allowed = sched_getaffinity(0, sizeof processors, &processors) == 0 ? CPU_COUNT(&processors) : 0;
  const long count = allowed > 0 ? allowed : sysconf(_SC_NPROCESSORS_CONF);
  const size_t most = count > 0 ? (size_t)count : 1;
  return asked > 0 && asked < most ? asked : most;
}

bool gchk_blas_has_room(char *const *environment, size_t *wanted) {
  struct rlimit limit;
  const size_t threads = threads_at_start(environment);
  *wanted = threads * work_space + (threads - 1) * stack_space(); // the first has its stack
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return true;
  void *memory = mmap(NULL, *wanted, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED)
    return false;
  (void)munmap(memory, *wanted);
  return true;
}
