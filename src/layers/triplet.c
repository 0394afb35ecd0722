/*
 * triplet: the mean over triples of max(0, |a - p| - |a - q| + margin): an anchor a is nearer to p than to q.
 *
 *     triplet: { a: anchor, p: positive, q: negative, margin: 0.5 }        the margin is 1 unless it is given
 *
 *     a, p, q (N, D),  near, far (N) caches; the loss a scalar
 *
 *     near   = |a - p + eps|,  far = |a - q + eps|        Euclidean lengths, eps added to each difference
 *     d near = (a - p + eps)/near for a, the negative of it for p; likewise for far
 *
 * eps is 1e-6, as in torch's triplet_margin_loss(p=2): the length of a row of zeros has no derivative. At a loss of 0
 * the gradient is 0. Schroff, Kalenichenko and Philbin, FaceNet (CVPR 2015), have the squares of the lengths.
 */
#include "layers/loss_sum.h"

enum { ANCHOR, POSITIVE, NEGATIVE, LOSS, NEAR, FAR };
enum { MARGIN, EPS };

static real distance(const real *a, const real *b, real eps, size_t width) {
  real squares = 0;
  for (size_t i = 0; i < width; i++)
    squares += (a[i] - b[i] + eps) * (a[i] - b[i] + eps);
  return real_sqrt(squares);
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const size_t rows = call->t[ANCHOR].shape.dim[0], width = call->t[ANCHOR].shape.dim[1];
  const real margin = (real)call->option[MARGIN], eps = (real)call->option[EPS];
  const real *a = call->t[ANCHOR].value, *p = call->t[POSITIVE].value, *q = call->t[NEGATIVE].value;
  real *near = call->t[NEAR].value, *far = call->t[FAR].value, *loss = call->t[LOSS].value, sum = 0;
  for (size_t n = 0; n < rows; n++) {
    near[n] = distance(a + n * width, p + n * width, eps, width);
    far[n] = distance(a + n * width, q + n * width, eps, width);
    sum += near[n] - far[n] + margin > 0 ? near[n] - far[n] + margin : 0;
  }
  loss[0] = sum / divisor_of(call, rows);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const size_t rows = call->t[ANCHOR].shape.dim[0], width = call->t[ANCHOR].shape.dim[1];
  const real margin = (real)call->option[MARGIN], eps = (real)call->option[EPS], *dloss = call->t[LOSS].grad;
  const real *a = call->t[ANCHOR].value, *p = call->t[POSITIVE].value, *q = call->t[NEGATIVE].value;
  const real *near = call->t[NEAR].value, *far = call->t[FAR].value;
  real *da = call->t[ANCHOR].grad, *dp = call->t[POSITIVE].grad, *dq = call->t[NEGATIVE].grad;
  for (size_t i = 0; i < rows * width; i++) {
    const size_t n = i / width;
    const real scale = near[n] - far[n] + margin > 0 ? dloss[0] / divisor_of(call, rows) : 0;
    const real by_near = scale * (a[i] - p[i] + eps) / near[n], by_far = scale * (a[i] - q[i] + eps) / far[n];
    da[i] = by_near - by_far;
    dp[i] = -by_near;
    dq[i] = by_far;
  }
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {
    [ANCHOR] = TENSOR("a", GCHK_INPUT, "N D"),     [POSITIVE] = TENSOR("p", GCHK_INPUT, "N D"),
    [NEGATIVE] = TENSOR("q", GCHK_INPUT, "N D"),   [LOSS] = GCHK_TENSOR("loss", GCHK_OUTPUT, ""),
    [NEAR] = GCHK_TENSOR("near", GCHK_CACHE, "N"), [FAR] = GCHK_TENSOR("far", GCHK_CACHE, "N"),
};

static const gchk_option_spec options[] = {
    [MARGIN] = {.name = "margin", .initial = 1, .minimum = 0, .maximum = 1e6, .doc = "how much nearer p has to be"},
    [EPS] = {.name = "eps", .initial = 1e-6, .minimum = 0, .maximum = 1, .doc = "added to each difference"},
    SUM_OPTION,
};

DECLARE_LAYER(triplet);
const gchk_layer LAYER(triplet) = {
    LAYER_HEAD(triplet, "triplet"),
    GCHK_TENSORS(tensors),
    GCHK_OPTION_TABLE(options),
    .sizes = "N=5 D=7",
    .forward = forward,
    .backward = backward,
};
