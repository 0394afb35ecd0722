/* A layer with one mistake of a beginner, by -D; without one it is right. y = w x. */
#include <stddef.h>

#include "gradcheck/gradcheck.h"

#ifdef WRONG_DTYPE
typedef float real;
#else
typedef double real;
#endif
#ifndef SHAPE
#define SHAPE "N C"
#endif
#ifndef SIZES
#define SIZES "N=3 C=5"
#endif
#ifndef RULE
#define RULE GCHK_GRAD_ACCUMULATE
#endif

#ifdef ELSEWHERE
void scale_rows(real *y, const real *x, const real *w, int N, int C);
#else
static void scale_rows(real *y, const real *x, const real *w, int N, int C) {
  for (int i = 0; i < N * C; i++)
    y[i] = w[i % C] * x[i];
}
#endif

static void scale_rows_backward(real *dx, real *dw, const real *dy, const real *x, const real *w, int N, int C) {
  for (int i = 0; i < N * C; i++) {
    dx[i] += w[i % C] * dy[i];
#ifdef OVERWRITES
    dw[i % C] = x[i] * dy[i];
#else
    dw[i % C] += x[i] * dy[i];
#endif
  }
}

static const gchk_tensor_spec tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, SHAPE),
    GCHK_TENSOR("w", GCHK_PARAMETER, "C", .grad = RULE),
    GCHK_TENSOR("y", GCHK_OUTPUT, "N C"),
#ifdef LABELS
    GCHK_TENSOR("labels", GCHK_INDEX, "N", .fill = {.kind = GCHK_FILL_LABELS}),
#endif
};

#ifndef OUTPUT
#define OUTPUT 2
#endif
GCHK_CALLBACK(forward, scale_rows(c->t[OUTPUT].value, c->t[0].value, c->t[1].value, gchk_int(c, "N"), gchk_int(c, "C")))
GCHK_CALLBACK(backward, scale_rows_backward(c->t[0].grad, c->t[1].grad, c->t[2].grad, c->t[0].value, c->t[1].value,
                                            gchk_int(c, "N"), gchk_int(c, "C")))

const gchk_layer layer_of_mistakes;
const gchk_layer layer_of_mistakes = {.name = "times",
                                      GCHK_HERE,
                                      .dtype = GCHK_F64,
                                      GCHK_TENSORS(tensors),
                                      .forward = forward,
#ifndef NO_BACKWARD
                                      .backward = backward,
#endif
                                      .sizes = SIZES};
#ifndef NO_PLUGIN
GCHK_PLUGIN(&layer_of_mistakes)
#endif
