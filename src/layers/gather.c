/*
 * gather: the rows of x, along an axis, that an index tensor names; scatter_add: x with other rows added to those.
 *
 *     gather:      { x: table, index: i, axis: 1 }                 the axis is 0 unless it is given
 *     scatter_add: { x: base, index: i, source: s, axis: 1 }
 *
 *     x (A..., V, Z...), A being `axis` dimensions;  index (S...), integers below V
 *     gather:       y (A..., S..., Z...): numpy's take(x, index, axis)
 *     scatter_add:  source (A..., S..., Z...),  y like x: torch's index_add(x, axis, index, source)
 *
 *     gather:       y[a,s,z] = x[a,index[s],z]                   dx[a,index[s],z] += dy[a,s,z], onto zeros
 *     scatter_add:  y = x, y[a,index[s],z] += source[a,s,z]      dx = dy,  dsource[a,s,z] = dy[a,index[s],z]
 *
 * An index that comes twice is added twice.
 */
#include "layers/index_rows.h"

enum { X, INDEX, Y };
enum { SOURCE = Y, SUM };

static index_rows rows_of(const gchk_call *call) {
  return (index_rows){&call->t[INDEX], gchk_size(call, "A"), gchk_size(call, "V"), gchk_size(call, "Z")};
}

static gchk_status gather_forward(const gchk_call *call, gchk_error *error) {
  const index_rows rows = rows_of(call);
  GCHK_TRY(check_index(&rows, error));
  take_rows(&rows, call->t[Y].value, call->t[X].value);
  return GCHK_OK;
}

static gchk_status gather_backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const index_rows rows = rows_of(call);
  memset(call->t[X].grad, 0, call->t[X].count * sizeof(real));
  add_rows(&rows, call->t[Y].grad, call->t[X].grad);
  return GCHK_OK;
}

static gchk_status scatter_forward(const gchk_call *call, gchk_error *error) {
  const index_rows rows = rows_of(call);
  GCHK_TRY(check_index(&rows, error));
  memcpy(call->t[SUM].value, call->t[X].value, call->t[X].count * sizeof(real));
  add_rows(&rows, call->t[SOURCE].value, call->t[SUM].value);
  return GCHK_OK;
}

static gchk_status scatter_backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const index_rows rows = rows_of(call);
  memcpy(call->t[X].grad, call->t[SUM].grad, call->t[X].count * sizeof(real));
  take_rows(&rows, call->t[SOURCE].grad, call->t[SUM].grad);
  return GCHK_OK;
}

#define ALL_ROWS    "A...axis V Z..."
#define PICKED_ROWS "A...axis S... Z..."
#define INDEX_ROW   GCHK_TENSOR("index", GCHK_INDEX, "S...", .fill = {.kind = GCHK_FILL_INDICES, .below = "V"})
static const gchk_tensor_spec gather_tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, ALL_ROWS),
    [INDEX] = INDEX_ROW,
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, PICKED_ROWS),
};
static const gchk_tensor_spec scatter_tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, ALL_ROWS),
    [INDEX] = INDEX_ROW,
    [SOURCE] = TENSOR("source", GCHK_INPUT, PICKED_ROWS),
    [SUM] = GCHK_TENSOR("y", GCHK_OUTPUT, ALL_ROWS),
};

static const char *const cases[] = {"axis=0 A=() V=4 Z=3 S=5", "axis=1 A=2 V=5 Z=2 S=3x2", "axis=2 A=2x3 V=3 Z=() S=6",
                                    NULL};

DECLARE_LAYER(gather);
const gchk_layer LAYER(gather) = {
    LAYER_HEAD(gather, "gather"), GCHK_TENSORS(gather_tensors), .shape_cases = cases,
    .sizes_default = "axis=0",    .forward = gather_forward,    .backward = gather_backward,
};

DECLARE_LAYER(scatter_add);
const gchk_layer LAYER(scatter_add) = {
    LAYER_HEAD(scatter_add, "scatter_add"),
    GCHK_TENSORS(scatter_tensors),
    .shape_cases = cases,
    .sizes_default = "axis=0",
    .forward = scatter_forward,
    .backward = scatter_backward,
};
