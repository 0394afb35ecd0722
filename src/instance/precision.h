/*
 * How exact numbers are: the types of C, and coarser formats that a layer declares (bf16, f16, tf32, a unit of its
 * own).
 *
 * Two kinds are declared. Storage: what lies in a tensor is a number of the format. Products: the factors of products
 * are rounded to it, though what is stored is not. u is the unit round-off, half the spacing of the numbers at 1; the
 * numbers of a unit 2^-p have p bits of significand and the exponents of their dtype.
 */
#ifndef GCHK_INSTANCE_PRECISION_H
#define GCHK_INSTANCE_PRECISION_H

#include "instance/instance_data.h"

#define GCHK_UNIT_F64 0x1p-53
#define GCHK_UNIT_F32 0x1p-24

/* The unit round-off of a dtype: 2^-24 for f32, 2^-53 for f64 (and for integers, which are exact as doubles). */
double gchk_unit_of(gchk_dtype dtype);

/*
 * The unit of tensor i: the coarsest of its dtype, of what it declares for its storage (the layer, where it declares
 * nothing itself) and, for inputs, parameters, constants and caches, of the layer's products. Integers are exact.
 */
double gchk_tensor_unit(const gchk_instance *instance, size_t i);

/* The coarsest unit of all tensors that are not integers. */
double gchk_coarsest_unit(const gchk_instance *instance);

/* x to the nearest number of this unit, ties to even. Zero, infinities and NaN stay; exponents have no limits. */
double gchk_round_to_unit(double x, double unit);

/* Rounds all values of tensor i to its unit, so that what forward reads is a number of the declared format. */
void gchk_round_tensor(gchk_instance *instance, size_t i);

/*
 * What rounding to the unit of a gradient may do to it, in units of the gradient. f32 and f64 arithmetic rounds at
 * every operation, and 32 is what judge.c allows for that. Coarser formats round a few times on the way through a
 * layer, at loads and stores, and everything between is f32: the upstream gradient, two factors, an intermediate
 * value, the sum and the result, each by one unit; 8 in place of 6. 32 of bf16 would be 12.5 %.
 */
double gchk_rounding_allowance(double unit);

/* The same for the terms of a gradient, each of which may be as large as the largest of its tensor. */
double gchk_rounding_of_terms(double unit);

/*
 * The largest E/|g| of an element that is decided. The best step of a function of its own size has an error of about
 * (u f/h + h^2 f'''/6 at their minimum) u^(2/3), and eight times that leaves room for steps a factor of four apart and
 * for functions that bend more: 5 % of tf32 and f16, 10 % of bf16. Never less than 2 %; and never more than 10 %,
 * where a factor of two would begin to pass: with a rounding of 8 u, 3 E + 8 u |g| < |g - D| for g = 2 D needs
 * 6 r + 16 u < 1.
 */
double gchk_resolution_limit(double unit);

/*
 * The largest E over the largest gradient of the tensor at which a small element passes as unresolved. Rounding of the
 * largest terms alone may be 4 u of the largest gradient: no step resolves less than that.
 */
double gchk_tensor_resolution_limit(double unit);

#endif
