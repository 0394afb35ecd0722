/* Whether the parts of a result that was read fit each other: what every reader of it takes for granted. */
#ifndef GCHK_RESULT_CONSISTENT_H
#define GCHK_RESULT_CONSISTENT_H

#include "result/fields.h"

/*
 * A gchk_field_check of a whole result: complains of a summary that does not count its cases, of a pass beside
 * something that failed, of a run that is not complete and says 0, and of more or fewer cases than its shard has.
 */
void gchk_check_consistent(gchk_reader *reader, const json_t *value, const void *object, const void *outer);

#endif
