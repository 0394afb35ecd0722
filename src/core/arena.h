/* An arena: memory that is given back all at once. What a result or a suite holds lives in one. */
#ifndef GCHK_CORE_ARENA_H
#define GCHK_CORE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "gradcheck/status.h"

typedef struct gchk_arena gchk_arena;

gchk_arena *gchk_arena_new(void); /* NULL when out of memory */
void gchk_arena_free(gchk_arena *arena);

/* `count` zeroed objects of `size` bytes, aligned for any type; NULL when out of memory or the product overflows. */
void *gchk_arena_alloc(gchk_arena *arena, size_t count, size_t size) GCHK_MUST_USE;
/* The same, not set where it is long: for what is written before it is read. */
void *gchk_arena_unset(gchk_arena *arena, size_t count, size_t size) GCHK_MUST_USE;
/* `count` numbers that are all NaN; of many, those that stay so cost no memory. NULL when out of memory. */
double *gchk_arena_unknown(gchk_arena *arena, size_t count) GCHK_MUST_USE;
void *gchk_arena_copy(gchk_arena *arena, const void *data, size_t count, size_t size) GCHK_MUST_USE;
/* Memory of malloc, to be freed with the arena. NULL when out of memory; it is freed then. */
void *gchk_arena_adopt(gchk_arena *arena, void *memory) GCHK_MUST_USE;

/*
 * An array of `count` objects that grows by one at a time in this way alone, with room for one more: the array itself,
 * or twice as much where the count is a power of two. NULL when out of memory.
 */
void *gchk_arena_append(gchk_arena *arena, void *array, size_t count, size_t size) GCHK_MUST_USE;
char *gchk_arena_strdup(gchk_arena *arena, const char *text) GCHK_MUST_USE; /* NULL stays NULL */
char *gchk_arena_printf(gchk_arena *arena, const char *format, ...) GCHK_PRINTF(2, 3) GCHK_MUST_USE;

/*
 * Was anything asked for that could not be given, since the arena is new? Who fills a result looks once, at its end, in
 * place of looking at every text that is copied into it.
 */
bool gchk_arena_has_failed(const gchk_arena *arena) GCHK_MUST_USE;

#endif
