/*
 * dropout (inverted): y = x mask/(1 - p), element by element. The mask, 0 or 1, is handed in as a constant.
 *
 *     dropout: { x: a, mask: kept, p: 0.1 }        p is 0.5 unless it is given; x, mask, y of one shape, of any rank
 *
 *     dx = dy mask/(1 - p)
 *
 * Srivastava et al., Dropout (JMLR 15, 2014), who divide when they test, not when they train.
 */
#include "layers/real.h"

enum { X, MASK, Y };
enum { DROPPED };

static void pass(const gchk_call *call, const real *from, real *to) {
  const real *mask = call->t[MASK].value, scale = (real)(1 / (1 - call->option[DROPPED]));
  for (size_t i = 0; i < call->t[X].count; i++)
    to[i] = from[i] * mask[i] * scale;
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  pass(call, call->t[X].value, call->t[Y].value);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  pass(call, call->t[Y].grad, call->t[X].grad);
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "S..."),
    [MASK] = GCHK_TENSOR("mask", GCHK_CONSTANT, "S...", .fill = {.kind = GCHK_FILL_ONE_HOT}),
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "S..."),
};

static const gchk_option_spec options[] = {
    [DROPPED] = {.name = "p", .initial = 0.5, .minimum = 0, .maximum = 0.999, .doc = "the part that is dropped"},
};

DECLARE_LAYER(dropout);
const gchk_layer LAYER(dropout) = {
    LAYER_HEAD(dropout, "dropout"),
    GCHK_TENSORS(tensors),
    GCHK_OPTION_TABLE(options),
    .sizes = "S=3x5x2",
    .forward = forward,
    .backward = backward,
};
