/*
 * Elementwise layers: which derivative was implemented.
 *
 * With y_i = f(x_i), g_i / v_i is the implied f'(x_i). A table of usual derivatives, as functions of x and y, tells
 * which one backward computes and which one differences show: "1 - y for 1 - y^2". A table entry must equal the
 * analytic gradient to rounding, so that no accident names it.
 *
 * Fused layers, y = f(a) with a of weights and inputs: each output's contribution J_ij v_j is then off by a factor of
 * its own, h(y_j)/f'(y_j), the same for all elements.
 */
#include "diagnose/diagnose_derivative.h"

#include <math.h>

#include "diagnose/diagnose_region.h"
#include "evidence/candidate.h"
#include "evidence/resample.h"
#include "measure/variable.h"

static double logistic(double x) {
  return 1 / (1 + exp(-x));
}

static double normal_density(double x) {
  return exp(-x * x / 2) / 2.5066282746310005024;
}

static double normal_distribution(double x) {
  return erfc(-x / 1.4142135623730950488) / 2;
}

// X(id, name, f') in the order in which they are tried: the first that equals is named.
#define DERIVATIVES(X)                                                                                                 \
  X(d_1, "1", 1)                                                                                                       \
  X(d_1_minus_y2, "1 - y^2", 1 - y * y)                                                                                \
  X(d_y_1_minus_y, "y (1 - y)", y *(1 - y))                                                                            \
  X(d_1_minus_y, "1 - y", 1 - y)                                                                                       \
  X(d_y, "y", y)                                                                                                       \
  X(d_x, "x", x)                                                                                                       \
  X(d_minus_y, "-y", -y)                                                                                               \
  X(d_minus_x, "-x", -x)                                                                                               \
  X(d_2x, "2x", 2 * x)                                                                                                 \
  X(d_x2, "x^2", x *x)                                                                                                 \
  X(d_3x2, "3x^2", 3 * x * x)                                                                                          \
  X(d_x3, "x^3", x *x *x)                                                                                              \
  X(d_2y, "2y", 2 * y)                                                                                                 \
  X(d_1_plus_y, "1 + y", 1 + y)                                                                                        \
  X(d_1_minus_x, "1 - x", 1 - x)                                                                                       \
  X(d_y2, "y^2", y *y)                                                                                                 \
  X(d_minus_y2, "-y^2", -y *y)                                                                                         \
  X(d_1_minus_x2, "1 - x^2", 1 - x * x)                                                                                \
  X(d_1_plus_y2, "1 + y^2", 1 + y * y)                                                                                 \
  X(d_x_1_minus_x, "x (1 - x)", x *(1 - x))                                                                            \
  X(d_y_1_plus_y, "y (1 + y)", y *(1 + y))                                                                             \
  X(d_1_x, "1/x", 1 / x)                                                                                               \
  X(d_minus_1_x, "-1/x", -1 / x)                                                                                       \
  X(d_1_x2, "1/x^2", 1 / (x * x))                                                                                      \
  X(d_minus_1_x2, "-1/x^2", -1 / (x * x))                                                                              \
  X(d_1_y, "1/y", 1 / y)                                                                                               \
  X(d_1_2y, "1/(2y)", 0.5 / y)                                                                                         \
  X(d_1_2x, "1/(2x)", 0.5 / x)                                                                                         \
  X(d_sqrt, "sqrt x", sqrt(x))                                                                                         \
  X(d_1_sqrt, "1/sqrt x", 1 / sqrt(x))                                                                                 \
  X(d_sqrt_prime, "1/(2 sqrt x)", 0.5 / sqrt(x))                                                                       \
  X(d_exp, "exp x", exp(x))                                                                                            \
  X(d_exp_minus, "exp -x", exp(-x))                                                                                    \
  X(d_exp_y, "exp y", exp(y))                                                                                          \
  X(d_log, "log x", log(x))                                                                                            \
  X(d_sin, "sin x", sin(x))                                                                                            \
  X(d_cos, "cos x", cos(x))                                                                                            \
  X(d_minus_sin, "-sin x", -sin(x))                                                                                    \
  X(d_minus_cos, "-cos x", -cos(x))                                                                                    \
  X(d_cos_y, "cos y", cos(y))                                                                                          \
  X(d_tanh, "tanh x", tanh(x))                                                                                         \
  X(d_1_minus_tanh, "1 - tanh x", 1 - tanh(x))                                                                         \
  X(d_1_minus_tanh2, "1 - tanh^2 x", 1 - tanh(x) * tanh(x))                                                            \
  X(d_1_minus_tanh2_y, "1 - tanh^2 y", 1 - tanh(y) * tanh(y))                                                          \
  X(d_logistic, "logistic x", logistic(x))                                                                             \
  X(d_1_minus_logistic, "1 - logistic x", 1 - logistic(x))                                                             \
  X(d_logistic_prime, "logistic' x", logistic(x) * (1 - logistic(x)))                                                  \
  X(d_logistic_prime_y, "logistic' y", logistic(y) * (1 - logistic(y)))                                                \
  X(d_silu, "silu' x", logistic(x) + x * logistic(x) * (1 - logistic(x)))                                              \
  X(d_silu_part, "x logistic' x", x *logistic(x) * (1 - logistic(x)))                                                  \
  X(d_softsign, "1/(1 + |x|)^2", 1 / ((1 + fabs(x)) * (1 + fabs(x))))                                                  \
  X(d_atan, "1/(1 + x^2)", 1 / (1 + x * x))                                                                            \
  X(d_step, "[x > 0]", x > 0 ? 1 : 0)                                                                                  \
  X(d_sign, "sign x", x > 0 ? 1 : -1)                                                                                  \
  X(d_normal, "Phi x", normal_distribution(x))                                                                         \
  X(d_density, "phi x", normal_density(x))                                                                             \
  X(d_gelu, "Phi x + x phi x", normal_distribution(x) + x * normal_density(x))                                         \
  X(d_gelu_part, "x phi x", x *normal_density(x))

