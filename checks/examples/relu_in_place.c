/*
 * relu as the notebooks after "Deep Learning from Scratch" write it: backward zeroes its upstream gradient, and returns it.
 *
 * A plug-in for `gradcheck run`. With -DDECLARED its table says that it does.
 */
#include <stdbool.h>
#include <stddef.h>

#include "gradcheck/gradcheck.h"

#ifdef DECLARED
enum { IS_DECLARED = true };
#else
enum { IS_DECLARED = false };
#endif

/* out = x.copy(); out[x <= 0] = 0 */
static void relu_forward(double *out, const double *x, size_t n) {
  for (size_t i = 0; i < n; i++)
    out[i] = x[i] <= 0 ? 0 : x[i];
}

/* dout[x <= 0] = 0; dx = dout */
static void relu_backward(double *dx, double *dout, const double *x, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (x[i] <= 0)
      dout[i] = 0;
    dx[i] = dout[i];
  }
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N D"),
                                           GCHK_TENSOR("out", GCHK_OUTPUT, "N D", .upstream_clobbered = IS_DECLARED)};
GCHK_CALLBACK(forward, relu_forward(c->t[1].value, c->t[0].value, c->t[0].count))
GCHK_CALLBACK(backward, relu_backward(c->t[0].grad, c->t[1].grad, c->t[0].value, c->t[0].count))
static const gchk_layer relu = {"relu_in_place",       GCHK_HERE,          .dtype = GCHK_F64,
                                GCHK_TENSORS(tensors), .forward = forward, .backward = backward,
                                .sizes = "N=3 D=4"};
GCHK_PLUGIN(&relu)
