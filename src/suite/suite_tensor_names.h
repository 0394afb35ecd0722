/* The tensors of a case's layer, by the names that a suite has for them. */
#ifndef GCHK_SUITE_SUITE_TENSOR_NAMES_H
#define GCHK_SUITE_SUITE_TENSOR_NAMES_H

#include "suite/suite_case.h"

/* Which tensors a key can name. */
typedef bool (*gchk_suite_accepts)(const gchk_tensor_spec *row);
bool gchk_suite_has_value(const gchk_tensor_spec *row);
bool gchk_suite_has_gradient(const gchk_tensor_spec *row);
bool gchk_suite_is_output(const gchk_tensor_spec *row);

/* The row called `name`, or as many as there are. `rows` are the layer's, with their indices. */
size_t gchk_suite_find_tensor(const gchk_suite_case *c, const gchk_name_table *rows, const char *name);

/* The row of the tensor that `key` names; refuses one that is not there or not accepted, and names the nearest. */
gchk_status gchk_suite_name_tensor(const gchk_suite_case *c, const gchk_name_table *rows, const gchk_yaml *key,
                                   const char *section, gchk_suite_accepts can_be, size_t *row) GCHK_MUST_USE;

#endif
