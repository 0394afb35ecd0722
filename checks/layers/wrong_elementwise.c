/* Mistakes in the derivatives of layers that act element by element. */
#include <math.h>

#include "layers/wrong_twins.h"

#define SLOPE(name, ...)                                                                                               \
  static double name(double x, double y, const double *option) {                                                       \
    (void)x, (void)y, (void)option;                                                                                    \
    return __VA_ARGS__;                                                                                                \
  }

SLOPE(one, 1)
SLOPE(minus_one, -1)
SLOPE(of_x, x)
SLOPE(of_y, y)
SLOPE(exp_of_y, exp(y))
SLOPE(one_over_y, 1 / y)
SLOPE(one_over_x, 1 / x)
SLOPE(minus_y, -y)
SLOPE(y_squared, y *y)
SLOPE(one_minus_y, 1 - y)
SLOPE(two_over_root, 2 / y)
SLOPE(one_over_root, 1 / y)
SLOPE(step, x > 0 ? 1 : 0)
SLOPE(step_the_other_way, x > 0 ? 0 : 1)
SLOPE(leaky_swapped, x > 0 ? option[0] : 1)
SLOPE(elu_of_y, x > 0 ? 1 : y)
SLOPE(elu_without_exp, x > 0 ? 1 : option[0])
SLOPE(selu_without_scale, x > 0 ? 1 : 1.6732632423543772 * exp(x))
SLOPE(normal_distribution, erfc(-x *sqrt(0.5)) / 2)
SLOPE(gelu_without_root, erfc(-x *sqrt(0.5)) / 2 + x * exp(-x * x / 2) / 2)
SLOPE(gelu_tanh_half, (1 + tanh(0.7978845608028654 * (x + 0.044715 * x * x * x))) / 2)
SLOPE(logistic, 1 / (1 + exp(-x)))
SLOPE(silu_as_logistic, 1 / (1 + exp(-x)) * (1 - 1 / (1 + exp(-x))))
SLOPE(mish_first_term, tanh(log1p(exp(x))))
SLOPE(hardswish_constant, x<-3 ? 0 : x> 3 ? 1 : x / 6 + 0.5)
SLOPE(power_without_exponent, pow(x, option[0] - 1))
SLOPE(power_exponent_kept, option[0] * pow(x, option[0]))

static void add_keeps_x(const gchk_call *c) {
  for (size_t i = 0; i < c->t[1].count; i++)
    set_grad(&c->t[1], i, 0);
}

static void sub_adds(const gchk_call *c) {
  for (size_t i = 0; i < c->t[1].count; i++)
    set_grad(&c->t[1], i, grad_of(&c->t[2], i));
}

static void mul_not_crossed(const gchk_call *c) {
  for (size_t i = 0; i < c->t[0].count; i++) {
    set_grad(&c->t[0], i, grad_of(&c->t[2], i) * value_of(&c->t[0], i));
    set_grad(&c->t[1], i, grad_of(&c->t[2], i) * value_of(&c->t[1], i));
  }
}

static void div_square_lost(const gchk_call *c) {
  for (size_t i = 0; i < c->t[1].count; i++)
    set_grad(&c->t[1], i, -grad_of(&c->t[2], i) * value_of(&c->t[0], i) / value_of(&c->t[1], i));
}

static void max_to_both(const gchk_call *c) {
  for (size_t i = 0; i < c->t[1].count; i++)
    set_grad(&c->t[1], i, grad_of(&c->t[2], i));
}

static void copy_one_way(const gchk_call *c) {
  for (size_t i = 0; i < c->t[0].count; i++)
    set_grad(&c->t[0], i, grad_of(&c->t[1], i));
}

