/* Conditions on the values of a tensor. */
#include "values/value_condition.h"

#include <math.h>
#include <stdio.h>

typedef struct extremes {
  double low, high;
} extremes;

static extremes extremes_of(const gchk_tensor *t) {
  extremes e = {(double)INFINITY, -(double)INFINITY};
  for (size_t i = 0; i < t->count; i++) {
    const double x = gchk_tensor_get(t, t->value, i);
    e.low = fmin(e.low, x);
    e.high = fmax(e.high, x);
  }
  return e;
}

static bool meets(const gchk_value_condition *c, double x, const extremes *e) {
  switch (c->kind) {
  case GCHK_VALUE_POSITIVE:
    return x > 0;
  case GCHK_VALUE_NOT_ZERO:
    return x != 0;
  case GCHK_VALUE_ABOVE_ONE:
    return x > 1;
  case GCHK_SIZE_ABOVE_ONE:
    return fabs(x) > 1;
  case GCHK_VALUE_INSIDE:
    return e->low < x && x < e->high;
  case GCHK_VALUE_IS:
    return x == c->value;
  }
  return false;
}

void gchk_mark_condition(const gchk_value_condition *c, const gchk_instance *instance, bool *holds) {
  const gchk_tensor *t = &instance->t[c->tensor];
  const extremes e = extremes_of(t);
  for (size_t i = 0; i < t->count; i++)
    holds[i] = meets(c, gchk_tensor_get(t, t->value, i), &e) != c->is_negated;
}

const char *gchk_condition_name(const gchk_value_condition *c, const gchk_instance *instance, char *text, size_t size) {
  static const struct {
    const char *before, *holds, *not ;
  } words[] = {[GCHK_VALUE_POSITIVE] = {"", " > 0", " <= 0"},
               [GCHK_VALUE_NOT_ZERO] = {"", " is not 0", " = 0"},
               [GCHK_VALUE_ABOVE_ONE] = {"", " > 1", " <= 1"},
               [GCHK_SIZE_ABOVE_ONE] = {"|", "| > 1", "| <= 1"},
               [GCHK_VALUE_INSIDE] = {"", " is between its smallest and its largest value",
                                      " is at its smallest or its largest value"}};
  const char *name = instance->t[c->tensor].name;
  if (c->kind == GCHK_VALUE_IS)
    (void)snprintf(text, size, "%.40s %s %g", name, c->is_negated ? "is not" : "=", c->value);
  else
    (void)snprintf(text, size, "%s%.40s%s", words[c->kind].before, name,
                   c->is_negated ? words[c->kind].not : words[c->kind].holds);
  return text;
}

// The k-th of the values that an index has, in the order in which they come; false when there are fewer.
static bool nth_value(const gchk_tensor *t, size_t k, double *value) {
  enum { LOOKED_AT = 1024 };
  size_t seen = 0;
  for (size_t i = 0; i < t->count && i < LOOKED_AT; i++) {
    bool is_new = true;
    *value = gchk_tensor_get(t, t->value, i);
    for (size_t j = 0; j < i && is_new; j++)
      is_new = gchk_tensor_get(t, t->value, j) != *value;
    if (is_new && seen++ == k)
      return true;
  }
  return false;
}

bool gchk_condition_at(const gchk_instance *instance, size_t tensor, size_t k, gchk_value_condition *c) {
  enum { MOST_VALUES = 8 };
  const gchk_tensor *t = &instance->t[tensor];
  *c = (gchk_value_condition){.tensor = tensor, .kind = (gchk_condition_kind)(k / 2), .is_negated = k % 2 != 0};
  if (t->role != GCHK_INDEX)
    return c->kind < GCHK_VALUE_IS;
  c->kind = GCHK_VALUE_IS;
  return k / 2 < MOST_VALUES && nth_value(t, k / 2, &c->value);
}
