/* Mistakes in the gradients of losses and of what belongs to them. */
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

const wrong_twin wrong_losses[] = {
    {.layer = "cross_entropy", .what = "1/N lost", .spoil = batch_lost, .codes = "constant-ratio"},
    {.layer = "cross_entropy", .what = "y - t", .spoil = of_the_scores, .codes = "gradient-where-flat unclassified"},
    {.layer = "softmax", .what = "the diagonal alone", .spoil = diagonal_only, .codes = "diagonal-only"},
    {.layer = "softmax", .what = "the sum is lost", .spoil = sum_lost, .codes = "missing-sum-term"},
    {.layer = "softmax_with_loss", .what = "1/N lost", .spoil = batch_lost, .codes = "constant-ratio"},
    {.layer = NULL},
};
