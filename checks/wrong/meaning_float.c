/* What gradients and tensors may mean, in float. */
#include "gradcheck/layer.h"

typedef float real;
#define REAL_DTYPE GCHK_F32
#define NAME(id)   id##_f32
#include "meaning_layers.h"
