/*
 * What undecided elements fill.
 *
 * A mistake hides where no decided element would show it: in a group of elements with some indices fixed (a row, a
 * column, a sample, a plane, the whole tensor) whose elements are nearly all undecided, in a border, in a region.
 * What counts against a group is evidence alone: decided elements whose gradient is not zero and at which a wrong sign,
 * a zero and a factor of 2 would each have shown. A tensor that is mostly zero has few of them.
 *
 *     group    two undecided elements or more, and at most one of evidence for three undecided ones
 *     border   the first or the last index of an axis: an undecided element and none of evidence; whether other shapes
 *              show it is for the whole run to say
 *     region   neighbours along axes, four or more, with at most one element of evidence in their box for three of them
 */
#include "check/undecided.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "core/text.h"
#include "decide/look.h"
#include "decide/tally.h"
#include "instance/index.h"
#include "measure/cancelled.h"
#include "measure/judge.h"
#include "measure/variable.h"

enum {
  LISTED = 20,
  LEAST_OF_GROUP = 2,
  LEAST_OF_REGION = 4,
  FILLS = 3,       // undecided elements that one of evidence may stand beside: they fill three quarters
  LARGEST_BOX = 16 // elements of a region's box for one of the region; a looser one is scattered
};

static const double share_of_one_percent = 0.95; // elements at which an error of 1 % must show
static const double little = 1e-3;               // of what gradients of such outputs are like
enum { ONE_PERCENT = 4 };                        // in the order of gchk_sensitivity

// Axes of one index fix nothing: they are left out.
typedef struct grid {
  const gchk_tensor_work *tensor;
  const gchk_tensor_result *row;
  size_t rank;
  size_t axis[GCHK_MAX_RANK], dim[GCHK_MAX_RANK], stride[GCHK_MAX_RANK];
  size_t count; // of undecided elements
  size_t *flat; // they, ascending
} grid;

static bool is_undecided(const gchk_tensor_work *tensor, size_t e) {
  return tensor->verdict[e] == GCHK_INCONCLUSIVE;
}

static size_t index_of(const grid *g, size_t flat, size_t k) {
  return flat / g->stride[k] % g->dim[k];
}

/*
 * A tensor in which terms cancel: of its elements as much is known as of the terms, and no more. The size of these is
 * what slack says; but a slack that is no rounding (a backward that jumps) is not small beside what gradients of such
 * outputs are like: this too the bound has to be.
 */
typedef struct cancelling {
  bool is_so;
  double natural[GCHK_MAX_DRAWS];
} cancelling;

static cancelling find_cancelling(const gchk_case_work *work, const gchk_tensor_work *tensor) {
  cancelling c = {.is_so = gchk_tensor_is_cancelled(work, tensor)};
  if (!c.is_so)
    return c;
  const double scale = gchk_scale_of(0, gchk_root_mean_square(&work->instance->t[tensor->index]));
  for (size_t d = 0; d < work->draw_count; d++)
    c.natural[d] = gchk_natural_gradient(work->v[d], work->y, work->output_count, scale);
  return c;
}

/* Would a mistake in one of the terms have shown at the element? */
static bool shows_terms(const gchk_case_work *work, const gchk_tensor_work *tensor, const cancelling *c, size_t e) {
  bool is_little = c->is_so;
  for (size_t d = 0; d < work->draw_count && is_little; d++) {
    const double bound = gchk_element_bound(tensor, d, e);
    is_little = gchk_is_little_beside_terms(tensor->unit, tensor->terms[d], bound) && bound <= little * c->natural[d];
  }
  return is_little;
}

static bool fills(size_t undecided, size_t evidence) {
  return evidence <= undecided / FILLS;
}

