/*
 * Probe: elements of an input that have one value, moved together.
 *
 * Where values are tied each gradient alone may be right (any slope between the one-sided ones is) and their sum wrong:
 * every tied maximum takes all of the gradient. Along the direction that moves all of a tied group the sum must
 * agree with the difference. Only a group whose elements are right one by one is reported here, and of which one at
 * least sits on a kink: where a function is smooth the sum of right gradients is right.
 */
#include "probe/probe_ties.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calls/probe_direction.h"
#include "calls/probe_spread.h"
#include "core/memory.h"
#include "cost/operations.h"
#include "measure/judge.h"
#include "measure/variable.h"

/*
 * A set is at most so many elements, neighbours among those that are tied: moved together, more of them kink for
 * reasons of their own. Windows of two, three and four are not cut by its ends. As many sets are tried as let this
 * probe cost a tenth of a check of all elements by forward, about twenty forwards each: what is tied in whole sets
 * always is. Where forwards are dear, no more than take about a second: what has as many elements as one evaluation
 * reads and writes costs as many forwards as it has sets, which is their number squared. An element that is written
 * and an output that is read, projected and compared take as long as so many operations of a product of matrices.
 */
enum { MOST_ELEMENTS = 24, MOST_SETS = 64, FEWEST_SETS = 8, FORWARDS = 20, ELEMENT_OPERATIONS = 128 };
static const double most_operations = 2e10;

typedef struct group {
  size_t tensor, count;
  const size_t *element;
  double value;
} group;

typedef struct place {
  double value;
  size_t element;
} place;

static int compare(const void *left, const void *right) {
  const place *a = left, *b = right;
  if (a->value < b->value || a->value > b->value)
    return a->value < b->value ? -1 : 1;
  return (a->element > b->element) - (a->element < b->element);
}

typedef struct ties {
  size_t *element; // of the tensor, by value
  size_t *from;    // sets: element[from[s]] up to element[from[s] + length[s]]
  size_t *length;
  size_t count;
} ties;

// Cuts what is tied from `from` on, `length` elements, into sets.
static void add_sets(ties *all, size_t from, size_t length) {
  for (size_t part; length > 1; from += part, length -= part) {
    part = length < MOST_ELEMENTS ? length : MOST_ELEMENTS;
    all->from[all->count] = from;
    all->length[all->count++] = part;
  }
}

static bool find_ties(gchk_arena *arena, const gchk_tensor *t, ties *all) {
  place *places = gchk_arena_alloc(arena, t->count, sizeof *places);
  *all = (ties){.element = gchk_arena_alloc(arena, t->count, sizeof *all->element),
                .from = gchk_arena_alloc(arena, t->count, sizeof *all->from),
                .length = gchk_arena_alloc(arena, t->count, sizeof *all->length)};
  if (places == NULL || all->element == NULL || all->from == NULL || all->length == NULL)
    return false;
  size_t numbers = 0;
  for (size_t k = 0; k < t->count; k++) {
    const double x = gchk_tensor_get(t, t->value, k);
    if (!isnan(x))
      places[numbers++] = (place){x, k};
  }
  qsort(places, numbers, sizeof *places, compare);
  for (size_t k = 0; k < numbers; k++)
    all->element[k] = places[k].element;
  for (size_t from = 0, to; from < numbers; from = to) {
    for (to = from + 1; to < numbers && !(places[to].value > places[from].value);)
      to++;
    add_sets(all, from, to - from);
  }
  return true;
}

// One tensor's; the line and the derivative serve all sets.
typedef struct search {
  gchk_probe *probe;
  gchk_direction direction;
  gchk_derivative *derivative;
  double root_mean_square, largest; // of its values, and the largest of its gradients
  double forward;                   // operations of one, without reading and writing elements
} search;

// Is the sum of the group's gradients what moving elements first .. last of it shows?
static gchk_status judge_together(search *s, const group *g, size_t first, size_t count, gchk_verdict *verdict,
                                  double *sum, double *numeric, gchk_error *error) {
  gchk_probe *probe = s->probe;
  gchk_derivative *derivative = s->derivative;
  const gchk_tensor *t = &probe->instance->t[g->tensor];
  const double step = gchk_scale_of(g->value, s->root_mean_square);
  double *steps = s->direction.step.of[g->tensor];
  for (size_t k = first; k < first + count; k++)
    steps[g->element[k]] = step;
  const gchk_status status = gchk_direction_slope(&s->direction, probe, &probe->base, derivative, sum, error);
  memset(steps, 0, t->count * sizeof *steps); // partners of symmetric elements were moved too
  GCHK_TRY(status);
  const gchk_allowance allowance = {.unit = probe->unit, .largest = s->largest * step};
  gchk_judgement judgement = gchk_judge(*sum, derivative, &allowance);
  *numeric = derivative->value / step;
  *sum /= step;
  *verdict = derivative->smoothness == GCHK_UNDEFINED ? GCHK_INCONCLUSIVE : judgement.verdict;
  // Where moving all of them kinks too, several units may, and then a sum beyond the two slopes is no mistake.
  if (count > 1 && derivative->smoothness == GCHK_KINKED)
    *verdict = GCHK_INCONCLUSIVE;
  return GCHK_OK;
}

