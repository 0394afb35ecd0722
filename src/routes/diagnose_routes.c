/*
 * Index maps: heads that share keys, groups of channels, rows of a batch that was repeated.
 *
 *     routed       A_(..r(h)..),j is 0 and A_(..w(h)..),j is J_(..r(h)..),j: forward reads an axis of the tensor at
 *                  r(h), h being j's index on an axis of the output, and backward adds at w(h)
 *     maps differ  the elements that are wrong are those with f(c) != g(c), f and g being c/R and c%G, on one axis
 */
#include "routes/diagnose_routes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "evidence/candidate.h"
#include "evidence/index_maps.h"
#include "evidence/pairs.h"

enum { MOST_MAPS = 32 };
static const size_t nowhere = (size_t)-1;

/* How an axis of the tensor is read by an axis of an output. */
typedef struct route {
  gchk_diagnosis *d;
  const gchk_pairs *p;
  const gchk_tensor *output;
  size_t output_index, axis_in;
  size_t first_out, last_out; /* axes of the output that are taken for one: B and T for rows b*T + t */
  size_t size_out;            /* of them together */
  size_t *read;      /* of an index h of the output's axis, the tensor's index that forward reads; nowhere: not known */
  size_t *row_of;    /* of an element, its row among the pairs; nowhere: none */
  size_t *column_at; /* of a column, its index h; nowhere: another output's */
} route;

static bool open_route(gchk_diagnosis *d, const gchk_pairs *p, route *r) {
  *r = (route){.d = d, .p = p, .row_of = gchk_arena_alloc(d->arena, d->total, sizeof *r->row_of)};
  r->column_at = gchk_arena_alloc(d->arena, p->columns, sizeof *r->column_at);
  r->read = gchk_arena_alloc(d->arena, d->output_count, sizeof *r->read);
  if (r->row_of == NULL || r->column_at == NULL || r->read == NULL)
    return false;
  for (size_t i = 0; i < d->total; i++)
    r->row_of[i] = nowhere;
  for (size_t k = 0; k < p->rows; k++)
    r->row_of[p->element[k]] = k;
  return true;
}

static void find_columns(route *r) {
  for (size_t c = 0; c < r->p->columns; c++) {
    size_t index, flat;
    const gchk_tensor *t = gchk_output_of(r->d, r->p->output[c], &index, &flat);
    r->column_at[c] =
        t != NULL && index == r->output_index ? flat / gchk_axis_stride(&t->shape, r->last_out) % r->size_out : nowhere;
  }
}

static bool has_forward(const gchk_pairs *p, size_t k) {
  return p->state[k] == GCHK_PAIR_SAME || p->state[k] == GCHK_PAIR_LOST || p->state[k] == GCHK_PAIR_CHANGED;
}

// Does forward read one index of the tensor's axis for each of the output's, and not the same for all?
static bool find_read(route *r) {
  const gchk_pairs *p = r->p;
  const size_t size = r->size_out;
  size_t known = 0, first = nowhere;
  bool differ = false;
  for (size_t h = 0; h < size; h++)
    r->read[h] = nowhere;
  for (size_t c = 0; c < p->columns; c++) {
    const size_t h = r->column_at[c];
    for (size_t k = 0; h != nowhere && k < p->rows; k++) {
      if (!has_forward(p, k * p->columns + c))
        continue;
      const size_t u = gchk_axis_index(&r->d->t->shape, r->axis_in, p->element[k]);
      if (r->read[h] != nowhere && r->read[h] != u)
        return false;
      r->read[h] = u;
    }
  }
  for (size_t h = 0; h < size; h++) {
    known += r->read[h] != nowhere;
    first = first == nowhere ? r->read[h] : first;
    differ = differ || (r->read[h] != nowhere && r->read[h] != first);
  }
  return differ && 2 * known > size;
}

/* The row whose contribution of forward the map puts into row k, in column c; nowhere: none. */
static size_t source(const route *r, const gchk_index_map *map, size_t k, size_t c, bool *is_known) {
  const size_t h = r->column_at[c], stride = gchk_axis_stride(&r->d->t->shape, r->axis_in);
  // What is written beyond the axis lands where a flat buffer has it.
  const size_t back = r->p->element[k] + r->read[h] * stride, forth = gchk_map_index(map, h) * stride;
  *is_known = true;
  if (back < forth || back - forth >= r->d->total)
    return nowhere;
  const size_t from = back - forth;
  if (gchk_axis_index(&r->d->t->shape, r->axis_in, from) != r->read[h])
    return nowhere;
  *is_known = r->row_of[from] != nowhere;
  return r->row_of[from];
}

