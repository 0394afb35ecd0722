/* What a file of JSON looks like, as JSON Schema. */
#ifndef GCHK_RESULT_SCHEMA_H
#define GCHK_RESULT_SCHEMA_H

#include "core/text.h"
#include "result/fields.h"

/* From a table of fields, in which all others hang: its schema with this "$id" and "title". */
void gchk_fields_schema(gchk_text *out, const gchk_fields *root, const char *id, const char *title);

#endif
