/* Cases that differ in their seeds alone have one name while they are checked: their values come from its stream. */
#include <string.h>

#include "core/arena.h"
#include "core/memory.h"
#include "core/text.h"
#include "gradcheck/check.h"

// What is not UTF-8 came back from the case's process in its visible form.
static bool are_alike(const char *a, const char *b) {
  gchk_text x = {0}, y = {0};
  gchk_text_visible(&x, a, GCHK_MARKUP_PLAIN);
  gchk_text_visible(&y, b, GCHK_MARKUP_PLAIN);
  const bool are_same =
      !x.failed && !y.failed && x.length == y.length && (x.length == 0 || memcmp(x.data, y.data, x.length) == 0);
  gchk_text_deinit(&x);
  gchk_text_deinit(&y);
  return are_same;
}

static bool is_of(const gchk_case_result *c, const gchk_case *spec) {
  return c->seed_added == spec->seed && c->dtype == spec->layer->dtype &&
         (strcmp(c->name, spec->name) == 0 || are_alike(c->name, spec->name)) &&
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
    if (are_alike(label, result->cases[i].name))
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
