/* Mistakes in the gradients of losses and of what belongs to them. */
#include <math.h>

#include "layers/wrong_twins.h"

/* The mean over the batch is lost: the gradient is that of the sum. */
static void batch_lost(const gchk_call *c) {
  const gchk_tensor *x = &c->t[0];
  for (size_t i = 0; i < x->count; i++)
    set_grad(x, i, grad_of(x, i) * (double)x->shape.dim[0]);
}

static void diagonal_only(const gchk_call *c) {
  for (size_t i = 0; i < c->t[0].count; i++) {
    const double y = value_of(&c->t[1], i);
    set_grad(&c->t[0], i, grad_of(&c->t[1], i) * y * (1 - y));
  }
}

static void sum_lost(const gchk_call *c) {
  for (size_t i = 0; i < c->t[0].count; i++)
    set_grad(&c->t[0], i, grad_of(&c->t[1], i) * value_of(&c->t[1], i));
}

/* The documents' y - t, which is the gradient of the scores, for that of the probabilities. */
static void of_the_scores(const gchk_call *c) {
  const gchk_tensor *p = &c->t[0], *t = &c->t[1];
  const double scale = grad_of(&c->t[2], 0) / (double)p->shape.dim[0];
  for (size_t i = 0; i < p->count; i++) {
    const size_t n = i / p->shape.dim[1], k = i % p->shape.dim[1];
    const double hot = t->count == p->count ? value_of(t, i) : value_of(t, n) == (double)k;
    set_grad(p, i, scale * (value_of(p, i) - hot));
  }
}

/* The layers of terms: x, t, loss. `derivative` is one of a term by x, in place of the right one. */
static void put_derivative(const gchk_call *c, double (*derivative)(double x, double t, const double *option)) {
  const gchk_tensor *x = &c->t[0], *t = &c->t[1];
  const double scale = grad_of(&c->t[2], 0) / (double)x->count;
  for (size_t i = 0; i < x->count; i++)
    set_grad(x, i, scale * derivative(value_of(x, i), value_of(t, i), c->option));
}

