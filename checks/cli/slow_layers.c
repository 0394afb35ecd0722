/*
 * Layers that take their time: some make no progress, others are only slow. The first forward of a case is where that
 * is; SLOW_MARK is a file that is made when one has begun.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "gradcheck/gradcheck.h"

static int calls; // of this process, which has one case

static void begin(void) {
  const char *mark = getenv("SLOW_MARK");
  const int fd = mark != NULL ? open(mark, O_WRONLY | O_CREAT, 0600) : -1;
  if (fd >= 0)
    (void)close(fd);
}

static void nap(long ms) {
  (void)nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

// For so many seconds of this thread's processor time; 0: for ever.
static void spin(double seconds) {
  struct timespec used;
  do
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  while (!(seconds > 0) || (double)used.tv_sec + 1e-9 * (double)used.tv_nsec < seconds);
}

static void *spin_in_thread(void *seconds) {
  spin(*(const double *)seconds);
  return NULL;
}

static void spin_in_threads(double seconds) {
  enum { THREADS = 8 };
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++)
    if (pthread_create(&threads[i], NULL, spin_in_thread, &seconds) != 0)
      abort();
  for (int i = 0; i < THREADS; i++)
    (void)pthread_join(threads[i], NULL);
}

// Woken up all the time, as what waits in a loop is.
static void doze(int times) {
  for (int i = 0; times == 0 || i < times; i++)
    nap(20);
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[0].grad)[i] = 2 * ((const double *)c->t[0].value)[i] * ((const double *)c->t[1].grad)[i];
  return GCHK_OK;
}

// `first` is done by the first call, `each` by every one.
#define LAYER(layer, first, each)                                                                                      \
  static gchk_status layer##_forward(const gchk_call *c, gchk_error *error) {                                          \
    (void)error;                                                                                                       \
    if (calls++ == 0) {                                                                                                \
      begin();                                                                                                         \
      first;                                                                                                           \
    }                                                                                                                  \
    each;                                                                                                              \
    const double *x = c->t[0].value;                                                                                   \
    for (size_t i = 0; i < c->t[0].count; i++)                                                                         \
      ((double *)c->t[1].value)[i] = x[i] * x[i];                                                                      \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static const gchk_layer layer = {.name = #layer,                                                                     \
                                   .dtype = GCHK_F64,                                                                  \
                                   GCHK_TENSORS(tensors),                                                              \
                                   .forward = layer##_forward,                                                         \
                                   .backward = backward,                                                               \
                                   .sizes = "N=1"};

LAYER(sleeps, for (;;)(void) pause(), (void)0)
LAYER(dozes, doze(0), (void)0)
LAYER(spins, spin(0), (void)0)
LAYER(spins_in_threads, spin_in_threads(0), (void)0)
LAYER(works_in_threads, spin_in_threads(0.3), (void)0)
LAYER(rests, doze(50), (void)0)
LAYER(is_slow, (void)0, nap(40))

GCHK_PLUGIN(&sleeps, &dozes, &spins, &spins_in_threads, &works_in_threads, &rests, &is_slow)
