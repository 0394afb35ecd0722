/* What gradients and tensors may mean, in double. */
#include "gradcheck/layer.h"

typedef double real;
#define REAL_DTYPE GCHK_F64
#define NAME(id)   id
#include "meaning_layers.h"
