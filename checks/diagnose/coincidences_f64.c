/* The layers of coincidences.h in double. */
#define REAL     double
#define DTYPE    GCHK_F64
#define NAME(id) id##_f64
#include "coincidences.h"
