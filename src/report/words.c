/* Names, indices, figures and sentences that several reports share. */
#include "report/words.h"

#include <math.h>
#include <string.h>

#include "instance/index.h"

const char *gchk_verdict_word(gchk_verdict verdict) {
  static const char *const words[] = {"PASS", "KINK", "SKIPPED", "INCONCLUSIVE", "FAIL", "ERROR"};
  return (size_t)verdict < sizeof words / sizeof words[0] ? words[verdict] : "UNKNOWN";
}

const char *gchk_row_word(const gchk_row *row) {
  const gchk_verdict verdict = row->tensor != NULL ? row->tensor->verdict : row->owner->verdict;
  const bool is_wrong = row->tensor == NULL || verdict >= GCHK_FAIL;
  return is_wrong && gchk_failed_as_expected(row->owner) ? "XFAIL" : gchk_verdict_word(verdict);
}

void gchk_put_shape(gchk_text *text, const gchk_shape *shape) {
  if (shape->rank == 0)
    gchk_text_put(text, "scalar");
  for (size_t i = 0; i < shape->rank; i++)
    gchk_text_format(text, "%s%zu", i ? "x" : "", shape->dim[i]);
}

void gchk_put_index(gchk_text *text, const gchk_shape *shape, size_t flat) {
  size_t index[GCHK_MAX_RANK];
  gchk_shape_index(shape, flat, index);
  for (size_t i = 0; i < shape->rank; i++)
    gchk_text_format(text, "%s%zu", i ? "," : "[", index[i]);
  if (shape->rank > 0)
    gchk_text_put(text, "]");
}

void gchk_put_number_of(gchk_text *text, uint64_t count, const char *what) {
  gchk_text_grouped(text, count);
  gchk_text_format(text, " %s%s", what, count == 1 ? "" : "s");
}

static void put_pass(gchk_text *text, const gchk_summary *s) {
  gchk_put_number_of(text, s->cases, "case");
  gchk_text_put(text, ": ");
  gchk_text_grouped(text, s->pass);
  gchk_text_put(text, " pass");
}

static void put_other_counts(gchk_text *text, const gchk_summary *s, int shorter) {
  const size_t counts[] = {s->fail, s->inconclusive, s->skipped, s->error};
  static const char *const words[] = {"fail", "inconclusive", "skipped", "error"};
  for (size_t i = 0; i < 4; i++) {
    if (counts[i] == 0 && shorter > 1)
      continue;
    gchk_text_put(text, ", ");
    gchk_text_grouped(text, counts[i]);
    gchk_text_format(text, " %s", words[i]);
  }
  gchk_text_put(text, " · ");
  gchk_text_grouped(text, s->elements_checked);
  if (shorter == 0 || (shorter == 1 && s->elements_checked < s->elements_total)) {
    gchk_text_put(text, " of ");
    gchk_text_grouped(text, s->elements_total);
  }
  gchk_text_put(text, " elements");
  if (s->elements_undecided > 0) {
    gchk_text_put(text, ", ");
    gchk_text_grouped(text, s->elements_undecided);
    gchk_text_put(text, " undecided");
  }
}

void gchk_put_plain_counts(gchk_text *text, const gchk_summary *s, int shorter) {
  put_pass(text, s);
  put_other_counts(text, s, shorter);
}

void gchk_put_counts(gchk_text *text, const gchk_summary *s) {
  put_pass(text, s);
  if (s->expected_failures > 0) {
    gchk_text_put(text, " (");
    gchk_text_grouped(text, s->expected_failures);
    gchk_text_put(text, " expected to fail)");
  }
  if (s->with_undecided > 0) {
    gchk_text_put(text, " (");
    gchk_text_grouped(text, s->with_undecided);
    gchk_text_put(text, " with undecided elements)");
  }
  put_other_counts(text, s, 0);
}

/* The dtype of all cases, "mixed" where they differ, or "" without any. */
static const char *dtype_of(const gchk_result *result) {
  for (size_t i = 1; i < result->case_count; i++)
    if (result->cases[i].dtype != result->cases[0].dtype)
      return "mixed types";
  return result->case_count ? gchk_dtype_name(result->cases[0].dtype) : "";
}

