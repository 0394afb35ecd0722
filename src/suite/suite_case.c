/* The values of a case. */
#include "suite/suite_case.h"

#include <string.h>

gchk_suite_value *gchk_suite_case_value(const gchk_suite_case *c, const char *name) {
  for (size_t i = 0; i < c->value_count; i++)
    if (strcmp(c->values[i].name, name) == 0)
      return &c->values[i];
  return NULL;
}
