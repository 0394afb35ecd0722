/* A hash table with open addressing, at most half full, by digests. */
#include "core/name_table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/digest.h"
#include "core/memory.h"

typedef struct gchk_seen_name {
  const char *name; // NULL: free
  size_t number;
  uint64_t hash;
} seen_name;

// Where the name is, or could be put.
static seen_name *slot_of(seen_name *slots, size_t capacity, uint64_t hash, const char *name) {
  size_t at = (size_t)hash & (capacity - 1);
  while (slots[at].name != NULL && (slots[at].hash != hash || strcmp(slots[at].name, name) != 0))
    at = (at + 1) & (capacity - 1);
  return &slots[at];
}

static bool grow(gchk_name_table *names) {
  const size_t capacity = names->capacity == 0 ? 64 : 2 * names->capacity;
  seen_name *slots = gchk_calloc(capacity, sizeof *slots);
  if (slots == NULL)
    return false;
  for (size_t i = 0; i < names->capacity; i++)
    if (names->slots[i].name != NULL)
      *slot_of(slots, capacity, names->slots[i].hash, names->slots[i].name) = names->slots[i];
  free(names->slots);
  names->slots = slots;
  names->capacity = capacity;
  return true;
}

bool gchk_name_table_add(gchk_name_table *names, const char *name, size_t number, size_t *first) {
  *first = number;
  if (names->count >= names->capacity / 2 && !grow(names))
    return false;
  const uint64_t hash = gchk_digest_of_name(name);
  seen_name *slot = slot_of(names->slots, names->capacity, hash, name);
  if (slot->name != NULL) {
    *first = slot->number;
    return true;
  }
  *slot = (seen_name){name, number, hash};
  names->count++;
  return true;
}

bool gchk_name_table_find(const gchk_name_table *names, const char *name, size_t *number) {
  if (names->count == 0)
    return false;
  const seen_name *slot = slot_of(names->slots, names->capacity, gchk_digest_of_name(name), name);
  if (slot->name == NULL)
    return false;
  *number = slot->number;
  return true;
}

bool gchk_name_table_put(gchk_name_table *names, const char *name, size_t number) {
  size_t first;
  if (!gchk_name_table_add(names, name, number, &first))
    return false;
  seen_name *slot = slot_of(names->slots, names->capacity, gchk_digest_of_name(name), name);
  slot->name = name;
  slot->number = number;
  return true;
}

void gchk_name_table_deinit(gchk_name_table *names) {
  free(names->slots);
  *names = (gchk_name_table){0};
}
