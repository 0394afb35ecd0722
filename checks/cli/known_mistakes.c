/* y = x w, row by row. FACTOR is what the gradient of w is multiplied by, SIGN that of x; WRITES: backward writes y. */
#include <string.h>

#include "gradcheck/gradcheck.h"

#ifndef FACTOR
#define FACTOR 1
#endif
#ifndef SIGN
#define SIGN 1
#endif
#ifndef UNTIL
#define UNTIL "2030-12-31"
#endif

static void forward(double *y, const double *x, const double *w, int N, int C) {
  for (int i = 0; i < N * C; i++)
    y[i] = x[i] * w[i % C];
}

static void backward(double *dx, double *dw, double *y, const double *dy, const double *x, const double *w, int N,
                     int C) {
  memset(dw, 0, (size_t)C * sizeof *dw);
  for (int i = 0; i < N * C; i++) {
    dx[i] = SIGN * dy[i] * w[i % C];
    dw[i % C] += FACTOR * dy[i] * x[i];
  }
#ifdef WRITES
  y[0] = 0;
#endif
  (void)y;
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("w", GCHK_PARAMETER, "C"),
                                           GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};
GCHK_CALLBACK(call_forward, forward(c->t[2].value, c->t[0].value, c->t[1].value, gchk_int(c, "N"), gchk_int(c, "C")))
GCHK_CALLBACK(call_backward, backward(c->t[0].grad, c->t[1].grad, c->t[2].value, c->t[2].grad, c->t[0].value,
                                      c->t[1].value, gchk_int(c, "N"), gchk_int(c, "C")))

#ifdef KNOWN
static const gchk_suppression known[] = {KNOWN};
#endif
static const gchk_layer layer = {"scale_rows",
                                 GCHK_HERE,
                                 .dtype = GCHK_F64,
                                 GCHK_TENSORS(tensors),
#ifdef KNOWN
                                 GCHK_SUPPRESSIONS(known),
#endif
                                 .forward = call_forward,
                                 .backward = call_backward};
GCHK_PLUGIN(&layer)
