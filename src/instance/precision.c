/* How exact the types of numbers are. */
#include "instance/precision.h"

double gchk_unit_of(gchk_dtype dtype) {
  return dtype == GCHK_F32 ? GCHK_UNIT_F32 : GCHK_UNIT_F64;
}
