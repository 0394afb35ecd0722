/* The fields of a list of cases, for its schema. */
#ifndef GCHK_REPORT_CASE_LIST_H
#define GCHK_REPORT_CASE_LIST_H

#include "result/fields.h"

extern const gchk_fields gchk_listing_fields;

#endif
