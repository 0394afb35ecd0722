/*
 * y_i = w_i x_i, whose forward or backward ends in each way that there is. Line numbers are in the test, by the marks
 * that stand beside them.
 */
#define _GNU_SOURCE
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gradcheck/gradcheck.h"

static volatile long zero, million = 1000000;
static int *volatile nothing;
static void (*volatile no_function)(void);

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N", .grad_may_be_null = true),
                                           GCHK_TENSOR("w", GCHK_PARAMETER, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};

static void multiply(const gchk_call *c) {
  const double *x = c->t[0].value, *w = c->t[1].value;
  double *y = c->t[2].value;
  for (size_t i = 0; i < c->t[0].count; i++)
    y[i] = w[i] * x[i];
}

static void multiply_back(const gchk_call *c) {
  const double *x = c->t[0].value, *w = c->t[1].value, *dy = c->t[2].grad;
  double *dx = c->t[0].grad, *dw = c->t[1].grad;
  for (size_t i = 0; i < c->t[0].count; i++) {
    if (dx != NULL)
      dx[i] = w[i] * dy[i];
    dw[i] = x[i] * dy[i];
  }
}

__attribute__((noinline)) static int descend(volatile int depth) {
  volatile char room[2000];
  room[0] = (char)depth;
  return descend(depth + 1) + room[0]; /* MARK recursion */
}

__attribute__((noinline)) static void use_much_stack(double *dx, size_t n) {
  volatile double room[4000000];
  for (size_t i = 0; i < 4000000; i++)
    room[i] = 1;
  dx[0] += 0 * room[n];
}

// It reads: what it wrote over on its way would be anybody's, and who is to tell of it might not be able to any more.
__attribute__((noinline)) static void run_far(const volatile double *dw, long step) {
  for (long i = 0; i < 1000 * million && i > -1000 * million; i += step)
    (void)dw[i]; /* MARK far */
}

__attribute__((noinline)) static void say_much(void) {
  for (int i = 0; i < 40; i++)
    fprintf(stderr, "a layer that talks, line %d of 40\n", i);
}

#define BACK(name, ...)                                                                                                \
  GCHK_CALLBACK(name##_backward, {                                                                                     \
    double *dx = c->t[0].grad, *dw = c->t[1].grad;                                                                     \
    (void)dx;                                                                                                          \
    (void)dw;                                                                                                          \
    multiply_back(c);                                                                                                  \
    __VA_ARGS__;                                                                                                       \
  })                                                                                                                   \
  static const gchk_layer name = {#name,                                                                               \
                                  GCHK_HERE,                                                                           \
                                  .dtype = GCHK_F64,                                                                   \
                                  GCHK_TENSORS(tensors),                                                               \
                                  .forward = right_forward,                                                            \
                                  .backward = name##_backward,                                                         \
                                  .sizes = "N=5"};
#define FORTH(name, ...)                                                                                               \
  GCHK_CALLBACK(name##_forward, {                                                                                      \
    multiply(c);                                                                                                       \
    __VA_ARGS__;                                                                                                       \
  })                                                                                                                   \
  static const gchk_layer name = {#name,                                                                               \
                                  GCHK_HERE,                                                                           \
                                  .dtype = GCHK_F64,                                                                   \
                                  GCHK_TENSORS(tensors),                                                               \
                                  .forward = name##_forward,                                                           \
                                  .backward = right_backward,                                                          \
                                  .sizes = "N=5"};

GCHK_CALLBACK(right_forward, multiply(c))
GCHK_CALLBACK(right_backward, multiply_back(c))

BACK(null_write, *nothing = 1)
BACK(null_member, ((volatile int *)nothing)[6] = 1)
BACK(null_call, no_function())
BACK(null_gradient, if (dx == NULL) dx[2] = 1)
BACK(one_past, dw[c->t[1].count] = 1)
BACK(far_beyond, run_far(dw, 1))
BACK(far_before, run_far(dw, -1))
BACK(stack_overflow, dw[0] += 0 * descend(0))
BACK(large_local, use_much_stack(dw, c->t[0].count))
BACK(assertion, assert(c->t[0].count == 6 && "the table says six"))
BACK(double_free, {
  char *volatile p = malloc(10);
  free(p);
  free(p);
})
BACK(division, zero = 7 / zero)
BACK(trap, __builtin_trap())
BACK(wild, *(volatile double *)0x1234567812345678 = 1)
BACK(aborts, {
  fprintf(stderr, "the queue is\033[31m broken\n::error::forged\n");
  abort();
})
BACK(killed, kill(getpid(), SIGKILL))
FORTH(exits, exit(0))
FORTH(leaves, _exit(0))
FORTH(loops, for (;;) zero = 0)
FORTH(sleeps, for (;;)(void) pause())
FORTH(talks, say_much())
FORTH(looks_sanitized, fprintf(stderr,
                               "==%d==ERROR: AddressSanitizer: heap-use-after-free on address 0x1\n"
                               "SUMMARY: AddressSanitizer: heap-use-after-free a.c:1 in f\n"
                               "a.c:1:2: runtime error: overflow\n",
                               (int)getpid()))

static gchk_status crash_create(const gchk_call *c, void **state, gchk_error *error) {
  (void)c;
  (void)error;
  *nothing = 1; /* MARK create */
  *state = NULL;
  return GCHK_OK;
}
static gchk_status make(const gchk_call *c, void **state, gchk_error *error) {
  (void)c;
  (void)error;
  *state = malloc(1);
  return *state != NULL ? GCHK_OK : GCHK_NO_MEMORY;
}
static void crash_destroy(void *state) {
  free(state);
  abort(); /* MARK destroy */
}
static gchk_status crash_bind(const gchk_call *c, gchk_error *error) {
  (void)c;
  (void)error;
  exit(3); /* MARK bind */
}
#define LIFE(name, ...)                                                                                                \
  static const gchk_layer name = {#name,                                                                               \
                                  GCHK_HERE,                                                                           \
                                  .dtype = GCHK_F64,                                                                   \
                                  GCHK_TENSORS(tensors),                                                               \
                                  .forward = right_forward,                                                            \
                                  .backward = right_backward,                                                          \
                                  .sizes = "N=5",                                                                      \
                                  __VA_ARGS__};
LIFE(in_create, .create = crash_create)
LIFE(in_destroy, .create = make, .destroy = crash_destroy)
LIFE(in_bind, .bind = crash_bind)
LIFE(right, .create = make, .destroy = free)

GCHK_PLUGIN(&null_write, &null_member, &null_call, &null_gradient, &one_past, &far_beyond, &far_before, &stack_overflow,
            &large_local, &assertion, &double_free, &division, &trap, &wild, &aborts, &killed, &exits, &leaves, &loops,
            &sleeps, &talks, &looks_sanitized, &in_create, &in_destroy, &in_bind, &right)
