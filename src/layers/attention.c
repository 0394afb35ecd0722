/*
 * attention: scaled dot products of queries with keys weigh values, y = softmax(scale q k^T + mask) v, for each head.
 *
 *     attention: { q: queries, k: keys, v: values, causal: 1 }
 *     attention: { q: queries, k: keys, v: values, mask: bias, scale: 1 }        -1e9 or -.inf in mask bars a key
 *
 *     q (B, Hq, Tq, D),  k (B, Hkv, Tk, D),  v (B, Hkv, Tk, Dv),  y (B, Hq, Tq, Dv)
 *     mask (M..., Tq, Tk)      (Tq, Tk), (Hq, Tq, Tk) or (B, Hq, Tq, Tk), broadcast where B or Hq is 1, as in numpy
 *     p (B, Hq, Tq, Tk)        a cache, the weights
 *
 *     causal: query i sees the keys j <= i, counted from the first of both, as in torch
 *     scale:  1/sqrt(D) unless it is given
 *     Hq is a multiple of Hkv: Hq/Hkv neighbouring heads of queries share a head of keys and values
 *
 *     s = scale q k^T + mask,  p = softmax(s) along the keys,  y = p v
 *     dp = dy v^T,  ds = p (dp - sum_k dp p)
 *     dq = scale ds k,  dk = sum scale ds^T q,  dv = sum p^T dy        both sums over the heads that share k and v
 *
 * Vaswani et al., Attention is all you need (NeurIPS 2017); Ainslie et al., GQA (EMNLP 2023).
 */
#include "layers/gemm.h"
#include "layers/softmax_row.h"

enum { Q, K, V, Y, P, DP, MASK };
enum { CAUSAL, SCALE };

/* A call, with the sizes that all of it needs. */
typedef struct attention {
  const gchk_tensor *t;
  const real *mask; /* NULL: none */
  size_t heads, group, queries, keys;
  real scale;
  bool is_causal;
} attention;

static attention attention_of(const gchk_call *call) {
  const gchk_tensor *t = call->t;
  const bool has_mask = call->tensor_count > MASK;
  const size_t *q = t[Q].shape.dim, *k = t[K].shape.dim;
  const double scale = call->option[SCALE];
  return (attention){.t = t,
                     .mask = has_mask ? t[MASK].value : NULL,
                     .heads = q[0] * q[1],
                     .group = q[1] / k[1],
                     .queries = q[2],
                     .keys = k[2],
                     .scale = scale != 0 ? (real)scale : 1 / real_sqrt((real)q[3]),
                     .is_causal = call->option[CAUSAL] != 0};
}

/* How many keys query i sees. */
static size_t keys_seen(const attention *a, size_t i) {
  return a->is_causal && i + 1 < a->keys ? i + 1 : a->keys;
}

/* The matrix of the mask for a head: of its last two dimensions before the queries, those of 1 or none are repeated. */
static const real *mask_of(const attention *a, size_t head) {
  const gchk_shape *m = &a->t[MASK].shape;
  const size_t all = a->t[Q].shape.dim[1], heads = m->rank > 2 ? m->dim[m->rank - 3] : 1;
  const size_t samples = m->rank > 3 ? m->dim[m->rank - 4] : 1;
  const size_t matrix_index = (samples == 1 ? 0 : head / all) * heads + (heads == 1 ? 0 : head % all);
  return a->mask + matrix_index * a->queries * a->keys;
}

static gchk_status check_mask(const attention *a, gchk_error *error) {
  const gchk_shape *m = &a->t[MASK].shape;
  const size_t *q = a->t[Q].shape.dim;
  bool fits = m->rank <= 4;
  for (size_t k = 3; fits && k <= m->rank; k++)
    fits = m->dim[m->rank - k] == 1 || m->dim[m->rank - k] == q[4 - k];
  return fits ? GCHK_OK
              : gchk_fail(error, GCHK_LAYER_FAILED,
                          "the mask is broadcast to (B, Hq, Tq, Tk) = (%zu,%zu,%zu,%zu): before Tq and Tk it has 1 or "
                          "%zu heads, and before these 1 or %zu samples",
                          q[0], q[1], a->queries, a->keys, q[1], q[0]);
}

/* Weights of query i of a head, in place of its products with the keys. */
static gchk_status weigh(const attention *a, size_t head, size_t i, real *p, gchk_error *error) {
  const size_t seen = keys_seen(a, i);
  real largest;
  for (size_t j = 0; j < seen; j++) {
    p[j] *= a->scale;
    if (a->mask != NULL)
      p[j] += mask_of(a, head)[i * a->keys + j];
  }
  const real sum = exp_row(p, p, seen, 1, &largest);
  if (largest == -(real)INFINITY)
    return gchk_fail(error, GCHK_LAYER_FAILED, "the mask bars all %zu keys of query %zu: leave it at least one", seen,
                     i);
  for (size_t j = 0; j < a->keys; j++)
    p[j] = j < seen ? p[j] / sum : 0;
  return GCHK_OK;
}

