/*
 * Searching for sizes: depth first over the names, each from its wish outward, the last changed first.
 *
 * A condition is looked at as soon as all its names have a size, so that one of a single name costs as many trials as
 * its size is far from the wish. Shapes are looked at like conditions.
 */
#include "exposure/size_search.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "instance/conditions.h"

enum { LARGEST = 4096, TRIALS = 60000 };

typedef struct search {
  const gchk_layer *layer;
  gchk_size_wish *wish;
  size_t count;
  gchk_condition conditions[GCHK_MAX_CONDITIONS];
  uint32_t needs[GCHK_MAX_CONDITIONS]; // a bit for each name of a condition
  size_t condition_count;
  gchk_sizes sizes; // of the names so far
  bool are_distinct;
  size_t trials; // that are left
} search;

typedef struct mask {
  const search *s;
  uint32_t bits;
} mask;

static void add_name(void *context, const char *name, bool is_list) {
  mask *m = context;
  (void)is_list;
  for (size_t i = 0; i < m->s->count; i++)
    if (strcmp(m->s->wish[i].name, name) == 0)
      m->bits |= UINT32_C(1) << i;
}

static bool read_conditions(search *s) {
  if (s->layer->sizes_require == NULL)
    return true;
  s->condition_count = gchk_conditions_split(s->layer->sizes_require, s->conditions);
  for (size_t k = 0; k < s->condition_count; k++) {
    const gchk_condition *c = &s->conditions[k];
    mask m = {s, 0};
    if (gchk_expression_scan(c->left, c->left_length, add_name, &m, NULL) != GCHK_OK ||
        gchk_expression_scan(c->right, c->right_length, add_name, &m, NULL) != GCHK_OK)
      return false;
    s->needs[k] = m.bits;
  }
  return true;
}

static void bind(search *s, size_t i, size_t value) {
  gchk_size_binding *b = &s->sizes.binding[i];
  *b = (gchk_size_binding){.value = value};
  (void)snprintf(b->name, sizeof b->name, "%s", s->wish[i].name);
  if (s->wish[i].is_pair) {
    b->is_list = true;
    b->dims = (gchk_shape){.rank = 2, .dim = {value, 2}};
    b->value = 2 * value;
  }
}

// Do the conditions hold that the i-th name completes?
static bool conditions_hold(const search *s, size_t i) {
  const uint32_t bound = i >= 31 ? UINT32_MAX : (UINT32_C(1) << (i + 1)) - 1, newest = UINT32_C(1) << i;
  for (size_t k = 0; k < s->condition_count; k++) {
    bool holds;
    if ((s->needs[k] & ~bound) != 0 || ((s->needs[k] & newest) == 0 && s->needs[k] != 0))
      continue;
    if (gchk_condition_holds(&s->conditions[k], &s->sizes, &holds, NULL) != GCHK_OK || !holds)
      return false;
  }
  return true;
}

static bool shapes_exist(const search *s) {
  gchk_shape shape;
  size_t count;
  for (size_t i = 0; i < s->layer->tensor_count; i++)
    if (gchk_sizes_shape(&s->sizes, s->layer->tensors[i].shape, &shape, NULL) != GCHK_OK ||
        gchk_shape_count(&shape, &count, NULL) != GCHK_OK)
      return false;
  return true;
}

static bool is_new(const search *s, size_t i, size_t value) {
  for (size_t k = 0; k < i && s->are_distinct; k++)
    if (s->wish[k].value == value)
      return false;
  return true;
}

static bool try_from(search *s, size_t i);

static bool try_value(search *s, size_t i, size_t value) {
  if (s->trials == 0)
    return false;
  s->trials--;
  bind(s, i, value);
  s->sizes.count = i + 1;
  const size_t wished = s->wish[i].value;
  s->wish[i].value = value;
  if (is_new(s, i, value) && conditions_hold(s, i) && try_from(s, i + 1))
    return true;
  s->wish[i].value = wished;
  return false;
}

// The names from the i-th on, those before it being settled.
static bool try_from(search *s, size_t i) {
  if (i == s->count)
    return shapes_exist(s);
  const size_t wished = s->wish[i].value;
  if (try_value(s, i, wished))
    return true;
  for (size_t far = 1; far < LARGEST && s->trials > 0; far++)
    if (try_value(s, i, wished + far) || (far < wished && try_value(s, i, wished - far)))
      return true;
  return false;
}

static bool try_the_same(search *s) {
  for (size_t value = s->count > 0 ? s->wish[0].value : 0; value > 0 && value < LARGEST && s->trials > 0; value++) {
    bool holds = true;
    s->trials--;
    s->sizes.count = 0;
    for (size_t i = 0; i < s->count && holds; i++) {
      bind(s, i, value);
      s->sizes.count = i + 1;
      holds = conditions_hold(s, i);
    }
    if (!holds || !shapes_exist(s))
      continue;
    for (size_t i = 0; i < s->count; i++)
      s->wish[i].value = value;
    return true;
  }
  return false;
}

bool gchk_search_sizes(const gchk_layer *layer, gchk_size_wish *wish, size_t count, gchk_size_liking liking) {
  search s = {.layer = layer, .wish = wish, .count = count};
  if (count > GCHK_MAX_SIZES || !read_conditions(&s))
    return false;
  s.trials = TRIALS;
  if (liking == GCHK_SIZES_ALL_THE_SAME && try_the_same(&s))
    return true;
  s.are_distinct = liking == GCHK_SIZES_DISTINCT;
  s.trials = TRIALS;
  if (s.are_distinct && try_from(&s, 0))
    return true;
  s.are_distinct = false;
  s.trials = TRIALS;
  return try_from(&s, 0);
}
