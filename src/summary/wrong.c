/* What is wrong in a case, and what is wrong as it was expected to be. */
#include "summary/wrong.h"

bool gchk_failed_as_expected(const gchk_case_result *c) {
  return c->expected_failure != NULL && c->verdict == GCHK_PASS;
}

bool gchk_is_wrong_as_a_whole(const gchk_case_result *c) {
  if (c->verdict == GCHK_ERROR)
    return true;
  if (c->verdict != GCHK_FAIL)
    return false;
  for (size_t i = 0; i < c->finding_count; i++)
    if (!c->findings[i].is_note)
      return true;
  for (size_t k = 0; k < c->tensor_count; k++)
    if (c->tensors[k].verdict >= GCHK_FAIL)
      return false;
  return true;
}
