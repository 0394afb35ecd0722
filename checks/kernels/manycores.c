/*
 * Preloaded, it pretends to have CORES (64) processors to whoever asks: BLAS libraries then reserve memory and start
 * threads for that many.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dlfcn.h>

static int cores(void) {
  const char *given = getenv("CORES");
  const int n = given != NULL ? atoi(given) : 0;
  return n > 0 && n <= CPU_SETSIZE ? n : 64;
}

long sysconf(int name) {
  long (*real)(int);
  void *found = dlsym(RTLD_NEXT, "sysconf");
  memcpy(&real, &found, sizeof real);
  return name == _SC_NPROCESSORS_CONF || name == _SC_NPROCESSORS_ONLN ? cores() : real(name);
}

int get_nprocs(void);
int get_nprocs_conf(void);

int get_nprocs(void) {
  return cores();
}

int get_nprocs_conf(void) {
  return cores();
}

static int fill(size_t size, cpu_set_t *set) {
  memset(set, 0, size);
  for (size_t i = 0; i < (size_t)cores(); i++)
    CPU_SET_S(i, size, set);
  return 0;
}

int sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set) {
  (void)pid;
  return fill(size, set);
}

int pthread_getaffinity_np(pthread_t thread, size_t size, cpu_set_t *set) {
  (void)thread;
  return fill(size, set);
}
