// A layer whose struct holds pointers of its own, in C++17: y = scale w x, row by row. MISUSE: a mistake of the wrapper;
// FACTOR: one of backward.
#include "gradcheck/layer.hpp"

#ifndef MISUSE
#define MISUSE 0
#endif
#ifndef FACTOR
#define FACTOR 1
#endif

// Somebody's own code.
struct net {
  const float *x, *w, *dy, *mask;
  float *y, *dx, *dw;
  int rows, columns;
  float scale;
  void forward() {
    for (int i = 0; i < rows * columns; i++)
      y[i] = scale * mask[i % columns] * w[i % columns] * x[i];
  }
  void backward() {
    for (int i = 0; i < rows * columns; i++) {
      const float g = FACTOR * scale * mask[i % columns] * dy[i];
      dx[i] += g * w[i % columns];
      dw[i % columns] += g * x[i];
    }
  }
};

struct wrapper : net {
  explicit wrapper(const gradcheck::call &c) : net() {
    rows = c.integer(MISUSE == 4 ? "M" : "N");
    columns = c.integer("C");
    scale = static_cast<float>(c.option(MISUSE == 5 ? "scall" : "scale"));
    if (MISUSE == 6)
      throw 6;
  }
};

static void bind(const gradcheck::call &c) {
  auto &n = c.state<wrapper>();
  n.x = c.value(MISUSE == 1 ? "input" : "x");
  n.w = c.value("w");
  n.y = c.value("y");
  n.dy = c.grad("y");
  n.dx = c.grad("x");
  n.dw = c.grad("w");
  n.mask = MISUSE == 3 ? c.grad("mask") : c.value("mask");
}
static void forward(const gradcheck::call &c) {
  if (MISUSE == 2) {
    const double *x = c.value("x");
    (void)x;
  }
  if (MISUSE == 7)
    throw std::logic_error("this cannot be");
  c.state<wrapper>().forward();
}
static void backward(const gradcheck::call &c) {
  c.state<wrapper>().backward();
}

static constexpr double ones_and_twos[] = {1, 2, 1, 2, 1};
static constexpr gchk_tensor_spec tensors[] = {gradcheck::input("x", "N C").fill(GCHK_FILL_UNIFORM, -2, 2),
                                               gradcheck::parameter("w", "C").grad(GCHK_GRAD_ACCUMULATE),
                                               gradcheck::constant("mask", "C").values(ones_and_twos),
                                               gradcheck::output("y", "N C")};
static constexpr gchk_option_spec options[] = {{"scale", 1.5, 0, 10, "of the output"}};
static constexpr gchk_layer layer = gradcheck::layer("scaled rows", GCHK_F32, tensors)
                                        .forward<forward>()
                                        .backward<backward>()
                                        .bind<bind>()
                                        .state<wrapper>()
                                        .options(options)
                                        .sizes("N=3 C=5");
GCHK_PLUGIN(&layer)
