/*
 * cosine: the cosine embedding loss, the mean over pairs of 1 - cos where they should be alike, max(0, cos - margin)
 * where not.
 *
 *     cosine: { a: x1, b: x2, t: alike, margin: 0.2 }        the margin is 0 unless it is given
 *
 *     a, b (N, D),  length_a, length_b, cos (N) caches; the loss a scalar
 *     t (N)         positive where a pair should be alike
 *
 *     cos     = a b/(|a| |b|)
 *     dcos/da = (b/|b| - cos a/|a|)/|a|        and likewise for b
 *
 * No row is all 0: nothing is added to the lengths, where torch's cosine_embedding_loss adds 1e-12 to their squares. At
 * cos = margin the gradient is 0, one of the subgradients.
 */
#include "layers/loss_sum.h"

enum { A, B, T, LOSS, LENGTH_A, LENGTH_B, COS };
enum { MARGIN };

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const size_t rows = call->t[A].shape.dim[0], width = call->t[A].shape.dim[1];
  const real *a = call->t[A].value, *b = call->t[B].value, *t = call->t[T].value, margin = (real)call->option[MARGIN];
  real *length_a = call->t[LENGTH_A].value, *length_b = call->t[LENGTH_B].value, *cosine = call->t[COS].value;
  real *loss = call->t[LOSS].value, sum = 0;
  for (size_t n = 0; n < rows; n++, a += width, b += width) {
    real aa = 0, bb = 0, ab = 0;
    for (size_t i = 0; i < width; i++) {
      aa += a[i] * a[i];
      bb += b[i] * b[i];
      ab += a[i] * b[i];
    }
    length_a[n] = real_sqrt(aa);
    length_b[n] = real_sqrt(bb);
    cosine[n] = ab / (length_a[n] * length_b[n]);
    sum += t[n] > 0 ? 1 - cosine[n] : cosine[n] > margin ? cosine[n] - margin : 0;
  }
  loss[0] = sum / divisor_of(call, rows);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const size_t rows = call->t[A].shape.dim[0], width = call->t[A].shape.dim[1];
  const real *a = call->t[A].value, *b = call->t[B].value, *t = call->t[T].value, margin = (real)call->option[MARGIN];
  const real *length_a = call->t[LENGTH_A].value, *length_b = call->t[LENGTH_B].value, *cosine = call->t[COS].value;
  const real *dloss = call->t[LOSS].grad;
  real *da = call->t[A].grad, *db = call->t[B].grad;
  for (size_t n = 0; n < rows; n++, a += width, b += width, da += width, db += width) {
    const real dcos = dloss[0] / divisor_of(call, rows) * (t[n] > 0 ? -1 : (real)(cosine[n] > margin));
    for (size_t i = 0; i < width; i++) {
      const real to_a = a[i] / length_a[n], to_b = b[i] / length_b[n];
      da[i] = dcos * (to_b - cosine[n] * to_a) / length_a[n];
      db[i] = dcos * (to_a - cosine[n] * to_b) / length_b[n];
    }
  }
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {
    [A] = TENSOR("a", GCHK_INPUT, "N D"),
    [B] = TENSOR("b", GCHK_INPUT, "N D"),
    [T] = GCHK_TENSOR("t", GCHK_CONSTANT, "N", .fill = {.kind = GCHK_FILL_UNIFORM}),
    [LOSS] = GCHK_TENSOR("loss", GCHK_OUTPUT, ""),
    [LENGTH_A] = GCHK_TENSOR("length_a", GCHK_CACHE, "N"),
    [LENGTH_B] = GCHK_TENSOR("length_b", GCHK_CACHE, "N"),
    [COS] = GCHK_TENSOR("cos", GCHK_CACHE, "N"),
};

static const gchk_option_spec options[] = {
    [MARGIN] = {.name = "margin",
                .minimum = -1,
                .maximum = 1,
                .doc = "the cosine up to which unlike pairs cost nothing"},
    SUM_OPTION,
};

DECLARE_LAYER(cosine);
const gchk_layer LAYER(cosine) = {
    LAYER_HEAD(cosine, "cosine"), GCHK_TENSORS(tensors), GCHK_OPTION_TABLE(options),
    .sizes = "N=5 D=7",           .forward = forward,    .backward = backward,
};
