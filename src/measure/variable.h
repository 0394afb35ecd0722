/* What differentiation must know of a variable and of the outputs: their sizes and their rounding. */
#ifndef GCHK_MEASURE_VARIABLE_H
#define GCHK_MEASURE_VARIABLE_H

#include "instance/instance.h"

/* Of the tensor's values; 0 where all are 0 or one is not finite. Values of any size neither over- nor underflow. */
double gchk_root_mean_square(const gchk_tensor *t);

/* s of the step rule for an element x of a tensor: max(|x|, rms), 1 where that is 0. */
double gchk_scale_of(double x, double rms);

/*
 * Unit round-off of the outputs: the coarsest of the layer's dtype, of what it declares for storage and products, and
 * of each output. An f32 output carries its rounding even where a double loss is computed from it, and a value between
 * two products is rounded to their precision however exact the last sum is.
 */
double gchk_output_unit(const gchk_instance *instance);

/*
 * Rounds upstream gradients, in the order of gchk_instance_outputs, to what backward reads: the declared precision of
 * each output, or of the products that they are factors of. Where nothing is declared they stay.
 */
void gchk_round_upstream(const gchk_instance *instance, double *v);

#endif
