/* Which cause a tensor, or a case as a whole, belongs to. */
#ifndef GCHK_REPORT_CAUSE_INDEX_H
#define GCHK_REPORT_CAUSE_INDEX_H

#include "report/result_rows.h"

typedef struct gchk_cause_index {
  const gchk_result *of;
  const gchk_cause_member **members; /* by case: that of the case as a whole, then those of its tensors; NULL: none */
  const gchk_cause **causes;         /* the causes that these are of */
  size_t *first;                     /* where each case begins */
} gchk_cause_index;

/* False when out of memory; to be given back either way. */
bool gchk_cause_index_init(gchk_cause_index *index, const gchk_result *result) GCHK_MUST_USE;
void gchk_cause_index_deinit(gchk_cause_index *index);

/* The first cause that the row is a member of; NULL where it is of none. */
const gchk_cause *gchk_cause_of(const gchk_cause_index *index, const gchk_row *row);

/* Is it the member whose elements show the cause best? */
bool gchk_shows_cause(const gchk_cause_index *index, const gchk_row *row);

#endif