#define DERIVATIVE(name, ...)                                                                                          \
  static double name##_derivative(double x, double t, const double *option) {                                          \
    (void)x, (void)t, (void)option;                                                                                    \
    return __VA_ARGS__;                                                                                                \
  }                                                                                                                    \
  static void name(const gchk_call *c) {                                                                               \
    put_derivative(c, name##_derivative);                                                                              \
  }
DERIVATIVE(difference, x - t)
DERIVATIVE(sign_lost, 1)
DERIVATIVE(delta_lost, fabs(x - t) <= option[0] ? x - t : copysign(1, x - t))
DERIVATIVE(beta_lost, fabs(x - t) < option[0] ? x - t : copysign(1, x - t))
DERIVATIVE(target_lost, 1 / (1 + exp(-x)))
DERIVATIVE(margin_lost, -t)

static void target_has_its_sign(const gchk_call *c) {
  for (size_t i = 0; i < c->t[1].count; i++)
    set_grad(&c->t[1], i, -grad_of(&c->t[1], i));
}

static void target_has_none(const gchk_call *c) {
  for (size_t i = 0; i < c->t[1].count; i++)
    set_grad(&c->t[1], i, 0);
}

static void mean_of_all(const gchk_call *c) {
  const gchk_tensor *x = &c->t[0];
  for (size_t i = 0; i < x->count; i++)
    set_grad(x, i, grad_of(x, i) * (double)x->shape.dim[0] / (double)x->count);
}

/* Divided by the batch, or by all, where a sum is wanted. */
static void mean_of_all_rows(const gchk_call *c) {
  for (size_t k = 0; k < 2; k++)
    for (size_t i = 0; i < c->t[k].count; i++)
      set_grad(&c->t[k], i, grad_of(&c->t[k], i) / (double)c->t[k].shape.dim[0]);
}

static void one_lost(const gchk_call *c) {
  const gchk_tensor *x = &c->t[0], *t = &c->t[1];
  for (size_t i = 0; i < t->count; i++)
    set_grad(t, i, grad_of(&c->t[2], 0) / (double)t->shape.dim[0] * (log(value_of(t, i)) - value_of(x, i)));
}

/* Divided by all samples, not by those that count. */
static void ignored_are_counted(const gchk_call *c) {
  const gchk_tensor *x = &c->t[0], *t = &c->t[1];
  size_t valid = 0;
  for (size_t n = 0; n < t->count; n++)
    valid += t->dtype != GCHK_I32 || value_of(t, n) >= 0;
  for (size_t i = 0; i < x->count; i++)
    set_grad(x, i, grad_of(x, i) * (double)valid / (double)t->count);
}

/* Divided by the batch, of a sum. */
static void batch_is_a_mean(const gchk_call *c) {
  const gchk_tensor *x = &c->t[0];
  for (size_t i = 0; i < x->count; i++)
    set_grad(x, i, grad_of(x, i) / (double)x->shape.dim[0]);
}

/* y - t without the smoothing. */
static void smoothing_lost(const gchk_call *c) {
  const gchk_tensor *x = &c->t[0], *t = &c->t[1], *y = tensor_called(c, "y");
  const size_t classes = x->shape.dim[1];
  for (size_t i = 0; i < x->count; i++) {
    const double hot = t->count == x->count ? value_of(t, i) : value_of(t, i / classes) == (double)(i % classes);
    set_grad(x, i, grad_of(&c->t[2], 0) / (double)x->shape.dim[0] * (value_of(y, i) - hot));
  }
}

/* dcos/da = b/(|a| |b|), as if the lengths were constants. */
static void lengths_are_constants(const gchk_call *c) {
  const gchk_tensor *a = &c->t[0], *b = &c->t[1], *t = &c->t[2];
  for (size_t i = 0; i < a->count; i++) {
    const size_t n = i / a->shape.dim[1];
    const double lengths = value_of(tensor_called(c, "length_a"), n) * value_of(tensor_called(c, "length_b"), n);
    const double dcos = value_of(t, n) > 0 ? -1 : value_of(tensor_called(c, "cos"), n) > c->option[0];
    set_grad(a, i, grad_of(&c->t[3], 0) / (double)t->count * dcos * value_of(b, i) / lengths);
  }
}

static void nearer_and_farther(const gchk_call *c) {
  const gchk_tensor *q = tensor_called(c, "q");
  for (size_t i = 0; i < q->count; i++)
    set_grad(q, i, -grad_of(q, i));
}

/* The gradient of p alone: that of q is not taken from that of the anchor. */
static void anchor_of_p_alone(const gchk_call *c) {
  for (size_t i = 0; i < c->t[0].count; i++)
    set_grad(&c->t[0], i, -grad_of(&c->t[1], i));
}

static const double half[] = {0.5, 0}, tenth[] = {0.1, -100, 0}, as_sum[] = {1}, triplets_as_sum[] = {1, 1e-6, 1};
static const double entropy_as_sum[] = {0, 1}, scores_as_sum[] = {0, 0, 1};
#define TERM   "missing-mean-term missing-variance-term unclassified"
#define REGION "ratio-in-region wrong-in-region unclassified"
const wrong_twin wrong_losses[] = {
    {.layer = "bce", .what = "x - t, the scores'", .spoil = difference, .codes = "unclassified wrong-derivative"},
    {.layer = "bce", .what = "t as constant", .spoil = target_has_none, .codes = "zero-gradient"},
    {.layer = "bce_with_logits", .what = "t lost", .spoil = target_lost, .codes = "unclassified wrong-derivative"},
    {.layer = "cosine", .what = "lengths constant", .spoil = lengths_are_constants, .codes = TERM},
    {.layer = "cross_entropy", .what = "1/N lost", .spoil = batch_lost, .codes = "constant-ratio"},
    {.layer = "cross_entropy", .what = "y - t", .spoil = of_the_scores, .codes = "gradient-where-flat unclassified"},
    {.layer = "cross_entropy",
     .what = "a mean",
     .spoil = batch_is_a_mean,
     .codes = "constant-ratio",
     .options = entropy_as_sum},
    {.layer = "hinge", .what = "also beyond the margin", .spoil = margin_lost, .codes = "gradient-where-flat"},
    {.layer = "huber", .what = "not clipped", .spoil = difference, .codes = REGION},
    {.layer = "huber", .what = "1 for delta", .spoil = delta_lost, .codes = "wrong-at-option", .options = half},
    {.layer = "kl_div", .what = "mean over all", .spoil = mean_of_all, .codes = "constant-ratio"},
    {.layer = "kl_div", .what = "log(t) for log(t) + 1", .spoil = one_lost, .codes = TERM},
    {.layer = "l1", .what = "the sign is lost", .spoil = sign_lost, .codes = "wrong-sign-in-region"},
    {.layer = "mse", .what = "2 lost", .spoil = difference, .codes = "constant-ratio"},
    {.layer = "mse", .what = "sign of t", .spoil = target_has_its_sign, .codes = "wrong-sign"},
    {.layer = "mse", .what = "a mean", .spoil = mean_of_all_rows, .codes = "constant-ratio", .options = as_sum},
    {.layer = "nll", .what = "ignored counted", .spoil = ignored_are_counted, .codes = "constant-ratio"},
    {.layer = "smooth_l1", .what = "1/beta lost", .spoil = beta_lost, .codes = "wrong-at-option", .options = half},
    {.layer = "softmax", .what = "the diagonal alone", .spoil = diagonal_only, .codes = "diagonal-only"},
    {.layer = "softmax", .what = "the sum is lost", .spoil = sum_lost, .codes = "missing-sum-term"},
    {.layer = "softmax_cross_entropy", .what = "1/N lost", .spoil = batch_lost, .codes = "constant-ratio"},
    {.layer = "softmax_cross_entropy",
     .what = "smoothing lost",
     .spoil = smoothing_lost,
     .codes = "unclassified option-ignored",
     .options = tenth},
    {.layer = "softmax_with_loss", .what = "1/N lost", .spoil = batch_lost, .codes = "constant-ratio"},
    {.layer = "softmax_with_loss",
     .what = "a mean",
     .spoil = batch_is_a_mean,
     .codes = "constant-ratio",
     .options = scores_as_sum},
    {.layer = "triplet",
     .what = "a mean",
     .spoil = mean_of_all_rows,
     .codes = "constant-ratio",
     .options = triplets_as_sum},
    {.layer = "triplet", .what = "sign of q", .spoil = nearer_and_farther, .codes = "wrong-sign"},
    {.layer = "triplet", .what = "a by p alone", .spoil = anchor_of_p_alone, .codes = "unclassified path-lost"},
    {.layer = NULL},
};