// Is every contribution of backward the one that the map puts there, of those that the map moves too?
static bool is_written_by(const route *r, const gchk_index_map *map) {
  enum { FEWEST = 4 };
  const gchk_pairs *p = r->p;
  size_t known = 0, same = 0, moved = 0, moved_same = 0;
  for (size_t c = 0; c < p->columns; c++) {
    const size_t h = r->column_at[c];
    if (h == nowhere || r->read[h] == nowhere)
      continue;
    for (size_t k = 0; k < p->rows; k++) {
      bool is_known;
      const size_t at = k * p->columns + c, from = source(r, map, k, c, &is_known);
      const double wanted = from == nowhere ? 0 : p->numeric[from * p->columns + c];
      if (!is_known || p->state[at] == GCHK_PAIR_UNKNOWN || !isfinite(wanted))
        continue;
      const bool is_same = fabs(p->analytic[at] - wanted) <= p->error[k] + (from == nowhere ? 0 : p->error[from]);
      const bool tells = fabs(wanted - p->numeric[at]) > 3 * p->error[k];
      known += p->state[at] != GCHK_PAIR_NONE || !is_same;
      same += p->state[at] != GCHK_PAIR_NONE && is_same;
      moved += tells;
      moved_same += tells && is_same;
    }
  }
  return moved >= FEWEST && gchk_is_nearly_all(same, known) && gchk_is_nearly_all(moved_same, moved);
}

// The map by which forward reads; NULL: none of those that have a name.
static const gchk_index_map *read_by(const route *r, const gchk_index_map *maps, size_t count) {
  for (size_t m = 0; m < count; m++) {
    bool is_it = true;
    for (size_t h = 0; h < r->size_out; h++)
      is_it = is_it && (r->read[h] == nowhere || r->read[h] == gchk_map_index(&maps[m], h));
    if (is_it)
      return &maps[m];
  }
  return NULL;
}

static void report_route(const route *r, const gchk_index_map *maps, size_t count, const gchk_index_map *written) {
  char in[GCHK_AXIS_TEXT], out[GCHK_MAX_RANK * GCHK_AXIS_TEXT];
  gchk_diagnosis *d = r->d;
  const gchk_index_map *read = read_by(r, maps, count);
  (void)gchk_axis_name(d, r->output_index, r->first_out, out, sizeof out);
  for (size_t k = r->first_out + 1; k <= r->last_out; k++) {
    const size_t used = strlen(out);
    (void)snprintf(out + used, sizeof out - used, "*%s", gchk_axis_name(d, r->output_index, k, in, sizeof in));
  }
  (void)gchk_axis_name(d, d->tensor->index, r->axis_in, in, sizeof in);
  gchk_finding *finding = gchk_diagnosis_add(
      d, GCHK_CODE_WRONG_INDEX_MAP, d->fail_count,
      "forward reads %s of %s at h %s for index h of %s of output %s, and backward adds to it at h %s", in, d->t->name,
      read != NULL ? read->name : "of its own", out, r->output->name, written->name);
  gchk_finding_list *list = &d->tensor->findings;
  gchk_finding_text(list, finding, "axis", "%s", in);
  gchk_finding_text(list, finding, "written", "h %s", written->name);
  if (read != NULL)
    gchk_finding_text(list, finding, "right", "h %s", read->name);
}

static bool search_axes(route *r) {
  gchk_index_map *maps = gchk_arena_alloc(r->d->arena, MOST_MAPS, sizeof *maps);
  if (maps == NULL)
    return false;
  const size_t count = gchk_index_maps(r->d, r->size_out, maps, MOST_MAPS);
  find_columns(r);
  for (r->axis_in = 0; r->axis_in < r->d->t->shape.rank; r->axis_in++) {
    if (r->d->t->shape.dim[r->axis_in] < 2 || !find_read(r))
      continue;
    for (size_t m = 0; m < count; m++) {
      if (!is_written_by(r, &maps[m]))
        continue;
      report_route(r, maps, count, &maps[m]);
      return true;
    }
  }
  return false;
}

bool gchk_diagnose_routes(gchk_diagnosis *d) {
  const gchk_pairs *p = d->fail_count > 0 ? gchk_pairs_of(d, d->tensor) : NULL;
  route r;
  size_t start;
  if (p == NULL || p->count[GCHK_PAIR_LOST] == 0 || !open_route(d, p, &r))
    return false;
  for (size_t k = 0; (r.output = gchk_output_tensor(d, k, &start, &r.output_index)) != NULL; k++) {
    for (r.first_out = 0; r.first_out < r.output->shape.rank; r.first_out++) {
      r.size_out = 1;
      for (r.last_out = r.first_out; r.last_out < r.output->shape.rank; r.last_out++) {
        r.size_out *= r.output->shape.dim[r.last_out];
        if (search_axes(&r))
          return true;
      }
    }
  }
  return false;
}

