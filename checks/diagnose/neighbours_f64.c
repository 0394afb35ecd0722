/* The layers of neighbours.h in double. */
#define REAL     double
#define DTYPE    GCHK_F64
#define NAME(id) id##_f64
#define TWIN(id)
#include "neighbours.h"
