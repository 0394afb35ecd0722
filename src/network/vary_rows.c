/*
 * A call of a layer's forward with another number of rows than the network's: the same options, parameters and seed,
 * sizes in which `rowwise` says the new number, and buffers of its own for all that has rows.
 */
#include "network/vary_rows.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "instance/roles.h"
#include "instance/sizes.h"
#include "layers/lanes_rows.h"

/* `rows` in place of the first dimension of a list, or of the size itself. */
static void set_rows(const gchk_layer *layer, gchk_sizes *sizes, size_t rows) {
  for (size_t i = 0; i < sizes->count; i++) {
    gchk_size_binding *size = &sizes->binding[i];
    if (strcmp(size->name, layer->rowwise) != 0)
      continue;
    if (size->is_list && size->dims.rank > 0)
      size->value = size->value / size->dims.dim[0] * rows;
    else
      size->value = rows;
    size->dims.dim[0] = rows;
  }
}

typedef struct tail {
  gchk_call call;
  gchk_sizes sizes;
  gchk_tensor *t;
  void **own; /* the buffers of its own, one a tensor */
} tail;

static void close_tail(tail *c) {
  for (size_t i = 0; c->own != NULL && i < c->call.tensor_count; i++)
    free(c->own[i]);
  free(c->own);
  free(c->t);
}

/* A tensor whose first dimension is the rows, or that forward makes, has a buffer of its own. */
static gchk_status open_tensor(tail *c, size_t i, gchk_error *error) {
  const gchk_tensor_spec *spec = &c->call.layer->tensors[i];
  gchk_tensor *t = &c->t[i];
  t->grad = NULL;
  if (gchk_role_is_given(t->role) && !gchk_sizes_has_dimension(spec->shape, c->call.layer->rowwise))
    return GCHK_OK;
  GCHK_TRY(gchk_sizes_shape(&c->sizes, spec->shape, &t->shape, error));
  GCHK_TRY(gchk_shape_count(&t->shape, &t->count, error));
  c->own[i] = gchk_calloc(t->count, gchk_dtype_size(t->dtype));
  if (c->own[i] == NULL)
    return gchk_fail_memory(error, "rows of a layer");
  t->value = c->own[i];
  return GCHK_OK;
}

static gchk_status open_tail(tail *c, const gchk_vary_step *step, size_t rows, gchk_error *error) {
  *c = (tail){.call = *step->call, .sizes = *step->call->sizes};
  c->t = gchk_calloc(c->call.tensor_count, sizeof *c->t);
  c->own = gchk_calloc(c->call.tensor_count, sizeof *c->own);
  if (c->t == NULL || c->own == NULL)
    return gchk_fail_memory(error, "rows of a layer");
  memcpy(c->t, step->call->t, c->call.tensor_count * sizeof *c->t);
  c->call.t = c->t;
  c->call.sizes = &c->sizes;
  set_rows(c->call.layer, &c->sizes, rows);
  for (size_t i = 0; i < c->call.tensor_count; i++)
    GCHK_TRY(open_tensor(c, i, error));
  return GCHK_OK;
}

/* What is read besides x, row by row: that of each lane's row of the batch. */
static void copy_rows(const tail *c, const gchk_vary_step *step, const gchk_lane_block *block) {
  for (size_t i = 0; i < c->call.tensor_count; i++) {
    const gchk_tensor *t = &c->t[i];
    if (c->own[i] == NULL || !gchk_role_is_given(t->role) || i == gchk_vary_input(step))
      continue;
    const size_t bytes = t->count / block->width * gchk_dtype_size(t->dtype);
    const unsigned char *from = step->call->t[i].value;
    for (const gchk_lane_run *run = block->runs; run < block->runs + block->run_count; run++) {
      const size_t end = run + 1 < block->runs + block->run_count ? run->start + run->count : block->width;
      for (size_t k = run->start; k < end; k++)
        memcpy((unsigned char *)c->own[i] + k * bytes, from + run->row * bytes, bytes);
    }
  }
}

static void transpose(double *to, const double *from, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++)
      to[c * rows + r] = from[r * columns + c];
}

static gchk_status call_forward(const gchk_vary_step *step, const gchk_call *call, gchk_error *error) {
  const gchk_status status = step->node->layer->forward(call, error);
  return status == GCHK_OK ? GCHK_OK : gchk_fail_within(error, "%s", step->node->name);
}

