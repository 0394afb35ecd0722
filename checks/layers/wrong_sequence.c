/* Mistakes in the gradients of layers of sequences that are not recurrent: embedding. */
#include "layers/wrong_twins.h"

/* dW[ids[s]] = dy[s], or what `add` says, in place of +=. */
static void put_rows(const gchk_call *c, double keep) {
  const gchk_tensor *ids = tensor_called(c, "ids"), *w = tensor_called(c, "W"), *y = tensor_called(c, "y");
  const size_t d = w->shape.dim[1];
  for (size_t i = 0; i < w->count; i++)
    set_grad(w, i, 0);
  for (size_t i = 0; i < y->count; i++) {
    const size_t at = (size_t)value_of(ids, i / d) * d + i % d;
    set_grad(w, at, keep * grad_of(w, at) + grad_of(y, i));
  }
}

static void repeats_overwrite(const gchk_call *c) {
  put_rows(c, 0);
}

/* The sum over the repeats is divided by their number. */
static void mean_of_repeats(const gchk_call *c) {
  const gchk_tensor *ids = tensor_called(c, "ids"), *w = tensor_called(c, "W");
  for (size_t i = 0; i < w->count; i++) {
    size_t repeats = 0;
    for (size_t s = 0; s < ids->count; s++)
      repeats += value_of(ids, s) == (double)(i / w->shape.dim[1]);
    if (repeats > 0)
      set_grad(w, i, grad_of(w, i) / (double)repeats);
  }
}

const wrong_twin wrong_sequence[] = {
    {.layer = "embedding", .what = "= for +=", .spoil = repeats_overwrite, .codes = "one-contribution-only"},
    {.layer = "embedding", .what = "mean of repeats", .spoil = mean_of_repeats, .codes = "wrong-where-repeated"},
    {.layer = NULL},
};
