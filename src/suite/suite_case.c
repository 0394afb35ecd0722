/* The values of a case. */
#include "suite/suite_case.h"

gchk_suite_value *gchk_suite_case_value(const gchk_suite_case *c, const char *name) {
  size_t i;
  return gchk_name_table_find(&c->value_names, name, &i) ? &c->values[i] : NULL;
}

void gchk_suite_case_deinit(gchk_suite_case *c) {
  gchk_name_table_deinit(&c->value_names);
}
