/* tanh, whose backward has the derivative's tail for large |x|. WRONG: forgets the 2 in its exponent. */
#include <math.h>

#include "gradcheck/gradcheck.h"

static void tanh_forward(double *y, const double *x, int n) {
  for (int i = 0; i < n; i++)
    y[i] = tanh(x[i]);
}

static void tanh_backward(double *dx, const double *dy, const double *x, int n) {
#ifdef WRONG
  const double rate = -1;
#else
  const double rate = -2;
#endif
  for (int i = 0; i < n; i++) {
    const double a = fabs(x[i]);
    if (a >= 20) {
      dx[i] += 4 * exp(rate * a) * dy[i];
    } else {
      const double t = tanh(x[i]);
      dx[i] += (1 - t * t) * dy[i];
    }
  }
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
GCHK_CALLBACK(forward, tanh_forward(c->t[1].value, c->t[0].value, gchk_int(c, "N")))
GCHK_CALLBACK(backward, tanh_backward(c->t[0].grad, c->t[1].grad, c->t[0].value, gchk_int(c, "N")))
static const gchk_layer layer = {"tanh_tail",           GCHK_HERE,          .dtype = GCHK_F64,
                                 GCHK_TENSORS(tensors), .forward = forward, .backward = backward,
                                 .sizes = "N=9"};
GCHK_PLUGIN(&layer)
