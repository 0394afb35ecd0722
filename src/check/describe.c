/* The result of one tensor: the figures that reports show, from the arrays of differentiation. */
#include "check/describe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check/best_error.h"
#include "check/figure_terms.h"
#include "check/figures.h"
#include "check/heatmap.h"
#include "check/histogram.h"
#include "check/undecided.h"
#include "core/largest.h"
#include "core/memory.h"
#include "decide/tally.h"
#include "instance/precision.h"
#include "measure/judge.h"

enum {
  WORST_ELEMENTS = 10,
  SCATTER_POINTS = 400,
  RANKED_AT_ONCE = 32,
  SCATTER_FAILS = 200 // of them, at the most, failing ones
};

static double bars_in(const gchk_tensor_work *w, size_t d, size_t e) {
  double r = fabs(w->analytic[d][e] - w->numeric[d][e]) / gchk_element_bound(w, d, e);
  return isnan(r) ? (double)INFINITY : r;
}

/* `than` where that is no less, and where x is no number. */
static double larger(double x, double than) {
  return x > than ? x : than;
}

static double error_bars(const gchk_tensor_work *w, size_t e) {
  double bars = 0;
  for (size_t d = 0; d < GCHK_MAX_DRAWS && w->analytic[d] != NULL; d++)
    bars = larger(bars_in(w, d, e), bars);
  return bars;
}

/* By its error bars; at a kink, where the two slopes judge, these may be few in every draw. */
static bool fails_in(const gchk_tensor_work *w, size_t d, size_t e) {
  return w->verdict[e] >= GCHK_FAIL && (!(bars_in(w, d, e) < GCHK_ERROR_BARS) || error_bars(w, e) < GCHK_ERROR_BARS);
}

// The draw that shows more of what is wrong: the one that the row is about.
static size_t telling_draw(const gchk_tensor_work *w, const gchk_tensor_result *r) {
  size_t fails[2] = {0, 0};
  for (size_t k = 0; r->elements.fail > 0 && w->analytic[1] != NULL && k < w->checked_count; k++)
    for (size_t d = 0; d < 2; d++)
      fails[d] += fails_in(w, d, w->checked[k]);
  return fails[1] > fails[0] ? 1 : 0;
}

static gchk_element element_at(const gchk_tensor_work *w, size_t d, size_t e) {
  return (gchk_element){.flat = e,
                        .analytic = w->analytic[d][e],
                        .numeric = w->numeric[d][e],
                        .bound = gchk_element_bound(w, d, e),
                        .verdict = (gchk_verdict)w->verdict[e]};
}

static void describe_slack(const gchk_tensor_work *w, gchk_tensor_result *r) {
  double most = -1; // slack is at least 0
  for (size_t d = 0; d < GCHK_MAX_DRAWS && w->analytic[d] != NULL && w->slack[d] != NULL; d++) {
    const double largest = w->checked_count == w->total ? gchk_largest_size(w->slack[d], w->total) : (double)INFINITY;
    if (isfinite(largest) && w->total > 0)
      most = larger(largest, most);
    for (size_t k = 0; !isfinite(largest) && k < w->checked_count; k++)
      most = larger(w->slack[d][w->checked[k]], most);
  }
  r->slack_max = most < 0 ? (double)NAN : most;
}

static void describe_counts(const gchk_tensor_work *w, gchk_tensor_result *r) {
  for (size_t k = 0; k < w->checked_count; k++) {
    switch ((gchk_verdict)w->verdict[w->checked[k]]) {
    case GCHK_PASS:
      r->elements.pass++;
      break;
    case GCHK_KINK:
      r->elements.kink++;
      break;
    case GCHK_INCONCLUSIVE:
    case GCHK_SKIPPED:
      r->elements.undecided++;
      break;
    case GCHK_FAIL:
    case GCHK_ERROR:
      r->elements.fail++;
      break;
    }
  }
  r->elements.below_resolution = w->tally.flat + w->tally.unresolved;
  r->elements.exact_zero = w->tally.exact_zero;
  r->elements.flat = w->tally.flat;
  r->elements.unresolved = w->tally.unresolved;
  r->hidden = w->hidden > 0 ? w->hidden : (double)NAN;
}

typedef struct ranked {
  size_t element;
  int verdict;
  double bars;
} ranked;

static int compare_ranked(const void *a, const void *b) {
  const ranked *x = a, *y = b;
  if (x->verdict != y->verdict)
    return x->verdict > y->verdict ? -1 : 1;
  if (x->bars != y->bars)
    return x->bars > y->bars ? -1 : 1;
  return (x->element > y->element) - (x->element < y->element);
}

// Kinks are no worse than passes here: they are listed only when nothing else is.
static ranked rank_of(const gchk_tensor_work *w, size_t draw, size_t e) {
  const bool fails = w->verdict[e] >= GCHK_FAIL;
  const int verdict = fails ? GCHK_FAIL : w->verdict[e] <= GCHK_KINK ? GCHK_PASS : (int)w->verdict[e];
  return (ranked){e, verdict, fails ? bars_in(w, draw, e) : error_bars(w, e)};
}

// Of what fails in the other draw alone this one has nothing to show.
static bool is_shown(const gchk_tensor_work *w, size_t draw, size_t e) {
  return w->verdict[e] < GCHK_FAIL || fails_in(w, draw, e);
}

