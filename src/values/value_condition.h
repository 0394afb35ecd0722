/* Conditions on the values of a tensor: what a branch, a mask or a clip looks at. */
#ifndef GCHK_VALUES_VALUE_CONDITION_H
#define GCHK_VALUES_VALUE_CONDITION_H

#include "instance/instance.h"

typedef enum gchk_condition_kind {
  GCHK_VALUE_NOT_ZERO,
  GCHK_VALUE_POSITIVE,
  GCHK_VALUE_ABOVE_ONE,
  GCHK_SIZE_ABOVE_ONE,
  GCHK_VALUE_INSIDE, /* neither the smallest nor the largest of its tensor */
  GCHK_VALUE_IS      /* this one, of an index */
} gchk_condition_kind;

typedef struct gchk_value_condition {
  size_t tensor; /* of the instance */
  gchk_condition_kind kind;
  double value;    /* of GCHK_VALUE_IS */
  bool is_negated; /* where it does not hold */
} gchk_value_condition;

/* For every element of the condition's tensor, in an instance of the same layer: does it hold? */
void gchk_mark_condition(const gchk_value_condition *c, const gchk_instance *instance, bool *holds);

/* "y > 0", "label = 3", "|x| <= 1". */
enum { GCHK_CONDITION_TEXT = 128 };
const char *gchk_condition_name(const gchk_value_condition *c, const gchk_instance *instance, char *text, size_t size);

/*
 * The k-th condition of a tensor, its opposite the next; false after the last. A real tensor has those of its kinds, an
 * index one for each of up to eight values that it has.
 */
bool gchk_condition_at(const gchk_instance *instance, size_t tensor, size_t k, gchk_value_condition *c);

#endif
