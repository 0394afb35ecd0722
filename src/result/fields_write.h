/* A struct as JSON, by its table. */
#ifndef GCHK_RESULT_FIELDS_WRITE_H
#define GCHK_RESULT_FIELDS_WRITE_H

#include "result/fields.h"

/* `key` is NULL for a document of its own. */
void gchk_fields_write(gchk_json *json, const char *key, const gchk_fields *fields, const void *object);

#endif
