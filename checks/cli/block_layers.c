/*
 * The sum of x + x^3, of enough elements for several processes to decide them: no two may be moved together, and what a layer may do in the middle of that.
 *
 * With BLOCK_STUMBLE one layer crashes in a block that was not computed before.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "block_mark.h"
#include "gradcheck/gradcheck.h"

enum { N = 3400, BAD = 2501 /* in the second half, and no pilot */ };

static double base[N]; // the values of the first call
static unsigned long calls;
// Is this the call in which that element alone has moved, far from the first one?
static int is_moved(const gchk_call *c) {
  const double *x = c->t[0].value;
  for (size_t i = 0; i < c->t[0].count; i++)
    if ((i == BAD) != (x[i] != base[i]))
      return 0;
  return 1;
}

static void compute(const gchk_call *c, double factor) {
  const double *x = c->t[0].value;
  double *y = c->t[1].value;
  if (c->t[0].count != N || calls == 0 || x[0] == base[0] || x[1] == base[1]) // not in moves of slack, of all values
    mark();
  for (size_t i = 0; i < N && c->t[0].count == N && calls == 0; i++)
    base[i] = x[i];
  calls++;
  y[0] = 0;
  for (size_t i = 0; i < c->t[0].count; i++)
    y[0] += factor * x[i] * (1 + x[i] * x[i]);
}

static gchk_status derive(const gchk_call *c, size_t wrong) {
  const double *x = c->t[0].value, *dy = c->t[1].grad;
  double *dx = c->t[0].grad;
  for (size_t i = 0; i < c->t[0].count; i++)
    dx[i] = dy[0] * (1 + 3 * x[i] * x[i]) * (i == wrong ? -1 : 1);
  return GCHK_OK;
}

#define BACKWARD(name, wrong)                                                                                          \
  static gchk_status name(const gchk_call *c, gchk_error *error) {                                                     \
    (void)error;                                                                                                       \
    return derive(c, wrong);                                                                                           \
  }
BACKWARD(backward, N)
BACKWARD(backward_first, 0)
BACKWARD(backward_bad, BAD)
BACKWARD(backward_last, N - 1)

// Long enough for others to make moves of slack, though there are few elements.
static void ponder(void) {
  (void)nanosleep(&(struct timespec){0, 10000000}, NULL);
}

static gchk_status backward_slowly(const gchk_call *c, gchk_error *error) {
  (void)error;
  ponder();
  return derive(c, N);
}

static pid_t owner; // of the process that called backward first

// Not in a process that was forked by another one than itself.
static gchk_status backward_at_home(const gchk_call *c, gchk_error *error) {
  (void)error;
  ponder();
  if (owner == 0)
    owner = getpid();
  if (owner != getpid())
    abort();
  return derive(c, N);
}

static int open_file = -1; // two that read it move one place in it

static double read_factor(void) {
  static const double one = 1;
  double factor = 0;
  char name[] = "/tmp/block_layersXXXXXX";
  if (open_file < 0) {
    open_file = mkstemp(name);
    (void)unlink(name);
    if (open_file < 0 || write(open_file, &one, sizeof one) != (ssize_t)sizeof one)
      abort();
  }
  if (lseek(open_file, 0, SEEK_SET) != 0 || read(open_file, &factor, sizeof factor) != (ssize_t)sizeof factor)
    abort();
  return factor;
}

// Long enough for others to come.
static void rest(void) {
  (void)nanosleep(&(struct timespec){0, 20000}, NULL);
}

static void eat(void) {
  enum { PIECE = 1 << 24 };
  static char *volatile eaten; // or a compiler leaves out what nobody reads
  for (;;) {
    eaten = malloc(PIECE);
    if (eaten != NULL)
      memset(eaten, 1, PIECE);
  }
}

static void *wait_for_ever(void *nothing) {
  (void)pause();
  return nothing;
}

static void start_thread(void) {
  pthread_t thread;
  if (calls == 0 && pthread_create(&thread, NULL, wait_for_ever, NULL) != 0)
    abort();
}

static void start_child(void) {
  const pid_t child = calls == 0 ? fork() : -1;
  if (child != 0)
    return;
  for (;;)
    (void)pause();
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "1")};

#define SIZED_LAYER(layer, n, does, derives)                                                                           \
  static gchk_status layer##_forward(const gchk_call *c, gchk_error *error) {                                          \
    double factor = 1;                                                                                                 \
    (void)error;                                                                                                       \
    does;                                                                                                              \
    compute(c, factor);                                                                                                \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static const gchk_layer layer = {.name = #layer,                                                                     \
                                   .dtype = GCHK_F64,                                                                  \
                                   GCHK_TENSORS(tensors),                                                              \
                                   .forward = layer##_forward,                                                         \
                                   .backward = derives,                                                                \
                                   .sizes = "N=" n};
#define WHEN_MOVED if (calls > 0 && c->t[0].count == N && is_moved(c))

#define LAYER(layer, does, derives) SIZED_LAYER(layer, "3400", does, derives)

LAYER(right, (void)0, backward)
SIZED_LAYER(small, "8", (void)0, backward)
LAYER(rests, rest(), backward)
SIZED_LAYER(ponders, "8", (void)0, backward_slowly)
SIZED_LAYER(ponders_at_home, "8", (void)0, backward_at_home)
LAYER(first_is_wrong, (void)0, backward_first)
LAYER(middle_is_wrong, (void)0, backward_bad)
LAYER(last_is_wrong, (void)0, backward_last)
LAYER(crashes, WHEN_MOVED abort(), backward)
LAYER(exits, WHEN_MOVED exit(0), backward)
LAYER(refuses, WHEN_MOVED return gchk_fail(error, GCHK_LAYER_FAILED, "element %d has moved", (int)BAD), backward)
LAYER(hangs, WHEN_MOVED for (;;)(void) pause(), backward)
LAYER(eats, WHEN_MOVED eat(), backward)
LAYER(stumbles, WHEN_MOVED if (getenv("BLOCK_STUMBLE") != NULL) abort(), backward)
LAYER(reads_a_file, factor = read_factor(), backward)
LAYER(has_a_thread, start_thread(), backward)
LAYER(has_a_child, start_child(), backward)

GCHK_PLUGIN(&right, &first_is_wrong, &middle_is_wrong, &last_is_wrong, &small, &rests, &ponders, &ponders_at_home,
            &crashes, &exits, &refuses, &hangs, &eats, &stumbles, &reads_a_file, &has_a_thread, &has_a_child)
