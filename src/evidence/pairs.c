/*
 * Contributions one by one.
 *
 * Which pairs: all rows where the Jacobian was kept, and all columns while these are few. Else lines, along every axis,
 * through places spread over the tensor: what an index of one axis does with one of another shows along them.
 */
#include "evidence/pairs.h"

#include <math.h>

#include "core/memory.h"
#include "decide/differentiate_tensor.h"
#include "decide/full_cost.h"
#include "evidence/candidate.h"
#include "instance/precision.h"
#include "measure/analytic.h"

enum { MOST_COLUMNS = 1024, FEW_ROWS = 128, MOST_PAIRS = 1 << 17, LINES = 64 };
static const double margin = 4; /* a pair's own error beside that of the sum over all of its row */

bool gchk_pair_in_forward(gchk_pair_state state) {
  return state == GCHK_PAIR_SAME || state == GCHK_PAIR_LOST || state == GCHK_PAIR_CHANGED;
}

bool gchk_pair_in_backward(gchk_pair_state state) {
  return state == GCHK_PAIR_SAME || state == GCHK_PAIR_LEAKED || state == GCHK_PAIR_CHANGED;
}

const gchk_tensor *gchk_output_of(const gchk_diagnosis *d, size_t j, size_t *index, size_t *flat) {
  const gchk_tensor *t;
  size_t start;
  for (size_t k = 0; (t = gchk_output_tensor(d, k, &start, index)) != NULL; k++) {
    *flat = j - start;
    if (j < start + t->count)
      return t;
  }
  return NULL;
}

/* Places that are taken, of `count`, up to `most`. */
typedef struct choice {
  bool *is_taken;
  size_t count, taken, most;
} choice;

static void take(choice *c, size_t place) {
  if (c->taken == c->most || c->is_taken[place])
    return;
  c->is_taken[place] = true;
  c->taken++;
}

static void take_lines(choice *c, const gchk_shape *shape, size_t start, size_t flat) {
  for (size_t k = 0; k < shape->rank; k++) {
    const size_t stride = gchk_axis_stride(shape, k), first = flat - gchk_axis_index(shape, k, flat) * stride;
    for (size_t n = 0; n < shape->dim[k]; n++)
      take(c, start + first + n * stride);
  }
}

/* Number k of places that are spread over all: the fractions of multiples of the golden ratio. */
static size_t spread_place(size_t k, size_t count) {
  static const double golden = 0.61803398874989485;
  const double at = golden * (double)(k + 1), fraction = at - floor(at);
  const size_t place = (size_t)(fraction * (double)count);
  return place < count ? place : count - 1;
}

static size_t *list_taken(gchk_arena *arena, const choice *c) {
  size_t *list = gchk_arena_alloc(arena, c->taken, sizeof *list), n = 0;
  for (size_t i = 0; list != NULL && i < c->count; i++)
    if (c->is_taken[i])
      list[n++] = i;
  return list;
}

static bool choose_columns(gchk_diagnosis *d, gchk_pairs *p) {
  choice c = {gchk_arena_alloc(d->arena, d->output_count, sizeof(bool)), d->output_count, 0, MOST_COLUMNS};
  if (c.is_taken == NULL)
    return false;
  // Half of them lie on lines, the others by themselves.
  c.most = MOST_COLUMNS / 2;
  for (size_t k = 0; d->output_count > MOST_COLUMNS && k < LINES; k++) {
    size_t flat, index, j = spread_place(k, d->output_count);
    const gchk_tensor *t = gchk_output_of(d, j, &index, &flat);
    if (t != NULL)
      take_lines(&c, &t->shape, j - flat, flat);
  }
  c.most = MOST_COLUMNS;
  for (size_t k = 0; k < d->output_count; k++)
    take(&c, d->output_count > MOST_COLUMNS ? spread_place(k, d->output_count) : k);
  p->columns = c.taken;
  p->output = list_taken(d->work->scratch, &c);
  return p->output != NULL;
}

// All rows of a Jacobian that was kept; else lines through some of the failing elements.
static bool choose_rows(gchk_diagnosis *d, const gchk_tensor_work *tensor, gchk_pairs *p) {
  choice c = {gchk_arena_alloc(d->arena, tensor->total, sizeof(bool)), tensor->total, 0, tensor->total};
  if (c.is_taken == NULL)
    return false;
  if (tensor->jacobian == NULL)
    c.most = MOST_PAIRS / p->columns > FEW_ROWS ? MOST_PAIRS / p->columns : FEW_ROWS;
  for (size_t k = 0; tensor->jacobian == NULL && k < LINES * LINES; k++) {
    const size_t i = tensor->checked[spread_place(k, tensor->checked_count)];
    if (tensor->verdict[i] == GCHK_FAIL)
      take_lines(&c, &d->work->instance->t[tensor->index].shape, 0, i);
  }
  for (size_t k = 0; k < tensor->checked_count; k++)
    if (tensor->jacobian != NULL || tensor->verdict[tensor->checked[k]] == GCHK_FAIL)
      take(&c, tensor->checked[k]);
  p->rows = c.taken;
  p->element = list_taken(d->work->scratch, &c);
  return p->rows > 0 && p->element != NULL;
}

