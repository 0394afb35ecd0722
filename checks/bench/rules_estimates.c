/*
 * Two rules that estimate their own error.
 *
 * Ridders ("Accurate computation of F'(x) and F'(x) F''(x)", Advances in Engineering Software 4, 1982), in the form of
 * Numerical Recipes (3rd ed., section 5.7): central differences at steps that shrink by 1.4, extrapolated to h = 0 by
 * Neville's tableau; the error of an entry is the larger of its distances to the two entries that it was made of; the
 * entry of the smallest error is the value, and one stops when the diagonal gets worse by twice that. The step to begin
 * with is to be one over which the function changes: s/10.
 *
 * GSL's gsl_deriv_central, after its reference manual ("Numerical Differentiation"): the 5-point rule on x-h, x-h/2,
 * x+h/2, x+h; its truncation is estimated by the difference from the 3-point rule, its rounding by the size of the
 * values; from how the two grow with h comes an optimal step, and the derivative there stands where its error is
 * smaller and the two agree within it. The manual's example begins with 1e-8, the square root of the unit of double:
 * here sqrt(u) s, for float too.
 */
#include "bench/rules_estimates.h"

#include <float.h>
#include <math.h>

double rule_quotient(const trial_function *function, double x, double h) {
  double plus = x + h, minus = x - h;
  if (!function->is_float)
    return (function->value(function->context, plus) - function->value(function->context, minus)) / (2 * h);
  float up = (float)function->value(function->context, (double)(float)plus);
  float down = (float)function->value(function->context, (double)(float)minus);
  return (double)((up - down) / (2 * (float)h));
}

enum { TABLEAU = 10 };
static const double shrink = 1.4, worse = 2, first_step = 0.1;

rule_estimate rule_ridders(const trial_function *function, double x, double s) {
  double last[TABLEAU], next[TABLEAU]; // the column before, and this one: entry j has the order 2 j + 2
  double h = first_step * s;
  rule_estimate best = {.value = rule_quotient(function, x, h), .error = HUGE_VAL};
  last[0] = best.value;
  for (size_t column = 1; column < TABLEAU; column++) {
    h /= shrink;
    next[0] = rule_quotient(function, x, h);
    double power = 1;
    for (size_t j = 1; j <= column; j++) {
      power *= shrink * shrink;
      next[j] = (power * next[j - 1] - last[j - 1]) / (power - 1);
      double error = fmax(fabs(next[j] - next[j - 1]), fabs(next[j] - last[j - 1]));
      if (error <= best.error)
        best = (rule_estimate){next[j], error};
    }
    if (fabs(next[column] - last[column - 1]) >= worse * best.error)
      break;
    for (size_t j = 0; j <= column; j++)
      last[j] = next[j];
  }
  return best;
}

/* The 5-point rule at one step, and the two parts of its error. */
typedef struct five_points {
  double value, rounding, truncation;
} five_points;

static double value_at(const trial_function *function, double x) {
  return function->value(function->context, function->is_float ? (double)(float)x : x);
}

static five_points five_points_at(const trial_function *function, double x, double h) {
  double epsilon = function->is_float ? (double)FLT_EPSILON : DBL_EPSILON;
  double far_plus = value_at(function, x + h), far_minus = value_at(function, x - h);
  double near_plus = value_at(function, x + h / 2), near_minus = value_at(function, x - h / 2);
  double three = (far_plus - far_minus) / (2 * h);
  double five = 4.0 / 3 * (near_plus - near_minus) / h - three / 3;
  double of_values = fabs(far_plus) + fabs(far_minus) + 2 * (fabs(near_plus) + fabs(near_minus));
  // The points themselves are rounded: by epsilon |x|, which the slope turns into a change of value.
  double of_points = fmax(fabs(three), fabs(five)) * fabs(x);
  return (five_points){
      .value = five, .rounding = epsilon * (of_values + of_points) / h, .truncation = fabs(five - three)};
}

rule_estimate rule_gsl_central(const trial_function *function, double x, double s) {
  double h = sqrt(function->is_float ? 0x1p-24 : 0x1p-53) * s;
  five_points first = five_points_at(function, x, h);
  rule_estimate result = {first.value, first.rounding + first.truncation};
  if (!(first.rounding > 0) || !(first.truncation > 0) || first.rounding >= first.truncation)
    return result;
  // rounding ~ 1/h, truncation ~ h^2: their sum is least at h (rounding/(2 truncation))^(1/3).
  five_points second = five_points_at(function, x, h * cbrt(first.rounding / (2 * first.truncation)));
  double error = second.rounding + second.truncation;
  if (error < result.error && fabs(second.value - result.value) < 4 * result.error)
    result = (rule_estimate){second.value, error};
  return result;
}
