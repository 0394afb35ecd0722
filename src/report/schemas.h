/* The files of JSON that gradcheck writes, and the schemas in reports/ that describe them. */
#ifndef GCHK_REPORT_SCHEMAS_H
#define GCHK_REPORT_SCHEMAS_H

#include "result/fields.h"

typedef struct gchk_schema {
  const char *file, *id, *title;
  const gchk_fields *root;
} gchk_schema;

enum { GCHK_SCHEMAS = 2 };
extern const gchk_schema gchk_schemas[GCHK_SCHEMAS];

#endif
