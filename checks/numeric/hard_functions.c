/*
 * The table of hard functions: scales, cancellation, saturation, oscillation, kinks, edges, long sums, solvers,
 * staircases. Derivatives are closed forms in quad precision, written with the same constants as hard_values.inc.
 */
#include "numeric/hard.h"

#include <math.h>

#define REAL    float
#define F(name) name##_float
#define M(name) name##f
#define OFFSET  1e4f
#define FAR     64.0f
#define LARGE   1e30f
#define SMALL   1e-30f
#include "numeric/hard_values.inc"
#undef REAL
#undef F
#undef M
#undef OFFSET
#undef FAR
#undef LARGE
#undef SMALL

#define REAL    double
#define F(name) name##_double
#define M(name) name
#define OFFSET  1e12
#define FAR     1e4
#define LARGE   1e300
#define SMALL   1e-300
#include "numeric/hard_values.inc"
#undef REAL
#undef F
#undef M

#define REAL    quad
#define F(name) name##_quad
#define M(name) name##q
#include "numeric/hard_values.inc"

#define K(c)    ((quad)(float)(c))
#define D(name) static quad name##_derivative(quad x)

D(linear) {
  return 0 * x + K(2.5);
}
D(bilinear) {
  return 0 * x + K(4.5);
}
D(constant) {
  return 0 * x;
}
D(zero) {
  return 0 * x;
}
D(square) {
  return 2 * x;
}
D(cube) {
  return 3 * x * x;
}
D(power20) {
  return 20 * powq(x, 19);
}
D(reciprocal) {
  return -1 / (x * x);
}
D(exponential) {
  return expq(x);
}
D(sine_of_tiny) {
  return K(1e12) * cosq(x * K(1e12));
}
D(sine_of_huge) {
  return K(1e-12) * cosq(x * K(1e-12));
}
D(offset_square) {
  return 2 * x;
}
D(offset_linear) {
  return 0 * x + 3;
}
D(large_output) {
  return cosq(x) * (quad)1e300;
}
D(small_output) {
  return cosq(x) * (quad)1e-300;
}
D(large_output32) {
  return cosq(x) * (quad)1e30f;
}
D(small_output32) {
  return cosq(x) * (quad)1e-30f;
}
D(product) {
  quad sum = 0;
  for (int i = 0; i < 10; i++) {
    quad p = 1;
    for (int j = 0; j < 10; j++)
      p *= j == i ? 1 : x + j * K(0.5);
    sum += p;
  }
  return sum;
}
D(rational) {
  return -50 * x / ((1 + 25 * x * x) * (1 + 25 * x * x));
}
D(flat_bump) {
  return expq(-1 / (x * x)) * 2 / (x * x * x);
}
D(hyperbolic) {
  return 1 / (coshq(x) * coshq(x)) + 1;
}
D(horner) {
  return 7 * powq(x - 1, 6);
}
D(cosine_defect) {
  return (x * sinq(x) - 2 * (1 - cosq(x))) / (x * x * x);
}
D(exponential_defect) {
  return (x * expq(x) - (expq(x) - 1)) / (x * x);
}
D(sine_defect) {
  return 1 - cosq(x);
}
D(logarithm_ratio) {
  return (x / (1 + x) - logq(1 + x)) / (x * x);
}
D(root_difference) {
  return 1 / (2 * sqrtq(x + 1)) - 1 / (2 * sqrtq(x));
}
static quad variance_slope(quad x, quad centre) {
  quad sum = x + centre;
  for (int i = 1; i < 8; i++)
    sum += centre + i * K(0.375);
  return (x + centre) / 4 - sum / 32;
}
D(variance) {
  return variance_slope(x, 2);
}
D(variance_far) {
  return variance_slope(x, 10000);
}
D(tangent) {
  return 1 / (cosq(x) * cosq(x));
}
D(sigmoid) {
  quad e = expq(-fabsq(x));
  return e / ((1 + e) * (1 + e));
}
D(tanh) {
  return 1 / (coshq(x) * coshq(x));
}
D(erf) {
  return 2 / sqrtq(acosq(-1)) * expq(-x * x);
}
D(softplus) {
  return 1 / (1 + expq(-x));
}
D(gelu) {
  quad a = K(0.7978845608), b = K(0.044715);
  quad t = tanhq(a * (x + b * x * x * x));
  return (1 + t) / 2 + x / 2 * (1 - t * t) * a * (1 + 3 * b * x * x);
}
D(log_sum_exp) {
  return expq(x) / (expq(x) + expq(1) + expq(-2));
}
D(softmax) {
  quad rest = 0;
  for (int i = 0; i < 50; i++)
    rest += expq(K(0.0625) * i - 1);
  return expq(x) * rest / ((expq(x) + rest) * (expq(x) + rest));
}
D(cross_entropy) {
  return expq(x) / (expq(x) + expq(K(0.5)) + expq(-1));
}
D(guarded_log) {
  quad y = 1 / (1 + expq(-x));
  return -y * (1 - y) / (y + K(1e-7));
}
D(fast_sine) {
  return 1000 * cosq(1000 * x);
}
D(rising_sine) {
  return sinq(100 * x) + 100 * x * cosq(100 * x);
}
D(chirp) {
  return -2 * x * sinq(x * x);
}
D(sine_of_reciprocal) {
  return -cosq(1 / x) / (x * x);
}
D(ripple) {
  return cosq(x) + 1000 * K(0.001) * cosq(1000 * x);
}
D(packet) {
  return -expq(-x * x) * (2 * x * cosq(50 * x) + 50 * sinq(50 * x));
}
D(relu) {
  return x > 0 ? 1 : 0;
}
D(absolute) {
  return x < 1 ? -1 : 1;
}
D(maximum) {
  return x * x > 2 - x ? 2 * x : -1;
}
D(leaky) {
  return (x > 0 ? 1 : K(0.125)) + 2 * x;
}
D(clip) {
  return x > 1 || x < -1 ? 0 : 1;
}
D(huber) {
  return x > 1 ? 1 : x < -1 ? -1 : x;
}
D(rectified_sine) {
  return (sinq(x) > 0 ? 1 : -1) * cosq(x) - sinq(x);
}
D(logarithm) {
  return 1 / x;
}
D(root) {
  return 1 / (2 * sqrtq(x));
}
D(arc_cosine) {
  return -1 / sqrtq((1 - x) * (1 + x));
}
D(arc_sine) {
  return 1 / sqrtq((1 - x) * (1 + x));
}
D(power_1_5) {
  return sqrtq(x) * 3 / 2;
}
D(power_2_5) {
  return sqrtq(x) * x * 5 / 2 + 1;
}
D(entropy) {
  return logq(x) + 1;
}
D(logarithm_of_gap) {
  return -2 * x / (1 - x * x);
}
D(root_of_gap) {
  return -1 / (2 * sqrtq(1 - x));
}
D(sum_of_sines) {
  quad sum = 0;
  for (int i = 1; i <= 1000; i++)
    sum += i * K(0.0009765625) * cosq(x * i * K(0.0009765625));
  return sum;
}
D(long_mean) {
  quad sum = 0;
  for (int i = 0; i < 4000; i++)
    sum += 2 * x / (1 + i * K(0.00390625));
  return sum / 4000;
}
D(drowned_sum) {
  return 250 * cosq(x);
}
D(harmonic) {
  quad sum = 0;
  for (int i = 1; i <= 300; i++)
    sum -= 1 / ((x + i) * (x + i));
  return sum;
}
D(norm) {
  return x / sqrtq(x * x + K(4.25));
}
D(sharp_norm) {
  return x / sqrtq(x * x + K(1e-6));
}
D(unit_vector) {
  return 9 / ((x * x + 9) * sqrtq(x * x + 9));
}
D(layer_norm) {
  quad data[6] = {x, K(0.5), K(-1), K(2), K(0.25), K(-0.75)};
  quad mean = 0, variance = 0;
  for (int i = 0; i < 6; i++)
    mean += data[i] / 6;
  for (int i = 0; i < 6; i++)
    variance += (data[i] - mean) * (data[i] - mean) / 6;
  quad s = sqrtq(variance + K(1e-5));
  return -1 / (6 * s) - (data[1] - mean) * (x - mean) / 6 / (s * s * s);
}
D(determinant) {
  return 10 - 3 * x + 2 + 0 * x - 0 * x;
}
D(newton_root) {
  return 1 / (2 * sqrtq(x));
}
D(kepler) {
  quad e = x;
  for (int i = 0; i < 200; i++)
    e -= (e - sinq(e) / 2 - x) / (1 - cosq(e) / 2);
  return 1 / (1 - cosq(e) / 2);
}

