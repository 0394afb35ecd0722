/*
 * Evidence names the mistake (the output whose path is lost, the option that was ignored) or the place where it was
 * seen (an index, a count, the call). The table has the first kind, in the order in which findings are sorted;
 * texts are compared as they are.
 */
#include "summary/cause_key.h"

#include <math.h>
#include <string.h>

#include "result/finding_codes.h"

// Numbers of these keys are places: output 3.
static const char *const telling[] = {"output", "axis",     "order",  "other", "option",  "node",
                                      "found",  "expected", "read",   "right", "groups",  "reference",
                                      "cause",  "buffer",   "labels", "wrong", "document"};
enum { TELLING = sizeof telling / sizeof telling[0] };

bool gchk_finding_names(const gchk_finding *finding) {
  const gchk_code_doc *code = gchk_code_find(finding->code);
  return !finding->is_note && (code == NULL || code->says_where) && !gchk_finding_is(finding, GCHK_CODE_UNCLASSIFIED);
}

static const gchk_evidence *find(const gchk_finding *finding, const char *key) {
  for (size_t i = 0; finding != NULL && i < finding->evidence_count; i++)
    if (strcmp(finding->evidence[i].key, key) == 0)
      return &finding->evidence[i];
  return NULL;
}

const char *gchk_evidence_text(const gchk_finding *finding, const char *key) {
  const gchk_evidence *evidence = find(finding, key);
  return evidence != NULL ? evidence->text : NULL;
}

double gchk_evidence_number(const gchk_finding *finding, const char *key) {
  const gchk_evidence *evidence = find(finding, key);
  return evidence != NULL && evidence->text == NULL ? evidence->number : (double)NAN;
}

bool gchk_evidence_is_telling(const gchk_evidence *evidence) {
  for (size_t i = 0; i < TELLING; i++)
    if (strcmp(telling[i], evidence->key) == 0)
      return evidence->text != NULL;
  return false;
}

static int compare_texts(const char *a, const char *b) {
  if (a == NULL || b == NULL)
    return (a != NULL) - (b != NULL);
  return strcmp(a, b);
}

int gchk_cause_key_compare(const gchk_finding *a, const gchk_finding *b) {
  int order = compare_texts(a != NULL ? a->code : NULL, b != NULL ? b->code : NULL);
  for (size_t i = 0; i < TELLING && order == 0; i++)
    order = compare_texts(gchk_evidence_text(a, telling[i]), gchk_evidence_text(b, telling[i]));
  return order;
}
