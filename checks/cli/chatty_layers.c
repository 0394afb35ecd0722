/*
 * Layers that print: much, without an end, half lines, commands; on both standard streams, and so does the start-up code
 * of their plug-in. All of them are right.
 */
#define _GNU_SOURCE // usleep
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "gradcheck/gradcheck.h"

#define COMMANDS "\033[31m ##vso[task.complete] ##[error]\n::error::x\n"

__attribute__((constructor)) static void start(void) {
  (void)printf("start-up code on standard output " COMMANDS);
  (void)fflush(stdout);
  (void)fprintf(stderr, "start-up code on standard error " COMMANDS);
}

static void square(const gchk_call *c) {
  const double *x = c->t[0].value;
  double *y = c->t[1].value;
  for (size_t i = 0; i < c->t[0].count; i++)
    y[i] = x[i] * x[i];
}

static void say_both(void) {
  (void)printf("standard output of a layer " COMMANDS);
  (void)fflush(stdout);
  (void)fprintf(stderr, "standard error of a layer " COMMANDS);
}

static void flood(FILE *to) {
  for (;;)
    (void)fprintf(to, "there is always more to say, and nobody who wants to know\n");
}

static void say_and_die(void) {
  for (int i = 1; i <= 1000; i++)
    (void)fprintf(stderr, "last words %d of 1000\n", i);
  (void)raise(SIGKILL); // of other signals an emulator of a processor has a word to say itself
}

// A line in pieces, each in a write of its own, while another layer does the same.
static void say_slowly(const char *letter) {
  for (int i = 0; i < 20; i++) {
    (void)fputs(letter, stderr);
    (void)usleep(100);
  }
  (void)fputs("\n", stderr);
}

#define LAYER(layer, what)                                                                                             \
  static gchk_status layer##_forward(const gchk_call *c, gchk_error *error) {                                          \
    (void)error;                                                                                                       \
    what;                                                                                                              \
    square(c);                                                                                                         \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static const gchk_layer layer = {.name = #layer,                                                                     \
                                   .dtype = GCHK_F64,                                                                  \
                                   GCHK_TENSORS(tensors),                                                              \
                                   .forward = layer##_forward,                                                         \
                                   .backward = backward,                                                               \
                                   .sizes = "N=2"};

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value, *dy = c->t[1].grad;
  double *dx = c->t[0].grad;
  for (size_t i = 0; i < c->t[0].count; i++)
    dx[i] = 2 * x[i] * dy[i];
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
LAYER(chats, say_both())
LAYER(floods, flood(stderr))
LAYER(floods_output, flood(stdout))
LAYER(dies, say_and_die())
LAYER(stammers, say_slowly("a"))
LAYER(stutters, say_slowly("b"))
LAYER(silent, )
GCHK_PLUGIN(&chats, &floods, &floods_output, &dies, &stammers, &stutters, &silent)
