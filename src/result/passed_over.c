/* Passing over cases that tell nothing more. */
#include "result/passed_over.h"

#include <math.h>
#include <string.h>

#include "result/crash_fields.h"

static const char told_already[] = "a shape of the layer's own fails already: it would tell nothing more";
static const char hangs_already[] =
    "a shape of the layer's own hung, and one that gradcheck chose beside it: another would "
    "take as long and tell nothing more";

void gchk_case_clear(gchk_case_result *c) {
  *c = (gchk_case_result){
      .name = c->name,
      .verdict = GCHK_PASS,
      .dtype = c->dtype,
      .layer = c->layer,
      .file = c->file,
      .line = c->line,
      .target = c->target,
      .reason = "",
      .expected_failure = c->expected_failure,
      .auxiliary = c->auxiliary,
      .output = (double)NAN,
      .crash = gchk_no_crash,
      .index = c->index,
      .reach = {.why_not = ""},
      .varied = c->varied,
  };
}

// Cases of one layer may have copies of it, each with what it is compared with.
static bool are_of_one_layer(const gchk_case_result *a, const gchk_case_result *b) {
  return a->dtype == b->dtype && strcmp(a->target, b->target) == 0 && strcmp(a->layer, b->layer) == 0;
}

static bool is_hung(const gchk_case_result *c) {
  return c->verdict == GCHK_ERROR && c->crash.how != NULL && strcmp(c->crash.how, "timeout") == 0;
}

/*
 * A layer that hangs in its own shape may have hung once, as by a race: one more shape, the first that does so too,
 * tells. It comes before `c`, so that the same are left whatever ran side by side.
 */
static bool hangs_already_before(const gchk_case_result *cases, size_t count, const gchk_case_result *c) {
  bool hangs_itself = false, hangs_again = false;
  for (size_t i = 0; i < count && c->auxiliary; i++)
    if (is_hung(&cases[i]) && are_of_one_layer(&cases[i], c)) {
      hangs_itself = hangs_itself || !cases[i].auxiliary;
      hangs_again = hangs_again || (cases[i].auxiliary && &cases[i] < c);
    }
  return hangs_itself && hangs_again;
}

static bool fails_already(const gchk_case_result *cases, size_t count, const gchk_case_result *c) {
  for (size_t i = 0; i < count && c->varied; i++)
    if (!cases[i].varied && cases[i].verdict >= GCHK_FAIL && are_of_one_layer(&cases[i], c))
      return true;
  return false;
}

// Of a case of `cases`: why it tells nothing more, or NULL.
static const char *why_nothing_more(const gchk_case_result *cases, size_t count, const gchk_case_result *c) {
  return fails_already(cases, count, c) ? told_already : hangs_already_before(cases, count, c) ? hangs_already : NULL;
}

bool gchk_pass_over_if_told(const gchk_case_result *cases, size_t count, gchk_case_result *c) {
  const char *why = why_nothing_more(cases, count, c);
  if (why == NULL)
    return false;
  gchk_case_clear(c);
  c->verdict = GCHK_SKIPPED;
  c->reason = why;
  return true;
}

bool gchk_is_passed_over(const gchk_case_result *c) {
  return c->auxiliary && c->verdict == GCHK_SKIPPED &&
         (strcmp(c->reason, told_already) == 0 || strcmp(c->reason, hangs_already) == 0);
}
