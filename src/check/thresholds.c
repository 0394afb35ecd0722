/*
 * From elements to verdicts.
 *
 * A threshold gates mean_abs_diff, which is itself known within the mean of the elements' bounds: above the threshold
 * by more than that fails, below it by more than that passes, and between the two nobody can tell. It waives too: a
 * mismatch beyond the error bound but within the threshold passes with a note. A value that is not finite is never
 * waived. What cannot be told from zero is not a pass. Undecided elements pass where each differs by less than the
 * threshold: so would one that fails.
 */
#include "check/thresholds.h"

#include <math.h>
#include <string.h>

#include "check/figures.h"
#include "core/arena.h"
#include "measure/cancelled.h"
#include "measure/judge.h"
#include "result/doubts.h"
#include "start/case_instance.h"

double gchk_threshold_of(const gchk_case_work *work, const char *tensor) {
  const gchk_options *options = work->options;
  double of_dtype = work->spec->layer->dtype == GCHK_F32 ? options->threshold_f32 : options->threshold_f64;
  if (of_dtype > 0)
    return of_dtype;
  if (options->threshold > 0)
    return options->threshold;
  const gchk_tensor_setting *setting = gchk_case_setting(work->spec, tensor);
  if (setting != NULL && setting->threshold > 0)
    return setting->threshold;
  return work->spec->threshold > 0 ? work->spec->threshold : (double)NAN;
}

static bool any_not_finite(const gchk_tensor_work *tensor) {
  for (size_t k = 0; k < tensor->checked_count; k++)
    for (size_t d = 0; d < GCHK_MAX_DRAWS && tensor->analytic[d] != NULL; d++)
      if (!isfinite(tensor->analytic[d][tensor->checked[k]]))
        return true;
  return false;
}

static bool all_zero(const gchk_tensor_work *tensor) {
  for (size_t k = 0; k < tensor->checked_count; k++) {
    size_t e = tensor->checked[k];
    for (size_t d = 0; d < GCHK_MAX_DRAWS && tensor->analytic[d] != NULL; d++)
      if (tensor->analytic[d][e] != 0 || tensor->numeric[d][e] != 0)
        return false;
  }
  return true;
}

static size_t count_real_findings(const gchk_finding_list *list) {
  size_t count = 0;
  for (size_t k = 0; k < list->count; k++)
    count += !list->findings[k].is_note;
  return count;
}

// Is the finding about something that no threshold is about: what the case expects, or a contract?
static bool is_beyond_thresholds(const gchk_finding *finding) {
  return !gchk_code_find(finding->code)->is_waivable;
}

// The same mismatch is larger where the upstream gradient is: what the threshold is for that of another draw.
static double threshold_in(const gchk_case_work *work, size_t draw, double threshold) {
  double smallest = HUGE_VAL, largest = 0;
  for (size_t j = 0; j < work->output_count; j++) {
    smallest = fmin(smallest, fabs(work->v[0][j]));
    largest = fmax(largest, fabs(work->v[draw][j]));
  }
  return threshold * (largest / smallest);
}

/*
 * The figure that a threshold is compared with is that of the first upstream gradient, which for a loss is 1. A
 * mismatch is waived only when it is as small for the others: a backward that ignores its upstream gradient is right
 * for the first.
 */
static bool others_are_within(const gchk_case_work *work, const gchk_tensor_work *tensor, double threshold) {
  for (size_t d = 1; d < GCHK_MAX_DRAWS && tensor->analytic[d] != NULL; d++) {
    double sum = 0;
    size_t compared = 0;
    for (size_t k = 0; k < tensor->checked_count; k++) {
      size_t e = tensor->checked[k];
      if (!isfinite(tensor->numeric[d][e]))
        continue;
      sum += fabs(tensor->analytic[d][e] - tensor->numeric[d][e]);
      compared++;
    }
    if (compared > 0 && !(sum / (double)compared <= threshold_in(work, d, threshold)))
      return false;
  }
  return true;
}