// Of "n choose k" sets of indices one is met by accident, for each of the maps that are tried.
static bool is_no_accident(size_t wrong, size_t right, double tries) {
  static const double rare = 1e-2;
  double ways = 1;
  for (size_t k = 1; k <= (wrong < right ? wrong : right) && ways * rare < tries; k++)
    ways *= (double)(wrong + right - k + 1) / (double)k;
  return ways * rare >= tries;
}

// Do both say to which of as many groups an index belongs: c / (n/G) and c % G?
static bool are_rivals(const gchk_index_map *f, const gchk_index_map *g, size_t size) {
  return f->is_remainder != g->is_remainder && f->divisor * g->divisor == size;
}

static double count_rivals(const gchk_index_map *maps, size_t count, size_t size) {
  double pairs = 0;
  for (size_t f = 0; f < count; f++)
    for (size_t g = f + 1; g < count; g++)
      pairs += are_rivals(&maps[f], &maps[g], size) ? 1 : 0;
  return pairs;
}

/* Which indices of an axis have wrong elements, and which only right ones that tell. */
static bool find_wrong_indices(const gchk_diagnosis *d, size_t axis, bool *is_wrong, bool *is_right) {
  const gchk_tensor_work *w = d->tensor;
  for (size_t k = 0; k < w->checked_count; k++) {
    const size_t i = w->checked[k], c = gchk_axis_index(&d->t->shape, axis, i);
    is_wrong[c] = is_wrong[c] || d->fails[i];
    is_right[c] = is_right[c] || (w->verdict[i] == GCHK_PASS && gchk_is_told_from_zero(d, i));
  }
  for (size_t c = 0; c < d->t->shape.dim[axis]; c++)
    if (is_wrong[c] == is_right[c])
      return false;
  return true;
}

static bool search_maps(gchk_diagnosis *d, size_t axis) {
  const size_t size = d->t->shape.dim[axis];
  gchk_index_map *maps = gchk_arena_alloc(d->arena, MOST_MAPS, sizeof *maps);
  bool *is_wrong = gchk_arena_alloc(d->arena, size, sizeof *is_wrong);
  bool *is_right = gchk_arena_alloc(d->arena, size, sizeof *is_right);
  if (maps == NULL || is_wrong == NULL || is_right == NULL || !find_wrong_indices(d, axis, is_wrong, is_right))
    return false;
  const size_t count = gchk_index_maps(d, size, maps, MOST_MAPS);
  const double rivals = count_rivals(maps, count, size);
  for (size_t f = 0; f < count; f++) {
    for (size_t g = f + 1; g < count; g++) {
      size_t wrong = 0, right = 0;
      for (size_t c = 0; c < size; c++) {
        const bool differ = gchk_map_index(&maps[f], c) != gchk_map_index(&maps[g], c);
        wrong += differ && is_wrong[c];
        right += !differ && is_right[c];
      }
      if (wrong + right < size || !are_rivals(&maps[f], &maps[g], size) || !is_no_accident(wrong, right, rivals))
        continue;
      char name[GCHK_AXIS_TEXT];
      (void)gchk_axis_name(d, d->tensor->index, axis, name, sizeof name);
      gchk_finding *finding = gchk_diagnosis_add(d, GCHK_CODE_WRONG_INDEX_MAP, d->fail_count,
                                                 "wrong at just those %zu of %zu indices c of %s at which c %s and c "
                                                 "%s are not the same: one is taken for the "
                                                 "other, as the group or head that c belongs to",
                                                 wrong, size, name, maps[f].name, maps[g].name);
      gchk_finding_text(&d->tensor->findings, finding, "axis", "%s", name);
      gchk_finding_text(&d->tensor->findings, finding, "maps", "c %s, c %s", maps[f].name, maps[g].name);
      return true;
    }
  }
  return false;
}

bool gchk_diagnose_index_maps(gchk_diagnosis *d) {
  if (d->fail_count == 0 || d->pass_count == 0)
    return false;
  for (size_t axis = 0; axis < d->t->shape.rank; axis++)
    if (d->t->shape.dim[axis] > 2 && search_maps(d, axis))
      return true;
  return false;
}