static bool lay_grid(gchk_case_work *work, const gchk_tensor_work *tensor, const gchk_tensor_result *row, grid *g) {
  *g = (grid){.tensor = tensor, .row = row};
  size_t stride = 1;
  for (size_t k = row->shape.rank; k-- > 0;) {
    if (row->shape.dim[k] > 1) {
      for (size_t later = g->rank; later > 0; later--) {
        g->axis[later] = g->axis[later - 1];
        g->dim[later] = g->dim[later - 1];
        g->stride[later] = g->stride[later - 1];
      }
      g->axis[0] = k;
      g->dim[0] = row->shape.dim[k];
      g->stride[0] = stride;
      g->rank++;
    }
    stride *= row->shape.dim[k];
  }
  g->flat = gchk_arena_alloc(work->scratch, row->elements.undecided, sizeof *g->flat);
  if (g->flat == NULL)
    return false;
  for (size_t k = 0; k < tensor->checked_count && g->count < row->elements.undecided; k++)
    if (is_undecided(tensor, tensor->checked[k]))
      g->flat[g->count++] = tensor->checked[k];
  return true;
}

// Which group an element is in when the axes of `fixed` are.
static size_t group_of(const grid *g, unsigned fixed, size_t flat) {
  size_t group = 0;
  for (size_t k = 0; k < g->rank; k++)
    if ((fixed & 1u << k) != 0)
      group = group * g->dim[k] + index_of(g, flat, k);
  return group;
}

static size_t groups_of(const grid *g, unsigned fixed) {
  size_t groups = 1;
  for (size_t k = 0; k < g->rank; k++)
    groups *= (fixed & 1u << k) != 0 ? g->dim[k] : 1;
  return groups;
}

// "row 3", "sample 2", "axis 0 at 2, axis 1 at 0": the group of axes that the element `flat` is in.
static void name_group(const grid *g, unsigned fixed, size_t flat, gchk_text *name) {
  size_t rank = g->row->shape.rank;
  if (fixed == 0) {
    gchk_text_put(name, "the whole tensor");
    return;
  }
  for (size_t k = 0; k < g->rank; k++) {
    if ((fixed & 1u << k) == 0)
      continue;
    gchk_text_put(name, name->length > 0 ? ", " : "");
    bool is_sample = g->axis[k] == 0 && rank > 2 && g->row->role == GCHK_INPUT && fixed == 1u << k;
    if (rank == 2)
      gchk_text_format(name, "%s %zu", g->axis[k] == 0 ? "row" : "column", index_of(g, flat, k));
    else if (is_sample)
      gchk_text_format(name, "sample %zu", index_of(g, flat, k));
    else
      gchk_text_format(name, "axis %zu at %zu", g->axis[k], index_of(g, flat, k));
  }
}

typedef struct counters {
  size_t *undecided, *evidence; // as many as the tensor has elements
} counters;

// The first group of these axes that undecided elements fill, by one of its elements; SIZE_MAX: there is none.
static size_t filled_group(const grid *g, unsigned fixed, const counters *c) {
  const gchk_tensor_work *tensor = g->tensor;
  size_t groups = groups_of(g, fixed), most = 0;
  memset(c->undecided, 0, groups * sizeof *c->undecided);
  for (size_t i = 0; i < g->count; i++) {
    size_t in_group = ++c->undecided[group_of(g, fixed, g->flat[i])];
    most = in_group > most ? in_group : most;
  }
  if (most < LEAST_OF_GROUP)
    return SIZE_MAX;
  memset(c->evidence, 0, groups * sizeof *c->evidence);
  for (size_t k = 0; k < tensor->checked_count; k++)
    if (tensor->is_evidence[tensor->checked[k]])
      c->evidence[group_of(g, fixed, tensor->checked[k])]++;
  for (size_t i = 0; i < g->count; i++) {
    size_t group = group_of(g, fixed, g->flat[i]);
    if (c->undecided[group] >= LEAST_OF_GROUP && fills(c->undecided[group], c->evidence[group]))
      return g->flat[i];
  }
  return SIZE_MAX;
}

static unsigned bits_in(unsigned set) {
  unsigned count = 0;
  for (; set != 0; set &= set - 1)
    count++;
  return count;
}

// Larger groups first: the fewer axes are fixed, the more a mistake there would hit.
static bool find_group(const grid *g, const counters *c, gchk_text *name) {
  for (unsigned axes = 0; axes < g->rank || axes == 0; axes++)
    for (unsigned fixed = 0; fixed < 1u << g->rank; fixed++) {
      size_t where = bits_in(fixed) == axes ? filled_group(g, fixed, c) : SIZE_MAX;
      if (where == SIZE_MAX)
        continue;
      name_group(g, fixed, where, name);
      return true;
    }
  return false;
}

