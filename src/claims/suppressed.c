#include "claims/suppressed.h"

#include <string.h>

#include "core/memory.h"
#include "core/today.h"
#include "result/finding_codes.h"
#include "result/findings.h"

static const char *const example =
    "{.finding = \"stale-state\", .tensor = \"h\", .reason = \"issue 12\", .until = \"2027-03-31\"}";

static bool has_tensor(const gchk_layer *layer, const char *name) {
  for (size_t i = 0; i < layer->tensor_count; i++)
    if (strcmp(layer->tensors[i].name, name) == 0)
      return true;
  return false;
}

static bool is_blank(const char *text) {
  return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

gchk_status gchk_suppression_check(const gchk_suppression *s, const gchk_layer *layer, gchk_error *error) {
  if (is_blank(s->finding))
    return gchk_fail(error, GCHK_INVALID, "%s: a suppression has no finding; it looks like %s", layer->name, example);
  const gchk_code_doc *code = gchk_code_find(s->finding);
  if (code == NULL) {
    const gchk_code_doc *near = gchk_code_suggest(s->finding);
    return gchk_fail(error, GCHK_INVALID,
                     "%s: no finding to suppress is called %s%s%s; `gradcheck explain codes` lists "
                     "them",
                     layer->name, s->finding, near != NULL ? "; did you mean " : "", near != NULL ? near->name : "");
  }
  if (code->kind == GCHK_CODE_IS_JUDGEMENT)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: %s is a judgement of figures, thresholds or expectations and cannot be suppressed; change "
                     "what it judges by",
                     layer->name, s->finding);
  if (s->tensor != NULL && !has_tensor(layer, s->tensor))
    return gchk_fail(error, GCHK_INVALID, "%s: %s is to be suppressed for %s, but no tensor is called so", layer->name,
                     s->finding, s->tensor);
  if (is_blank(s->reason))
    return gchk_fail(error, GCHK_INVALID, "%s: the suppression of %s has no reason; it looks like %s", layer->name,
                     s->finding, example);
  if (s->until == NULL || !gchk_is_date(s->until))
    return gchk_fail(error, GCHK_INVALID,
                     "%s: the suppression of %s ends on \"%s\", which is no day; write the last day as YYYY-MM-DD",
                     layer->name, s->finding, s->until != NULL ? s->until : "");
  return GCHK_OK;
}

static gchk_status add(const gchk_case_work *work, const gchk_suppression *list, size_t count, const char *today,
                       gchk_case_result *result, gchk_error *error) {
  for (size_t i = 0; i < count; i++) {
    const gchk_suppression *s = &list[i];
    GCHK_TRY(gchk_suppression_check(s, work->spec->layer, error));
    gchk_suppression_result *to = &result->suppressions[result->suppression_count++];
    *to = (gchk_suppression_result){.finding = gchk_arena_strdup(work->arena, s->finding),
                                    .tensor = gchk_arena_strdup(work->arena, s->tensor != NULL ? s->tensor : ""),
                                    .reason = gchk_arena_strdup(work->arena, s->reason),
                                    .until = gchk_arena_strdup(work->arena, s->until),
                                    // Of a day that nobody knows it is not known either that it has not passed.
                                    .is_over = *today == '\0' || strcmp(today, s->until) > 0};
  }
  return gchk_arena_has_failed(work->arena) ? gchk_fail_memory(error, "suppressions") : GCHK_OK;
}

gchk_status gchk_read_suppressions(const gchk_case_work *work, gchk_case_result *result, gchk_error *error) {
  const gchk_case *spec = work->spec;
  size_t count = spec->layer->suppression_count;
  for (size_t i = 0; i < spec->setting_count; i++)
    count += spec->settings[i].suppression_count;
  if (count == 0)
    return GCHK_OK;
  char today[GCHK_DATE];
  gchk_today(today);
  result->suppressions = gchk_arena_alloc(work->arena, count, sizeof *result->suppressions);
  if (result->suppressions == NULL)
    return gchk_fail_memory(error, "suppressions");
  GCHK_TRY(add(work, spec->layer->suppressions, spec->layer->suppression_count, today, result, error));
  for (size_t i = 0; i < spec->setting_count; i++)
    GCHK_TRY(add(work, spec->settings[i].suppressions, spec->settings[i].suppression_count, today, result, error));
  return GCHK_OK;
}

// Of which tensor a finding of a case is said; NULL: of none.
static const char *subject_of(const gchk_finding *finding) {
  for (size_t i = 0; i < finding->evidence_count; i++)
    if (strcmp(finding->evidence[i].key, "tensor") == 0)
      return finding->evidence[i].text;
  return NULL;
}

static bool is_meant(const gchk_suppression_result *s, const gchk_finding *finding, const char *tensor) {
  const char *subject = tensor != NULL ? tensor : subject_of(finding);
  return strcmp(s->finding, finding->code) == 0 &&
         (*s->tensor == '\0' || (subject != NULL && strcmp(s->tensor, subject) == 0));
}

// What is no mistake of its own but says where the others begin.
static bool follows_others(const gchk_finding *finding) {
  const gchk_code_doc *code = gchk_code_find(finding->code);
  return code != NULL && code->kind == GCHK_CODE_IS_JUDGEMENT && code->is_waivable;
}

bool gchk_suppress(gchk_finding_list *findings, const char *tensor, gchk_case_result *result) {
  size_t suppressed = 0, left = 0;
  for (size_t k = 0; k < findings->count; k++) {
    gchk_finding *finding = &findings->findings[k];
    if (finding->is_note || follows_others(finding))
      continue;
    for (size_t i = 0; i < result->suppression_count; i++) {
      gchk_suppression_result *s = &result->suppressions[i];
      if (!is_meant(s, finding, tensor))
        continue;
      s->count++;
      finding->is_note = finding->is_note || !s->is_over;
    }
    suppressed += finding->is_note;
    left += !finding->is_note;
  }
  const bool is_suppressed = suppressed > 0 && left == 0;
  for (size_t k = 0; k < findings->count; k++)
    if (is_suppressed && follows_others(&findings->findings[k]))
      findings->findings[k].is_note = true;
  return is_suppressed;
}
