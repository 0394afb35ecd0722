/*
 * Every class of mistake is caught, every right twin, negative control and convention passes.
 *
 * A wrong layer without a name has a reason. Prints the table: class, layer, verdict, what caught it (a probe of the
 * contract, the comparison of gradients, or only some of the shape cases), and the finding.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "classes.h"
#include "gradcheck/gradcheck.h"
#include "main.h"

static const char *const bug_classes[] = {
    "OVERWRITE", "INDEX", "WRONG_TENSOR", "SINGULAR", "BROADCAST", "UNZEROED",   "MISSING_TERM",  "ZERO", "BATCH",
    "WINDOW",    "STALE", "WRONG_DERIV",  "ALIAS",    "CONST",     "LAYOUT",     "DOUT_IGNORED",  "MODE", "SIGN",
    "SCATTER",   "TIES",  "PRECISION",    "NONDET",   "STRIDE",    "NORMALISER", "PARAM_MISMATCH"};
enum { CLASSES = sizeof bug_classes / sizeof bug_classes[0], LISTED = 512 };

static bool is_listed(const char *list, const char *code) {
  size_t length = strlen(code);
  for (const char *at = list; at != NULL && (at = strstr(at, code)) != NULL; at++)
    if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
      return true;
  return false;
}

/* What a run found: codes of probes and of comparisons, whether one fits, and how many cases failed. */
typedef struct outcome {
  gchk_verdict verdict;
  char probes[LISTED], comparison[LISTED];
  bool fits, is_known; /* is_known: every code is in the table of codes */
  size_t cases, failed;
} outcome;

static void note(outcome *o, char *list, const class_row *row, const gchk_finding *f) {
  if (f->is_note)
    return;
  o->fits = o->fits || (row->codes != NULL && is_listed(row->codes, f->code));
  o->is_known = o->is_known && gchk_code_find(f->code) != NULL;
  size_t used = strlen(list);
  if (!is_listed(list, f->code))
    (void)snprintf(list + used, LISTED - used, "%s%s", used == 0 ? "" : " ", f->code);
}

static outcome run(const class_row *row) {
  outcome o = {.is_known = true};
  gchk_options options = GCHK_OPTIONS_INIT;
  gchk_result *result = NULL;
  gchk_error error;
  ck_assert_msg(gchk_check_layer(row->layer, &options, &result, &error) == GCHK_OK, "%s: %s", row->layer->name,
                error.message);
  o.verdict = result->verdict;
  o.cases = result->case_count;
  for (size_t c = 0; c < result->case_count; c++) {
    const gchk_case_result *one = &result->cases[c];
    o.failed += one->verdict >= GCHK_FAIL;
    for (size_t f = 0; f < one->finding_count; f++)
      note(&o, o.probes, row, &one->findings[f]);
    for (size_t t = 0; t < one->tensor_count; t++)
      for (size_t f = 0; f < one->tensors[t].finding_count; f++)
        note(&o, o.comparison, row, &one->tensors[t].findings[f]);
  }
  gchk_result_free(result);
  return o;
}

static const char *caught_by(const outcome *o) {
  if (o->probes[0] == '\0' && o->comparison[0] == '\0')
    return "-";
  if (o->failed < o->cases && o->failed > 0)
    return "shapes";
  return o->comparison[0] == '\0' ? "probe" : o->probes[0] == '\0' ? "comparison" : "both";
}

static void print_row(const class_row *row, const outcome *o) {
  printf("%-14s  %-46.46s  %-12s  %-10s  %s%s%s\n", row->bug_class, row->layer->name, gchk_verdict_name(o->verdict),
         caught_by(o), o->probes, o->probes[0] != '\0' && o->comparison[0] != '\0' ? " " : "", o->comparison);
}

static bool is_as_expected(const class_row *row, const outcome *o) {
  if (row->expected == MUST_PASS)
    return o->verdict == GCHK_PASS && o->probes[0] == '\0' && o->comparison[0] == '\0';
  return (o->verdict == GCHK_FAIL || o->verdict == GCHK_ERROR) && o->fits && o->is_known;
}

/* Wrong layers that may be left without a name, each with the reason why arrays of gradients do not tell it. */
static const struct {
  const char *layer, *reason;
} nameless[] = {
    {"recurrent, h_t for h_(t-1)",
     "a state of another step in one factor of a sum over steps: no tensor holds it alone"},
    {"training step, new weights carry the error back",
     "a scalar loss: no contribution of an output can be asked alone"},
    {"training step, 1-y for 1-y^2", "the hidden values are the layer's own, and the loss is one number"},
    {"quantise, dw = dy x where it is dy q", "right for the surrogate of x, which is in the place of q in differences"},
    {"sums of groups, i % G for i / (C/G)", "sums of other elements: many ways to choose them give the same sums"},
    {"silu in place, the overwritten x read in backward", "y for one of two uses of x: no point has that gradient"},
    {"rotary in place, overwritten too early in backward", "half of a pair is new and half old: two rotations at once"},
    {"rnn, a call a step, the last step's cache for all", "a state of another step in one factor of a sum over steps"},
    {"rnn, a call a step, du overwritten by every step", "what the last step computes has gone through the others"},
};

static bool has_reason(const char *layer) {
  for (size_t k = 0; k < sizeof nameless / sizeof nameless[0]; k++)
    if (strcmp(layer, nameless[k].layer) == 0 && nameless[k].reason[0] != '\0')
      return true;
  return false;
}

static bool is_without_name(const outcome *o) {
  return o->probes[0] == '\0' && strcmp(o->comparison, "unclassified") == 0;
}

START_TEST(every_layer_is_judged_as_it_is) {
  size_t unexpected = 0;
  printf("%-14s  %-46s  %-12s  %-10s  %s\n", "class", "layer", "verdict", "caught by", "findings");
  for (size_t i = 0; i < class_row_count; i++) {
    outcome o = run(&class_rows[i]);
    print_row(&class_rows[i], &o);
    if (is_without_name(&o) && !has_reason(class_rows[i].layer->name)) {
      unexpected++;
      printf("^^^ unexpected: no name, and no reason why\n");
    }
    if (is_as_expected(&class_rows[i], &o))
      continue;
    unexpected++;
    printf("^^^ unexpected: wanted %s\n",
           class_rows[i].expected == MUST_PASS ? "a pass without findings" : class_rows[i].codes);
  }
  ck_assert_msg(unexpected == 0, "%zu of %zu layers were judged otherwise than they are", unexpected, class_row_count);
}
END_TEST

START_TEST(every_class_has_a_wrong_layer) {
  for (size_t k = 0; k < CLASSES; k++) {
    size_t count = 0;
    for (size_t i = 0; i < class_row_count; i++)
      count += strcmp(class_rows[i].bug_class, bug_classes[k]) == 0 && class_rows[i].expected != MUST_PASS;
    ck_assert_msg(count > 0, "no wrong layer of class %s", bug_classes[k]);
  }
}
END_TEST

static TCase *classes(void) {
  TCase *tc = tcase_create("classes");
  tcase_set_timeout(tc, 300);
  tcase_add_test(tc, every_layer_is_judged_as_it_is);
  tcase_add_test(tc, every_class_has_a_wrong_layer);
  return tc;
}

TEST_MAIN("classes", classes)
