/* The sentence about a whole run: what its verdict means. */
#include "report/sentence.h"

#include "report/words.h"
#include "result/finding_codes.h"

/* Failing tensors and elements of the cases that fail; what is waived or expected to fail does not count. */
static void count_wrong(const gchk_result *result, uint64_t *tensors, uint64_t *elements) {
  *tensors = *elements = 0;
  for (size_t i = 0; i < result->case_count; i++) {
    const gchk_case_result *c = &result->cases[i];
    for (size_t k = 0; k < c->tensor_count && c->verdict == GCHK_FAIL; k++)
      if (c->tensors[k].verdict >= GCHK_FAIL) {
        ++*tensors;
        *elements += c->tensors[k].elements.fail;
      }
  }
}

/* Is what was found about failing cases as a whole only that figures are not those of a reference or of the case? */
static bool is_off_alone(const gchk_result *result) {
  size_t judgements = 0;
  for (size_t i = 0; i < result->case_count; i++) {
    const gchk_case_result *c = &result->cases[i];
    for (size_t k = 0; k < c->finding_count && c->verdict == GCHK_FAIL; k++) {
      const gchk_code_doc *code = c->findings[k].is_note ? NULL : gchk_code_find(c->findings[k].code);
      if (code != NULL && code->kind == GCHK_CODE_IS_PROBE)
        return false;
      judgements += code != NULL && code->kind == GCHK_CODE_IS_JUDGEMENT;
    }
  }
  return judgements > 0;
}

static void put_failures(gchk_text *text, const gchk_result *result) {
  uint64_t tensors, elements;
  count_wrong(result, &tensors, &elements);
  gchk_text_grouped(text, result->summary.fail);
  gchk_text_put(text, " of ");
  gchk_put_number_of(text, result->summary.cases, "case");
  gchk_text_put(text, result->summary.fail == 1 ? " fails: " : " fail: ");
  if (elements > 0) {
    gchk_put_number_of(text, elements, "element");
    gchk_text_put(text, " of ");
    gchk_put_number_of(text, tensors, "tensor");
    gchk_text_put(text, elements == 1 ? " is wrong." : " are wrong.");
  } else if (tensors > 0) {
    gchk_put_number_of(text, tensors, "tensor");
    gchk_text_put(text, tensors == 1 ? " is above its threshold or off its reference."
                                     : " are above their thresholds or off their references.");
  } else if (is_off_alone(result)) {
    gchk_text_put(text, "the gradients are those of forward, but not all is what a reference or the case says.");
  } else
    gchk_text_put(text, "the gradients are right, but the contract between a layer and its caller is broken.");
}

static void put_wrong(gchk_text *text, const gchk_result *result) {
  const gchk_summary *s = &result->summary;
  if (s->fail > 0)
    put_failures(text, result);
  if (s->error > 0) {
    gchk_text_put(text, s->fail > 0 ? " " : "");
    gchk_put_number_of(text, s->error, "case");
    gchk_text_put(text, " could not be checked to the end: crashed, hung, or not finite.");
  }
  if (result->baseline.regression_count > 0) {
    gchk_text_put(text, s->fail + s->error > 0 ? " " : "");
    gchk_put_number_of(text, result->baseline.regression_count, "regression");
    gchk_text_put(text, " against the baseline.");
  }
}

static void put_unsettled(gchk_text *text, const gchk_summary *s) {
  gchk_text_put(text, "Nothing wrong was found, but ");
  if (s->inconclusive > 0) {
    gchk_put_number_of(text, s->inconclusive, "case");
    gchk_text_put(text, s->inconclusive == 1 ? " is inconclusive" : " are inconclusive");
  }
  if (s->skipped > 0) {
    gchk_text_put(text, s->inconclusive > 0 ? " and " : "");
    gchk_put_number_of(text, s->skipped, "case");
    gchk_text_put(text, s->skipped == 1 ? " was skipped" : " were skipped");
  }
  gchk_text_put(text, s->inconclusive + s->skipped > 0 ? ": that is not a pass." : "not everything could be judged.");
}

// What nothing is wrong means: agreement, mismatches that somebody allowed, or elements that nobody can tell of.
static void put_agreement(gchk_text *text, const gchk_summary *s) {
  if (s->elements_fail == 0 && s->elements_undecided > 0) {
    gchk_text_put(text, ", and agree with their central differences, but for ");
    gchk_put_number_of(text, s->elements_undecided, "undecided element");
    gchk_text_put(text, ".");
    return;
  }
  if (s->elements_fail == 0) {
    gchk_text_put(text, s->elements_checked == 1 ? ", and agrees with its central difference."
                                                 : ", and agree with their central differences.");
    return;
  }
  gchk_text_put(text, "; ");
  gchk_text_grouped(text, s->elements_fail);
  gchk_text_put(
      text, s->elements_fail == 1
                ? " differs by more than its error bound, as a threshold or an expected failure allows."
                : " differ by more than their error bounds, as thresholds, suppressions or expected failures allow.");
}

// Of this run, or of this shard of it; 0: not known.
static uint64_t count_asked(const gchk_config_result *c) {
  return c->cases < c->shard ? 0 : (c->cases - c->shard) / c->shards + 1;
}

void gchk_put_interruption(gchk_text *text, const gchk_result *result) {
  if (result->unwritten != NULL) {
    gchk_text_put(text, "Not all that was asked for could be written, so this is not a pass.");
    return;
  }
  const uint64_t asked = count_asked(&result->config);
  gchk_text_format(text, "The run %s when ", gchk_result_ending(result));
  if (asked > 0) {
    gchk_text_grouped(text, result->summary.cases);
    gchk_text_put(text, " of ");
  }
  gchk_put_number_of(text, asked > 0 ? asked : result->summary.cases, "case");
  gchk_text_put(text, " had finished; what came after was not checked, so this is not a pass.");
}

void gchk_put_sentence(gchk_text *text, const gchk_result *result) {
  const gchk_summary *s = &result->summary;
  const bool is_wrong = s->fail > 0 || s->error > 0 || result->baseline.regression_count > 0;
  if (!result->complete) {
    gchk_put_interruption(text, result);
    gchk_text_put(text, is_wrong ? " " : "");
  }
  if (is_wrong)
    put_wrong(text, result);
  else if (!result->complete)
    return;
  else if (s->elements_checked == 0 && s->inconclusive == 0)
    gchk_text_put(text, "Nothing was checked: not one element was differentiated, so this is not a pass.");
  else if (result->verdict == GCHK_INCONCLUSIVE)
    put_unsettled(text, s);
  else if (s->elements_checked < s->elements_total) {
    gchk_text_grouped(text, s->elements_checked);
    gchk_text_put(text, " of ");
    gchk_put_number_of(text, s->elements_total, "element");
    gchk_text_put(text, " were checked, as a sample");
    put_agreement(text, s);
  } else {
    gchk_text_put(text, s->elements_checked == 1 ? "The " : "All ");
    gchk_put_number_of(text, s->elements_checked, "element");
    gchk_text_put(text, s->elements_checked == 1 ? " was checked" : " were checked");
    put_agreement(text, s);
  }
}
