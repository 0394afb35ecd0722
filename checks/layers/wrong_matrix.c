/* Mistakes in the gradients of layers that multiply matrices. */
#include "layers/wrong_twins.h"

static void bias_of_last_sample(const gchk_call *c) {
  const gchk_tensor *b = tensor_called(c, "b"), *y = tensor_called(c, "y");
  for (size_t j = 0; j < b->count; j++)
    set_grad(b, j, grad_of(y, y->count - b->count + j));
}

static void bias_is_a_mean(const gchk_call *c) {
  const gchk_tensor *b = tensor_called(c, "b"), *y = tensor_called(c, "y");
  for (size_t j = 0; j < b->count; j++)
    set_grad(b, j, grad_of(b, j) * (double)b->count / (double)y->count);
}

const wrong_twin wrong_matrix[] = {
    {.layer = "affine", .what = "b of the last sample", .spoil = bias_of_last_sample, .codes = "one-sample-only"},
    {.layer = "affine", .what = "b as a mean", .spoil = bias_is_a_mean, .codes = "constant-ratio"},
    {.layer = "linear", .what = "b of the last sample", .spoil = bias_of_last_sample, .codes = "one-sample-only"},
    {.layer = NULL},
};