static gchk_status forward_head(const attention *a, size_t head, gchk_error *error) {
  const gchk_tensor *t = a->t;
  const size_t shared = head / a->group;
  real *p = (real *)t[P].value + head * a->queries * a->keys;
  const matrix v = matrix_of(&t[V], t[V].value, shared, false);
  GCHK_TRY(
      multiply(p, matrix_of(&t[Q], t[Q].value, head, false), matrix_of(&t[K], t[K].value, shared, true), 0, error));
  for (size_t i = 0; i < a->queries; i++)
    GCHK_TRY(weigh(a, head, i, p + i * a->keys, error));
  return multiply((real *)t[Y].value + head * a->queries * v.columns, matrix_of(&t[P], t[P].value, head, false), v, 0,
                  error);
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  const attention a = attention_of(call);
  gchk_status status = a.mask != NULL ? check_mask(&a, error) : GCHK_OK;
  for (size_t head = 0; head < a.heads && status == GCHK_OK; head++)
    status = forward_head(&a, head, error);
  return status;
}

static gchk_status backward_head(const attention *a, size_t head, gchk_error *error) {
  const gchk_tensor *t = a->t;
  const size_t shared = head / a->group;
  const real keep = head % a->group != 0; // the first head of a group begins the sums
  const matrix q = matrix_of(&t[Q], t[Q].value, head, false), k = matrix_of(&t[K], t[K].value, shared, false);
  const matrix v = matrix_of(&t[V], t[V].value, shared, false), dy = matrix_of(&t[Y], t[Y].grad, head, false);
  const matrix p = matrix_of(&t[P], t[P].value, head, false), ds = matrix_of(&t[DP], t[DP].value, 0, false);
  GCHK_TRY(multiply(t[DP].value, dy, transposed(v), 0, error));
  for (size_t i = 0; i < a->queries; i++) {
    real *dp = (real *)t[DP].value + i * a->keys;
    softmax_gradient(p.at + i * a->keys, dp, dp, a->keys, 1, a->scale);
  }
  GCHK_TRY(multiply((real *)t[Q].grad + head * q.rows * q.columns, ds, k, 0, error));
  GCHK_TRY(multiply((real *)t[K].grad + shared * k.rows * k.columns, transposed(ds), q, keep, error));
  return multiply((real *)t[V].grad + shared * v.rows * v.columns, transposed(p), dy, keep, error);
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  const attention a = attention_of(call);
  gchk_status status = GCHK_OK;
  for (size_t head = 0; head < a.heads && status == GCHK_OK; head++)
    status = backward_head(&a, head, error);
  return status;
}

#define ROWS                                                                                                           \
  [Q] = TENSOR("q", GCHK_INPUT, "B Hq Tq D"), [K] = TENSOR("k", GCHK_INPUT, "B Hkv Tk D"),                             \
  [V] = TENSOR("v", GCHK_INPUT, "B Hkv Tk Dv"), [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "B Hq Tq Dv"),                     \
  [P] = GCHK_TENSOR("p", GCHK_CACHE, "B Hq Tq Tk"), [DP] = GCHK_TENSOR("dp", GCHK_SCRATCH, "Tq Tk")
static const gchk_tensor_spec tensors[] = {ROWS};
static const gchk_tensor_spec masked_tensors[] = {
    ROWS, [MASK] = GCHK_TENSOR("mask", GCHK_CONSTANT, "M... Tq Tk", .may_be_infinite = true)};

static const gchk_option_spec options[] = {
    [CAUSAL] = {.name = "causal", .initial = 0, .minimum = 0, .maximum = 1, .doc = "1: query i sees the keys j <= i"},
    [SCALE] = {.name = "scale", .initial = 0, .minimum = 0, .maximum = 1e6, .doc = "of q k^T; 0: 1/sqrt(D)"},
};

/* Shapes of more than one key: the weight of a single one is 1, whatever q and k are. */
static const char *const shapes[] = {"B=2 Hq=4 Hkv=2 Tq=3 Tk=4 D=4 Dv=3", "B=1 Hq=1 Hkv=1 Tq=4 Tk=3 D=2 Dv=2",
                                     "B=2 Hq=3 Hkv=1 Tq=2 Tk=2 D=1 Dv=5", NULL};
static const char *const masked_shapes[] = {"B=2 Hq=4 Hkv=2 Tq=3 Tk=4 D=4 Dv=3 M=2x4",
                                            "B=2 Hq=2 Hkv=1 Tq=4 Tk=3 D=2 Dv=2 M=2x1",
                                            "B=2 Hq=3 Hkv=1 Tq=2 Tk=2 D=1 Dv=5 M=3", NULL};

#define ATTENTION(table)                                                                                               \
  GCHK_TENSORS(table), GCHK_OPTION_TABLE(options), .forward = forward, .backward = backward,                           \
                                                   .operations = "B*Hq*Tq*Tk*(2*D+2*Dv+64)"
DECLARE_LAYER(attention);
DECLARE_LAYER(attention_masked);
const gchk_layer LAYER(attention) = {LAYER_HEAD(attention, "attention"), ATTENTION(tensors), .shape_cases = shapes,
                                     .sizes_require = "Hq%Hkv==0"};
const gchk_layer LAYER(attention_masked) = {LAYER_HEAD(attention_masked, "attention"), ATTENTION(masked_tensors),
                                            .shape_cases = masked_shapes, .sizes_require = "Hq%Hkv==0"};
