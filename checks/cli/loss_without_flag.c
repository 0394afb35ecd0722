/* Half a squared error, a mean over rows, whose backward takes the upstream gradient to be 1; DECLARED: and says so. */
#include "gradcheck/gradcheck.h"

static void forward(float *loss, const float *x, const float *target, int N, int C) {
  *loss = 0;
  for (int i = 0; i < N * C; i++)
    *loss += (x[i] - target[i]) * (x[i] - target[i]) / (2 * (float)N);
}

static void backward(float *dx, const float *x, const float *target, int N, int C) {
  for (int i = 0; i < N * C; i++)
    dx[i] = (x[i] - target[i]) / (float)N;
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"),
                                           GCHK_TENSOR("target", GCHK_CONSTANT, "N C"),
                                           GCHK_TENSOR("loss", GCHK_OUTPUT, "")};
GCHK_CALLBACK(call_forward, forward(c->t[2].value, c->t[0].value, c->t[1].value, gchk_int(c, "N"), gchk_int(c, "C")))
GCHK_CALLBACK(call_backward, backward(c->t[0].grad, c->t[0].value, c->t[1].value, gchk_int(c, "N"), gchk_int(c, "C")))

static const gchk_layer layer = {"half_square",
                                 GCHK_HERE,
                                 .dtype = GCHK_F32,
                                 GCHK_TENSORS(tensors),
#ifdef DECLARED
                                 .flags = GCHK_IGNORES_UPSTREAM,
#endif
                                 .forward = call_forward,
                                 .backward = call_backward};
GCHK_PLUGIN(&layer)
