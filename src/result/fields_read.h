/* A struct from JSON, by its table. */
#ifndef GCHK_RESULT_FIELDS_READ_H
#define GCHK_RESULT_FIELDS_READ_H

#include "result/fields.h"

/* Fills `object`, which is zeroed or holds what is to stay where null is read. All memory is the reader's arena's. */
void gchk_fields_read(gchk_reader *reader, const json_t *value, const gchk_fields *fields, void *object);

#endif
