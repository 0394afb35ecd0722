/*
 * gelu_tanh: y = x/2 (1 + tanh(u)) with u = sqrt(2/pi) (x + 0.044715 x^3), element by element.
 *
 *     gelu_tanh: { x: a }        x of any shape
 *
 *     dy/dx = (1 + tanh(u))/2 + x/2 (1 - tanh(u)^2) du/dx,        du/dx = sqrt(2/pi) (1 + 3 * 0.044715 x^2)
 *
 * The approximation of gelu by Hendrycks and Gimpel, Gaussian error linear units (2016), which GPT-2, llm.c and
 * torch's gelu(approximate='tanh') compute. It has a name of its own, not an option: the two are different functions.
 */
#include "layers/elementwise.h"

static const real root = (real)0.79788456080286535588; // sqrt(2/pi)
static const real cubic = (real)0.044715;

static real tanh_of_u(real x) {
  return real_tanh(root * (x + cubic * x * x * x));
}

static real formula(point p) {
  return p.x / 2 * (1 + tanh_of_u(p.x));
}

static real gradient(point p) {
  const real t = tanh_of_u(p.x), du = root * (1 + 3 * cubic * p.x * p.x);
  return p.dy * ((1 + t) / 2 + p.x / 2 * (1 - t * t) * du);
}

static const gchk_tensor_spec tensors[] = ONE_INPUT("S...");

DECLARE_LAYER(gelu_tanh);
const gchk_layer LAYER(gelu_tanh) = {LAYER_HEAD(gelu_tanh, "gelu_tanh"), ELEMENTWISE(tensors)};
