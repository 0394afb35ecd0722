/* Predicates of roles. */
#include "instance/roles.h"

bool gchk_role_is_given(gchk_role role) {
  return role == GCHK_INPUT || role == GCHK_PARAMETER || role == GCHK_INDEX || role == GCHK_CONSTANT;
}