// Down from the root of a heap whose least is on top.
static void sift(ranked *heap, size_t count, size_t at) {
  for (size_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
    child += child + 1 < count && compare_ranked(&heap[child + 1], &heap[child]) > 0;
    if (compare_ranked(&heap[at], &heap[child]) > 0)
      return;
    const ranked kept = heap[at];
    heap[at] = heap[child];
    heap[child] = kept;
    at = child;
  }
}

static const double within = 1 - 1e-9; // of the bars of the last that is shown, so that no rounding of theirs matters

/* Is an element behind the last that is shown? It is where it is no worse than a pass and its differences are less. */
static bool is_behind(const gchk_tensor_work *w, size_t e, const ranked *last) {
  bool behind = w->verdict[e] <= GCHK_KINK;
  for (size_t d = 0; behind && d < GCHK_MAX_DRAWS && w->analytic[d] != NULL; d++)
    behind = fabs(w->analytic[d][e] - w->numeric[d][e]) < within * last->bars * w->bound[d][e];
  return behind;
}

/* Are all of a block? */
static bool are_behind(const gchk_tensor_work *w, size_t from, size_t count, const ranked *last) {
  bool behind = !gchk_any_above(w->verdict + from, count, GCHK_KINK);
  for (size_t d = 0; behind && d < GCHK_MAX_DRAWS && w->analytic[d] != NULL; d++)
    behind =
        gchk_are_within(w->analytic[d] + from, w->numeric[d] + from, w->bound[d] + from, count, within * last->bars);
  return behind;
}

static void rank_element(const gchk_tensor_work *w, size_t draw, size_t e, ranked *order, size_t *count) {
  if (!is_shown(w, draw, e) || (*count == SCATTER_FAILS && is_behind(w, e, &order[0])))
    return;
  const ranked next = rank_of(w, draw, e);
  if (*count < SCATTER_FAILS) {
    order[(*count)++] = next;
    for (size_t i = *count / 2; *count == SCATTER_FAILS && i-- > 0;)
      sift(order, *count, i);
  } else if (compare_ranked(&next, &order[0]) < 0) {
    order[0] = next;
    sift(order, *count, 0);
  }
}

// The first of all that are checked, in order; more than those are not shown.
static size_t first_ranked(const gchk_tensor_work *w, size_t draw, ranked *order) {
  size_t count = 0;
  for (size_t from = 0, end; from < w->checked_count; from = end) {
    end = w->checked_count - from < RANKED_AT_ONCE ? w->checked_count : from + RANKED_AT_ONCE;
    if (count == SCATTER_FAILS && w->checked_count == w->total && are_behind(w, from, end - from, &order[0]))
      continue;
    for (size_t k = from; k < end; k++)
      rank_element(w, draw, w->checked[k], order, &count);
  }
  qsort(order, count, sizeof *order, compare_ranked);
  return count;
}

static bool describe_worst(gchk_case_work *work, const gchk_tensor_work *w, gchk_tensor_result *r) {
  ranked order[SCATTER_FAILS];
  const size_t first = first_ranked(w, r->draw, order);
  r->worst = gchk_arena_alloc(work->arena, WORST_ELEMENTS, sizeof *r->worst);
  r->scatter = gchk_arena_alloc(work->arena, SCATTER_POINTS, sizeof *r->scatter);
  if (r->worst == NULL || r->scatter == NULL)
    return false;
  for (size_t k = 0; k < WORST_ELEMENTS && k < first; k++)
    r->worst[r->worst_count++] = element_at(w, r->draw, order[k].element);
  // The worst failing ones, then a stride over all.
  for (size_t k = 0; k < first && order[k].verdict == GCHK_FAIL; k++)
    r->scatter[r->scatter_count++] = element_at(w, r->draw, order[k].element);
  size_t room = SCATTER_POINTS - r->scatter_count;
  size_t stride = (w->checked_count + room - 1) / room;
  for (size_t k = 0; k < w->checked_count; k += stride)
    if (w->verdict[w->checked[k]] < GCHK_FAIL)
      r->scatter[r->scatter_count++] = element_at(w, r->draw, w->checked[k]);
  return true;
}

static void describe_sensitivity(const gchk_tensor_work *w, gchk_sensitivity *s) {
  double *const shares[GCHK_MUTATIONS] = {&s->sign,        &s->zero,        &s->factor_two,
                                          &s->ten_percent, &s->one_percent, &s->tenth_percent};
  for (size_t m = 0; m < GCHK_MUTATIONS; m++)
    *shares[m] = w->tally.nonzero == 0 ? (double)NAN : (double)w->tally.caught[m] / (double)w->tally.nonzero;
}

/* With a double twin what it differentiates to is exact beside the precision of the layer itself. */
static void describe_best_error(const gchk_case_work *work, const gchk_tensor_work *w, gchk_tensor_result *r) {
  r->best_error = (double)NAN;
  if (work->single != NULL)
    r->best_error = gchk_best_error(w->analytic[0], w->numeric[0], w->total, gchk_tensor_unit(work->single, w->index));
}

bool gchk_describe_tensor(gchk_case_work *work, const gchk_tensor_work *w, gchk_tensor_result *r) {
  describe_counts(w, r);
  describe_sensitivity(w, &r->sensitivity);
  describe_best_error(work, w, r);
  describe_slack(w, r);
  r->step_curve = w->step_curve;
  r->finding_count = w->findings.count;
  r->findings = w->findings.findings;
  return !w->findings.failed && gchk_describe_undecided(work, w, r) &&
         gchk_describe_figures(work, w, telling_draw(w, r), r) && describe_worst(work, w, r) &&
         gchk_describe_histogram(work, w, r) && gchk_describe_heatmap(work, w, r);
}
