/*
 * sum: y = the sum of all of x; or the sum along an axis.
 *
 *     sum:       { x: a }                 x of any shape, y a scalar
 *     sum:       { x: a, axis: 1 }        x (A..., M, Z...), y (A..., Z...); A is `axis` dimensions
 *     sum_first: { x: a }                 x (N, S...), y (S...): numpy's sum(axis=0)
 *     sum_last:  { x: a }                 x (S..., C), y (S...): numpy's sum(axis=-1)
 */
#include "layers/reduce.h"

REDUCTION(sum, "sum", ALL, false, "S...", "", .sizes = "S=3x5x7")
AXIS_REDUCTION(sum_axis, "sum", false)
REDUCTION(sum_first, "sum_first", FIRST, false, "N S...", "S...", .sizes = "N=3 S=5x7")
REDUCTION(sum_last, "sum_last", LAST, false, "S... C", "S...", .sizes = "S=3x5 C=7")
