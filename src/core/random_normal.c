/*
 * Random numbers by the inverse of the normal distribution, one by one and as arrays with the same bits.
 *
 * 85 of 100 are in the middle of the distribution, where there is one formula without a logarithm. Of a block that is
 * computed for all, and for the others, gathered, the one next to it; of what is further out still, one by one.
 */
#include "core/random_normal.h"

#include <math.h>
#include <stdbool.h>

#include "core/clones.h"
#include "core/double_bits.h"
#include "core/next_bits.h"

static const double centre = 0.425; // of |p - 1/2|
static const double far_out = 5;    // of sqrt(-log p)

// 53 bits in (0, 1), never 0 or 1: the last of the sums is rounded up to 2^53.
static double unit_interval(gchk_random *random) {
  const double p = ((double)(gchk_next_bits(random) >> 11) + 0.5) * 0x1p-53;
  return p < 1 ? p : 1 - 0x1p-53;
}

/*
 * Natural logarithm of a normal number from basic operations: x = m 2^e, log m = 2 atanh((m-1)/(m+1)) with m in
 * [sqrt(1/2), sqrt(2)).
 */
GCHK_IN_CLONES double log_portable(double x) {
  const double half = gchk_double_of(gchk_mantissa_of(x) | UINT64_C(0x3fe0000000000000)); // in [1/2, 1)
  // The exponent's bits in the mantissa of 2^52: a conversion that every processor has for arrays.
  const double biased = gchk_double_of(gchk_bits_of(x) >> GCHK_MANTISSA_BITS | UINT64_C(0x4330000000000000)) - 0x1p52;
  const bool is_low = half < 0.70710678118654752;
  const double m = is_low ? 2 * half : half, e = biased - (GCHK_EXPONENT_BIAS - 1) - (is_low ? 1 : 0);
  const double r = (m - 1) / (m + 1), r2 = r * r;
  double sum = 1.0 / 23;
  sum = sum * r2 + 1.0 / 21;
  sum = sum * r2 + 1.0 / 19;
  sum = sum * r2 + 1.0 / 17;
  sum = sum * r2 + 1.0 / 15;
  sum = sum * r2 + 1.0 / 13;
  sum = sum * r2 + 1.0 / 11;
  sum = sum * r2 + 1.0 / 9;
  sum = sum * r2 + 1.0 / 7;
  sum = sum * r2 + 1.0 / 5;
  sum = sum * r2 + 1.0 / 3;
  sum = sum * r2 + 1.0;
  return 2 * r * sum + e * 0.69314718055994531;
}

enum { TERMS = 8 };

// Written out: compilers make vectors of the loops around it.
GCHK_IN_CLONES double polynomial(const double c[TERMS], double x) {
  return ((((((c[7] * x + c[6]) * x + c[5]) * x + c[4]) * x + c[3]) * x + c[2]) * x + c[1]) * x + c[0];
}

GCHK_IN_CLONES double ratio(const double numerator[TERMS], const double denominator[TERMS], double x) {
  return polynomial(numerator, x) / polynomial(denominator, x);
}

// The coefficients of algorithm AS 241, PPND16.
static const double centre_top[TERMS] = {3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
                                         1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                         3.3430575583588128105e+4, 2.5090809287301226727e+3};
static const double centre_bottom[TERMS] = {1.0,
                                            4.2313330701600911252e+1,
                                            6.8718700749205790830e+2,
                                            5.3941960214247511077e+3,
                                            2.1213794301586595867e+4,
                                            3.9307895800092710610e+4,
                                            2.8729085735721942674e+4,
                                            5.2264952788528545610e+3};
static const double middle_top[TERMS] = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                                         3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                                         2.27238449892691845833e-2, 7.74545014278341407640e-4};
static const double middle_bottom[TERMS] = {1.0,
                                            2.05319162663775882187e0,
                                            1.67638483018380384940e0,
                                            6.89767334985100004550e-1,
                                            1.48103976427480074590e-1,
                                            1.51986665636164571966e-2,
                                            5.47593808499534494600e-4,
                                            1.05075007164441684324e-9};
static const double tail_top[TERMS] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                                       2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                       2.71155556874348757815e-5, 2.01033439929228813265e-7};
static const double tail_bottom[TERMS] = {1.0,
                                          5.99832206555887937690e-1,
                                          1.36929880922735805310e-1,
                                          1.48753612908506148525e-2,
                                          7.86869131145613259100e-4,
                                          1.84631831751005468180e-5,
                                          1.42151175831644588870e-7,
                                          2.04426310338993978564e-15};

/* For |q| <= centre, q = p - 1/2. */
GCHK_IN_CLONES double in_the_centre(double q) {
  return q * ratio(centre_top, centre_bottom, 0.180625 - q * q);
}

/* Of the p on the other side of 1/2, if that is less. */
GCHK_IN_CLONES double distance_out(double p) {
  return sqrt(-log_portable(p - 0.5 < 0 ? p : 1 - p));
}

GCHK_IN_CLONES double with_side(double p, double x) {
  return p - 0.5 < 0 ? -x : x;
}

double gchk_random_normal(gchk_random *random) {
  const double p = unit_interval(random), q = p - 0.5;
  if (fabs(q) <= centre)
    return in_the_centre(q);
  const double r = distance_out(p);
  return with_side(p, r <= far_out ? ratio(middle_top, middle_bottom, r - 1.6) : ratio(tail_top, tail_bottom, r - 5));
}

GCHK_CLONES static void find_centre(const double *restrict p, size_t count, double *restrict x) {
  for (size_t i = 0; i < count; i++)
    x[i] = in_the_centre(p[i] - 0.5);
}

/* Sets r to how far out each is. */
GCHK_CLONES static void find_middle(const double *restrict p, size_t count, double *restrict r, double *restrict x) {
  for (size_t i = 0; i < count; i++) {
    r[i] = distance_out(p[i]);
    x[i] = with_side(p[i], ratio(middle_top, middle_bottom, r[i] - 1.6));
  }
}

enum { BLOCK = GCHK_NORMALS };

static void find_block(const double *p, size_t count, double *x) {
  double outer[BLOCK] = {0}, r[BLOCK] = {0}, y[BLOCK] = {0};
  size_t place[BLOCK] = {0}, others = 0;
  find_centre(p, count, x);
  for (size_t i = 0; i < count; i++) { // without a branch: what is in the centre is written over
    outer[others] = p[i];
    place[others] = i;
    others += (size_t) !(fabs(p[i] - 0.5) <= centre);
  }
  find_middle(outer, others, r, y);
  for (size_t k = 0; k < others; k++)
    x[place[k]] = r[k] <= far_out ? y[k] : with_side(outer[k], ratio(tail_top, tail_bottom, r[k] - 5));
}

void gchk_random_normals(gchk_random *random, double *x, size_t count) {
  double p[BLOCK];
  gchk_random own = *random; // in registers
  for (size_t from = 0; from < count; from += BLOCK) {
    const size_t block = count - from < BLOCK ? count - from : BLOCK;
    for (size_t i = 0; i < block; i++)
      p[i] = unit_interval(&own);
    find_block(p, block, x + from);
  }
  *random = own;
}