void gchk_put_settings(gchk_text *text, const gchk_result *result) {
  gchk_put_number_of(text, result->case_count, "case");
  if (result->config.shards > 1)
    gchk_text_format(text, " (shard %llu of %llu)", (unsigned long long)result->config.shard,
                     (unsigned long long)result->config.shards);
  if (*dtype_of(result))
    gchk_text_format(text, " · %s", dtype_of(result));
  gchk_text_put(text, " · step ");
  if (isnan(result->config.step))
    gchk_text_put(text, "auto");
  else
    gchk_text_real(text, 'g', 6, result->config.step);
  gchk_text_format(text, " · seed %llu", (unsigned long long)result->seed);
  if (*result->environment.blas_library)
    gchk_text_format(text, " · %s %s x%zu", result->environment.blas_library, result->environment.blas_core,
                     result->environment.blas_threads);
  if (result->environment.blas_better_core != NULL)
    gchk_text_format(text, " (this processor could use %s: see OPENBLAS_CORETYPE)",
                     result->environment.blas_better_core);
}

void gchk_put_percent(gchk_text *text, double share) {
  double percent = 100 * share;
  if (percent < 100 && percent > 99.9)
    percent = 99.9;
  gchk_text_real(text, 'g', 3, percent);
  gchk_text_put(text, " %");
}

enum { MISTAKES = 6 };
static const char *const mistake_names[MISTAKES] = {"a 0.1 % error", "a 1 % error", "a 10 % error",
                                                    "a factor of 2", "a zero",      "a wrong sign"};
static const double enough = 0.9; // the share of elements from which on a mistake counts as one that shows

static bool shares_of(const gchk_tensor_result *tensor, double share[MISTAKES]) {
  const gchk_sensitivity *s = &tensor->sensitivity;
  const double shares[] = {s->tenth_percent, s->one_percent, s->ten_percent, s->factor_two, s->zero, s->sign};
  memcpy(share, shares, sizeof shares);
  return tensor->checked > 0 && !isnan(s->sign);
}

/* The smallest mistake that shows in enough elements; the coarsest where none does. */
static size_t smallest_mistake(const double share[MISTAKES]) {
  for (size_t i = 0; i < MISTAKES; i++)
    if (share[i] >= enough)
      return i;
  return MISTAKES - 1;
}

void gchk_put_sensitivity(gchk_text *text, const gchk_tensor_result *tensor) {
  double share[MISTAKES];
  if (!shares_of(tensor, share))
    return;
  size_t best = smallest_mistake(share);
  gchk_text_format(text, "this run would catch %s in ", mistake_names[best]);
  gchk_put_percent(text, share[best]);
  gchk_text_put(text, " of ");
  if (tensor->checked < tensor->total) {
    gchk_text_put(text, "the ");
    gchk_put_number_of(text, tensor->checked, "element");
    gchk_text_put(text, " of ");
  }
  gchk_text_put(text, tensor->name);
  if (tensor->checked < tensor->total)
    gchk_text_put(text, tensor->checked == 1 ? " that was checked" : " that were checked one by one");
}

/* Over the tensors that say what would have shown in them: in which it shows least, and how many elements that is. */
typedef struct least_shown {
  double share[MISTAKES];
  gchk_row where[MISTAKES];
  uint64_t checked, total;
} least_shown;

static void find_least(const gchk_result *result, least_shown *least) {
  *least = (least_shown){.checked = 0};
  for (size_t i = 0; i < result->case_count; i++)
    for (size_t k = 0; k < result->cases[i].tensor_count; k++) {
      const gchk_row row = {.owner = &result->cases[i], .tensor = &result->cases[i].tensors[k]};
      double share[MISTAKES];
      if (!shares_of(row.tensor, share) || row.tensor->verdict >= GCHK_FAIL)
        continue;
      least->checked += row.tensor->checked;
      least->total += row.tensor->total;
      for (size_t m = 0; m < MISTAKES; m++)
        if (!least->where[m].owner || share[m] < least->share[m]) {
          least->share[m] = share[m];
          least->where[m] = row;
        }
    }
}

void gchk_put_run_sensitivity(gchk_text *text, const gchk_result *result) {
  least_shown least;
  find_least(result, &least);
  if (!least.where[0].owner)
    return;
  const size_t best = smallest_mistake(least.share);
  const gchk_row *where = &least.where[best];
  const bool is_sampled = least.checked < least.total;
  if (is_sampled) {
    gchk_text_put(text, "Of the elements that were checked one by one (");
    gchk_text_grouped(text, least.checked);
    gchk_text_put(text, " of ");
    gchk_text_grouped(text, least.total);
    gchk_text_put(text, ") this");
  } else {
    gchk_text_put(text, "This");
  }
  gchk_text_format(text, " run would catch %s in ", mistake_names[best]);
  if (least.share[best] > 0) {
    gchk_text_put(text, least.share[best] < 1 ? "at least " : "");
    gchk_put_percent(text, least.share[best]);
    gchk_text_put(text, is_sampled ? " of those of every tensor" : " of every tensor");
    if (least.share[best] < 1)
      gchk_text_format(text, " (least: %s %s)", where->owner->name, where->tensor->name);
  } else {
    gchk_text_format(text, "none of %s %s", where->owner->name, where->tensor->name);
  }
  gchk_text_put(text, is_sampled ? "; an error elsewhere shows along random directions or not at all." : ".");
}

