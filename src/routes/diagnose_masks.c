/*
 * Masks that depend on the distance of an output's index t from a tensor's index s, as a causal mask and a window do.
 *
 *     forward     J is not 0 for  lo  <= t - s <= hi  and for no other
 *     backward    A is not 0 for  lo' <= t - s <= hi'
 *
 * A softmax that is recomputed without its mask does that to keys and values. To queries, which stand at index t
 * themselves, it does the same through every key: what is wrong in q and in k is then the wrong derivative by the
 * scores q k. For each output j, and all indices x and z of the last axis,
 *
 *     sum over i of q, x, of D_ij q_(i at z)  =  sum over i of k, z, of D_ij k_(i at x),    D = A - J
 */
#include "routes/diagnose_masks.h"

#include <math.h>

#include "evidence/pairs.h"

/* Distances t - s from lo to hi: of an output's axis from an axis of the tensor. */
typedef struct band {
  long lo, hi;
} band;

typedef struct masks {
  const gchk_tensor *output;
  size_t output_index, axis_out, axis_in, size_out, size_in;
  band forward, backward;
} masks;

/* Of the (t, s) at one distance, how many are known, and how many have any contribution. */
typedef struct distance {
  size_t known, in_forward, in_backward;
} distance;

/* For every (t, s) the pair states that occur, as bits. */
static unsigned char *cells_of(gchk_diagnosis *d, const gchk_shape *shape, const gchk_pairs *p, const masks *m) {
  unsigned char *cells = gchk_arena_alloc(d->arena, m->size_out * m->size_in, 1);
  for (size_t c = 0; cells != NULL && c < p->columns; c++) {
    size_t index, flat;
    const gchk_tensor *output = gchk_output_of(d, p->output[c], &index, &flat);
    if (output == NULL || index != m->output_index)
      continue;
    const size_t t = gchk_axis_index(&output->shape, m->axis_out, flat);
    for (size_t r = 0; r < p->rows; r++)
      cells[t * m->size_in + gchk_axis_index(shape, m->axis_in, p->element[r])] |=
          (unsigned char)(1u << p->state[r * p->columns + c]);
  }
  return cells;
}

// An index without any contribution says nothing of masks: the decay of a first step has nothing to act on.
static void forget_if_idle(unsigned char *cells, size_t count, size_t stride) {
  const unsigned busy = ~(1u << GCHK_PAIR_UNKNOWN | 1u << GCHK_PAIR_NONE);
  unsigned seen = 0;
  for (size_t k = 0; k < count; k++)
    seen |= cells[k * stride];
  for (size_t k = 0; k < count && (seen & busy) == 0; k++)
    cells[k * stride] = 0;
}

static void forget_idle(unsigned char *cells, const masks *m) {
  for (size_t t = 0; t < m->size_out; t++)
    forget_if_idle(cells + t * m->size_in, m->size_in, 1);
  for (size_t s = 0; s < m->size_in; s++)
    forget_if_idle(cells + s, m->size_out, m->size_in);
}

static distance at_distance(const unsigned char *cells, const masks *m, long by) {
  distance found = {0};
  for (size_t t = 0; t < m->size_out; t++) {
    const long s = (long)t - by;
    if (s < 0 || s >= (long)m->size_in)
      continue;
    const unsigned char cell = cells[t * m->size_in + (size_t)s];
    bool forward = false, backward = false;
    for (int state = GCHK_PAIR_NONE; state < GCHK_PAIR_STATES; state++) {
      const bool occurs = (cell >> state & 1u) != 0;
      forward = forward || (occurs && gchk_pair_in_forward((gchk_pair_state)state));
      backward = backward || (occurs && gchk_pair_in_backward((gchk_pair_state)state));
    }
    found.known += (cell & ~1u) != 0;
    found.in_forward += forward;
    found.in_backward += backward;
  }
  return found;
}

// Is each distance let through wholly or not at all, and are those that are a run of them?
static bool is_band(const unsigned char *cells, const masks *m, bool of_backward, band *b) {
  const long least = 1 - (long)m->size_in, most = (long)m->size_out - 1;
  size_t runs = 0;
  bool was_through = false;
  for (long by = least; by <= most; by++) {
    const distance here = at_distance(cells, m, by);
    const size_t through = of_backward ? here.in_backward : here.in_forward;
    if (here.known == 0)
      continue;
    // A pair may have none by itself: a softmax over one key alone has no derivative.
    if (through > 0 && 2 * through <= here.known)
      return false;
    runs += through > 0 && !was_through;
    was_through = through > 0;
    if (!was_through)
      continue;
    b->hi = by;
    if (runs == 1 && b->lo > most)
      b->lo = by;
  }
  return runs == 1;
}

