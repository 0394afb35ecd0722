/* Cases that differ in their seeds alone have one name while they are checked: their values come from its stream. */
#include <string.h>

#include "core/arena.h"
#include "core/memory.h"
#include "gradcheck/check.h"

gchk_status gchk_result_label(gchk_result *result, const gchk_case *cases, const char *const *labels,
                              gchk_error *error) {
  bool is_other = false;
  for (size_t i = 0; i < result->case_count; i++) {
    gchk_case_result *c = &result->cases[i];
    if (strcmp(labels[c->index], cases[c->index].name) == 0)
      continue;
    is_other = true;
    c->name = gchk_arena_strdup(result->arena, labels[c->index]);
    if (c->name == NULL)
      return gchk_fail_memory(error, "the names of cases");
  }
  if (is_other) // causes name their cases
    gchk_result_summarise(result);
  return GCHK_OK;
}
