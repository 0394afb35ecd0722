/*
 * y = x (x/s) for x of about the size s, element by element, and z = 3 w: derivatives of about 1 to 4 whatever s is. Tensors
 * x (N) and w (M) of uniform values on [s, 2s), y (N), z (M).
 */
#ifndef CHECKS_SQUARE_LAYER_H
#define CHECKS_SQUARE_LAYER_H

#include "measure/work_fixture.h"

enum { SQUARE_X = 100, SQUARE_W = 50 };
enum { SQUARE_SIZE, SQUARE_WRONG, SQUARE_OPTIONS }; /* s; the element of dx whose sign is wrong, or -1 */
extern const gchk_layer square_layer;

/* At its base point, with values of the size s. */
void square_open(work_fixture *fixture, double s, int wrong, const gchk_options *options);

#endif