static gchk_status probe_group(search *s, const group *g, gchk_error *error) {
  gchk_probe *probe = s->probe;
  const gchk_tensor *t = &probe->instance->t[g->tensor];
  gchk_verdict verdict = GCHK_INCONCLUSIVE;
  double sum = 0, numeric = 0, alone, ignored;
  GCHK_TRY(judge_together(s, g, 0, g->count, &verdict, &sum, &numeric, error));
  if (verdict != GCHK_FAIL)
    return GCHK_OK;
  // What additions in another order change of the gradients is no tie.
  double explained = 0;
  GCHK_TRY(gchk_probe_find_limits(probe, error));
  for (size_t k = 0; k < g->count; k++)
    explained += probe->limits.gradient[g->tensor][g->element[k]];
  if (fabs(sum - numeric) <= explained)
    return GCHK_OK;
  bool has_kink = false;
  for (size_t k = 0; k < g->count; k++) {
    GCHK_TRY(judge_together(s, g, k, 1, &verdict, &alone, &ignored, error));
    if (verdict != GCHK_PASS && verdict != GCHK_KINK)
      return GCHK_OK;
    has_kink = has_kink || verdict == GCHK_KINK;
  }
  if (!has_kink)
    return GCHK_OK;
  char index[GCHK_INDEX_TEXT];
  gchk_finding *finding = gchk_probe_report(
      probe, GCHK_CODE_WRONG_AT_TIES, t->name,
      "%zu elements of %s are tied at %.6g (the first is %s): each gradient alone is a slope that could be, but they "
      "add up to %.6g "
      "where moving all of them shows %.6g: every tied one takes what belongs to one",
      g->count, t->name, g->value, gchk_index_format(&t->shape, g->element[0], index, sizeof index), sum, numeric);
  gchk_finding_number(&probe->work->findings, finding, "index", (double)g->element[0]);
  gchk_finding_number(&probe->work->findings, finding, "sum", sum);
  gchk_finding_number(&probe->work->findings, finding, "numeric", numeric);
  return GCHK_OK;
}

static size_t most_sets(const gchk_probe *probe, const gchk_tensor *t, double operations) {
  const double elements = (double)t->count + (double)probe->work->output_count;
  const double forward = operations + ELEMENT_OPERATIONS * elements;
  const gchk_options *options = probe->work->options;
  const uint64_t budget = options != NULL ? options->budget : 0;
  const size_t wanted = MOST_SETS + (size_t)(budget > 0 && budget < t->count ? budget : t->count) / MOST_ELEMENTS;
  const double bearable = most_operations / (FORWARDS * forward);
  if ((double)wanted * forward * FORWARDS <= most_operations)
    return wanted;
  return bearable > FEWEST_SETS ? (size_t)bearable : FEWEST_SETS;
}

static gchk_status probe_tensor(search *s, size_t i, gchk_error *error) {
  gchk_probe *probe = s->probe;
  const gchk_tensor *t = &probe->instance->t[i];
  ties all;
  s->root_mean_square = gchk_root_mean_square(t);
  s->largest = 0;
  for (size_t k = 0; k < t->count; k++)
    if (isfinite(probe->base.of[i][k]))
      s->largest = fmax(s->largest, fabs(probe->base.of[i][k]));
  if (!find_ties(probe->arena, t, &all))
    return gchk_fail_memory(error, "the probes");
  size_t *order = gchk_arena_alloc(probe->arena, all.count + 1, sizeof *order);
  if (order == NULL)
    return gchk_fail_memory(error, "the probes");
  const size_t tried = gchk_probe_choose(probe, order, all.count, most_sets(probe, t, s->forward));
  for (size_t n = 0; n < tried && !gchk_probe_has(probe, GCHK_CODE_WRONG_AT_TIES, t->name); n++) {
    const size_t *element = &all.element[all.from[order[n]]];
    const group g = {.tensor = i,
                     .count = all.length[order[n]],
                     .element = element,
                     .value = gchk_tensor_get(t, t->value, element[0])};
    GCHK_TRY(probe_group(s, &g, error));
  }
  if (tried < all.count)
    gchk_probe_note_part(probe,
                         "of %zu sets of elements of %s that have one value %zu, chosen at random, were moved together",
                         all.count, t->name, tried);
  return GCHK_OK;
}

gchk_status gchk_probe_ties(gchk_probe *probe, gchk_error *error) {
  const gchk_instance *instance = probe->instance;
  search s = {.probe = probe};
  if (!probe->is_repeatable)
    return GCHK_OK;
  GCHK_TRY(gchk_count_forward(instance->layer, &instance->sizes, &s.forward, error));
  for (size_t i = 0; i < instance->tensor_count; i++) {
    if (instance->t[i].role != GCHK_INPUT || probe->base.of[i] == NULL)
      continue;
    if (s.derivative == NULL) {
      s.derivative = gchk_arena_alloc(probe->arena, 1, sizeof *s.derivative);
      if (s.derivative == NULL)
        return gchk_fail_memory(error, "the probes");
      GCHK_TRY(gchk_direction_init(&s.direction, probe, probe->instance, error));
    }
    GCHK_TRY(probe_tensor(&s, i, error));
  }
  gchk_probe_restore(probe);
  return gchk_instance_forward(probe->instance, error);
}
