/* Names that have been seen, each with a number: finds the first of two equal ones in constant time. */
#ifndef GCHK_CORE_NAME_TABLE_H
#define GCHK_CORE_NAME_TABLE_H

#include <stdbool.h>
#include <stddef.h>

/* Begins as {0}. The names must outlive it. */
typedef struct gchk_name_table {
  struct gchk_seen_name *slots;
  size_t capacity, count;
} gchk_name_table;

/* False where there is no equal name; else *number is the one that it came with. */
bool gchk_name_table_find(const gchk_name_table *names, const char *name, size_t *number);

/* The name has this number from now on, whether it was there or not; false when out of memory. */
bool gchk_name_table_put(gchk_name_table *names, const char *name, size_t number);

/* *first is the number that an equal name came with, or `number` when there is none; false when out of memory. */
bool gchk_name_table_add(gchk_name_table *names, const char *name, size_t number, size_t *first);

void gchk_name_table_deinit(gchk_name_table *names);

#endif
