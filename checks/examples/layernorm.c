/* A first layer of one's own: the two functions of kernels.h, checked by `gradcheck run ./layernorm.so`. */
/* clang-format off */
#include "kernels.h"

#include "gradcheck/gradcheck.h"
static const gchk_tensor_spec tensors[] = {
    GCHK_TENSOR("inp", GCHK_INPUT, "B T C"),  GCHK_TENSOR("weight", GCHK_PARAMETER, "C"),
    GCHK_TENSOR("bias", GCHK_PARAMETER, "C"), GCHK_TENSOR("out", GCHK_OUTPUT, "B T C"),
    GCHK_TENSOR("mean", GCHK_CACHE, "B T"),   GCHK_TENSOR("rstd", GCHK_CACHE, "B T")};
GCHK_CALLBACK(forward, layernorm_forward(c->t[3].value, c->t[4].value, c->t[5].value, c->t[0].value, c->t[1].value,
    c->t[2].value, gchk_int(c, "B"), gchk_int(c, "T"), gchk_int(c, "C")))
GCHK_CALLBACK(backward, layernorm_backward(c->t[0].grad, c->t[1].grad, c->t[2].grad, c->t[3].grad, c->t[0].value,
    c->t[1].value, c->t[4].value, c->t[5].value, gchk_int(c, "B"), gchk_int(c, "T"), gchk_int(c, "C")))
static const gchk_layer layernorm = {"layernorm", GCHK_HERE, .dtype = GCHK_F32, GCHK_TENSORS(tensors),
                                     .forward = forward, .backward = backward, .sizes = "B=2 T=3 C=8"};
GCHK_PLUGIN(&layernorm)
