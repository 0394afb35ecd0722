/* Right with an option at another value: the one that backward is written for, or one that chooses another branch. */
#include "diagnose/diagnose_option.h"

#include "evidence/blame_option.h"

static void report_branch(gchk_diagnosis *d, const gchk_option_spec *option, double value) {
  gchk_finding *finding = gchk_diagnosis_add(d, GCHK_CODE_WRONG_AT_OPTION, d->fail_count,
                                             "right with %s = %g, and wrong with %s = %g, though backward looks at it: "
                                             "the branch or the term that it chooses is wrong",
                                             option->name, option->initial, option->name, value);
  gchk_finding_text(&d->tensor->findings, finding, "option", "%s", option->name);
  gchk_finding_number(&d->tensor->findings, finding, "value", value);
  gchk_finding_number(&d->tensor->findings, finding, "right_at", option->initial);
}

static bool is_found(gchk_diagnosis *d, gchk_status status, const gchk_right_option *found) {
  d->is_out_of_memory = d->is_out_of_memory || status == GCHK_NO_MEMORY;
  return status == GCHK_OK && found->is_found;
}

bool gchk_diagnose_written_value(gchk_diagnosis *d) {
  gchk_right_option found;
  if (d->fail_count == 0 || !is_found(d, gchk_find_written_value(d->work, d->tensor, &found, NULL), &found))
    return false;
  gchk_report_ignored_option(d->tensor, &d->work->spec->layer->options[found.option],
                             d->work->instance->options[found.option], found.value);
  return true;
}

bool gchk_diagnose_option(gchk_diagnosis *d) {
  gchk_right_option found;
  if (d->fail_count == 0 || !is_found(d, gchk_find_right_option(d->work, d->tensor, &found, NULL), &found))
    return false;
  report_branch(d, &d->work->spec->layer->options[found.option], d->work->instance->options[found.option]);
  return true;
}
