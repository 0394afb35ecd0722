/* The layers of convention_calls.h in float. */
#define real       float
#define REAL_DTYPE GCHK_F32
#define NAMED(id)  id##_f32
#include "convention_calls.h"
