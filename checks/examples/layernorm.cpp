// layernorm.c in C++17: names for numbers, no cast.
/* clang-format off */
#include "kernels.h"

#include "gradcheck/layer.hpp"
static void forward(const gradcheck::call &c) {
  layernorm_forward(c.value("out"), c.value("mean"), c.value("rstd"), c.value("inp"), c.value("weight"), c.value("bias"),
                    c.integer("B"), c.integer("T"), c.integer("C"));
}
static void backward(const gradcheck::call &c) {
  layernorm_backward(c.grad("inp"), c.grad("weight"), c.grad("bias"), c.grad("out"), c.value("inp"), c.value("weight"),
                     c.value("mean"), c.value("rstd"), c.integer("B"), c.integer("T"), c.integer("C"));
}
static constexpr gchk_tensor_spec tensors[] = {
    gradcheck::input("inp", "B T C"), gradcheck::parameter("weight", "C"), gradcheck::parameter("bias", "C"),
    gradcheck::output("out", "B T C"), gradcheck::cache("mean", "B T"), gradcheck::cache("rstd", "B T")};
static constexpr gchk_layer layernorm = gradcheck::layer("layernorm", GCHK_F32, tensors)
                                            .forward<forward>().backward<backward>().sizes("B=2 T=3 C=8");
GCHK_PLUGIN(&layernorm)