/* Staircases and solvers that stop early: the derivative meant is that of the function they approximate. */
static double float_inside(double x) {
  return (double)sinf((float)x * 2.0f);
}
D(float_inside) {
  return 2 * cosq(2 * x);
}
static double float_output(double x) {
  return (double)(float)(x * x);
}
D(float_output) {
  return 2 * x;
}
static double quantised(double x) {
  return nearbyint(x * x * 1e8) / 1e8;
}
D(quantised) {
  return 2 * x;
}
static double float_sum(double x) {
  float sum = 0;
  for (int i = 1; i <= 100; i++)
    sum += (float)x * (float)x / (float)i;
  return (double)sum;
}
D(float_sum) {
  quad sum = 0;
  for (int i = 1; i <= 100; i++)
    sum += 2 * x / i;
  return sum;
}
static double fixed_point(double x, double tolerance) { /* y = cos(x y) */
  double y = 0.5;
  for (int i = 0; i < 500; i++) {
    double next = cos(x * y), change = fabs(next - y);
    y = next;
    if (change < tolerance)
      break;
  }
  return y;
}
static double fixed_point_1e6(double x) {
  return fixed_point(x, 1e-6);
}
static double fixed_point_1e10(double x) {
  return fixed_point(x, 1e-10);
}
static quad fixed_point_slope(quad x) {
  quad y = 1;
  for (int i = 0; i < 100; i++)
    y -= (y - cosq(x * y)) / (1 + x * sinq(x * y));
  return -y * sinq(x * y) / (1 + x * sinq(x * y));
}
D(fixed_point_1e6) {
  return fixed_point_slope(x);
}
D(fixed_point_1e10) {
  return fixed_point_slope(x);
}
static double bisection(double x) { /* y^3 + y = x */
  double low = 0, high = 4;
  while (high - low > 1e-10) {
    double y = (low + high) / 2;
    if (y * y * y + y > x)
      high = y;
    else
      low = y;
  }
  return (low + high) / 2;
}
D(bisection) {
  quad y = 1;
  for (int i = 0; i < 100; i++)
    y -= (y * y * y + y - x) / (3 * y * y + 1);
  return 1 / (3 * y * y + 1);
}