static bool start(gchk_diagnosis *d, gchk_tensor_work *tensor, const gchk_pairs *columns) {
  gchk_arena *arena = d->work->scratch;
  gchk_pairs *p = gchk_arena_alloc(arena, 1, sizeof *p);
  size_t size;
  if (p == NULL)
    return false;
  *p = *columns;
  if (!choose_rows(d, tensor, p) || !gchk_multiply(p->rows, p->columns, &size))
    return false;
  p->numeric = gchk_arena_alloc(arena, size, sizeof(double));
  p->analytic = gchk_arena_alloc(arena, size, sizeof(double));
  p->error = gchk_arena_alloc(arena, p->rows, sizeof(double));
  p->is_whole = p->rows == tensor->total && p->columns == d->output_count;
  tensor->pairs = p;
  return p->numeric != NULL && p->analytic != NULL && p->error != NULL;
}

static bool is_asked(const gchk_tensor_work *tensor) {
  return tensor->tally.worst == GCHK_FAIL;
}

// Backward for output j alone, or, with j beyond the last, for v at all columns.
static bool call_backward(gchk_diagnosis *d, const gchk_pairs *columns, size_t c, double *v, double **gradient) {
  gchk_case_work named = *d->work;
  if (named.single != NULL)
    named.instance = named.single;
  for (size_t k = 0; k < columns->columns; k++)
    v[columns->output[k]] = c == columns->columns ? d->work->v[0][columns->output[k]] : k == c ? 1 : 0;
  return gchk_analytic_gradients(&named, v, gradient, NULL) == GCHK_OK;
}

// What the gradient itself is rounded by: that of the f32 layer where its double twin is differenced.
static double rounding_of(const gchk_diagnosis *d, const gchk_tensor_work *tensor) {
  const double unit = gchk_tensor_unit(d->work->single != NULL ? d->work->single : d->work->instance, tensor->index);
  return gchk_rounding_allowance(unit) * unit;
}

// Does backward do for all columns together what it does for each? Then A is all of it.
static bool is_linear(const gchk_diagnosis *d, const gchk_tensor_work *tensor, const double *gradient) {
  const gchk_pairs *p = tensor->pairs;
  const double rounding = rounding_of(d, tensor);
  for (size_t r = 0; r < p->rows; r++) {
    double sum = 0, size = 0;
    for (size_t c = 0; c < p->columns; c++) {
      const double term = p->analytic[r * p->columns + c] * d->work->v[0][p->output[c]];
      sum += term;
      size += fabs(term);
    }
    if (!(fabs(sum - gradient[p->element[r]]) <= margin * (rounding * size + tensor->bound[0][p->element[r]])))
      return false;
  }
  return true;
}

static bool fill_analytic(gchk_diagnosis *d, const gchk_pairs *columns) {
  gchk_case_work *work = d->work;
  double *v = gchk_arena_alloc(d->arena, d->output_count, sizeof *v);
  double **gradient = gchk_arena_alloc(d->arena, work->tensor_count, sizeof *gradient);
  if (v == NULL || gradient == NULL)
    return false;
  for (size_t k = 0; k < work->tensor_count; k++) {
    if (!is_asked(&work->tensors[k]))
      continue;
    gradient[k] = gchk_arena_alloc(d->arena, work->tensors[k].total, sizeof **gradient);
    if (gradient[k] == NULL || !start(d, &work->tensors[k], columns))
      return false;
  }
  for (size_t c = 0; c < columns->columns; c++) {
    if (!call_backward(d, columns, c, v, gradient))
      return false;
    for (size_t k = 0; k < work->tensor_count; k++)
      for (size_t r = 0; gradient[k] != NULL && r < work->tensors[k].pairs->rows; r++)
        work->tensors[k].pairs->analytic[r * columns->columns + c] = gradient[k][work->tensors[k].pairs->element[r]];
  }
  if (!call_backward(d, columns, columns->columns, v, gradient))
    return false;
  for (size_t k = 0; k < work->tensor_count; k++)
    if (gradient[k] != NULL && !is_linear(d, &work->tensors[k], gradient[k]))
      return false;
  return true;
}