/* No name is a right answer too, where none of those that there are fits. */
#define DERIVATIVE "wrong-derivative unclassified"
const wrong_twin wrong_elementwise[] = {
    {.layer = "abs", .what = "the sign is lost", .slope = one, .codes = "wrong-sign-in-region identity-backward"},
    {.layer = "add", .what = "no gradient of y", .spoil = add_keeps_x, .codes = "zero-gradient"},
    {.layer = "clamp", .what = "passes everything through", .slope = one, .codes = "gate-ignored gradient-where-flat"},
    {.layer = "copy", .what = "one of two ways", .spoil = copy_one_way, .codes = "path-lost"},
    {.layer = "div", .what = "y for y^2", .spoil = div_square_lost, .codes = DERIVATIVE},
    {.layer = "elu", .what = "y for y + alpha", .slope = elu_of_y, .codes = DERIVATIVE},
    {.layer = "elu", .what = "exp lost", .slope = elu_without_exp, .codes = "identity-backward"},
    {.layer = "exp", .what = "x for y", .slope = of_x, .codes = DERIVATIVE},
    {.layer = "exp", .what = "exp(y) for exp(x)", .slope = exp_of_y, .codes = DERIVATIVE},
    {.layer = "gelu", .what = "the second term is lost", .slope = normal_distribution, .codes = DERIVATIVE},
    {.layer = "gelu", .what = "1/2 for 1/sqrt(2 pi)", .slope = gelu_without_root, .codes = DERIVATIVE},
    {.layer = "gelu_tanh", .what = "the second term is lost", .slope = gelu_tanh_half, .codes = DERIVATIVE},
    {.layer = "hardswish", .what = "x/6 for x/3", .slope = hardswish_constant, .codes = "wrong-in-region"},
    {.layer = "hardtanh",
     .what = "passes everything through",
     .slope = one,
     .codes = "gate-ignored gradient-where-flat"},
    {.layer = "leaky_relu", .what = "branches swapped", .slope = leaky_swapped, .codes = "ratio-in-region"},
    {.layer = "leaky_relu", .what = "0 left of 0", .slope = step, .codes = "zero-gradient"},
    {.layer = "log", .what = "1/y for 1/x", .slope = one_over_y, .codes = DERIVATIVE},
    {.layer = "max", .what = "to both", .spoil = max_to_both, .codes = "gradient-where-flat"},
    {.layer = "mish", .what = "the second term is lost", .slope = mish_first_term, .codes = DERIVATIVE},
    {.layer = "mul", .what = "x and y swapped", .spoil = mul_not_crossed, .codes = "swapped-tensors"},
    {.layer = "negate", .what = "the sign is lost", .slope = one, .codes = "wrong-sign"},
    {.layer = "power", .what = "p lost", .slope = power_without_exponent, .codes = "constant-ratio"},
    {.layer = "power", .what = "p for p - 1", .slope = power_exponent_kept, .codes = DERIVATIVE},
    {.layer = "reciprocal", .what = "-y for -y^2", .slope = minus_y, .codes = DERIVATIVE},
    {.layer = "reciprocal", .what = "y^2 for -y^2", .slope = y_squared, .codes = "wrong-sign"},
    {.layer = "relu", .what = "branches swapped", .slope = step_the_other_way, .codes = "wrong-where-values"},
    {.layer = "relu_in_place", .what = "branches swapped", .slope = step_the_other_way, .codes = "zero-gradient"},
    {.layer = "selu", .what = "scale lost", .slope = selu_without_scale, .codes = "constant-ratio"},
    {.layer = "sigmoid", .what = "1 - y for y (1 - y)", .slope = one_minus_y, .codes = DERIVATIVE},
    {.layer = "silu", .what = "the sigmoid's derivative", .slope = silu_as_logistic, .codes = DERIVATIVE},
    {.layer = "silu", .what = "the second term is lost", .slope = logistic, .codes = DERIVATIVE},
    {.layer = "softplus", .what = "y for its derivative", .slope = of_y, .codes = DERIVATIVE},
    {.layer = "sqrt", .what = "2/y for 1/(2y)", .slope = two_over_root, .codes = "constant-ratio"},
    {.layer = "sqrt", .what = "1/y for 1/(2y)", .slope = one_over_root, .codes = "constant-ratio"},
    {.layer = "sqrt", .what = "1/x for 1/(2y)", .slope = one_over_x, .codes = DERIVATIVE},
    {.layer = "square", .what = "2 lost", .slope = of_x, .codes = "constant-ratio"},
    {.layer = "sub", .what = "the sign of y is lost", .spoil = sub_adds, .codes = "wrong-sign"},
    {.layer = "tanh", .what = "1 - y for 1 - y^2", .slope = one_minus_y, .codes = DERIVATIVE},
    {.layer = "tanh", .what = "minus", .slope = minus_one, .codes = DERIVATIVE},
    {.layer = NULL},
};
