/* Allocations that fail on demand. */
#include "memory/failing.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/arena.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *memory);
void *__real_gchk_arena_alloc(gchk_arena *arena, size_t count, size_t size);
void *__real_gchk_arena_copy(gchk_arena *arena, const void *data, size_t count, size_t size);
char *__real_gchk_arena_strdup(gchk_arena *arena, const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void __wrap_free(void *memory);
void *__wrap_gchk_arena_alloc(gchk_arena *arena, size_t count, size_t size);
void *__wrap_gchk_arena_copy(gchk_arena *arena, const void *data, size_t count, size_t size);
char *__wrap_gchk_arena_strdup(gchk_arena *arena, const char *text);
char *__wrap_gchk_arena_printf(gchk_arena *arena, const char *format, ...) GCHK_PRINTF(2, 3);

static failing_decision (*decide)(size_t n); // NULL: all are granted, and none is numbered
static failing_decision decided;
static size_t numbered;

// Blocks that live, by address: a hash table with linear probing, empty places NULL. Grows are not needed: a work is
// small.
enum { PLACES = 1 << 16 };
static void *places[PLACES];
static size_t live;

static size_t place_of(const void *memory) {
  return (size_t)((uintptr_t)memory >> 4) * 2654435761u % PLACES;
}

static void note(void *memory) {
  if (memory == NULL)
    return;
  if (live >= PLACES / 2)
    abort();
  size_t i = place_of(memory);
  while (places[i] != NULL)
    i = (i + 1) % PLACES;
  places[i] = memory;
  live++;
}

// What is not in the table came from a library. Blocks behind the gap move up, where the search for them passes it.
static void forget(const void *memory) {
  size_t i = place_of(memory);
  while (places[i] != NULL && places[i] != memory)
    i = (i + 1) % PLACES;
  if (memory == NULL || places[i] == NULL)
    return;
  live--;
  places[i] = NULL;
  for (size_t j = (i + 1) % PLACES; places[j] != NULL; j = (j + 1) % PLACES) {
    const size_t home = place_of(places[j]);
    if ((j + PLACES - home) % PLACES < (j + PLACES - i) % PLACES)
      continue;
    places[i] = places[j];
    places[j] = NULL;
    i = j;
  }
}

// Once an allocation was refused there is nothing more to decide.
static bool is_refused(void) {
  if (decide == NULL)
    return false;
  numbered++;
  if (decided != FAILING_GRANT)
    return decided == FAILING_REFUSE_ALL_AFTER;
  failing_decision (*asked)(size_t n) = decide;
  decide = NULL; // what it allocates itself, as libcheck does, is granted
  decided = asked(numbered);
  decide = asked;
  return decided != FAILING_GRANT;
}

void *__wrap_malloc(size_t size) {
  void *memory = is_refused() ? NULL : __real_malloc(size);
  note(memory);
  return memory;
}

void *__wrap_calloc(size_t count, size_t size) {
  void *memory = is_refused() ? NULL : __real_calloc(count, size);
  note(memory);
  return memory;
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
  void *memory = is_refused() ? NULL : __real_aligned_alloc(alignment, size);
  note(memory);
  return memory;
}

void *__wrap_realloc(void *memory, size_t size) {
  if (is_refused())
    return NULL;
  forget(memory);
  void *grown = __real_realloc(memory, size);
  note(grown != NULL ? grown : memory);
  return grown;
}

void __wrap_free(void *memory) {
  forget(memory);
  __real_free(memory);
}

// Refused by a size that no arena can give: the arena fails in its own way.
static void *refuse(gchk_arena *arena) {
  return __real_gchk_arena_alloc(arena, SIZE_MAX, SIZE_MAX);
}

void *__wrap_gchk_arena_alloc(gchk_arena *arena, size_t count, size_t size) {
  return is_refused() ? refuse(arena) : __real_gchk_arena_alloc(arena, count, size);
}

void *__wrap_gchk_arena_copy(gchk_arena *arena, const void *data, size_t count, size_t size) {
  return is_refused() ? refuse(arena) : __real_gchk_arena_copy(arena, data, count, size);
}

char *__wrap_gchk_arena_strdup(gchk_arena *arena, const char *text) {
  return text != NULL && is_refused() ? refuse(arena) : __real_gchk_arena_strdup(arena, text);
}

char *__wrap_gchk_arena_printf(gchk_arena *arena, const char *format, ...) {
  enum { MOST = 8192 };
  char text[MOST];
  va_list arguments;
  if (is_refused())
    return refuse(arena);
  va_start(arguments, format);
  const int length = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (length < 0 || length >= MOST)
    abort();
  return __real_gchk_arena_strdup(arena, text);
}

void failing_arm(failing_decision (*of)(size_t n)) {
  numbered = 0;
  decided = FAILING_GRANT;
  decide = of;
}

void failing_disarm(void) {
  decide = NULL;
}

size_t failing_count(void) {
  return numbered;
}

size_t failing_live(void) {
  return live;
}
