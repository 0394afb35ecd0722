/*
 * Layers whose cases have one name: a shape case that is listed twice (LISTED), or a layer that is called as a case of
 * another is (CALLED). Neither: names of their own.
 */
#include "gradcheck/gradcheck.h"

GCHK_CALLBACK(forward, {
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[1].value)[i] = 2 * ((const double *)c->t[0].value)[i];
})

GCHK_CALLBACK(backward, {
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[0].grad)[i] = 2 * ((const double *)c->t[1].grad)[i];
})

#ifdef LISTED
#define LAST "N=3"
#else
#define LAST "N=5"
#endif
#ifdef CALLED
#define OTHER "doubles/square"
#else
#define OTHER "doubles, square"
#endif
static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const char *const shapes[] = {"N=3", "N=4", LAST, NULL};
#define LAYER(id, called, ...)                                                                                         \
  static const gchk_layer id = {.name = called,                                                                        \
                                .dtype = GCHK_F64,                                                                     \
                                GCHK_TENSORS(tensors),                                                                 \
                                .forward = forward,                                                                    \
                                .backward = backward,                                                                  \
                                __VA_ARGS__};
LAYER(doubles, "doubles", GCHK_HERE)
LAYER(other, OTHER, GCHK_HERE, .sizes = "N=4")
LAYER(listed, "listed", GCHK_HERE, .shape_cases = shapes)
GCHK_PLUGIN(&doubles, &other, &listed)