gchk_status gchk_vary_rows(const gchk_vary_step *step, const gchk_lane_block *block, const double *x, double *y,
                           gchk_error *error) {
  tail c;
  gchk_status status = open_tail(&c, step, block->width, error);
  if (status == GCHK_OK) {
    const gchk_tensor *in = &c.t[gchk_vary_input(step)], *out = &c.t[gchk_vary_output(step)];
    transpose(in->value, x, in->count / block->width, block->width);
    copy_rows(&c, step, block);
    status = call_forward(step, &c.call, error);
    if (status == GCHK_OK)
      transpose(y, out->value, block->width, out->count / block->width);
  }
  close_tail(&c);
  return status;
}

/* Of a layer to which elements are alike, wherever they are. */
static gchk_status call_on_elements(const gchk_vary_step *step, double *from, double *to, size_t count,
                                    gchk_error *error) {
  const gchk_shape shape = {.rank = 1, .dim = {count}};
  gchk_sizes sizes = *step->call->sizes;
  gchk_tensor t[] = {step->call->t[0], step->call->t[1]};
  gchk_call call = *step->call;
  for (size_t i = 0; i < sizes.count; i++)
    if (strcmp(sizes.binding[i].name, step->node->layer->rowwise) == 0) {
      sizes.binding[i].value = count;
      sizes.binding[i].dims = shape;
    }
  for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
    t[i].shape = shape;
    t[i].count = count;
    t[i].grad = NULL;
  }
  t[gchk_vary_input(step)].value = from;
  t[gchk_vary_output(step)].value = to;
  call.t = t;
  call.sizes = &sizes;
  return call_forward(step, &call, error);
}

gchk_status gchk_vary_elements(const gchk_vary_step *step, const gchk_lane_block *block, size_t units, double *from,
                               double *to, size_t count, gchk_error *error) {
  const gchk_lanes *lanes = step->node->layer->lanes;
  if (lanes == NULL || lanes->elements == NULL)
    return call_on_elements(step, from, to, count, error);
  if (gchk_vary_coupling(step->call) == GCHK_UNITS_COUPLED) {
    // of all units, which are the lanes then, or of that one which all rows of the block are changed in
    if (block == NULL)
      for (size_t u = 0; u < units; u++)
        lanes->columns(step->call, u, units, 1, from + u, to + u);
    else
      lanes->columns(step->call, block->runs->unit, block->runs->count, block->runs->count, from, to);
    return GCHK_OK;
  }
  const double *x = step->source[0] != GCHK_NONE ? from : NULL, *other = step->source[1] != GCHK_NONE ? from : NULL;
  for (size_t i = 0; block == NULL && i < count; i++)
    lanes->elements(step->call, i, x == NULL ? NULL : x + i, other == NULL ? NULL : other + i, to + i, 1);
  for (size_t r = 0; block != NULL && r < block->run_count; r++) {
    const gchk_lane_run *run = &block->runs[r];
    lanes->elements(step->call, run->row * units + run->unit, x == NULL ? NULL : x + run->start,
                    other == NULL ? NULL : other + run->start, to + run->start, run->count);
  }
  return GCHK_OK;
}

gchk_status gchk_vary_element_rows(const gchk_vary_step *step, const gchk_lane_block *block, size_t units, double *x,
                                   const double *other, double *y, gchk_error *error) {
  const gchk_lanes *lanes = step->node->layer->lanes;
  const size_t width = block->width;
  if (lanes == NULL || lanes->elements == NULL)
    return call_on_elements(step, x, y, units * width, error);
  for (const gchk_lane_run *run = block->runs; run < block->runs + block->run_count; run++)
    for (size_t u = 0, at = run->start; u < units; u++, at += width)
      lanes->elements(step->call, run->row * units + u, x == NULL ? NULL : x + at, other == NULL ? NULL : other + at,
                      y + at, run->count);
  return GCHK_OK;
}

void gchk_vary_columns(const gchk_vary_step *step, const gchk_lane_block *block, size_t units, const double *x,
                       double *y) {
  const gchk_lanes *lanes = step->node->layer->lanes;
  const size_t rows = gchk_lane_rows(&step->call->t[lanes->x]);
  for (size_t r = 0; r < block->run_count; r += rows) {
    const gchk_lane_run *first = &block->runs[r];
    for (size_t u = 0, at = first->start; u < units; u++, at += block->width)
      lanes->columns(step->call, u, first->count, first->count, x + at, y + at);
  }
}