static bool is_within(band inner, band outer) {
  return inner.lo >= outer.lo && inner.hi <= outer.hi;
}

/*
 * What both let through is the same. Weights that were normalised over more than they should differ there too, in
 * outputs that have such more.
 */
static bool agrees_inside(const gchk_pairs *p, const masks *m) {
  const bool has_more = is_within(m->forward, m->backward);
  if (p->count[GCHK_PAIR_CHANGED] == 0)
    return p->count[GCHK_PAIR_SAME] > 0;
  for (size_t c = 0; has_more && c < p->columns; c++) {
    bool leaks = false, changes = false;
    for (size_t r = 0; r < p->rows; r++) {
      leaks = leaks || p->state[r * p->columns + c] == GCHK_PAIR_LEAKED;
      changes = changes || p->state[r * p->columns + c] == GCHK_PAIR_CHANGED;
    }
    if (changes && !leaks)
      return false;
  }
  return has_more;
}

static bool has(band b, long by) {
  return by >= b.lo && by <= b.hi;
}

// Is what is lost outside the band of backward, and what leaks outside that of forward?
static bool are_outside(const gchk_diagnosis *d, const gchk_shape *shape, const gchk_pairs *p, const masks *m) {
  for (size_t c = 0; c < p->columns; c++) {
    size_t index, flat;
    const gchk_tensor *output = gchk_output_of(d, p->output[c], &index, &flat);
    for (size_t r = 0; output != NULL && index == m->output_index && r < p->rows; r++) {
      const long by = (long)gchk_axis_index(&output->shape, m->axis_out, flat) -
                      (long)gchk_axis_index(shape, m->axis_in, p->element[r]);
      const unsigned char state = p->state[r * p->columns + c];
      if ((state == GCHK_PAIR_LOST && has(m->backward, by)) || (state == GCHK_PAIR_LEAKED && has(m->forward, by)))
        return false;
    }
  }
  return true;
}

static bool find_bands(gchk_diagnosis *d, const gchk_tensor_work *tensor, const gchk_pairs *p, masks *m) {
  const long beyond = (long)(m->size_out + m->size_in);
  const gchk_shape *shape = &d->work->instance->t[tensor->index].shape;
  unsigned char *cells = cells_of(d, shape, p, m);
  m->forward = m->backward = (band){beyond, -beyond};
  if (cells != NULL)
    forget_idle(cells, m);
  if (cells == NULL || !is_band(cells, m, false, &m->forward) || !is_band(cells, m, true, &m->backward))
    return false;
  // Between axes of two lengths, as of queries and of keys, only a mask that is one already tells that they belong
  // together.
  const bool is_all = m->forward.lo == 1 - (long)m->size_in && m->forward.hi == (long)m->size_out - 1;
  if (m->size_in != m->size_out && is_all)
    return false;
  // Each with its own alone is no mask: what else reads it reads another one.
  return m->forward.lo != m->forward.hi && (m->forward.lo != m->backward.lo || m->forward.hi != m->backward.hi) &&
         agrees_inside(p, m) && are_outside(d, shape, p, m);
}

// The output's axis and the tensor's between which the bands differ.
static bool find_masks(gchk_diagnosis *d, gchk_tensor_work *tensor, masks *m) {
  enum { SHORTEST = 3 };
  const gchk_pairs *p = gchk_pairs_of(d, tensor);
  size_t start;
  if (p == NULL || p->count[GCHK_PAIR_LEAKED] + p->count[GCHK_PAIR_LOST] == 0)
    return false;
  const gchk_shape *shape = &d->work->instance->t[tensor->index].shape;
  for (size_t k = 0; (m->output = gchk_output_tensor(d, k, &start, &m->output_index)) != NULL; k++) {
    for (size_t pair = 0; pair < 2 * m->output->shape.rank * shape->rank; pair++) {
      // Axes of one length before others.
      const bool is_square = pair < m->output->shape.rank * shape->rank;
      m->axis_out = pair / shape->rank % m->output->shape.rank;
      m->axis_in = pair % shape->rank;
      m->size_out = m->output->shape.dim[m->axis_out];
      m->size_in = shape->dim[m->axis_in];
      if (m->size_out >= SHORTEST && m->size_in >= SHORTEST && (m->size_in == m->size_out) == is_square &&
          find_bands(d, tensor, p, m))
        return true;
    }
  }
  return false;
}

