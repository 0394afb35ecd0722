/*
 * embedding: y[s] = W[ids[s]], rows of a table by their numbers.
 *
 *     embedding: { ids: tokens, W: table, V: 1000, D: 64 }
 *
 *     ids (S...)      integers from 0 to V-1, in any shape
 *     W (V, D), y (S..., D)
 *
 *     dW[v,d] = sum of dy[s,d] over all s with ids[s] = v: a row that is read several times gets the sum, one that
 *     nobody reads 0
 */
#include "layers/index_rows.h"

enum { IDS, W, Y };

static index_rows rows_of(const gchk_call *call) {
  return (index_rows){&call->t[IDS], 1, call->t[W].shape.dim[0], call->t[W].shape.dim[1]};
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  const index_rows rows = rows_of(call);
  GCHK_TRY(check_index(&rows, error));
  take_rows(&rows, call->t[Y].value, call->t[W].value);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const index_rows rows = rows_of(call);
  memset(call->t[W].grad, 0, call->t[W].count * sizeof(real));
  add_rows(&rows, call->t[Y].grad, call->t[W].grad);
  return GCHK_OK;
}

/* W[v,k] is element k of every y[s] with ids[s] = v. */
static gchk_status update(const gchk_call *call, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)tensor, (void)error;
  const size_t d = call->t[W].shape.dim[1];
  const int32_t *id = call->t[IDS].value;
  const real *w = call->t[W].value;
  real *y = call->t[Y].value;
  for (size_t s = 0; s < call->t[IDS].count; s++)
    if ((size_t)id[s] == element / d)
      y[s * d + element % d] = w[element];
  *done = true;
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {
    [IDS] = GCHK_TENSOR("ids", GCHK_INDEX, "S...", .fill = {.kind = GCHK_FILL_INDICES, .below = "V"}),
    [W] = TENSOR("W", GCHK_PARAMETER, "V D"),
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "S... D"),
};

DECLARE_LAYER(embedding);
const gchk_layer LAYER(embedding) = {
    LAYER_HEAD(embedding, "embedding"),
    GCHK_TENSORS(tensors),
    .sizes = "S=3x4 V=7 D=5",
    .forward = forward,
    .backward = backward,
    .update = update,
};
