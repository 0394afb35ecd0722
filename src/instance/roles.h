/* What the role of a tensor says of who writes its value. */
#ifndef GCHK_INSTANCE_ROLES_H
#define GCHK_INSTANCE_ROLES_H

#include <stdbool.h>

#include "gradcheck/tensor.h"

/* Filled before forward, which reads it: input, parameter, index, constant. */
bool gchk_role_is_given(gchk_role role);

/* Of those given, what differences move and training changes, where it is real: input, parameter. */
bool gchk_role_is_moved(gchk_role role);

/* Written by forward, which finds anything in it: output, cache, scratch. */
bool gchk_role_is_made(gchk_role role);

#endif
