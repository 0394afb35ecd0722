/* Cases that differ in their seeds alone have one name while they are checked: their values come from its stream. */
#include <string.h>

#include "core/arena.h"
#include "core/memory.h"
#include "gradcheck/check.h"

static bool is_of(const gchk_case_result *c, const gchk_case *spec) {
  return c->seed_added == spec->seed && c->dtype == spec->layer->dtype && strcmp(c->name, spec->name) == 0 &&
         strcmp(c->target, spec->target != NULL ? spec->target : "") == 0;
}

gchk_status gchk_result_label(gchk_result *result, const gchk_case *cases, const char *const *labels, size_t count,
                              gchk_error *error) {
  size_t next = 0; // an interruption leaves gaps, and no other order
  bool is_other = false;
  for (size_t i = 0; i < result->case_count; i++) {
    while (next < count && !is_of(&result->cases[i], &cases[next]))
      next++;
    if (next == count)
      return gchk_fail(error, GCHK_INVALID, "%s: is none of the cases that are labelled", result->cases[i].name);
    const char *label = labels[next++];
    if (strcmp(label, result->cases[i].name) == 0)
      continue;
    is_other = true;
    result->cases[i].name = gchk_arena_strdup(result->arena, label);
    if (result->cases[i].name == NULL)
      return gchk_fail_memory(error, "the names of cases");
  }
  if (is_other) // causes name their cases
    gchk_result_summarise(result);
  return GCHK_OK;
}
