/*
 * Numbers that are written down in a suite.
 *
 *     tax: 1.1                                     a number: for a scalar, or for every element
 *     x: [[1, 2], [3, 4]]                          a literal, of shape (2,2)
 */
#include "suite/suite_literal.h"

#include <math.h>

#include "core/memory.h"
#include "suite/number.h"

enum { MOST_NUMBERS = 1 << 24 };

/* The shape of nested lists, by their first items. */
static gchk_status literal_shape(const gchk_suite_reader *reader, const char *name, const gchk_yaml *node,
                                 gchk_shape *shape) {
  *shape = (gchk_shape){.rank = 0};
  for (; node->kind == GCHK_YAML_LIST; node = node->item[0]) {
    if (node->count == 0)
      return gchk_suite_fail(reader, node, "%s has an empty list in it; a list has at least one number", name);
    if (shape->rank == GCHK_MAX_RANK)
      return gchk_suite_fail(reader, node, "%s has lists nested more than %d deep; a tensor has at most that rank",
                             name, GCHK_MAX_RANK);
    shape->dim[shape->rank++] = node->count;
  }
  return GCHK_OK;
}

typedef struct literal {
  const gchk_suite_reader *reader;
  gchk_suite_value *value;
  double *values;
  size_t count;
} literal;

/* A number, which may be infinite: whether that will do is known with the tensor that it is for. */
static gchk_status read_one(const gchk_suite_reader *reader, const gchk_yaml *node, gchk_suite_value *value,
                            double *x) {
  if (node->kind != GCHK_YAML_SCALAR || !gchk_number_parse(node->text, x) || !isinf(*x))
    return gchk_suite_number(reader, node, value->name, x);
  if (value->infinite == NULL)
    value->infinite = node;
  return GCHK_OK;
}

static gchk_status read_list(literal *l, const gchk_yaml *list, size_t depth) {
  if (list->count != l->value->shape.dim[depth])
    return gchk_suite_fail(l->reader, list,
                           "%s is ragged: this list has %zu items, but the first of its kind has %zu; all "
                           "lists of one depth have the same length",
                           l->value->name, list->count, l->value->shape.dim[depth]);
  bool is_innermost = depth + 1 == l->value->shape.rank;
  for (size_t i = 0; i < list->count; i++) {
    const gchk_yaml *item = list->item[i];
    if (is_innermost)
      GCHK_TRY(read_one(l->reader, item, l->value, &l->values[l->count++]));
    else if (item->kind != GCHK_YAML_LIST)
      return gchk_suite_fail(l->reader, item,
                             "%s is ragged: a number stands beside lists; all items of a list are numbers, "
                             "or all are lists",
                             l->value->name);
    else
      GCHK_TRY(read_list(l, item, depth + 1));
  }
  return GCHK_OK;
}

static bool are_whole(const double *values, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (values[i] != floor(values[i]) || fabs(values[i]) > 2147483647)
      return false;
  return true;
}

gchk_status gchk_suite_read_literal(const gchk_suite_reader *reader, const gchk_yaml *node, gchk_suite_value *value) {
  size_t count = 0;
  GCHK_TRY(literal_shape(reader, value->name, node, &value->shape));
  if (gchk_shape_count(&value->shape, &count, NULL) != GCHK_OK || count > MOST_NUMBERS)
    return gchk_suite_fail(reader, node, "%s has more than %d numbers; put them into a file (npy, npz, csv or idx)",
                           value->name, (int)MOST_NUMBERS);
  literal l = {.reader = reader, .value = value};
  l.values = gchk_arena_alloc(reader->arena, count, sizeof(*l.values));
  if (l.values == NULL)
    return gchk_fail_memory(reader->error, value->name);
  GCHK_TRY(read_list(&l, node, 0));
  value->has_shape = true;
  value->fill = (gchk_fill){.kind = GCHK_FILL_VALUES, .values = l.values, .value_count = count};
  value->class = are_whole(l.values, count) ? GCHK_VALUE_ANY : GCHK_VALUE_REAL;
  return GCHK_OK;
}

gchk_status gchk_suite_read_number(const gchk_suite_reader *reader, const gchk_yaml *node, gchk_suite_value *value) {
  char text[64];
  double x = 0;
  if (node->kind != GCHK_YAML_SCALAR || !gchk_number_parse(node->text, &x))
    return gchk_suite_fail(reader, node, "%s is %s; a number, nested lists of numbers or a map is wanted", value->name,
                           gchk_yaml_describe(node, text, sizeof(text)));
  GCHK_TRY(read_one(reader, node, value, &x));
  double *copy = gchk_arena_copy(reader->arena, &x, 1, sizeof(x));
  if (copy == NULL)
    return gchk_fail_memory(reader->error, value->name);
  value->fill = (gchk_fill){.kind = GCHK_FILL_VALUES, .values = copy, .value_count = 1};
  value->class = are_whole(copy, 1) ? GCHK_VALUE_ANY : GCHK_VALUE_REAL;
  return GCHK_OK;
}
