/*
 * sum: y = the sum of all of x; sum_first and sum_last: along the first or the last axis.
 *
 *     sum:       { x: a }        x of any shape, y a scalar
 *     sum_first: { x: a }        x (N, S...), y (S...): numpy's sum(axis=0)
 *     sum_last:  { x: a }        x (S..., C), y (S...): numpy's sum(axis=-1)
 */
#include "layers/reduce.h"

REDUCTION(sum, ALL, false, "S...", "", "S=3x5x7")
REDUCTION(sum_first, FIRST, false, "N S...", "S...", "N=3 S=5x7")
REDUCTION(sum_last, LAST, false, "S... C", "S...", "S=3x5 C=7")
