/*
 * Moving values: no layer is called with a number that its user did not give and its type does not have. Near the
 * largest numbers a move may leave them.
 */
#ifndef GCHK_INSTANCE_MOVE_H
#define GCHK_INSTANCE_MOVE_H

#include "gradcheck/random.h"
#include "instance/instance.h"

/* Does the tensor's type hold x as a finite number? */
bool gchk_tensor_holds(const gchk_tensor *tensor, double x);

/* Sets value `element` to x; leaves it as it is where its type does not hold x. */
void gchk_tensor_move(const gchk_tensor *tensor, size_t element, double x);

/*
 * Real-valued inputs and parameters, each x times its own 1 + amount r with r between -1 and 1; symmetric ones stay so.
 * Constants are flags and masks as often as numbers.
 */
void gchk_vary_given(gchk_instance *instance, double amount, gchk_random *random);

/* Real-valued inputs and parameters, each times `factor`. */
void gchk_scale_given(gchk_instance *instance, double factor);

/* What a layer gives where it is not called: NaN, `count` of them. */
void gchk_no_outputs(double *y, size_t count);

#endif
