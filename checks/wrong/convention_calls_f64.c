/* The layers of convention_calls.h in double. */
#define real       double
#define REAL_DTYPE GCHK_F64
#define NAMED(id)  id
#include "convention_calls.h"
