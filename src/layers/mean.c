/*
 * mean: y = the mean of all of x; or the mean along an axis.
 *
 *     mean:       { x: a }                 x of any shape, y a scalar
 *     mean:       { x: a, axis: 1 }        x (A..., M, Z...), y (A..., Z...); A is `axis` dimensions
 *     mean_first: { x: a }                 x (N, S...), y (S...): numpy's mean(axis=0)
 *     mean_last:  { x: a }                 x (S..., C), y (S...): numpy's mean(axis=-1)
 */
#include "layers/reduce.h"

REDUCTION(mean, "mean", ALL, true, "S...", "", .sizes = "S=3x5x7")
AXIS_REDUCTION(mean_axis, "mean", true)
REDUCTION(mean_first, "mean_first", FIRST, true, "N S...", "S...", .sizes = "N=3 S=5x7")
REDUCTION(mean_last, "mean_last", LAST, true, "S... C", "S...", .sizes = "S=3x5 C=7")
