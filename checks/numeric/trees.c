/* Making and evaluating random compositions. */
#include "numeric/trees.h"

#include <math.h>

enum {
  ADD,
  SUBTRACT,
  MULTIPLY,
  DIVIDE,
  MAXIMUM,
  BINARY_COUNT,
  NEGATE = BINARY_COUNT,
  SINE,
  COSINE,
  EXPONENTIAL,
  LOGARITHM,
  ROOT,
  TANH,
  SIGMOID,
  SOFTPLUS,
  SQUARE,
  RECIPROCAL,
  ABSOLUTE,
  HYPOTENUSE,
  OP_COUNT,
  VARIABLE = OP_COUNT,
  CONSTANT
};

struct dual_float {
  float value, slope;
};
struct dual_double {
  double value, slope;
};

#define REAL       float
#define NAME(name) name##_float
#define DUAL       struct dual_float
#define M(name)    name##f
#include "numeric/trees_values.inc"
#undef REAL
#undef NAME
#undef M
#undef DUAL

#define REAL       double
#define NAME(name) name##_double
#define DUAL       struct dual_double
#define M(name)    name
#include "numeric/trees_values.inc"
#undef REAL
#undef NAME
#undef M
#undef DUAL

#define REAL       quad
#define NAME(name) name##_quad
#define DUAL       struct dual
#define M(name)    name##q
#include "numeric/trees_values.inc"

dual tree_exact(const tree *made, quad x) {
  return evaluate_quad(made, x);
}

double tree_slope(const tree *made, double x) {
  return evaluate_double(made, x).slope;
}

double tree_slope32(const tree *made, double x) {
  return (double)evaluate_float(made, (float)x).slope;
}

double tree_value(void *context, double x) {
  return evaluate_double(context, x).value;
}

double tree_value32(void *context, double x) {
  return (double)evaluate_float(context, (float)x).value;
}

/* splitmix64 (Steele, Lea and Flood, OOPSLA 2014). */
static uint64_t bits(uint64_t *seed) {
  uint64_t z = *seed += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static int below(uint64_t *seed, int count) {
  return (int)(bits(seed) % (uint64_t)count);
}

/* +-10^u, u uniform on [low, high]. */
static float magnitude(uint64_t *seed, double low, double high) {
  double u = low + (high - low) * (double)(bits(seed) >> 11) * 0x1p-53;
  return (float)((below(seed, 2) ? -1 : 1) * pow(10, u));
}

static int add_node(tree *made, int op, int left, int right, float constant) {
  made->nodes[made->count] = (tree_node){op, left, right, constant};
  return made->count++;
}

static int grow(tree *made, uint64_t *seed, int depth) {
  int kind = below(seed, 10);
  if (depth == 0 || made->count > TREE_NODES - 8 || (kind == 0 && depth < 4))
    return below(seed, 5) < 3 ? add_node(made, VARIABLE, 0, 0, 0)
                              : add_node(made, CONSTANT, 0, 0, magnitude(seed, -1.5, 1.5));
  if (kind < 5) {
    int left = grow(made, seed, depth - 1);
    int right = made->count > TREE_NODES - 4 ? left : grow(made, seed, depth - 1);
    return add_node(made, below(seed, BINARY_COUNT), left, right, 0);
  }
  int inner = grow(made, seed, depth - 1);
  return add_node(made, BINARY_COUNT + below(seed, OP_COUNT - BINARY_COUNT), inner, inner, 0);
}

static bool is_sound(tree *made, bool is_float) {
  dual exact = tree_exact(made, (quad)made->x);
  double limit = is_float ? 1e15 : 1e100;
  double value = fabs((double)exact.value), slope = fabs((double)exact.slope);
  double working = is_float ? tree_slope32(made, made->x) : tree_slope(made, made->x);
  // A derivative that its own backward pass would miss by so much says nothing about a difference.
  if (!(fabs(working - (double)exact.slope) <= 1000 * (is_float ? 0x1p-24 : 0x1p-53) * slope))
    return false;
  double computed = is_float ? tree_value32(made, made->x) : tree_value(made, made->x);
  // A value that was lost altogether (1e-20 added to 1, and 1 taken away) has no derivative either.
  if (!(fabs(computed - (double)exact.value) <= value / 64))
    return false;
  return isfinite(computed) && value < limit && value > 1 / limit && slope < limit && slope > 1 / limit;
}

void tree_next(tree *made, uint64_t *seed, bool is_float) {
  do {
    made->count = 0;
    grow(made, seed, 3 + below(seed, 3));
    made->x = (double)magnitude(seed, -3, 2);
    // Half of the elements are small in a tensor of larger ones.
    made->scale = below(seed, 2) ? fabs(made->x) : fabs(made->x) * fabs((double)magnitude(seed, 0, 1));
  } while (!is_sound(made, is_float));
}