static void report(gchk_diagnosis *d, const gchk_tensor_work *of, const masks *m) {
  char t[GCHK_AXIS_TEXT], s[GCHK_AXIS_TEXT];
  const char *name = d->work->instance->t[of->index].name;
  (void)gchk_axis_name(d, m->output_index, m->axis_out, t, sizeof t);
  (void)gchk_axis_name(d, of->index, m->axis_in, s, sizeof s);
  const bool has_own_step_alone = m->backward.lo == m->backward.hi && is_within(m->backward, m->forward);
  gchk_finding *finding = gchk_diagnosis_add(
      d, has_own_step_alone ? GCHK_CODE_PATH_LOST : GCHK_CODE_WRONG_MASK, d->fail_count,
      "%s%s[t] depends on %s[s] for t - s from %ld to %ld (t: %s, s: %s), and backward has contributions from %ld to "
      "%ld: %s",
      of == d->tensor ? ""
                      : "what is wrong is the derivative by products with that of another tensor, whose mistake is: ",
      m->output->name, name, m->forward.lo, m->forward.hi, t, s, m->backward.lo, m->backward.hi,
      has_own_step_alone                   ? "the way through the other steps is lost"
      : is_within(m->forward, m->backward) ? "the mask of forward, causal or a window, is not applied"
                                           : "another mask, causal or a window");
  gchk_finding_list *list = &d->tensor->findings;
  gchk_finding_text(list, finding, "output", "%s", m->output->name);
  gchk_finding_text(list, finding, "axis", "%s", t);
  gchk_finding_text(list, finding, "tensor", "%s", name);
}

/* sum over the rows whose last index is `at`, in column c, of D times the value of the element whose last is `of`. */
static double contracted(const gchk_diagnosis *d, const gchk_tensor_work *tensor, size_t c, size_t at, size_t of,
                         double *error) {
  const gchk_pairs *p = tensor->pairs;
  const gchk_tensor *t = &d->work->instance->t[tensor->index];
  const size_t last = t->shape.rank - 1;
  double sum = 0;
  for (size_t r = 0; r < p->rows; r++) {
    const size_t i = p->element[r], k = r * p->columns + c;
    if (gchk_axis_index(&t->shape, last, i) != at)
      continue;
    const double value = gchk_tensor_get(t, t->value, i - at + of);
    sum += (p->analytic[k] - p->numeric[k]) * value;
    *error += p->error[r] * fabs(value);
  }
  return sum;
}

// Is what is wrong in both the derivative by their products over the last axis?
static bool are_wrong_together(const gchk_diagnosis *d, const gchk_tensor_work *q, const gchk_tensor_work *k) {
  enum { MOST = 4, FEWEST = 8 };
  const gchk_shape *a = &d->work->instance->t[q->index].shape, *b = &d->work->instance->t[k->index].shape;
  size_t told = 0, same = 0;
  if (a->rank == 0 || b->rank == 0 || a->dim[a->rank - 1] != b->dim[b->rank - 1] || !q->pairs->is_whole ||
      !k->pairs->is_whole)
    return false;
  const size_t width = a->dim[a->rank - 1] < MOST ? a->dim[a->rank - 1] : MOST;
  for (size_t c = 0; c < q->pairs->columns; c++) {
    for (size_t x = 0; x < width; x++) {
      for (size_t z = 0; z < width; z++) {
        double error = 0;
        const double left = contracted(d, q, c, x, z, &error), right = contracted(d, k, c, z, x, &error);
        told += fabs(left) > 3 * error;
        same += fabs(left) > 3 * error && fabs(left - right) <= error;
      }
    }
  }
  return told >= FEWEST && gchk_is_nearly_all(same, told);
}

bool gchk_diagnose_masks(gchk_diagnosis *d) {
  masks m;
  if (d->fail_count == 0)
    return false;
  if (find_masks(d, d->tensor, &m)) {
    report(d, d->tensor, &m);
    return true;
  }
  const gchk_pairs *p = gchk_pairs_of(d, d->tensor);
  for (size_t k = 0; p != NULL && k < d->work->tensor_count; k++) {
    gchk_tensor_work *other = &d->work->tensors[k];
    if (other == d->tensor || !find_masks(d, other, &m) || !are_wrong_together(d, d->tensor, other))
      continue;
    report(d, other, &m);
    return true;
  }
  return false;
}
