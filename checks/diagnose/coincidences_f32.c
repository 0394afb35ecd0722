/* The layers of coincidences.h in float. */
#define REAL     float
#define DTYPE    GCHK_F32
#define NAME(id) id##_f32
#include "coincidences.h"
