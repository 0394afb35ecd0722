/*
 * rope: rotary position embedding: pairs of elements of a token are turned by an angle that grows with its position.
 *
 *     rope: { x: q }                              pairs (i, i + D/2), as in GPT-NeoX and LLaMA's torch code
 *     rope: { x: q, interleaved: 1, base: 1e6 }   pairs (2i, 2i + 1), as in the paper; base is 10000 unless it is given
 *
 *     x, y (S..., T, D), D even;  t = 0 .. T-1 is the position, and first, 0 unless it is given, is added to it
 *
 *     a = (t + first) base^(-2i/D)
 *     y1 = x1 cos a - x2 sin a,    y2 = x2 cos a + x1 sin a
 *     dx1 = dy1 cos a + dy2 sin a,  dx2 = dy2 cos a - dy1 sin a        the turn by -a
 *
 * Su et al., RoFormer: Enhanced transformer with rotary position embedding (2021).
 */
#include "layers/real.h"

enum { X, Y };
enum { BASE, FIRST, INTERLEAVED };

/* to = from, turned forth (way = 1) or back (-1). */
static void turn(const gchk_call *call, const real *from, real *to, double way) {
  const size_t d = gchk_size(call, "D"), steps = gchk_size(call, "T");
  const bool is_interleaved = call->option[INTERLEAVED] != 0;
  const size_t apart = is_interleaved ? 1 : d / 2, stride = is_interleaved ? 2 : 1;
  for (size_t token = 0; token < call->t[X].count / d; token++)
    for (size_t i = 0; i < d / 2; i++) {
      const size_t one = token * d + i * stride, other = one + apart;
      const double a =
          ((double)(token % steps) + call->option[FIRST]) * pow(call->option[BASE], -2 * (double)i / (double)d);
      const real c = (real)cos(a), s = (real)(way * sin(a)), x = from[one];
      to[one] = x * c - from[other] * s;
      to[other] = from[other] * c + x * s;
    }
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  turn(call, call->t[X].value, call->t[Y].value, 1);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  turn(call, call->t[Y].grad, call->t[X].grad, -1);
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "S... T D"),
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "S... T D"),
};

static const gchk_option_spec options[] = {
    [BASE] = {.name = "base", .initial = 10000, .minimum = 1, .maximum = 1e12, .doc = "of the angles"},
    [FIRST] = {.name = "first", .initial = 0, .minimum = 0, .maximum = 1e9, .doc = "position of the first token"},
    [INTERLEAVED] = {.name = "interleaved", .initial = 0, .minimum = 0, .maximum = 1, .doc = "1: pairs (2i, 2i + 1)"},
};

DECLARE_LAYER(rope);
const gchk_layer LAYER(rope) = {
    LAYER_HEAD(rope, "rope"),
    GCHK_TENSORS(tensors),
    GCHK_OPTION_TABLE(options),
    .shape_cases = (const char *const[]){"S=2x3 T=4 D=6", "S=2 T=5 D=4", "S=1 T=3 D=2", NULL},
    .sizes_require = "D%2==0",
    .forward = forward,
    .backward = backward,
};
