/*
 * Layers that are wrong in ways that only another call tells, in the precision of the file that includes this: REAL, DTYPE and
 * NAME(id). Each line of NEIGHBOURS: the layer, and the findings that it may have; the first is the one that it must have.
 */
#include <math.h>

#include "gradcheck/gradcheck.h"
#include "neighbour_list.h"

#define V(i)      ((REAL *)c->t[i].value)
#define G(i)      ((REAL *)c->t[i].grad)
#define I(i)      ((const int32_t *)c->t[i].value)
#define O(i)      ((REAL)c->option[i])
#define SIZE(n)   gchk_size(c, #n)
#define FOR(i, n) for (size_t i = 0; i < (n); i++)
#define R(x)      ((REAL)(x))

#define LAYER(id, table, f, b, ...)                                                                                    \
  const gchk_layer NAME(id) = {                                                                                        \
      .name = #id, .dtype = DTYPE, GCHK_TENSORS(table), .forward = (f), .backward = (b), TWIN(id) __VA_ARGS__};

static REAL power(REAL x, REAL p) {
  return R(pow((double)x, (double)p));
}
static REAL sign_of(REAL x) {
  return R((x > 0) - (x < 0));
}

static const gchk_tensor_spec vector[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};

/* y_n = (sum |x|^p)^(1/p); backward is that of p = 2, with the norm that forward found. */
static const gchk_option_spec norm_options[] = {{"p", 3, 1, 10, "the norm"}};
static void norm(const gchk_call *c) {
  FOR(n, SIZE(N)) {
    REAL sum = 0;
    FOR(k, SIZE(C)) sum += power(R(fabs((double)V(0)[n * SIZE(C) + k])), O(0));
    V(1)[n] = power(sum, 1 / O(0));
  }
}
static void norm_back(const gchk_call *c, REAL p, REAL factor) {
  FOR(n, SIZE(N)) FOR(k, SIZE(C)) {
    const REAL x = V(0)[n * SIZE(C) + k];
    G(0)[n * SIZE(C) + k] = factor * G(1)[n] * sign_of(x) * power(R(fabs((double)x)) / V(1)[n], p - 1);
  }
}
GCHK_CALLBACK(norm_forward, norm(c))
GCHK_CALLBACK(norm_of_two, norm_back(c, 2, 1))
GCHK_CALLBACK(norm_times_p, norm_back(c, O(0), O(0)))
GCHK_CALLBACK(norm_of_next, norm_back(c, O(0) + 1, 1))
LAYER(norm_p_ignored, rows, norm_forward, norm_of_two, .sizes = "N=3 C=4", GCHK_OPTION_TABLE(norm_options))
LAYER(norm_p_twice, rows, norm_forward, norm_times_p, .sizes = "N=3 C=4", GCHK_OPTION_TABLE(norm_options))
LAYER(norm_p_off, rows, norm_forward, norm_of_next, .sizes = "N=3 C=4", GCHK_OPTION_TABLE(norm_options))

/* y = -(1 - s)^gamma log s with s the logistic of x; backward that of gamma = 0. */
static const gchk_option_spec focal_options[] = {{"gamma", 2, 0, 5, "focusing"}};
static void focal(const gchk_call *c) {
  FOR(i, SIZE(N)) {
    const REAL s = 1 / (1 + R(exp(-(double)V(0)[i])));
    V(1)[i] = -power(1 - s, O(0)) * R(log((double)s));
  }
}
GCHK_CALLBACK(focal_forward, focal(c))
GCHK_CALLBACK(focal_without_gamma, FOR(i, SIZE(N)) G(0)[i] = -G(1)[i] / (1 + R(exp((double)V(0)[i]))))
LAYER(focal_gamma_ignored, vector, focal_forward, focal_without_gamma, .sizes = "N=12",
      GCHK_OPTION_TABLE(focal_options))

/* Huber with 1 for delta; elu with 1 for alpha; a hard sigmoid whose clip backward forgets. */
static const gchk_option_spec delta_options[] = {{"delta", 0.6, 0.1, 4, "where it goes straight"}};
static REAL huber(REAL x, REAL delta) {
  const REAL size = R(fabs((double)x));
  return size <= delta ? x * x / 2 : delta * (size - delta / 2);
}
static REAL clipped(REAL x, REAL top) {
  return x < 0 ? 0 : x > top ? top : x;
}
GCHK_CALLBACK(huber_forward, FOR(i, SIZE(N)) V(1)[i] = huber(V(0)[i], O(0)))
GCHK_CALLBACK(huber_of_one, FOR(i, SIZE(N)) G(0)[i] = G(1)[i] * (clipped(V(0)[i] + 1, 2) - 1))
LAYER(huber_delta_ignored, vector, huber_forward, huber_of_one, .sizes = "N=15", GCHK_OPTION_TABLE(delta_options))
static const gchk_option_spec alpha_options[] = {{"alpha", 0.4, 0, 4, "below 0"}};
static REAL elu(REAL x, REAL alpha) {
  return x > 0 ? x : alpha * (R(exp((double)x)) - 1);
}
GCHK_CALLBACK(elu_forward, FOR(i, SIZE(N)) V(1)[i] = elu(V(0)[i], O(0)))
GCHK_CALLBACK(elu_of_one, FOR(i, SIZE(N)) G(0)[i] = G(1)[i] * (V(0)[i] > 0 ? 1 : R(exp((double)V(0)[i]))))
LAYER(elu_alpha_ignored, vector, elu_forward, elu_of_one, .sizes = "N=15", GCHK_OPTION_TABLE(alpha_options))
GCHK_CALLBACK(hard_forward, FOR(i, SIZE(N)) V(1)[i] = clipped(V(0)[i] / 2 + R(0.5), 1))
GCHK_CALLBACK(hard_straight, FOR(i, SIZE(N)) G(0)[i] = G(1)[i] / 2)
LAYER(hard_sigmoid_clip_lost, vector, hard_forward, hard_straight, .sizes = "N=15")

/* y = max(a, b), and backward asks a > 0 for a > b. */
static const gchk_tensor_spec pair[] = {GCHK_TENSOR("a", GCHK_INPUT, "N"), GCHK_TENSOR("b", GCHK_INPUT, "N"),
                                        GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static void maxout_back(const gchk_call *c) {
  FOR(i, SIZE(N)) {
    G(0)[i] = V(0)[i] > 0 ? G(2)[i] : 0;
    G(1)[i] = V(0)[i] > 0 ? 0 : G(2)[i];
  }
}
GCHK_CALLBACK(maxout, FOR(i, SIZE(N)) V(2)[i] = V(0)[i] > V(1)[i] ? V(0)[i] : V(1)[i])
GCHK_CALLBACK(maxout_wrong_sign, maxout_back(c))
LAYER(maxout_asks_zero, pair, maxout, maxout_wrong_sign, .sizes = "N=16")

/* y = g x, or g^2 x where the switch is off; there the derivative lacks its 2 and has a 1 too many. */
static const gchk_tensor_spec gain[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("g", GCHK_INPUT, "N"),
                                        GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_option_spec switch_options[] = {{"plain", 1, 0, 1, "the gain as it is"}};
static const double switched_off[] = {0};
static void switched_back(const gchk_call *c) {
  FOR(i, SIZE(N)) {
    const REAL g = V(1)[i];
    G(0)[i] = G(2)[i] * (O(0) != 0 ? g : g * g);
    G(1)[i] = G(2)[i] * (O(0) != 0 ? 1 : g + 1) * V(0)[i];
  }
}
GCHK_CALLBACK(switched, FOR(i, SIZE(N)) V(2)[i] = V(0)[i] * (O(0) != 0 ? V(1)[i] : V(1)[i] * V(1)[i]))
GCHK_CALLBACK(switched_wrong, switched_back(c))
LAYER(branch_of_option, gain, switched, switched_wrong, .sizes = "N=7", GCHK_OPTION_TABLE(switch_options),
      .option_values = switched_off)

/* loss = sum of max(0, 1/2 - y (a - b)): the gradient of y given for those of a and b. */
static const gchk_tensor_spec margin[] = {GCHK_TENSOR("a", GCHK_INPUT, "N"), GCHK_TENSOR("b", GCHK_INPUT, "N"),
                                          GCHK_TENSOR("t", GCHK_CONSTANT, "N"), GCHK_TENSOR("loss", GCHK_OUTPUT, "")};
static REAL slack_of(const gchk_call *c, size_t i) {
  return R(0.5) - V(2)[i] * (V(0)[i] - V(1)[i]);
}
static void margin_back(const gchk_call *c) {
  FOR(i, SIZE(N)) {
    G(0)[i] = slack_of(c, i) > 0 ? -G(3)[0] * (V(0)[i] - V(1)[i]) : 0;
    G(1)[i] = -G(0)[i];
  }
}
GCHK_CALLBACK(margin_forward, V(3)[0] = 0; FOR(i, SIZE(N)) V(3)[0] += slack_of(c, i) > 0 ? slack_of(c, i) : 0)
GCHK_CALLBACK(margin_of_constant, margin_back(c))
LAYER(gradient_of_constant, margin, margin_forward, margin_of_constant, .sizes = "N=6")

/* y = relu(x W), or hard sigmoid of it, fused; the mask in dx and not in dW. */
static const gchk_tensor_spec dense[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("w", GCHK_PARAMETER, "C M"),
                                         GCHK_TENSOR("y", GCHK_OUTPUT, "N M")};
static REAL sum_of(const gchk_call *c, size_t n, size_t m) {
  REAL sum = 0;
  FOR(k, SIZE(C)) sum += V(0)[n * SIZE(C) + k] * V(1)[k * SIZE(M) + m];
  return sum;
}
static void dense_forward_to(const gchk_call *c, REAL top) {
  FOR(n, SIZE(N)) FOR(m, SIZE(M)) V(2)[n * SIZE(M) + m] = clipped(sum_of(c, n, m), top);
}
/* The mask: of the output, of the upstream gradient, or none. */
typedef enum mask { OF_OUTPUT, OF_UPSTREAM, NONE } mask;
static REAL masked(const gchk_call *c, size_t j, mask which, REAL top) {
  const REAL y = V(2)[j], v = G(2)[j];
  const int passes = which == OF_OUTPUT ? y > 0 && y < top : which == OF_UPSTREAM ? v > 0 : 1;
  return passes ? v : 0;
}
static void dense_back(const gchk_call *c, mask of_x, mask of_w, REAL top) {
  FOR(n, SIZE(N)) FOR(m, SIZE(M)) FOR(k, SIZE(C)) {
    const size_t j = n * SIZE(M) + m;
    G(0)[n * SIZE(C) + k] += masked(c, j, of_x, top) * V(1)[k * SIZE(M) + m];
    G(1)[k * SIZE(M) + m] += masked(c, j, of_w, top) * V(0)[n * SIZE(C) + k];
  }
}
GCHK_CALLBACK(dense_relu, dense_forward_to(c, R(1e30)))
GCHK_CALLBACK(dense_clip, dense_forward_to(c, 1))
GCHK_CALLBACK(dense_mask_lost, dense_back(c, OF_OUTPUT, NONE, R(1e30)))
GCHK_CALLBACK(dense_clip_lost, dense_back(c, NONE, NONE, 1))
GCHK_CALLBACK(dense_upstream_mask, dense_back(c, OF_UPSTREAM, OF_UPSTREAM, R(1e30)))
LAYER(relu_mask_lost_in_dw, dense, dense_relu, dense_mask_lost, .sizes = "N=4 C=3 M=5")
LAYER(clip_lost, dense, dense_clip, dense_clip_lost, .sizes = "N=4 C=3 M=5")
LAYER(relu_of_upstream, dense, dense_relu, dense_upstream_mask, .sizes = "N=4 C=3 M=5")

/* y = tanh(x W) with 1 - y for 1 - y^2 in both gradients, and with another function of its own. */
static void dense_tanh_back(const gchk_call *c, REAL squared, REAL cubed) {
  FOR(n, SIZE(N)) FOR(m, SIZE(M)) FOR(k, SIZE(C)) {
    const size_t j = n * SIZE(M) + m;
    const REAL y = V(2)[j], v = G(2)[j] * (1 - (squared != 0 ? y * y : y) - cubed * y * y * y);
    G(0)[n * SIZE(C) + k] += v * V(1)[k * SIZE(M) + m];
    G(1)[k * SIZE(M) + m] += v * V(0)[n * SIZE(C) + k];
  }
}
GCHK_CALLBACK(dense_tanh, FOR(n, SIZE(N)) FOR(m, SIZE(M)) V(2)[n * SIZE(M) + m] = R(tanh((double)sum_of(c, n, m))))
GCHK_CALLBACK(dense_tanh_of_y, dense_tanh_back(c, 0, 0))
GCHK_CALLBACK(dense_tanh_cubed, dense_tanh_back(c, 1, R(0.4)))
LAYER(fused_one_minus_y, dense, dense_tanh, dense_tanh_of_y, .sizes = "N=4 C=3 M=5")
LAYER(fused_unknown, dense, dense_tanh, dense_tanh_cubed, .sizes = "N=4 C=3 M=5")

/* y_ij = (x_i w)_j z_ij, gated in backward by a sign that forward does not ask. */
static const gchk_tensor_spec product[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("z", GCHK_CONSTANT, "N M"),
                                           GCHK_TENSOR("y", GCHK_OUTPUT, "N M")};
static void product_back(const gchk_call *c, REAL below) {
  FOR(n, SIZE(N)) FOR(m, SIZE(M)) {
    const REAL z = V(1)[n * SIZE(M) + m], f = R(cos((double)V(0)[n])) * z;
    G(0)[n] += G(2)[n * SIZE(M) + m] * (z > 0 ? f : below * f * f);
  }
}
GCHK_CALLBACK(product_forward,
              FOR(n, SIZE(N)) FOR(m, SIZE(M)) V(2)[n * SIZE(M) + m] = R(sin((double)V(0)[n])) * V(1)[n * SIZE(M) + m])
GCHK_CALLBACK(product_gated, product_back(c, 0))
GCHK_CALLBACK(product_wrong_below, product_back(c, 1))
LAYER(gated_by_constant, product, product_forward, product_gated, .sizes = "N=4 M=5")
LAYER(wrong_below_zero, product, product_forward, product_wrong_below, .sizes = "N=4 M=5")

/* prelu: the slope's gradient is gated by the output's sign. */
static const gchk_tensor_spec prelu[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("slope", GCHK_PARAMETER, "1"),
                                         GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static void prelu_back(const gchk_call *c) {
  G(1)[0] = 0;
  FOR(i, SIZE(N)) {
    const REAL x = V(0)[i];
    G(0)[i] = x > 0 ? G(2)[i] : G(2)[i] * V(1)[0];
    G(1)[0] += V(2)[i] > 0 ? 0 : G(2)[i] * x;
  }
}
GCHK_CALLBACK(prelu_forward, FOR(i, SIZE(N)) V(2)[i] = V(0)[i] > 0 ? V(0)[i] : V(1)[0] * V(0)[i])
GCHK_CALLBACK(prelu_by_output, prelu_back(c))
LAYER(slope_by_output, prelu, prelu_forward, prelu_by_output, .sizes = "N=8")

/* Cross-entropy without the 1 at the target; and with a weight of class 0 that backward squares. */
static const gchk_tensor_spec labelled[] = {
    GCHK_TENSOR("z", GCHK_INPUT, "N C"),
    GCHK_TENSOR("label", GCHK_INDEX, "N", .fill = {GCHK_FILL_LABELS, .below = "C"}),
    GCHK_TENSOR("loss", GCHK_OUTPUT, "N")};
static REAL weight_of(int32_t label) {
  return label == 0 ? R(1.7) : 1;
}
static REAL log_sum(const gchk_call *c, size_t n) {
  REAL sum = 0;
  FOR(k, SIZE(C)) sum += R(exp((double)V(0)[n * SIZE(C) + k]));
  return R(log((double)sum));
}
static void labelled_back(const gchk_call *c, REAL at_target, int power_of_weight) {
  FOR(n, SIZE(N)) FOR(k, SIZE(C)) {
    const size_t i = n * SIZE(C) + k;
    const REAL w = weight_of(I(1)[n]), p = R(exp((double)(V(0)[i] - log_sum(c, n))));
    const REAL d = p - ((int32_t)k == I(1)[n] ? at_target : 0);
    G(0)[i] = G(2)[n] * (I(1)[n] == 0 && power_of_weight > 1 ? w * d + R(0.3) * p * p : w * d);
  }
}
GCHK_CALLBACK(labelled_forward,
              FOR(n, SIZE(N)) V(2)[n] = weight_of(I(1)[n]) * (log_sum(c, n) - V(0)[n * SIZE(C) + (size_t)I(1)[n]]))
GCHK_CALLBACK(labelled_no_target, labelled_back(c, R(0.8), 1))
GCHK_CALLBACK(labelled_class_zero, labelled_back(c, 1, 2))
static void labelled_next(const gchk_call *c) {
  FOR(n, SIZE(N)) FOR(k, SIZE(C)) {
    const size_t i = n * SIZE(C) + k;
    const int32_t next = I(1)[(n + 1) % SIZE(N)];
    const REAL p = R(exp((double)(V(0)[i] - log_sum(c, n))));
    G(0)[i] = G(2)[n] * weight_of(next) * (p - ((int32_t)k == next ? 1 : 0));
  }
}
GCHK_CALLBACK(labelled_of_next, labelled_next(c))
LAYER(target_of_next_row, labelled, labelled_forward, labelled_of_next, .sizes = "N=9 C=3")
LAYER(target_wrong, labelled, labelled_forward, labelled_no_target, .sizes = "N=9 C=3")
LAYER(class_zero_wrong, labelled, labelled_forward, labelled_class_zero, .sizes = "N=9 C=3")

/* y_r = x_r times all factors whose index is r, or their sum: the last use of a row alone is in its gradient. */
static const gchk_tensor_spec scattered[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "R"), GCHK_TENSOR("f", GCHK_CONSTANT, "N"),
    GCHK_TENSOR("at", GCHK_INDEX, "N", .fill = {GCHK_FILL_INDICES, .below = "R"}), GCHK_TENSOR("y", GCHK_OUTPUT, "R")};
static void scatter_back(const gchk_call *c) {
  FOR(r, SIZE(R)) G(0)[r] = G(3)[r];
  FOR(n, SIZE(N)) G(0)[I(2)[n]] = G(3)[I(2)[n]] * V(1)[n];
}
GCHK_CALLBACK(scatter_forward, FOR(r, SIZE(R)) V(3)[r] = V(0)[r]; FOR(n, SIZE(N)) V(3)[I(2)[n]] *= V(1)[n])
GCHK_CALLBACK(scatter_last, scatter_back(c))
LAYER(last_factor_alone, scattered, scatter_forward, scatter_last, .sizes = "R=4 N=5")

/* y + y^3 = x by Newton's steps, too few of them, or one decimal too few in the 3 of the derivative. */
static const gchk_option_spec newton_options[] = {{"steps", 2, 1, 64, "of Newton"}};
static REAL root_of(REAL x, size_t steps) {
  REAL y = R(0.6) * x;
  FOR(k, steps) y -= (y + y * y * y - x) / (1 + 3 * y * y);
  return y;
}
GCHK_CALLBACK(newton_forward, FOR(i, SIZE(N)) V(1)[i] = root_of(V(0)[i], (size_t)c->option[0]))
GCHK_CALLBACK(newton_exact, FOR(i, SIZE(N)) G(0)[i] = G(1)[i] / (1 + 3 * V(1)[i] * V(1)[i]))
LAYER(newton_stops_early, vector, newton_forward, newton_exact, .sizes = "N=7", GCHK_OPTION_TABLE(newton_options))
GCHK_CALLBACK(converged_forward, FOR(i, SIZE(N)) V(1)[i] = root_of(V(0)[i], 12))
GCHK_CALLBACK(newton_few_digits, FOR(i, SIZE(N)) G(0)[i] = G(1)[i] / (1 + R(2.9997) * V(1)[i] * V(1)[i]))
LAYER(few_digits, vector, converged_forward, newton_few_digits, .sizes = "N=7")

/* An integrator whose adjoint takes the rate at the wrong end of each step: nearly one factor, and none. */
static void integrate(const gchk_call *c) {
  FOR(n, SIZE(N)) {
    V(2)[n] = V(0)[n];
    FOR(k, 6) V(2)[n] += (-V(1)[0] * R(sin(0.5 * (double)k)) * V(2)[n] + R(0.3) * R(cos((double)V(2)[n]))) / 6;
  }
}
static void integrate_back(const gchk_call *c) {
  FOR(n, SIZE(N)) {
    REAL path[6], x = V(0)[n], l = G(2)[n];
    FOR(k, 6) {
      path[k] = x;
      x += (-V(1)[0] * R(sin(0.5 * (double)k)) * x + R(0.3) * R(cos((double)x))) / 6;
    }
    for (size_t k = 6; k-- > 0;)
      l += l * (-V(1)[0] * R(sin(0.5 * (double)(k + 1))) - R(0.3) * R(sin((double)path[k]))) / 6;
    G(0)[n] = l;
  }
}
static const gchk_tensor_spec rated[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("rate", GCHK_CONSTANT, "1"),
                                         GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
GCHK_CALLBACK(integrate_forward, integrate(c))
GCHK_CALLBACK(integrate_wrong_end, integrate_back(c))
LAYER(wrong_end_of_step, rated, integrate_forward, integrate_wrong_end, .sizes = "N=3")
