/* Ranks within classes, sorted by counting. */
#include "pattern/group_order.h"

#include "core/memory.h"

static const size_t unwanted = SIZE_MAX;

/* The group of each wanted element of the phase, `first` being that of the first ones; returns how many groups. */
static size_t number_groups(const gchk_pattern *p, size_t first, size_t *group) {
  size_t most = 0;
  for (size_t k = 0; k < p->class_count; k++) {
    size_t of_class = 0;
    for (size_t i = p->element_start[k]; i < p->element_start[k + 1]; i++)
      if (group[p->elements[i]] != unwanted)
        group[p->elements[i]] = first + of_class++;
    most = of_class > most ? of_class : most;
  }
  return most;
}

/* start[g + 1] is the next place of group g on the way, and start[g] where it begins afterwards. */
static void sort(const size_t *group, size_t count, gchk_group_order *order) {
  for (size_t e = 0; e < count; e++)
    if (group[e] != unwanted && group[e] + 2 <= order->count)
      order->start[group[e] + 2]++;
  for (size_t g = 2; g <= order->count; g++)
    order->start[g] += order->start[g - 1];
  for (size_t e = 0; e < count; e++)
    if (group[e] != unwanted)
      order->elements[order->start[group[e] + 1]++] = e;
}

gchk_status gchk_order_by_group(gchk_pattern *pattern, gchk_arena *arena, const size_t *elements, size_t count,
                                gchk_group_order *order, gchk_error *error) {
  const size_t all = pattern->t->count;
  size_t *group = gchk_arena_alloc(arena, all, sizeof *group);
  *order = (gchk_group_order){.elements = gchk_arena_alloc(arena, count, sizeof *order->elements)};
  if (group == NULL || order->elements == NULL)
    return gchk_fail_memory(error, "groups of elements");
  for (size_t e = 0; e < all; e++)
    group[e] = unwanted;
  for (size_t i = 0; i < count; i++)
    group[elements[i]] = 0;
  for (size_t phase = 0; phase < pattern->phase_count; phase++) {
    gchk_pattern_set_phase(pattern, phase);
    order->count += number_groups(pattern, order->count, group);
  }
  order->start = gchk_arena_alloc(arena, order->count + 1, sizeof *order->start);
  if (order->start == NULL)
    return gchk_fail_memory(error, "groups of elements");
  sort(group, all, order);
  return GCHK_OK;
}