typedef struct box {
  size_t count; // elements of the region
  size_t low[GCHK_MAX_RANK], high[GCHK_MAX_RANK];
} box;

static void reach(const grid *g, size_t flat, unsigned char *is_seen, size_t *queue, size_t *end) {
  if (is_seen[flat] || !is_undecided(g->tensor, flat))
    return;
  is_seen[flat] = 1;
  queue[(*end)++] = flat;
}

// All that hangs together with `first`, breadth first.
static box spread(const grid *g, size_t first, unsigned char *is_seen, size_t *queue) {
  box b = {0};
  size_t end = 0;
  for (size_t k = 0; k < g->rank; k++)
    b.low[k] = b.high[k] = index_of(g, first, k);
  reach(g, first, is_seen, queue, &end);
  for (; b.count < end; b.count++) {
    size_t flat = queue[b.count];
    for (size_t k = 0; k < g->rank; k++) {
      size_t i = index_of(g, flat, k);
      b.low[k] = i < b.low[k] ? i : b.low[k];
      b.high[k] = i > b.high[k] ? i : b.high[k];
      if (i > 0)
        reach(g, flat - g->stride[k], is_seen, queue, &end);
      if (i + 1 < g->dim[k])
        reach(g, flat + g->stride[k], is_seen, queue, &end);
    }
  }
  return b;
}

static bool is_filled(const grid *g, const box *b) {
  size_t size = 1, undecided = 0, evidence = 0;
  for (size_t k = 0; k < g->rank; k++)
    size *= b->high[k] - b->low[k] + 1; // within the tensor, which fits into memory
  if (size / LARGEST_BOX > b->count)
    return false;
  for (size_t i = 0; i < size; i++) {
    size_t flat = 0, rest = i;
    for (size_t k = g->rank; k-- > 0;) {
      size_t width = b->high[k] - b->low[k] + 1;
      flat += (b->low[k] + rest % width) * g->stride[k];
      rest /= width;
    }
    undecided += is_undecided(g->tensor, flat);
    evidence += g->tensor->is_evidence[flat] != 0;
  }
  return fills(undecided, evidence);
}

static bool find_region(const grid *g, unsigned char *is_seen, size_t *queue, gchk_text *name) {
  for (size_t i = 0; i < g->count; i++) {
    if (is_seen[g->flat[i]])
      continue;
    box b = spread(g, g->flat[i], is_seen, queue);
    if (b.count < LEAST_OF_REGION || !is_filled(g, &b))
      continue;
    gchk_text_put(name, "region (");
    for (size_t axis = 0, k = 0; axis < g->row->shape.rank; axis++) {
      bool is_in = k < g->rank && g->axis[k] == axis;
      gchk_text_format(name, "%s%zu..%zu", axis > 0 ? ", " : "", is_in ? b.low[k] : 0, is_in ? b.high[k] : 0);
      k += is_in;
    }
    gchk_text_put(name, ")");
    return true;
  }
  return false;
}

// Which borders an element of a row along the last axis is at by its indices of the others.
static uint64_t borders_of_row(const grid *g, size_t flat) {
  uint64_t bits = 0;
  for (size_t a = 0; a + 1 < g->rank; a++) {
    const size_t i = index_of(g, flat, a);
    bits |= (i == 0 ? UINT64_C(1) : 0) << 2 * g->axis[a];
    bits |= (i + 1 == g->dim[a] ? UINT64_C(2) : 0) << 2 * g->axis[a];
  }
  return bits;
}

static void look_at_borders(const grid *g, gchk_undecided_result *u) {
  const size_t width = g->rank == 0 ? 0 : g->dim[g->rank - 1]; // of a row, whose elements follow one another
  const unsigned last = g->rank == 0 ? 0 : 2 * (unsigned)g->axis[g->rank - 1];
  uint64_t touched = 0, shown = 0, of_row = 0;
  size_t start = 0, end = 0; // of the row
  for (size_t k = 0; g->rank > 0 && k < g->tensor->checked_count; k++) {
    const size_t flat = g->tensor->checked[k];
    if (flat >= end) {
      start = flat / width * width;
      end = start + width;
      of_row = borders_of_row(g, start);
    }
    const uint64_t at_ends = (flat == start ? UINT64_C(1) : 0) | (flat + 1 == end ? UINT64_C(2) : 0);
    const uint64_t bits = of_row | at_ends << last;
    touched |= is_undecided(g->tensor, flat) ? bits : 0;
    shown |= g->tensor->is_evidence[flat] != 0 ? bits : 0;
  }
  u->borders_shown |= shown;
  u->borders = touched & ~u->borders_shown;
}

