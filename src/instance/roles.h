/* Predicates of roles: which tensors of a table the caller fills. A layer's own declarations are not looked at. */
#ifndef GCHK_INSTANCE_ROLES_H
#define GCHK_INSTANCE_ROLES_H

#include <stdbool.h>

#include "gradcheck/tensor.h"

/*
 * Does forward find it filled: input, parameter, index or constant? All others (output, cache, scratch) are what the
 * layer writes itself.
 */
bool gchk_role_is_given(gchk_role role);

#endif
