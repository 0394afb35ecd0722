/*
 * y = 2 x under several names, among them what patterns, lists and shells would take for their own. The one that has
 * the number BREAK has a wrong backward; FEWER leaves all out but the first; HAZE
 * hides the slope behind rounding.
 */
#include "gradcheck/gradcheck.h"

#ifndef HAZE
#define HAZE 0
#endif

GCHK_CALLBACK(forward, {
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[1].value)[i] = HAZE + 2 * ((const double *)c->t[0].value)[i];
})

#define BACKWARD(id, number)                                                                                           \
  GCHK_CALLBACK(id, {                                                                                                  \
    for (size_t i = 0; i < c->t[0].count; i++)                                                                         \
      ((double *)c->t[0].grad)[i] = (BREAK == number ? 3 : 2) * ((const double *)c->t[1].grad)[i];                     \
  })

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
#define LAYER(id, number, name)                                                                                        \
  BACKWARD(id##_backward, number)                                                                                      \
  static const gchk_layer id = {name,                                                                                  \
                                GCHK_HERE,                                                                             \
                                .dtype = GCHK_F64,                                                                     \
                                GCHK_TENSORS(tensors),                                                                 \
                                .forward = forward,                                                                    \
                                .backward = id##_backward,                                                             \
                                .sizes = "N=4"};
LAYER(plain, 1, "plain")
LAYER(blank, 2, "two words")
LAYER(slash, 3, "plain/other")
LAYER(star, 4, "sta*")
LAYER(starred, 5, "star")
LAYER(bracket, 6, "conv[3")
LAYER(list, 7, "a;b")
LAYER(quote, 8, "\"$HOME\\ ${x}")
LAYER(bang, 9, "-x?!")
#ifdef FEWER
GCHK_PLUGIN(&plain)
#else
GCHK_PLUGIN(&plain, &blank, &slash, &star, &starred, &bracket, &list, &quote, &bang)
#endif
