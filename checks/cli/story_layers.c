/*
 * A repository over its commits, in two layers: "power" with y = w x^2, "cube" with z = x^3. The first commit's cube is
 * wrong; -DIMPROVED corrects it; -DWORSE has power's gradient of x off by a millionth, -DBROKEN by its sign;
 * -DVANISHED is without cube; -DRENAMED calls w "weight" and cube "third".
 */
#include "gradcheck/gradcheck.h"

#if defined WORSE
#define FACTOR 2.000002
#elif defined BROKEN
#define FACTOR -2.
#else
#define FACTOR 2.
#endif
#ifdef IMPROVED
#define CUBE_FACTOR 3.
#else
#define CUBE_FACTOR 2.
#endif
#ifdef RENAMED
#define W    "weight"
#define CUBE "third"
#else
#define W    "w"
#define CUBE "cube"
#endif

static const double *values(const gchk_call *c, size_t i) {
  return c->t[i].value;
}

GCHK_CALLBACK(power_forward, {
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[2].value)[i] = values(c, 1)[i] * values(c, 0)[i] * values(c, 0)[i];
})

GCHK_CALLBACK(power_backward, {
  const double *dy = c->t[2].grad;
  for (size_t i = 0; i < c->t[0].count; i++) {
    ((double *)c->t[0].grad)[i] = FACTOR * dy[i] * values(c, 1)[i] * values(c, 0)[i];
    ((double *)c->t[1].grad)[i] = dy[i] * values(c, 0)[i] * values(c, 0)[i];
  }
})

GCHK_CALLBACK(cube_forward, {
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[1].value)[i] = values(c, 0)[i] * values(c, 0)[i] * values(c, 0)[i];
})

GCHK_CALLBACK(cube_backward, {
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[0].grad)[i] = CUBE_FACTOR * ((const double *)c->t[1].grad)[i] * values(c, 0)[i] * values(c, 0)[i];
})

static const gchk_tensor_spec power_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR(W, GCHK_PARAMETER, "N"),
                                                 GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_layer power = {.name = "power",
                                 .dtype = GCHK_F64,
                                 GCHK_HERE,
                                 GCHK_TENSORS(power_tensors),
                                 .forward = power_forward,
                                 .backward = power_backward,
                                 .sizes = "N=7"};
#ifdef VANISHED
GCHK_PLUGIN(&power)
#else
static const gchk_tensor_spec cube_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("z", GCHK_OUTPUT, "N")};
static const gchk_layer cube = {.name = CUBE,
                                .dtype = GCHK_F64,
                                GCHK_HERE,
                                GCHK_TENSORS(cube_tensors),
                                .forward = cube_forward,
                                .backward = cube_backward,
                                .sizes = "N=5"};
GCHK_PLUGIN(&power, &cube)
#endif