static void put_remark(gchk_text *text, size_t start, const char *what) {
  gchk_text_format(text, "%s%s", text->length > start ? ", " : "", what);
}

static void put_count_remark(gchk_text *text, size_t start, size_t count, const char *one, const char *many) {
  if (count == 0)
    return;
  put_remark(text, start, "");
  gchk_text_grouped(text, count);
  gchk_text_format(text, " %s", count == 1 ? one : many);
}

void gchk_put_zeros(gchk_text *text, const gchk_tensor_result *t) {
  size_t start = text->length;
  put_count_remark(text, start, t->elements.exact_zero, "exact zero", "exact zeros");
  put_count_remark(text, start, t->elements.flat, "flat", "flat");
  if (t->elements.flat > 0 && t->hidden > 0) {
    gchk_text_put(text, " (a slope of up to ");
    gchk_text_real(text, 'g', 3, t->hidden);
    gchk_text_put(text, " could hide)");
  }
  put_count_remark(text, start, t->elements.unresolved, "unresolved", "unresolved");
}

void gchk_put_true_error(gchk_text *text, const gchk_tensor_result *t) {
  if (!t->reference.present || isnan(t->reference.numeric_max_abs_diff))
    return;
  gchk_text_real(text, 'g', 3, t->reference.numeric_max_abs_diff);
  if (isnan(t->reference.covered))
    return;
  gchk_text_put(text, ", in ");
  gchk_put_percent(text, t->reference.covered);
  gchk_text_put(text, " within its bound");
}

void gchk_put_remarks(gchk_text *text, const gchk_row *row) {
  const gchk_tensor_result *t = row->tensor;
  size_t start = text->length;
  const bool is_waived = gchk_passes_wrong(t);
  // Single precision verifies few digits: how many says more than "passed".
  if (t->dtype == GCHK_F32 && t->verdict == GCHK_PASS && !isnan(t->digits)) {
    put_remark(text, start, "");
    gchk_text_real(text, 'f', 1, t->digits);
    gchk_text_put(text, " digits");
  }
  put_count_remark(text, start, t->elements.fail, is_waived ? "beyond its bound" : "bad",
                   is_waived ? "beyond their bounds" : "bad");
  if (is_waived && isnan(t->threshold)) {
    gchk_text_put(text, ", suppressed");
  } else if (is_waived) {
    gchk_text_put(text, ", waived by the threshold ");
    gchk_text_real(text, 'g', 3, t->threshold);
  } else if (t->verdict >= GCHK_FAIL && gchk_is_above_threshold(t)) {
    put_remark(text, start, "mean above its threshold ");
    gchk_text_real(text, 'g', 3, t->threshold);
  }
  put_count_remark(text, start, t->reference.present ? t->reference.fail : 0, "off its reference",
                   "off their reference");
  if (t->verdict == GCHK_PASS && t->elements.undecided > 0) {
    put_remark(text, start, "with ");
    gchk_text_grouped(text, t->elements.undecided);
    gchk_text_put(text, t->cancelled == t->elements.undecided ? " undecided, where terms cancel" : " undecided");
  } else if (!t->undecided.is_only_lack) // or the reason has the number
    put_count_remark(text, start, t->elements.undecided, "undecided", "undecided");
  put_count_remark(text, start, t->elements.kink, "kink", "kinks");
  put_count_remark(text, start, t->elements.flat, "flat", "flat");
  put_count_remark(text, start, t->elements.unresolved, "unresolved", "unresolved");
  if (t->elements.flat + t->elements.unresolved == 0) // an earlier result counts them together
    put_count_remark(text, start, t->elements.below_resolution, "below resolution", "below resolution");
  if (t->draw > 0)
    put_remark(text, start, "figures of the second upstream gradient");
  if (gchk_is_sampled(t)) {
    put_remark(text, start, "sampled: ");
    gchk_put_percent(text, t->sample_probability);
  }
  if (gchk_hides_signs(t))
    put_remark(text, start, "a wrong sign would not show in most of it");
  if (t->verdict >= GCHK_FAIL && gchk_failed_as_expected(row->owner))
    put_remark(text, start, "expected to fail");
  if (*t->reason)
    put_remark(text, start, t->reason);
}