#define FUNCTION(id, name, derivative)                                                                                 \
  static double id(double x, double y) {                                                                               \
    (void)x, (void)y;                                                                                                  \
    return derivative;                                                                                                 \
  }
DERIVATIVES(FUNCTION)

static const struct known {
  double (*derivative)(double x, double y);
  const char *name;
} table[] = {
#define ROW(id, name, derivative) {id, name},
    DERIVATIVES(ROW)
#undef ROW
};

// Elementwise: as many outputs as elements, and no element feeds another's output. Without a Jacobian two upstream
// gradients tell: D_i / v_i is then the same for both.
static bool is_elementwise(const gchk_diagnosis *d) {
  if (d->output_count != d->total || (d->jacobian == NULL && d->draws < 2))
    return false;
  for (size_t i = 0; d->jacobian == NULL && i < d->total; i++) {
    const double *n0 = d->tensor->numeric[0], *n1 = d->tensor->numeric[1];
    double v0 = d->work->v[0][i], v1 = d->work->v[1][i];
    double slack = GCHK_CANDIDATE_BARS * (d->tensor->bound[0][i] * fabs(v1) + d->tensor->bound[1][i] * fabs(v0));
    if (fabs(n0[i] * v1 - n1[i] * v0) > slack)
      return false;
  }
  for (size_t i = 0; d->jacobian != NULL && i < d->total; i++)
    for (size_t j = 0; j < d->output_count; j++)
      if (i != j && fabs(d->jacobian[i * d->output_count + j]) > 4 * d->tensor->bound[0][i])
        return false;
  return true;
}

// Where a table entry equals: at the failing elements' analytic values, or at the numeric ones.
static bool equals(const gchk_diagnosis *d, size_t k, bool numeric) {
  size_t known = 0, same = 0;
  for (size_t i = 0; i < d->total; i++) {
    if (!d->fails[i])
      continue;
    double x = gchk_tensor_get(d->t, d->t->value, i);
    double value = table[k].derivative(x, d->work->y[i]) * d->work->v[0][i];
    double g = numeric ? d->tensor->numeric[0][i] : d->tensor->analytic[0][i];
    // exp, log and the like cost some units, and y may be 32-bit: a thousand roundings are far from any accident.
    double slack = 1024 * d->unit * fmax(fabs(g), fabs(d->work->v[0][i])) +
                   (numeric ? GCHK_CANDIDATE_BARS * d->tensor->bound[0][i] : 0);
    known++;
    same += fabs(value - g) <= slack;
  }
  return gchk_is_nearly_all(same, known);
}

static double square_of(double y) {
  return y * y;
}

static double odds_of(double y) {
  return log(y / (1 - y));
}

enum { OF_ACTIVATIONS = 4 };

/* What the activations that have these derivatives are the function of: the first rows of of_output. */
static double (*const inverses[OF_ACTIVATIONS])(double y) = {atanh, odds_of, log, square_of};

/* Derivatives of activations as functions of their output, and what is written for them. */
static const struct known of_output[] = {{d_1_minus_y2, "1 - y^2"},
                                         {d_y_1_minus_y, "y (1 - y)"},
                                         {d_y, "y"},
                                         {d_1_2y, "1/(2y)"},
                                         {d_1, "1"},
                                         {d_1_minus_y, "1 - y"},
                                         {d_1_plus_y, "1 + y"},
                                         {d_y2, "y^2"},
                                         {d_2y, "2y"},
                                         {d_1_plus_y2, "1 + y^2"},
                                         {d_y_1_plus_y, "y (1 + y)"},
                                         {d_minus_y2, "-y^2"},
                                         {d_1_y, "1/y"}};
enum { OF_OUTPUT = sizeof of_output / sizeof of_output[0] };

// J (v h(y)/f'(y)).
static void weigh_outputs(const gchk_diagnosis *d, const struct known *written, const struct known *right,
                          double *factor, gchk_candidate *c) {
  double largest = 1;
  for (size_t j = 0; j < d->output_count; j++) {
    factor[j] = written->derivative(0, d->work->y[j]) / right->derivative(0, d->work->y[j]);
    largest = isfinite(factor[j]) ? fmax(largest, fabs(factor[j])) : (double)INFINITY;
  }
  for (size_t draw = 0; draw < d->draws; draw++) {
    for (size_t i = 0; i < d->total; i++) {
      c->value[draw][i] = 0;
      for (size_t j = 0; j < d->output_count; j++)
        c->value[draw][i] += d->jacobian[i * d->output_count + j] * d->work->v[draw][j] * factor[j];
      c->slack[draw][i] = 2 * d->tensor->bound[draw][i] * largest;
    }
  }
}