// What the error bound and the diagnosis found, but the user's threshold allows, stays as notes.
static void waive(gchk_tensor_work *tensor, gchk_tensor_result *row) {
  double bars = 0;
  for (size_t k = 0; k < row->worst_count; k++)
    if (row->worst[k].bound > 0)
      bars = fmax(bars, fabs(row->worst[k].analytic - row->worst[k].numeric) / row->worst[k].bound);
  for (size_t k = 0; k < tensor->findings.count; k++)
    if (!is_beyond_thresholds(&tensor->findings.findings[k]))
      tensor->findings.findings[k].is_note = true;
  gchk_finding *finding = gchk_finding_note(&tensor->findings, GCHK_CODE_SYSTEMATIC_MISMATCH,
                                            "a systematic mismatch: mean |analytic - numeric| %.3g, up to %.3g error "
                                            "bars, on %zu of %zu elements; within the threshold %.3g, so it passes",
                                            row->mean_abs_diff, bars, row->elements.fail, row->checked, row->threshold);
  gchk_finding_number(&tensor->findings, finding, "mean_abs_diff", row->mean_abs_diff);
  gchk_finding_number(&tensor->findings, finding, "error_bars", bars);
}

static void put_figures(gchk_tensor_work *tensor, gchk_finding *finding, const gchk_difference *mean,
                        double threshold) {
  gchk_finding_number(&tensor->findings, finding, "mean_abs_diff", mean->mean);
  gchk_finding_number(&tensor->findings, finding, "bound", mean->bound);
  gchk_finding_number(&tensor->findings, finding, "threshold", threshold);
}

static void exceed(gchk_tensor_work *tensor, const gchk_difference *mean, double threshold) {
  gchk_finding *finding =
      gchk_finding_add(&tensor->findings, GCHK_CODE_THRESHOLD_EXCEEDED,
                       "mean |analytic - numeric| is %.6g, known to within %.3g, above the threshold %.6g", mean->mean,
                       mean->bound, threshold);
  put_figures(tensor, finding, mean, threshold);
}

// Where the mean stands to its threshold.
typedef enum standing { IS_WITHIN, IS_UNTOLD, IS_ABOVE } standing;

static standing stand(const gchk_difference *mean, double threshold) {
  if (mean->compared == 0)
    return IS_UNTOLD;
  if (mean->mean + mean->bound <= threshold)
    return IS_WITHIN;
  // Written so that a mean that is no number is above, and one whose bound is infinite cannot be told.
  return !(mean->mean < HUGE_VAL) || mean->mean - mean->bound > threshold ? IS_ABOVE : IS_UNTOLD;
}

static void leave_untold(gchk_case_work *work, const gchk_difference *mean, gchk_tensor_result *row) {
  row->verdict = GCHK_INCONCLUSIVE;
  row->reason = gchk_arena_printf(
      work->arena,
      "cannot tell at this threshold: mean |analytic - numeric| is %.3g, known to within %.3g, and the threshold is "
      "%.3g; take a larger one, or none",
      mean->mean, mean->bound, row->threshold);
  if (row->reason == NULL) // the arena has noted it
    row->reason = "cannot tell at this threshold";
}

// Kinks of a tensor that forward changes are its work, not the data's.
static bool is_changed_by_forward(const gchk_tensor_work *tensor) {
  for (size_t k = 0; k < tensor->findings.count; k++)
    if (gchk_finding_is(&tensor->findings.findings[k], GCHK_CODE_WRITES_INPUT))
      return true;
  return false;
}

static void warn_of_kinks(gchk_tensor_work *tensor, gchk_tensor_result *row) {
  static const double few = 0.05; // "more than a few per cent"
  if (!is_changed_by_forward(tensor) && (double)row->elements.kink > few * (double)row->checked)
    (void)gchk_finding_note(&tensor->findings, GCHK_CODE_MANY_KINKS,
                            "%zu of %zu elements sit on a kink, where any slope between the two sides is right: give "
                            "the data a keep-away distance from it",
                            row->elements.kink, row->checked);
}

/* Do the undecided elements differ by no more than the threshold, each, as far as differences go? */
static bool undecided_are_within(const gchk_tensor_work *tensor, double threshold) {
  for (size_t k = 0; k < tensor->checked_count; k++) {
    size_t e = tensor->checked[k];
    if (tensor->verdict[e] == GCHK_INCONCLUSIVE &&
        !(fabs(tensor->analytic[0][e] - tensor->numeric[0][e]) + tensor->bound[0][e] <= threshold))
      return false;
  }
  return true;
}

