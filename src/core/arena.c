/*
 * An arena: blocks in a list, each twice as large as the one before up to some size, and what is long by itself; all is
 * given back together.
 */
#include "core/arena.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/memory.h"
#include "core/unknown_numbers.h"

typedef struct block {
  struct block *next;
  size_t used, size;
  max_align_t data[];
} block;

/* Memory that was made elsewhere. */
typedef struct foreign {
  struct foreign *next;
  void *memory;
  size_t mapped; // bytes of a mapping; 0: from malloc
} foreign;

struct gchk_arena {
  block *first;
  foreign *foreign; // in the blocks
  bool has_failed;
};

enum {
  FIRST_BLOCK = 4096,
  LARGEST_BLOCK = 1 << 20,
  LONG = 1 << 15,       // bytes that are worth an entry of their own, and of which no block would be full
  LONG_ARRAY = 1 << 20, // numbers
};

gchk_arena *gchk_arena_new(void) {
  return calloc(1, sizeof(gchk_arena));
}

void gchk_arena_free(gchk_arena *arena) {
  if (arena == NULL)
    return;
  for (const foreign *f = arena->foreign; f != NULL; f = f->next) {
    if (f->mapped > 0)
      (void)munmap(f->memory, f->mapped);
    else
      free(f->memory);
  }
  for (block *b = arena->first; b != NULL;) {
    block *next = b->next;
    free(b);
    b = next;
  }
  free(arena);
}

static block *add_block(gchk_arena *arena, size_t bytes) {
  size_t size = arena->first == NULL                      ? FIRST_BLOCK
                : arena->first->size <= LARGEST_BLOCK / 2 ? 2 * arena->first->size
                                                          : LARGEST_BLOCK;
  if (size < bytes)
    size = bytes;
  block *b = calloc(1, sizeof(block) + size);
  if (b == NULL)
    return NULL;
  b->size = size;
  b->next = arena->first;
  arena->first = b;
  return b;
}

/* Of a block, for what is short. */
static void *take(gchk_arena *arena, size_t bytes) {
  const size_t unit = sizeof(max_align_t);
  bytes = bytes == 0 ? unit : (bytes + unit - 1) / unit * unit;
  block *b = arena->first;
  if (b == NULL || b->size - b->used < bytes)
    b = add_block(arena, bytes);
  if (b == NULL)
    return NULL;
  void *data = (unsigned char *)b->data + b->used;
  b->used += bytes;
  return data;
}

static bool is_long(size_t count, size_t size) {
  return size > 0 && count >= LONG / size;
}

/* NULL: there was no memory for it. */
static void *take_long(gchk_arena *arena, void *memory) {
  arena->has_failed = arena->has_failed || memory == NULL;
  return memory == NULL ? NULL : gchk_arena_adopt(arena, memory);
}

void *gchk_arena_alloc(gchk_arena *arena, size_t count, size_t size) {
  if (is_long(count, size))
    return take_long(arena, gchk_calloc(count, size));
  void *data = take(arena, count * size);
  arena->has_failed = arena->has_failed || data == NULL;
  return data;
}

bool gchk_arena_has_failed(const gchk_arena *arena) {
  return arena->has_failed;
}

void *gchk_arena_copy(gchk_arena *arena, const void *data, size_t count, size_t size) {
  void *copy = gchk_arena_unset(arena, count, size); // all of it is written
  if (copy != NULL && count > 0)
    memcpy(copy, data, count * size);
  return copy;
}

/* The memory, which goes with the arena from now on; NULL when out of memory, and nothing is done with it. */
static void *keep(gchk_arena *arena, foreign made) {
  foreign *entry = gchk_arena_alloc(arena, 1, sizeof *entry);
  if (entry == NULL)
    return NULL;
  *entry = made;
  entry->next = arena->foreign;
  arena->foreign = entry;
  return made.memory;
}

void *gchk_arena_adopt(gchk_arena *arena, void *memory) {
  void *kept = keep(arena, (foreign){.memory = memory});
  if (kept == NULL)
    free(memory);
  return kept;
}

void *gchk_arena_unset(gchk_arena *arena, size_t count, size_t size) {
  return is_long(count, size) ? take_long(arena, gchk_malloc(count, size)) : gchk_arena_alloc(arena, count, size);
}

/* NULL where there is no such memory. */
static double *map_unknown(gchk_arena *arena, size_t count) {
  size_t bytes;
  double *numbers = gchk_map_unknown(count, &bytes);
  if (numbers == NULL)
    return NULL;
  double *kept = keep(arena, (foreign){.memory = numbers, .mapped = bytes});
  if (kept == NULL)
    (void)munmap(numbers, bytes);
  return kept;
}

double *gchk_arena_unknown(gchk_arena *arena, size_t count) {
  double *numbers = count >= LONG_ARRAY ? map_unknown(arena, count) : NULL;
  if (numbers != NULL)
    return numbers;
  numbers = gchk_arena_unset(arena, count, sizeof *numbers);
  for (size_t i = 0; numbers != NULL && i < count; i++)
    numbers[i] = (double)NAN;
  return numbers;
}

void *gchk_arena_append(gchk_arena *arena, void *array, size_t count, size_t size) {
  if (count > 0 && (count & (count - 1)) != 0)
    return array;
  void *grown = gchk_arena_alloc(arena, count == 0 ? 1 : 2 * count, size);
  if (grown != NULL && count > 0)
    memcpy(grown, array, count * size);
  return grown;
}

char *gchk_arena_strdup(gchk_arena *arena, const char *text) {
  return text == NULL ? NULL : gchk_arena_copy(arena, text, strlen(text) + 1, 1);
}

static char *print_into(gchk_arena *arena, const char *format, va_list arguments) GCHK_PRINTF(2, 0);
static char *print_into(gchk_arena *arena, const char *format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  int length = vsnprintf(NULL, 0, format, arguments);
  char *text = length < 0 ? NULL : gchk_arena_alloc(arena, (size_t)length + 1, 1);
  if (text != NULL)
    (void)vsnprintf(text, (size_t)length + 1, format, again);
  va_end(again);
  return text;
}

char *gchk_arena_printf(gchk_arena *arena, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *text = print_into(arena, format, arguments);
  va_end(arguments);
  return text;
}
