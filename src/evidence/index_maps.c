/* Maps from one index to another. */
#include "evidence/index_maps.h"

#include <stdio.h>
#include <string.h>

size_t gchk_map_index(const gchk_index_map *map, size_t h) {
  return map->is_remainder ? h % map->divisor : h / map->divisor;
}

// The same map by another size; NULL: there is none yet.
static gchk_index_map *find(gchk_index_map *maps, size_t count, const gchk_index_map *map) {
  for (size_t k = 0; k < count; k++)
    if (maps[k].divisor == map->divisor && maps[k].is_remainder == map->is_remainder)
      return &maps[k];
  return NULL;
}

size_t gchk_index_maps(const gchk_diagnosis *d, size_t size, gchk_index_map *maps, size_t most) {
  const gchk_sizes *sizes = &d->work->instance->sizes;
  size_t count = 0;
  // Sizes first, and then what they leave of the index's: R, and (28/R).
  for (size_t k = 0; k < 2 * sizes->count; k++) {
    const bool is_rest = k >= sizes->count;
    const gchk_size_binding *b = &sizes->binding[is_rest ? k - sizes->count : k];
    if (b->value == 0 || (is_rest && size % b->value != 0))
      continue;
    for (int is_remainder = 0; is_remainder < 2; is_remainder++) {
      gchk_index_map map = {.divisor = is_rest ? size / b->value : b->value, .is_remainder = is_remainder != 0};
      const char sign = map.is_remainder ? '%' : '/';
      gchk_index_map *same = find(maps, count, &map);
      // Of sizes that are equal here, it may be any.
      if (same != NULL && !is_rest) {
        const size_t used = strlen(same->name);
        (void)snprintf(same->name + used, sizeof same->name - used, " or %s", b->name);
      }
      if (map.divisor < 2 || map.divisor >= size || count == most || same != NULL)
        continue;
      if (is_rest)
        (void)snprintf(map.name, sizeof map.name, "%c (%zu/%s)", sign, size, b->name);
      else
        (void)snprintf(map.name, sizeof map.name, "%c %s", sign, b->name);
      maps[count++] = map;
    }
  }
  return count;
}
