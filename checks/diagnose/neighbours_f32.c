/* The layers of neighbours.h in float, each with its double twin. */
#define REAL     float
#define DTYPE    GCHK_F32
#define NAME(id) id##_f32
#define TWIN(id) .twin = &id##_f64,
#include "neighbours.h"
