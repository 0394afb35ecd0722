/* What day it is. */
#ifndef GCHK_CORE_TODAY_H
#define GCHK_CORE_TODAY_H

#include <stdbool.h>

/* "2027-03-31", ten characters and the end. */
enum { GCHK_DATE = 11 };

/* In UTC; the environment's SOURCE_DATE_EPOCH, seconds since 1970, goes before the clock. "" where neither tells. */
void gchk_today(char date[GCHK_DATE]);

/* Is it a day of the calendar, as YYYY-MM-DD? Days so written are in the order of strcmp. */
bool gchk_is_date(const char *text);

#endif
