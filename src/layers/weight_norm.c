/*
 * weight_norm: a weight as a direction and a length for each unit.
 *
 *     weight_norm: { v: V, g: lengths }
 *
 *     v, w (U, D...),  g (U),  length (U) a cache;        a row of v is the direction of a unit
 *
 *     length[u] = sqrt(sum v[u]^2),  w[u] = g[u] v[u]/length[u]
 *     dg[u]     = sum(dw[u] v[u])/length[u]
 *     dv[u]     = g[u]/length[u] (dw[u] - v[u]/length[u] dg[u])
 *
 * No row of v is all 0. Salimans and Kingma, Weight normalization (NeurIPS 2016), equations 2 and 3; torch's
 * weight_norm(dim=0) is the same.
 */
#include "layers/real.h"

enum { V, G, W, LENGTH };

/* w[u], of n weights. */
static void forward_unit(const gchk_call *call, size_t u, size_t n) {
  const real *v = (const real *)call->t[V].value + u * n, *g = call->t[G].value;
  real *w = (real *)call->t[W].value + u * n, *length = call->t[LENGTH].value, squares = 0;
  for (size_t i = 0; i < n; i++)
    squares += v[i] * v[i];
  length[u] = real_sqrt(squares);
  for (size_t i = 0; i < n; i++)
    w[i] = g[u] * (v[i] / length[u]);
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const size_t units = call->t[G].count;
  for (size_t u = 0; u < units; u++)
    forward_unit(call, u, call->t[V].count / units);
  return GCHK_OK;
}

static gchk_status update(const gchk_call *call, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)error;
  const size_t n = call->t[V].count / call->t[G].count;
  forward_unit(call, tensor == V ? element / n : element, n);
  *done = true;
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const size_t units = call->t[G].count, n = call->t[V].count / units;
  const real *v = call->t[V].value, *g = call->t[G].value, *dw = call->t[W].grad, *length = call->t[LENGTH].value;
  real *dv = call->t[V].grad, *dg = call->t[G].grad;
  for (size_t u = 0; u < units; u++, v += n, dv += n, dw += n) {
    dg[u] = 0;
    for (size_t i = 0; i < n; i++)
      dg[u] += dw[i] * (v[i] / length[u]);
    for (size_t i = 0; i < n; i++)
      dv[i] = g[u] / length[u] * (dw[i] - v[i] / length[u] * dg[u]);
  }
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {
    [V] = TENSOR("v", GCHK_PARAMETER, "U D...", .update_operations = "128*D"),
    [G] = TENSOR("g", GCHK_PARAMETER, "U", .fill = {.kind = GCHK_FILL_POSITIVE}, .update_operations = "128*D"),
    [W] = GCHK_TENSOR("w", GCHK_OUTPUT, "U D..."),
    [LENGTH] = GCHK_TENSOR("length", GCHK_CACHE, "U"),
};

DECLARE_LAYER(weight_norm);
const gchk_layer LAYER(weight_norm) = {
    LAYER_HEAD(weight_norm, "weight_norm"),
    GCHK_TENSORS(tensors),
    .sizes = "U=4 D=3x5",
    .forward = forward,
    .backward = backward,
    .update = update,
};