/*
 * Is forward the activation of something that an element is multiplied into? Its inverse then makes of three outputs
 * in a row three numbers in a row. Where an output is saturated it says nothing.
 */
static bool is_activation(gchk_diagnosis *d, size_t which, size_t element, double *low, double *high) {
  static const double straight = 0.05, saturated = 0.02, little = 1e-3;
  const double by = gchk_scale_of(gchk_tensor_get(d->t, d->t->value, element), gchk_root_mean_square(d->t)) / 4;
  size_t told = 0, in_a_row = 0;
  if (!gchk_outputs_with(d, element, -by, low) || !gchk_outputs_with(d, element, by, high))
    return false;
  for (size_t j = 0; j < d->output_count; j++) {
    const double y = d->work->y[j], before = inverses[which](low[j]), here = inverses[which](y),
                 after = inverses[which](high[j]);
    if (low[j] == high[j] || fabs(of_output[which].derivative(0, y)) < saturated)
      continue;
    if (isfinite(here) && fabs(after - before) <= little * fmax(1, fabs(here)))
      continue;
    told++;
    in_a_row += fabs(before - 2 * here + after) <= straight * fabs(after - before);
  }
  return gchk_is_nearly_all(in_a_row, told);
}

static bool is_forward(gchk_diagnosis *d, size_t which) {
  size_t elements[GCHK_SAMPLES], count = gchk_sample_failing(d, elements), agree = 0;
  double *low = gchk_arena_alloc(d->arena, d->output_count, sizeof *low);
  double *high = gchk_arena_alloc(d->arena, d->output_count, sizeof *high);
  for (size_t k = 0; low != NULL && high != NULL && k < count; k++)
    agree += is_activation(d, which, elements[k], low, high);
  return gchk_instance_forward(d->work->instance, NULL) == GCHK_OK && 2 * agree > count;
}

bool gchk_diagnose_activation(gchk_diagnosis *d) {
  enum { FEWEST = 4 };
  gchk_candidate c;
  size_t matched;
  double *factor = gchk_arena_alloc(d->arena, d->output_count, sizeof *factor);
  if (d->fail_count * d->draws < FEWEST || d->output_count < FEWEST || d->jacobian == NULL || factor == NULL ||
      !gchk_candidate_new(d, &c))
    return false;
  for (size_t r = 0; r < OF_ACTIVATIONS; r++) {
    for (size_t w = 0; w < OF_OUTPUT; w++) {
      const struct known *right = &of_output[r], *written = &of_output[w];
      if (w == r)
        continue;
      weigh_outputs(d, written, right, factor, &c);
      // One and the same factor is that of many pairs: which it is, forward tells.
      if (!gchk_candidate_holds(d, &c, true, &matched) || !is_forward(d, r))
        continue;
      gchk_finding *finding = gchk_diagnosis_add(
          d, GCHK_CODE_WRONG_DERIVATIVE, matched,
          "what each output y contributes is (%s)/(%s) times what is right, on %zu of %zu: backward computes the "
          "activation's derivative as %s where it is %s",
          written->name, right->name, matched, d->fail_count, written->name, right->name);
      gchk_finding_text(&d->tensor->findings, finding, "found", "%s", written->name);
      gchk_finding_text(&d->tensor->findings, finding, "expected", "%s", right->name);
      return true;
    }
  }
  return false;
}

bool gchk_diagnose_derivative(gchk_diagnosis *d) {
  enum { FEWEST = 2, ENTRIES = sizeof table / sizeof table[0] };
  if (d->fail_count < FEWEST || !is_elementwise(d))
    return false;
  size_t found = ENTRIES, right = ENTRIES;
  for (size_t k = ENTRIES; k-- > 0;) {
    found = equals(d, k, false) ? k : found;
    right = equals(d, k, true) ? k : right;
  }
  // An entry that equals both, within errors, tells nothing of what is between them.
  if (found == ENTRIES || equals(d, found, true))
    return false;
  char region[GCHK_REGION_TEXT];
  bool has_region = gchk_region_name(d, region, sizeof region);
  gchk_finding *finding = gchk_diagnosis_add(
      d, GCHK_CODE_WRONG_DERIVATIVE, d->fail_count, "backward computes the derivative as %s%s%s%s%s (%zu of %zu)",
      table[found].name, right < ENTRIES ? " where it is " : "", right < ENTRIES ? table[right].name : "",
      has_region ? ", for " : "", has_region ? region : "", d->fail_count, d->fail_count);
  gchk_finding_text(&d->tensor->findings, finding, "found", "%s", table[found].name);
  if (right < ENTRIES)
    gchk_finding_text(&d->tensor->findings, finding, "expected", "%s", table[right].name);
  return true;
}
