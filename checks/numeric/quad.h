/*
 * Numbers of 113 bits and their functions: long double where it has as many, else __float128 with libquadmath, whose
 * header belongs to one compiler.
 */
#ifndef CHECKS_NUMERIC_QUAD_H
#define CHECKS_NUMERIC_QUAD_H

#include <float.h>
#include <math.h>

#if LDBL_MANT_DIG == 113
typedef long double quad;
#define acosq acosl
#define asinq asinl
#define cosq  cosl
#define coshq coshl
#define erfq  erfl
#define expq  expl
#define fabsq fabsl
#define fmaxq fmaxl
#define logq  logl
#define powq  powl
#define sinq  sinl
#define sinhq sinhl
#define sqrtq sqrtl
#define tanhq tanhl
#else
__extension__ typedef __float128 quad;
quad acosq(quad), asinq(quad), cosq(quad), coshq(quad), erfq(quad), expq(quad), fabsq(quad), fmaxq(quad, quad),
    logq(quad), powq(quad, quad), sinq(quad), sinhq(quad), sqrtq(quad), tanhq(quad);
#endif

#endif