// What is left to say of a tensor in which nothing is wrong.
static void judge_rest(gchk_case_work *work, gchk_tensor_work *tensor, gchk_tensor_result *row) {
  // A gradient that must be 0 has been seen to be.
  const bool is_meant = tensor->is_declared_zero || (work->spec->all_ignored && all_zero(tensor));
  if (is_meant && row->elements.undecided == 0)
    return;
  if (all_zero(tensor)) {
    row->verdict = work->spec->auxiliary != GCHK_OWN ? GCHK_SKIPPED : GCHK_INCONCLUSIVE;
    row->reason = "analytic and numeric gradient are both exactly zero everywhere: the outputs do not depend on it "
                  "here, and nothing was checked; if it is 0 by construction, declare .gradient_is_zero = true";
    row->checked = 0;
    row->elements = (gchk_element_counts){0};
  } else if (row->elements.undecided > 0 && !undecided_are_within(tensor, row->threshold)) {
    // Whether it may pass with them is settled over all shapes, by gchk_result_summarise.
    row->verdict = GCHK_INCONCLUSIVE;
    row->reason = "some elements are undecided";
    row->undecided.is_only_lack = true;
  } else if (tensor->tally.flat + tensor->tally.unresolved + tensor->tally.exact_zero == tensor->checked_count) {
    row->verdict = work->spec->auxiliary == GCHK_VARIED ? GCHK_SKIPPED : GCHK_INCONCLUSIVE;
    row->reason = GCHK_NONE_RESOLVED;
    row->undecided.is_only_lack = row->verdict == GCHK_INCONCLUSIVE && gchk_tensor_is_cancelled(work, tensor);
  }
}

static bool has_broken_contract(const gchk_tensor_work *tensor) {
  for (size_t k = 0; k < tensor->findings.count; k++)
    if (!tensor->findings.findings[k].is_note && is_beyond_thresholds(&tensor->findings.findings[k]))
      return true;
  return false;
}

/*
 * Would the mismatch that random directions show be waived if every element were checked? Where the errors e_i of n
 * elements have a mean size above T, |e| > sqrt(n) T. Each r_i has a density of at most 1/3, and so sum e_i r_i one of
 * at most sqrt(2)/(3 |e|) (B. A. Rogozin, Theory Probab. Appl. 32, 1987; K. Ball, Proc. Amer. Math. Soc. 97, 1986): it
 * is within sqrt(n) T/10 along one direction with probability 0.095 at most, and along both below 0.01.
 */
static bool is_within_along(const gchk_case_work *work, const gchk_tensor_work *tensor, double threshold) {
  static const double part = 0.1;
  const double most = part * sqrt((double)tensor->total);
  for (size_t d = 0; d < GCHK_MAX_DRAWS && tensor->analytic[d] != NULL; d++)
    if (!(tensor->along[d] <= most * (d == 0 ? threshold : threshold_in(work, d, threshold))))
      return false;
  return true;
}

static void waive_along(gchk_tensor_work *tensor, double threshold) {
  gchk_finding *finding =
      gchk_finding_note(&tensor->findings, GCHK_CODE_SYSTEMATIC_MISMATCH,
                        "a systematic mismatch: along random directions over all %zu elements it adds up to %.3g at "
                        "most; with a mean above the threshold %.3g it would be more in 99 of 100 runs, so it passes",
                        tensor->total, tensor->along[0], threshold);
  gchk_finding_number(&tensor->findings, finding, "along", tensor->along[0]);
}

// In one of the draws: another may have no gradient.
static bool is_wrong_along(const gchk_tensor_work *tensor) {
  for (size_t d = 0; d < GCHK_MAX_DRAWS; d++)
    if (tensor->along[d] > 0)
      return true;
  return false;
}

// Each element that was checked is right, and all together are not.
static void leave_wrong_along(gchk_tensor_result *row) {
  row->verdict = GCHK_INCONCLUSIVE;
  row->reason = "along a random direction the gradient is wrong, and no element that was checked is: --full checks all";
}

