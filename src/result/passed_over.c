/* Passing over cases that tell nothing more. */
#include "result/passed_over.h"

#include <math.h>
#include <string.h>

#include "result/crash_fields.h"

static const char told_already[] = "a shape of the layer's own fails already: it would tell nothing more";

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

bool gchk_is_told_already(const gchk_case_result *cases, size_t count, const gchk_case_result *c) {
  for (size_t i = 0; i < count && c->varied; i++)
    if (!cases[i].varied && cases[i].verdict >= GCHK_FAIL && are_of_one_layer(&cases[i], c))
      return true;
  return false;
}

void gchk_case_pass_over(gchk_case_result *c) {
  gchk_case_clear(c);
  c->verdict = GCHK_SKIPPED;
  c->reason = told_already;
}

bool gchk_is_passed_over(const gchk_case_result *c) {
  return c->varied && c->verdict == GCHK_SKIPPED && strcmp(c->reason, told_already) == 0;
}
