/* The members of all causes by their place in the result. */
#include "report/cause_index.h"

#include <stdlib.h>

#include "core/memory.h"

bool gchk_cause_index_init(gchk_cause_index *index, const gchk_result *result) {
  size_t count = 0;
  *index = (gchk_cause_index){.of = result, .first = gchk_calloc(result->case_count + 1, sizeof *index->first)};
  for (size_t i = 0; i < result->case_count && index->first != NULL; i++) {
    index->first[i] = count;
    count += 1 + result->cases[i].tensor_count;
  }
  index->members = gchk_calloc(count + 1, sizeof *index->members);
  index->causes = gchk_calloc(count + 1, sizeof *index->causes);
  if (index->first == NULL || index->members == NULL || index->causes == NULL)
    return false;
  for (size_t i = 0; i < result->cause_count; i++)
    for (size_t k = 0; k < result->causes[i].member_count; k++) {
      const gchk_cause_member *m = &result->causes[i].members[k];
      const size_t at = index->first[m->case_index] + (*m->tensor != '\0' ? 1 + m->tensor_index : 0);
      if (index->causes[at] != NULL)
        continue;
      index->causes[at] = &result->causes[i];
      index->members[at] = m;
    }
  return true;
}

void gchk_cause_index_deinit(gchk_cause_index *index) {
  free(index->members);
  free(index->causes);
  free(index->first);
}

static size_t place_of(const gchk_cause_index *index, const gchk_row *row) {
  const size_t first = index->first[row->owner - index->of->cases];
  return row->tensor == NULL ? first : first + 1 + (size_t)(row->tensor - row->owner->tensors);
}

const gchk_cause *gchk_cause_of(const gchk_cause_index *index, const gchk_row *row) {
  return index->causes[place_of(index, row)];
}

bool gchk_shows_cause(const gchk_cause_index *index, const gchk_row *row) {
  const size_t at = place_of(index, row);
  const gchk_cause *cause = index->causes[at];
  return cause != NULL && index->members[at] == &cause->members[cause->shown];
}
