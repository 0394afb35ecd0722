/* Predicates of roles. */
#include "instance/roles.h"

bool gchk_role_is_given(gchk_role role) {
  return role == GCHK_INPUT || role == GCHK_PARAMETER || role == GCHK_INDEX || role == GCHK_CONSTANT;
}

bool gchk_role_is_moved(gchk_role role) {
  return role == GCHK_INPUT || role == GCHK_PARAMETER;
}

bool gchk_role_is_made(gchk_role role) {
  return role == GCHK_OUTPUT || role == GCHK_CACHE || role == GCHK_SCRATCH;
}
