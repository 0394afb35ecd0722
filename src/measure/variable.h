/* What differentiation must know of a variable and of the outputs: their sizes and their rounding. */
#ifndef GCHK_MEASURE_VARIABLE_H
#define GCHK_MEASURE_VARIABLE_H

#include <math.h>

#include "instance/instance.h"
#include "numeric/derivative.h"

/* Of the tensor's values; 0 where all are 0 or one is not finite. Values of any size neither over- nor underflow. */
double gchk_root_mean_square(const gchk_tensor *t);

/*
 * Unit round-off of the outputs: the coarsest of the layer's dtype and of what each output stores. An f32 output
 * carries its rounding even where a double loss is computed from it. Products of the given values, which are numbers of
 * the format, are exact; what products of products round shows in the noise (gchk_use_declared_unit).
 */
double gchk_output_unit(const gchk_instance *instance);

/*
 * What a declared precision says about measured noise, once line->sigma is there. Noise that the rounding of the stored
 * outputs explains (sigma <= u |v y|) is left out: it is that of all outputs, and the rounding of those that move is
 * counted by itself. Noise that is far more than that rounding, in a layer whose products are coarser, is that of
 * products of products: output_unit becomes theirs. A layer whose only products are of given values has none, for these
 * are numbers of the format and their products exact in f32.
 */
void gchk_use_declared_unit(const gchk_instance *instance, gchk_line *line);

/*
 * Rounds upstream gradients, in the order of gchk_instance_outputs, to what backward reads: the declared precision of
 * each output, or of the products that they are factors of. Where nothing is declared they stay.
 */
void gchk_round_upstream(const gchk_instance *instance, double *v);

/* gchk_tensor_get, for loops: of most tensors the numbers are doubles. */
static inline double gchk_number_of(const gchk_tensor *t, const void *buffer, size_t e) {
  return t->dtype == GCHK_F64 ? ((const double *)buffer)[e] : gchk_tensor_get(t, buffer, e);
}

/* s of the step rule for an element x of a tensor: max(|x|, rms), 1 where that is 0. */
static inline double gchk_scale_of(double x, double rms) {
  const double size = fabs(x), scale = size > rms ? size : rms;
  return scale > 0 ? scale : 1;
}

#endif