// Pairs that were asked for and are not to be had have no rows.
static void ask_backward(gchk_diagnosis *d) {
  gchk_pairs columns = {0};
  bool has_all = choose_columns(d, &columns) && fill_analytic(d, &columns);
  has_all = gchk_instance_forward(d->work->instance, NULL) == GCHK_OK && has_all;
  for (size_t k = 0; k < d->work->tensor_count && !has_all; k++)
    d->work->tensors[k].pairs = gchk_arena_alloc(d->work->scratch, 1, sizeof(gchk_pairs));
}

static bool fill_row(gchk_diagnosis *d, gchk_tensor_work *tensor, size_t r, double *row) {
  gchk_pairs *p = tensor->pairs;
  const size_t i = p->element[r];
  const double *from = tensor->jacobian == NULL ? row : tensor->jacobian + i * d->output_count;
  double bound = 0;
  for (size_t draw = 0; draw < d->draws; draw++)
    bound = fmax(bound, tensor->bound[draw][i]);
  if (tensor->jacobian == NULL) {
    gchk_derivative *derivative = gchk_arena_alloc(d->arena, GCHK_MAX_DRAWS, sizeof *derivative);
    gchk_tensor_work again = *tensor;
    if (derivative == NULL || gchk_differentiate_row(d->work, &again, i, row, derivative, NULL) != GCHK_OK)
      return false;
    bound = fmax(bound, derivative[0].bound);
  }
  double largest = 0;
  for (size_t c = 0; c < p->columns; c++) {
    p->numeric[r * p->columns + c] = from[p->output[c]];
    largest = fmax(largest, fabs(p->analytic[r * p->columns + c]));
  }
  p->error[r] = GCHK_CANDIDATE_BARS * margin * bound + rounding_of(d, tensor) * largest;
  return true;
}

static gchk_pair_state compare(double numeric, double analytic, double error) {
  static const double far = 3;
  if (!isfinite(numeric) || !isfinite(analytic) || !isfinite(error))
    return GCHK_PAIR_UNKNOWN;
  if (fabs(numeric - analytic) <= error)
    return fabs(numeric) > far * error ? GCHK_PAIR_SAME : GCHK_PAIR_NONE;
  if (fabs(numeric - analytic) <= far * error)
    return GCHK_PAIR_UNKNOWN;
  return fabs(numeric) <= error ? GCHK_PAIR_LEAKED : fabs(analytic) <= error ? GCHK_PAIR_LOST : GCHK_PAIR_CHANGED;
}

static bool finish(gchk_diagnosis *d, gchk_tensor_work *tensor) {
  gchk_pairs *p = tensor->pairs;
  double *row = gchk_arena_alloc(d->arena, d->output_count, sizeof *row);
  unsigned char *state = gchk_arena_alloc(d->work->scratch, p->rows * p->columns, 1);
  if (row == NULL || state == NULL)
    return false;
  for (size_t r = 0; r < p->rows; r++)
    if (!fill_row(d, tensor, r, row))
      return false;
  for (size_t k = 0; k < p->rows * p->columns; k++) {
    state[k] = (unsigned char)compare(p->numeric[k], p->analytic[k], p->error[k / p->columns]);
    p->count[state[k]]++;
  }
  p->state = state;
  return true;
}

// What is kept for the whole case is not in the arena of the diagnosis.
static void note_memory(gchk_diagnosis *d) {
  d->is_out_of_memory = d->is_out_of_memory || gchk_arena_has_failed(d->work->scratch);
}

const gchk_pairs *gchk_pairs_of(gchk_diagnosis *d, gchk_tensor_work *tensor) {
  const gchk_layer *layer = d->work->instance->layer;
  const size_t columns = d->output_count < MOST_COLUMNS ? d->output_count : MOST_COLUMNS;
  if (gchk_is_too_much(d->work, 2 * (double)columns)) // a forward and a backward each
    return NULL;
  if (d->output_count < 2 || layer->loss != NULL || (layer->flags & GCHK_IGNORES_UPSTREAM) != 0 || !is_asked(tensor))
    return NULL;
  if (tensor->pairs == NULL)
    ask_backward(d);
  note_memory(d);
  if (tensor->pairs == NULL)
    return NULL;
  if (tensor->pairs->rows > 0 && tensor->pairs->state == NULL && !finish(d, tensor))
    tensor->pairs->rows = 0;
  note_memory(d);
  return tensor->pairs->rows == 0 ? NULL : tensor->pairs;
}
