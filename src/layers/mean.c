/*
 * mean: y = the mean of all of x; mean_first and mean_last: along the first or the last axis.
 *
 *     mean:       { x: a }        x of any shape, y a scalar
 *     mean_first: { x: a }        x (N, S...), y (S...): numpy's mean(axis=0)
 *     mean_last:  { x: a }        x (S..., C), y (S...): numpy's mean(axis=-1)
 */
#include "layers/reduce.h"

REDUCTION(mean, ALL, true, "S...", "", "S=3x5x7")
REDUCTION(mean_first, FIRST, true, "N S...", "S...", "N=3 S=5x7")
REDUCTION(mean_last, LAST, true, "S... C", "S...", "S=3x5 C=7")