static bool find_block(gchk_case_work *work, const grid *g, gchk_undecided_result *u) {
  size_t total = g->tensor->total;
  counters c = {gchk_arena_alloc(work->scratch, total, sizeof *c.undecided),
                gchk_arena_alloc(work->scratch, total, sizeof *c.evidence)};
  unsigned char *is_seen = gchk_arena_alloc(work->scratch, total, sizeof *is_seen);
  if (c.undecided == NULL || c.evidence == NULL || is_seen == NULL)
    return false;
  gchk_text name = {0};
  if (find_group(g, &c, &name) || find_region(g, is_seen, c.undecided, &name))
    u->block = name.failed ? NULL : gchk_arena_strdup(work->arena, name.data);
  gchk_text_deinit(&name);
  return u->block != NULL;
}

static bool list(gchk_case_work *work, const grid *g, gchk_tensor_result *row) {
  gchk_undecided_result *u = &row->undecided;
  size_t count = g->count < LISTED ? g->count : LISTED;
  u->listed = gchk_arena_alloc(work->arena, count, sizeof *u->listed);
  if (u->listed == NULL)
    return false;
  for (; u->listed_count < count; u->listed_count++) {
    size_t e = g->flat[u->listed_count];
    u->listed[u->listed_count] = (gchk_undecided_element){.flat = e,
                                                          .analytic = g->tensor->analytic[0][e],
                                                          .numeric = g->tensor->numeric[0][e],
                                                          .bound = gchk_element_bound(g->tensor, 0, e),
                                                          .doubt = (gchk_doubt)g->tensor->doubt[e]};
  }
  return true;
}

static void describe_sensitivity(const gchk_case_work *work, const gchk_tensor_work *tensor, gchk_tensor_result *row) {
  gchk_undecided_result *u = &row->undecided;
  const cancelling c = find_cancelling(work, tensor);
  u->lacks_twin = work->single == NULL && work->spec->layer->dtype == GCHK_F32;
  u->error = u->lacks_twin ? "a wrong sign, a zero and a factor of 2" : "a 1 % error";
  u->caught_wanted = u->lacks_twin ? 1 : share_of_one_percent;
  u->decided = tensor->tally.decided;
  size_t caught = u->lacks_twin ? tensor->tally.decided_coarse : tensor->tally.decided_caught[ONE_PERCENT], shown = 0;
  for (size_t k = 0; k < tensor->checked_count && c.is_so; k++) {
    const size_t e = tensor->checked[k];
    const bool shows = shows_terms(work, tensor, &c, e);
    row->cancelled += shows && is_undecided(tensor, e);
    shown += shows && gchk_element_is_decided(tensor, e);
  }
  caught = shown > caught ? shown : caught;
  u->caught = u->decided == 0 ? (double)NAN : (double)caught / (double)u->decided;
}

bool gchk_describe_undecided(gchk_case_work *work, const gchk_tensor_work *tensor, gchk_tensor_result *row) {
  gchk_undecided_result *u = &row->undecided;
  *u = (gchk_undecided_result){.block = "", .error = "", .why_not = ""};
  row->cancelled = 0;
  describe_sensitivity(work, tensor, row);
  if (row->elements.undecided == 0)
    u->nonzero = tensor->tally.nonzero; // only what is undecided counts besides
  for (size_t k = 0; row->elements.undecided > 0 && k < tensor->checked_count; k++)
    u->nonzero += gchk_element_is_nonzero(tensor, tensor->checked[k]);
  grid g;
  if (!lay_grid(work, tensor, row, &g))
    return false;
  look_at_borders(&g, u);
  return g.count == 0 || (find_block(work, &g, u) && list(work, &g, row));
}
