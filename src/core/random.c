/* Random numbers: xoshiro256**, splitmix64 and the inverse normal distribution; the references are in the header. */
#include "gradcheck/random.h"

#include <math.h>

#include "core/digest.h"
#include "core/mix_bits.h"

static uint64_t splitmix(uint64_t *state) {
  return gchk_mix_bits(*state += 0x9e3779b97f4a7c15u);
}

gchk_random gchk_random_seeded(uint64_t seed) {
  gchk_random random;
  for (size_t i = 0; i < 4; i++)
    random.state[i] = splitmix(&seed);
  return random;
}

gchk_random gchk_random_stream(uint64_t seed, const char *name) {
  // A digest of the name, mixed with the seed, so that equal names under two seeds and two names under one seed differ.
  uint64_t mixed = seed;
  return gchk_random_seeded(splitmix(&mixed) ^ gchk_digest_of_name(name));
}

static uint64_t rotate(uint64_t x, unsigned bits) {
  return (x << bits) | (x >> (64 - bits));
}

uint64_t gchk_random_bits(gchk_random *random) {
  uint64_t *s = random->state;
  uint64_t result = rotate(s[1] * 5, 7) * 9;
  uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate(s[3], 45);
  return result;
}

size_t gchk_random_below(gchk_random *random, size_t count) {
  // Values past the largest multiple of count are drawn again, so that every result is equally likely.
  uint64_t limit = UINT64_MAX - UINT64_MAX % count;
  uint64_t bits;
  do
    bits = gchk_random_bits(random);
  while (bits >= limit);
  return (size_t)(bits % count);
}

// 53 bits in (0, 1), never 0 or 1.
static double unit_interval(gchk_random *random) {
  return ((double)(gchk_random_bits(random) >> 11) + 0.5) * 0x1p-53;
}

double gchk_random_uniform(gchk_random *random, double a, double b) {
  double x = a + (b - a) * ((double)(gchk_random_bits(random) >> 11) * 0x1p-53);
  return x < b || !(a < b) ? x : a;
}

double gchk_random_signed(gchk_random *random) {
  double magnitude = gchk_random_uniform(random, 0.5, 2.0);
  return gchk_random_bits(random) >> 63 ? -magnitude : magnitude;
}

// Natural logarithm from basic operations: x = m 2^e, log m = 2 atanh((m-1)/(m+1)) with m in [sqrt(1/2), sqrt(2)).
static double log_portable(double x) {
  int e;
  double m = frexp(x, &e);
  if (m < 0.70710678118654752) {
    m *= 2;
    e--;
  }
  double r = (m - 1) / (m + 1);
  double r2 = r * r;
  double sum = 0;
  for (int k = 23; k >= 1; k -= 2)
    sum = sum * r2 + 1.0 / k;
  return 2 * r * sum + e * 0.69314718055994531;
}

static double polynomial(const double *coefficients, size_t count, double x) {
  double sum = 0;
  for (size_t i = count; i-- > 0;)
    sum = sum * x + coefficients[i];
  return sum;
}

enum { TERMS = 8 };

static double ratio(const double *numerator, const double *denominator, double x) {
  return polynomial(numerator, TERMS, x) / polynomial(denominator, TERMS, x);
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

double gchk_random_normal(gchk_random *random) {
  double p = unit_interval(random);
  double q = p - 0.5;
  if (fabs(q) <= 0.425)
    return q * ratio(centre_top, centre_bottom, 0.180625 - q * q);
  double r = sqrt(-log_portable(q < 0 ? p : 1 - p));
  double x = r <= 5 ? ratio(middle_top, middle_bottom, r - 1.6) : ratio(tail_top, tail_bottom, r - 5);
  return q < 0 ? -x : x;
}