#define P(...) ((const double[]){__VA_ARGS__, (double)NAN})
#define SMOOTH(name, points, points32)                                                                                 \
  { #name, HARD_SMOOTH, name##_double, name##_float, name##_quad, name##_derivative, 0, 0, points, points32, NULL }
#define SCALED(name, points) /* another constant in float */                                                           \
  {                                                                                                                    \
#name, HARD_SMOOTH, name##_double, name##_float, name##_quad, name##_derivative, 0, 0, points, NULL,               \
        name##32_derivative                                                                                            \
  }
#define KINK(name, low, high, ...)                                                                                     \
  {                                                                                                                    \
#name " at its kink", HARD_KINK, name##_double, name##_float, NULL, name##_derivative, low, high, P(__VA_ARGS__),  \
        NULL, NULL                                                                                                     \
  }
#define STAIRCASE(name, ...)                                                                                           \
  { #name, HARD_STAIRCASE, name, NULL, NULL, name##_derivative, 0, 0, P(__VA_ARGS__), NULL, NULL }

const hard_function hard_functions[] = {
    SMOOTH(linear, P(1e-12, -3, 0.1, 1e6, 1e12), NULL),
    SMOOTH(bilinear, P(-2, 0.25, 77, 1e5), NULL),
    SMOOTH(constant, P(-2, 0.25, 77), NULL),
    SMOOTH(zero, P(-2, 0, 1e5), NULL),
    SMOOTH(square, P(-1e-12, 0, 0.3, 1e5, 1e12), NULL),
    SMOOTH(cube, P(1e-12, 1e-4, 0.7, -1e6, 1e12), P(1e-8, 1e-4, 0.7, -1e6, 1e10)),
    SMOOTH(power20, P(0.01, 0.5, -1.5, 3, 30), P(0.3, 0.5, -1.5, 3, 30)),
    SMOOTH(reciprocal, P(1e-12, -1e-3, 1.7, 1e9), NULL),
    SMOOTH(exponential, P(1e-12, 1e-9, -1e-6, 0, -10, 1, 30, 300), P(1e-2, -0.1, 0, -10, 1, 30, 60)),
    SMOOTH(sine_of_tiny, P(1.3e-12, -7e-13, 2e-12, 2e-15), NULL),
    SMOOTH(sine_of_huge, P(1e12, -3e12, 5e10, 1e3), NULL),
    SMOOTH(offset_square, P(1, -3, 100, 1e4), NULL),
    SMOOTH(offset_linear, P(1, 3, -100, 1e4), NULL),
    SCALED(large_output, P(0.5, -1, 3)),
    SCALED(small_output, P(0.5, -1, 3)),
    SMOOTH(product, P(-0.3, 1, 7, -2.25), NULL),
    SMOOTH(rational, P(0, 0.1, -0.5, 3, 40), NULL),
    SMOOTH(flat_bump, P(0.05, 0.2, 1, -3), P(0.2, 0.5, 1, -3)),
    SMOOTH(hyperbolic, P(1e-3, 0.4, -2, 9), NULL),
    SMOOTH(horner, P(1.1, 1.5, -0.5, 2, 3), P(1.5, -0.5, 2, 3)),
    SMOOTH(cosine_defect, P(1, 0.1, 1e-2, 1e-3, 1e-4), P(3, 1, 0.5, 0.25)),
    SMOOTH(exponential_defect, P(1, 0.03, 1e-3, -1e-6), P(3, 1, 0.125)),
    SMOOTH(sine_defect, P(1, 0.1, 1e-2, 1e-3), P(2, 1, 0.25)),
    SMOOTH(logarithm_ratio, P(0.5, 1e-2, 1e-4), P(3, 0.5, 0.125)),
    SMOOTH(root_difference, P(0.5, 100, 1e5, 1e8), P(0.5, 2, 30)),
    SMOOTH(variance, P(0.25, 1.75, -5), NULL),
    SMOOTH(variance_far, P(0.25, 1.75, -5), P(0.25, -4, 9)),
    SMOOTH(tangent, P(0.3, 1.5, 1.57, 1.5707), P(0.3, 1.5, 1.55)),
    SMOOTH(sigmoid, P(-40, -20, -5, 0, 5, 15, 30), P(-40, -20, -5, 0, 3, 5)),
    SMOOTH(tanh, P(0.1, -0.5, 3, 8, 15), P(0.1, -0.5, 2, 4)),
    SMOOTH(erf, P(0.5, -1, 3, 5), P(0.5, -1, 2)),
    SMOOTH(softplus, P(-30, -5, 0, 5, 40), P(-5, -2, 0, 5, 40)),
    SMOOTH(gelu, P(-5, -0.75, -0.5, 1e-3, 3), P(-3, -1, -0.25, 3)),
    SMOOTH(log_sum_exp, P(-20, -3, 0.5, 4, 20), P(-4, -1, 0.5, 4, 20)),
    SMOOTH(softmax, P(-10, 0.25, 3, 12), P(-4, 0.25, 3, 8)),
    SMOOTH(cross_entropy, P(-12, -1, 0.5, 6), P(-4, -1, 0.5, 6)),
    SMOOTH(guarded_log, P(-25, -16, -10, 0.5, 10), P(-16, -10, 0.5, 4)),
    SMOOTH(fast_sine, P(0.3, 1.1, -7, 100), P(0.3, 1.125, -1.75)),
    SMOOTH(rising_sine, P(0.02, 0.9, -3), NULL),
    SMOOTH(chirp, P(0.8, 10, 50, 300), P(0.8, 3, 10)),
    SMOOTH(sine_of_reciprocal, P(0.1, 0.01, 1e-3), P(0.3, 0.1, 0.04)),
    SMOOTH(ripple, P(0.3, 1, -2.5), P(0.25, 1.5)),
    SMOOTH(packet, P(0.1, 0.7, -1.5, 3), P(0.1, 0.7, -1.5)),
    SMOOTH(relu, P(1e-3, 1e-6, -1e-6, 1e-9, -3, 2), NULL),
    SMOOTH(absolute, P(1.0001, 1.000001, 0.99999999, 3), P(1.5, 1.0625, 0.9375, 1.00390625)),
    SMOOTH(maximum, P(1.0001, 0.999999, 1.00000001, -3, -2.0001), P(1.5, 0.96875, 1.03125, -3)),
    SMOOTH(leaky, P(1e-4, -1e-7, 0.5, -0.3), NULL),
    SMOOTH(clip, P(0.99999, 1.00001, 0.3, -0.999999, 1.5), P(0.96875, 1.03125, 0.3, -0.984375)),
    SMOOTH(huber, P(0.99999, 1.00001, 0.3, -2), P(0.96875, 1.03125, 0.3, -2)),
    SMOOTH(rectified_sine, P(1e-5, -1e-4, 1, 3.1415, 3.1416), P(0.0625, -0.125, 1, 3)),
    KINK(relu, 0, 1, 0.0),
    KINK(absolute, -1, 1, 1.0),
    KINK(maximum, -1, 2, 1.0),
    KINK(leaky, 0.125, 1, 0.0),
    KINK(clip, 0, 1, 1.0, -1.0),
    KINK(rectified_sine, -1, 1, 0.0),
    SMOOTH(logarithm, P(0.1, 1e-3, 1e-6, 1e-12, 7), NULL),
    SMOOTH(root, P(1e-2, 1e-6, 1e-12, 4, 1e12), NULL),
    SMOOTH(arc_cosine, P(0.5, -0.999, 0.999999, 0.9999999999), P(0.5, -0.96875, 0.99609375)),
    SMOOTH(arc_sine, P(0.99, -0.3, 0.99999), P(0.96875, -0.3, 0.99609375)),
    SMOOTH(power_1_5, P(0, 1e-8, 1e-3, 2), P(1e-8, 1e-3, 2)),
    SMOOTH(power_2_5, P(0, 1e-8, 1e-3, 2), P(0, 1e-3, 2)),
    SMOOTH(entropy, P(1e-9, 1e-3, 0.2, 4), P(1e-6, 1e-3, 0.2, 4)),
    SMOOTH(logarithm_of_gap, P(0.3, 0.99, -0.999999), P(0.3, 0.96875, -0.99609375)),
    SMOOTH(root_of_gap, P(-3, 0.5, 0.999, 0.999999999), P(-3, 0.5, 0.96875)),
    SMOOTH(sum_of_sines, P(0.3, -2, 30), NULL),
    SMOOTH(long_mean, P(0.3, -20, 1e4), NULL),
    SMOOTH(drowned_sum, P(0.25, -1, 2), NULL),
    SMOOTH(harmonic, P(0.25, 10, 1000), NULL),
    SMOOTH(norm, P(1e-3, 0.5, -30), P(0.125, 0.5, -30)),
    SMOOTH(sharp_norm, P(1e-3, -1e-4, 0.5, 20), NULL),
    SMOOTH(unit_vector, P(1e-3, 0.5, -30, 1000), P(1e-3, 0.5, -8)),
    SMOOTH(layer_norm, P(0.125, 1.5, -40), P(0.125, 1.5, -8)),
    SMOOTH(determinant, P(0.5, 2, -7), NULL),
    SMOOTH(newton_root, P(0.3, 2, 1e4), NULL),
    SMOOTH(kepler, P(0.3, 1, 2.5), NULL),
    STAIRCASE(float_inside, 0.3, 1, -2),
    STAIRCASE(float_output, 0.3, 1.1, -20),
    STAIRCASE(quantised, 0.3, 1.1, 5),
    STAIRCASE(float_sum, 0.3, 1.1, -20),
    STAIRCASE(fixed_point_1e6, 0.3, 0.7, 0.9),
    STAIRCASE(fixed_point_1e10, 0.3, 0.7, 0.9),
    STAIRCASE(bisection, 0.3, 1.1, 5),
};
const size_t hard_function_count = sizeof(hard_functions) / sizeof(hard_functions[0]);
