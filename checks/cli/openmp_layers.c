/*
 * OpenMP, undeclared: a sum that two threads add to unguarded, and its right twin. Each call of forward writes the
 * number of threads that it would get into the file that THREADS_LOG names.
 */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#include "gradcheck/gradcheck.h"

static void scale(float *y, const float *x, const float *w, int n) {
  for (int i = 0; i < n; i++)
    y[i] = w[0] * x[i];
  const char *path = getenv("THREADS_LOG");
  FILE *log = path != NULL ? fopen(path, "a") : NULL;
  if (log == NULL)
    return;
  (void)fprintf(log, "%d\n", omp_get_max_threads());
  (void)fclose(log);
}

static void scale_backward(float *dx, float *dw, const float *dy, const float *x, const float *w, int n) {
  float sum = 0;
#pragma omp parallel for reduction(+ : sum)
  for (int i = 0; i < n; i++) {
    dx[i] += w[0] * dy[i];
    sum += x[i] * dy[i];
  }
  dw[0] += sum;
}

static void scale_backward_unguarded(float *dx, float *dw, const float *dy, const float *x, const float *w, int n) {
#pragma omp parallel for
  for (int i = 0; i < n; i++) {
    dx[i] += w[0] * dy[i];
    dw[0] += x[i] * dy[i];
  }
}

enum { X, W, Y };
static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("w", GCHK_PARAMETER, "1"),
                                           GCHK_TENSOR("y", GCHK_OUTPUT, "N")};

GCHK_CALLBACK(forward, scale(c->t[Y].value, c->t[X].value, c->t[W].value, gchk_int(c, "N")))
GCHK_CALLBACK(backward,
              scale_backward(c->t[X].grad, c->t[W].grad, c->t[Y].grad, c->t[X].value, c->t[W].value, gchk_int(c, "N")))
GCHK_CALLBACK(backward_unguarded, scale_backward_unguarded(c->t[X].grad, c->t[W].grad, c->t[Y].grad, c->t[X].value,
                                                           c->t[W].value, gchk_int(c, "N")))

static const gchk_layer guarded = {.name = "guarded",
                                   GCHK_HERE,
                                   .dtype = GCHK_F32,
                                   GCHK_TENSORS(tensors),
                                   .forward = forward,
                                   .backward = backward,
                                   .sizes = "N=10000"};
static const gchk_layer unguarded = {.name = "unguarded",
                                     GCHK_HERE,
                                     .dtype = GCHK_F32,
                                     GCHK_TENSORS(tensors),
                                     .forward = forward,
                                     .backward = backward_unguarded,
                                     .sizes = "N=10000"};

GCHK_PLUGIN(&guarded, &unguarded)
