/* What a result's JSON looks like, as JSON Schema. */
#ifndef GCHK_RESULT_SCHEMA_H
#define GCHK_RESULT_SCHEMA_H

#include "core/text.h"

/* The text of reports/schema.json, from the tables of fields. */
void gchk_result_schema(gchk_text *out);

#endif
