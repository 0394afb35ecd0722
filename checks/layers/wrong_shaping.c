/* Mistakes in the gradients of layers that cut, join and rearrange arrays: lost offsets, lost repetitions. */
#include "layers/wrong_twins.h"

/* The first of the elements of dout, wherever those of x went. */
static void from_the_beginning(const gchk_call *c) {
  const gchk_tensor *x = &c->t[0], *out = &c->t[c->tensor_count - 1];
  for (size_t i = 0; i < x->count; i++)
    set_grad(x, i, grad_of(out, i % out->count));
}

/* The gradient of the second operand as if it began where the first does. */
static void offset_lost(const gchk_call *c) {
  const gchk_tensor *y = &c->t[1], *out = &c->t[2];
  const size_t rows = gchk_size(c, "K"), all = rows + gchk_size(c, "M"), inner = gchk_size(c, "Z");
  for (size_t i = 0; i < y->count; i++)
    set_grad(y, i, grad_of(out, (i / (rows * inner) * all + i / inner % rows) * inner + i % inner));
}

/* dx begins at the first row, not at `start`. */
static void start_lost(const gchk_call *c) {
  const gchk_tensor *x = &c->t[0], *y = &c->t[1];
  const size_t outer = gchk_size(c, "A"), inner = gchk_size(c, "Z"), step = gchk_size(c, "step");
  const size_t rows = gchk_size(c, "M"), taken = y->count / (outer * inner);
  for (size_t i = 0; i < x->count; i++)
    set_grad(x, i, 0);
  for (size_t i = 0; i < y->count; i++)
    set_grad(x, (i / (taken * inner) * rows + i / inner % taken * step) * inner + i % inner, grad_of(y, i));
}

/* = for +=: of the elements that are one row of x, the last counts. */
static void rows_overwrite(const gchk_call *c) {
  const gchk_tensor *x = &c->t[0], *index = &c->t[1], *y = &c->t[2];
  const size_t rows = gchk_size(c, "V"), inner = gchk_size(c, "Z"), count = index->count;
  for (size_t i = 0; i < y->count; i++) {
    const size_t row = (size_t)value_of(index, i / inner % count);
    set_grad(x, (i / (count * inner) * rows + row) * inner + i % inner, grad_of(y, i));
  }
}

/* The gradient of what is added: of the rows in their order, not of those that the index names. */
static void index_lost(const gchk_call *c) {
  const gchk_tensor *source = &c->t[2], *y = &c->t[3];
  for (size_t i = 0; i < source->count; i++)
    set_grad(source, i, grad_of(y, i % y->count));
}

/* The gradient of an operand that is repeated: the mean over its copies, or of one of them. */
static void mean_of_copies(const gchk_call *c) {
  const gchk_tensor *y = &c->t[1], *out = &c->t[2];
  for (size_t i = 0; i < y->count; i++)
    set_grad(y, i, grad_of(y, i) * (double)y->count / (double)out->count);
}

#define MOVED "transposed permuted-elements wrong-at-index unclassified shifted"
const wrong_twin wrong_shaping[] = {
    {.layer = "add", .what = "mean of copies", .spoil = mean_of_copies, .codes = "constant-ratio"},
    {.layer = "mul", .what = "mean of copies", .spoil = mean_of_copies, .codes = "constant-ratio"},
    {.layer = "concat", .what = "axis lost", .spoil = from_the_beginning, .codes = MOVED},
    {.layer = "concat", .what = "offset lost", .spoil = offset_lost, .codes = MOVED},
    {.layer = "gather", .what = "= for +=", .spoil = rows_overwrite, .codes = "one-contribution-only"},
    {.layer = "pad", .what = "offset lost", .spoil = from_the_beginning, .codes = MOVED},
    {.layer = "scatter_add", .what = "index lost", .spoil = index_lost, .codes = MOVED},
    {.layer = "slice", .what = "start lost", .spoil = start_lost, .codes = MOVED " wrong-index-map"},
    {.layer = "transpose", .what = "not transposed", .spoil = from_the_beginning, .codes = MOVED},
    {.layer = NULL},
};
