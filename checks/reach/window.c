/* y = x^2 w, whose backward has a case of its own for x in a small window. WRONG: there it forgets the 2. */
#include "gradcheck/gradcheck.h"

static void square_forward(double *y, const double *x, double w, int n) {
  for (int i = 0; i < n; i++)
    y[i] = x[i] * x[i] * w;
}

static void square_backward(double *dx, double *dw, const double *dy, const double *x, double w, int n) {
  for (int i = 0; i < n; i++) {
    double slope = 2 * x[i];
    if (x[i] > 2.0 && x[i] < 2.01) {
#ifdef WRONG
      slope = x[i];
#else
      slope = x[i] + x[i];
#endif
    }
    dx[i] += slope * w * dy[i];
    *dw += x[i] * x[i] * dy[i];
  }
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("w", GCHK_PARAMETER, "1"),
                                           GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
GCHK_CALLBACK(forward, square_forward(c->t[2].value, c->t[0].value, *(double *)c->t[1].value, gchk_int(c, "N")))
GCHK_CALLBACK(backward, square_backward(c->t[0].grad, c->t[1].grad, c->t[2].grad, c->t[0].value,
                                        *(double *)c->t[1].value, gchk_int(c, "N")))
static const gchk_layer layer = {
    "window",       GCHK_HERE, .dtype = GCHK_F64, GCHK_TENSORS(tensors), .forward = forward, .backward = backward,
    .sizes = "N=12"};
GCHK_PLUGIN(&layer)
