/* Where a cause is seen, in a few words: tensors, cases, precisions. */
#include "summary/where.h"

#include <string.h>

#include "core/arena.h"

enum { MOST_TENSORS = 12 };

// The text with more behind it; as it was where memory is out, which the arena notes.
static const char *append(gchk_result *result, const char *text, const char *between, const char *more) {
  const char *longer = gchk_arena_printf(result->arena, "%s%s%s", text, *text != '\0' ? between : "", more);
  return longer != NULL ? longer : text;
}

// Tensors are few kinds, whatever the number of cases: the same names in each.
static const char *name_tensors(gchk_result *result, const gchk_cause *cause) {
  const char *shown[MOST_TENSORS], *text = "";
  size_t count = 0;
  for (size_t i = 0; i < cause->member_count; i++) {
    const char *name = cause->members[i].tensor;
    size_t k = 0;
    while (k < count && strcmp(shown[k], name) != 0)
      k++;
    if (*name == '\0' || k < count)
      continue;
    if (count == MOST_TENSORS)
      return append(result, text, ", ", "...");
    text = append(result, text, ", ", name);
    shown[count++] = name;
  }
  return text;
}

// Members are in the order of the run, so those of one case are neighbours.
static size_t cases_of(const gchk_cause *cause) {
  size_t count = 0;
  for (size_t i = 0; i < cause->member_count; i++)
    count += i == 0 || cause->members[i].case_index != cause->members[i - 1].case_index;
  return count;
}

static bool is_of_layer(const gchk_result *result, const gchk_cause *cause, size_t index) {
  const gchk_case_result *first = &result->cases[cause->members[0].case_index], *c = &result->cases[index];
  return strcmp(c->layer, first->layer) == 0 && strcmp(c->target, first->target) == 0;
}

static bool are_of_one_dtype(const gchk_result *result, const gchk_cause *cause) {
  for (size_t i = 1; i < cause->member_count; i++)
    if (result->cases[cause->members[i].case_index].dtype != result->cases[cause->members[0].case_index].dtype)
      return false;
  return true;
}

const char *gchk_cause_where(gchk_result *result, const gchk_cause *cause) {
  size_t cases = 0;
  if (cause->member_count == 0)
    return "";
  for (size_t i = 0; i < result->case_count; i++)
    cases += is_of_layer(result, cause, i);
  const char *text = name_tensors(result, cause);
  if (cases > 1) {
    const char *share = gchk_arena_printf(result->arena, "%zu of %zu cases", cases_of(cause), cases);
    text = append(result, text, "; ", share != NULL ? share : "");
  }
  return are_of_one_dtype(result, cause) ? text : append(result, text, ", ", "f64 and f32");
}
