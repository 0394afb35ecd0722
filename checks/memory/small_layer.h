/* A small layer with one mistake each, and the right one: y[r,c] = w[c] x[r,c]^2 + slope x[r,c]. */
#ifndef CHECKS_MEMORY_SMALL_LAYER_H
#define CHECKS_MEMORY_SMALL_LAYER_H

#include "gradcheck/layer.h"

typedef enum small_mistake {
  SMALL_RIGHT = 0,
  SMALL_FACTOR,         /* dx lacks the 2 */
  SMALL_OPTION_IGNORED, /* dx lacks the slope */
  SMALL_ROW_LEFT_OUT,   /* the last row is not gone through */
  SMALL_PARAMETER_ZERO, /* dw is not computed */
  SMALL_CHANGES_INPUT,
  SMALL_REMEMBERS, /* forward adds how often it was called */
  SMALL_MISTAKES
} small_mistake;

/* Its table in double; and in float, right, with the double one as its twin. */
gchk_layer small_layer(small_mistake mistake);
gchk_layer small_float_layer(void);

/* One that works in place, takes a training step and uses up what forward left. */
gchk_layer small_declaring_layer(void);

#endif
