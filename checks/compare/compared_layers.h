/* Layers for comparisons, in the layouts that people have, some of them wrong. */
#ifndef CHECKS_COMPARE_COMPARED_LAYERS_H
#define CHECKS_COMPARE_COMPARED_LAYERS_H

#include "gradcheck/layer.h"

extern const gchk_layer channels_last;     /* conv2d of NHWC images with an HWIO kernel */
extern const gchk_layer rows_of_sequences; /* linear of each step of each sample, without bias */
extern const gchk_layer shifted_units;     /* the same with each output's weights moved on by one */
extern const gchk_layer wrong_slope;       /* tanh, dx = dy (1 - y) */
extern const gchk_layer forward_alone;     /* tanh of 1.01 x with the backward of tanh x */
extern const gchk_layer last_of_ties;      /* the larger of x and y, x at ties: max gives dy to y, or to both */
extern const gchk_layer least_of_two;      /* forward of max, the gradient to the smaller one */
extern const gchk_layer float_mean;        /* mean of each row in one float, from the end; f32 */
extern const gchk_layer float_mean_short;  /* without the first element */
extern const gchk_layer normalised_offset; /* layer_norm of x near 3000 in one pass over floats, pairwise; f32 */
extern const gchk_layer loss_by_callback;  /* mse whose loss is no tensor */
extern const gchk_layer loss_not_halved;   /* the same, of half the sum: twice the gradient goes with it */

#endif