void gchk_judge_tensor(gchk_case_work *work, gchk_tensor_work *tensor, bool is_suppressed, gchk_tensor_result *row) {
  const bool has_threshold = !isnan(row->threshold), is_broken = has_broken_contract(tensor);
  const gchk_difference mean = has_threshold ? gchk_mean_difference(tensor, 0) : (gchk_difference){.compared = 0};
  // At values that nobody chose gradients are of another size than those that the threshold is meant for: it waives.
  const bool gates = has_threshold && work->spec->auxiliary != GCHK_VARIED;
  const standing where = gates ? stand(&mean, row->threshold) : IS_WITHIN;
  const bool is_waived = has_threshold && row->elements.fail > 0 && mean.mean <= row->threshold &&
                         others_are_within(work, tensor, row->threshold) && !any_not_finite(tensor);
  row->verdict = GCHK_PASS;
  if (is_waived) {
    // The figures beside a waiver are those that the threshold is compared with.
    (void)gchk_describe_figures(work, tensor, 0, row); // the scratch arena notes it when memory is out
    waive(tensor, row);
  } else if (row->elements.fail > 0 && !is_suppressed) {
    row->verdict = GCHK_FAIL;
  }
  if (where == IS_ABOVE) {
    exceed(tensor, &mean, row->threshold);
    row->verdict = GCHK_FAIL;
  }
  if (is_broken)
    row->verdict = GCHK_FAIL;
  warn_of_kinks(tensor, row);
  if (row->verdict == GCHK_PASS && where == IS_UNTOLD && !is_waived)
    leave_untold(work, &mean, row);
  else if (row->verdict == GCHK_PASS)
    judge_rest(work, tensor, row);
  const bool is_in_doubt = row->verdict == GCHK_PASS && row->elements.fail == 0 && is_wrong_along(tensor);
  if (is_in_doubt && has_threshold && is_within_along(work, tensor, row->threshold))
    waive_along(tensor, row->threshold);
  else if (is_in_doubt)
    leave_wrong_along(row);
  row->finding_count = tensor->findings.count;
  row->findings = tensor->findings.findings;
}

// An expected failure that fails counts as passed; one that passes is what is wrong.
static void apply_expected_failure(gchk_case_work *work, gchk_case_result *result) {
  if (result->expected_failure == NULL || result->verdict == GCHK_ERROR)
    return;
  if (result->verdict == GCHK_FAIL) {
    result->verdict = GCHK_PASS;
    (void)gchk_finding_note(&work->findings, GCHK_CODE_EXPECTED_FAILURE, "fails, as it is expected to: %s",
                            result->expected_failure);
    return;
  }
  (void)gchk_finding_add(&work->findings, GCHK_CODE_UNEXPECTED_PASS,
                         "is expected to fail (%s) and does not: take the expectation away, or look why",
                         result->expected_failure);
  result->verdict = GCHK_FAIL;
}

// Rows of a case in which nothing was checked say what it says.
static void leave_rows_unchecked(gchk_case_result *result) {
  for (size_t i = 0; i < result->tensor_count; i++)
    result->tensors[i].verdict = GCHK_SKIPPED;
}

// Inputs that a case skips, and those that a network reads as constants: what is read from files, and one-hot targets.
static bool leaves_inputs_out(const gchk_case_work *work) {
  for (size_t i = 0; i < work->instance->tensor_count; i++) {
    const gchk_tensor *t = &work->instance->t[i];
    const gchk_tensor_setting *setting = gchk_case_setting(work->spec, t->name);
    if ((t->role == GCHK_INPUT && setting != NULL && setting->skip) ||
        (t->role == GCHK_CONSTANT && t->dtype != GCHK_I32 && work->instance->layer->graph != NULL))
      return true;
  }
  return false;
}

void gchk_judge_case(gchk_case_work *work, gchk_case_result *result) {
  size_t checked = 0, wanted = 0;
  for (size_t i = 0; i < result->tensor_count; i++) {
    const gchk_tensor_result *row = &result->tensors[i];
    checked += row->checked;
    wanted += row->verdict != GCHK_SKIPPED;
    if (row->verdict != GCHK_SKIPPED)
      result->verdict = gchk_verdict_worse(result->verdict, row->verdict);
  }
  if (count_real_findings(&work->findings) > 0)
    result->verdict = gchk_verdict_worse(result->verdict, GCHK_FAIL);
  if (work->refused != NULL) {
    result->reason = work->refused;
    for (size_t i = 0; i < result->tensor_count; i++) {
      result->tensors[i].verdict = GCHK_SKIPPED;
      result->tensors[i].reason = work->refused;
    }
  } else if (result->verdict <= GCHK_INCONCLUSIVE && checked == 0) {
    result->verdict = GCHK_SKIPPED;
    leave_rows_unchecked(result);
    result->reason = wanted == 0 && leaves_inputs_out(work)
                         ? "nothing in it is differentiated: nothing was checked; inputs that are data are "
                           "differentiated where they say differentiate: true"
                     : wanted == 0 ? "nothing in it is differentiable: nothing was checked"
                                   : "every gradient is exactly zero, analytic and numeric: nothing was checked";
  } else if (result->verdict == GCHK_INCONCLUSIVE) {
    result->reason = "some tensors are inconclusive";
  }
  apply_expected_failure(work, result);
}
