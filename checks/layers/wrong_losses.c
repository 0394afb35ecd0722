/* Mistakes in the gradients of losses and of what belongs to them. */
#include "layers/wrong_twins.h"

/* The mean over the batch is lost: the gradient is that of the sum. */
static void batch_lost(const gchk_call *c) {
  const gchk_tensor *x = tensor_called(c, "x");
  for (size_t i = 0; i < x->count; i++)
    set_grad(x, i, grad_of(x, i) * (double)x->shape.dim[0]);
}

const wrong_twin wrong_losses[] = {
    {.layer = "softmax_with_loss", .what = "1/N lost", .spoil = batch_lost, .codes = "constant-ratio"},
    {.layer = NULL},
};
