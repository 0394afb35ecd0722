/* One row a file of JSON. */
#include "report/schemas.h"

#include "report/case_list.h"
#include "result/result_fields.h"

const gchk_schema gchk_schemas[GCHK_SCHEMAS] = {
    {"schema.json", "urn:gradcheck:result:2", "gradcheck result", &gchk_result_fields},
    {"list-schema.json", "urn:gradcheck:list:1", "gradcheck list", &gchk_listing_fields},
};
