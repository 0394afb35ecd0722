/* Short rows, by the outputs that they lead to. */
#include "start/shorten.h"

#include <fenv.h>
#include <math.h>
#include <stdlib.h>

#include "core/largest.h"
#include "core/memory.h"
#include "instance/move.h"
#include "start/try_outputs.h"

// How far down, in powers of two.
enum { LOWEST_OF_DOUBLE = 160, LOWEST_OF_FLOAT = 60, ROWS = 4 };
static const double millionth = 0x1p-20;

typedef struct shortening {
  gchk_instance *instance;
  const gchk_tensor *t;
  double *x;                       /* the tensor's values */
  double *usual, *of_zero, *there; /* outputs */
  size_t count;
} shortening;

/* What is found that far down. */
typedef struct trial {
  int down;
  double left;
  bool are_finite, underflows;
} trial;

/* Outputs with the tensor times that; *are_finite: false also where forward refuses, or a number is too large. */
static gchk_status evaluate(const shortening *s, double factor, double *y, bool *are_finite) {
  *are_finite = true;
  for (size_t e = 0; e < s->t->count; e++)
    *are_finite = *are_finite && gchk_tensor_holds(s->t, factor * s->x[e]);
  if (!*are_finite)
    return GCHK_OK;
  for (size_t e = 0; e < s->t->count; e++)
    gchk_tensor_set(s->t, s->t->value, e, factor * s->x[e]);
  return gchk_try_outputs(s->instance, y, are_finite);
}

static bool are_same(const shortening *s, const double *y) {
  const double most = millionth * gchk_largest_size(s->usual, s->count);
  for (size_t j = 0; j < s->count; j++)
    if (!(fabs(y[j] - s->usual[j]) <= most))
      return false;
  return true;
}

/* How far outputs are from those of zeros, all together. */
static double distance(const shortening *s, const double *y) {
  double sum = 0;
  for (size_t j = 0; j < s->count; j++)
    sum += fabs(y[j] - s->of_zero[j]);
  return sum;
}

/* May there be a floor: have zeros outputs, and are they those of long rows whatever the length? */
static gchk_status may_have_floor(const shortening *s, bool *may) {
  GCHK_TRY(evaluate(s, 1, s->usual, may));
  if (*may)
    GCHK_TRY(evaluate(s, 2, s->there, may));
  *may = *may && are_same(s, s->there);
  if (*may)
    GCHK_TRY(evaluate(s, 0, s->of_zero, may));
  *may = *may && !are_same(s, s->of_zero);
  return GCHK_OK;
}

/* Outputs of the tensor times 2^-down: how far are they from those of zeros, and did anything underflow on the way? */
static gchk_status go_down(const shortening *s, int down, trial *found) {
  (void)feclearexcept(FE_UNDERFLOW);
  GCHK_TRY(evaluate(s, ldexp(1, -down), s->there, &found->are_finite));
  found->underflows = fetestexcept(FE_UNDERFLOW) != 0;
  found->down = down;
  found->left = distance(s, s->there);
  return GCHK_OK;
}

/* The exponent to take; 0: none. Of squares or fourth powers that underflow hardly anything is left to be checked. */
static gchk_status search(const shortening *s, int *exponent) {
  bool may;
  *exponent = 0;
  GCHK_TRY(may_have_floor(s, &may));
  if (!may)
    return GCHK_OK;
  const double half = distance(s, s->usual) / 2;
  int above = 0;
  trial below, middle;
  GCHK_TRY(go_down(s, s->t->dtype == GCHK_F64 ? LOWEST_OF_DOUBLE : LOWEST_OF_FLOAT, &below));
  while (below.are_finite && below.left <= half && below.down - above > 1) {
    GCHK_TRY(go_down(s, above + (below.down - above) / 2, &middle));
    if (middle.are_finite && middle.left > half)
      above = middle.down;
    else
      below = middle;
  }
  if (below.are_finite && below.left <= half && !below.underflows)
    *exponent = -below.down;
  return GCHK_OK;
}

gchk_status gchk_shorten(gchk_instance *instance, size_t i, bool *is_shorter, gchk_error *error) {
  shortening s = {.instance = instance, .t = &instance->t[i], .count = gchk_instance_output_count(instance)};
  const size_t width = s.count > s.t->count ? s.count : s.t->count;
  double *rows = gchk_calloc(width, ROWS * sizeof *rows);
  if (rows == NULL)
    return gchk_fail_memory(error, "short rows");
  s.x = rows;
  s.usual = rows + width;
  s.of_zero = rows + 2 * width;
  s.there = rows + 3 * width;
  for (size_t e = 0; e < s.t->count; e++)
    s.x[e] = gchk_tensor_get(s.t, s.t->value, e);
  int exponent = 0;
  const gchk_status status = search(&s, &exponent);
  for (size_t e = 0; e < s.t->count; e++)
    gchk_tensor_set(s.t, s.t->value, e, ldexp(s.x[e], exponent));
  *is_shorter = exponent != 0;
  free(rows);
  return status == GCHK_NO_MEMORY ? gchk_fail_memory(error, "short rows") : GCHK_OK;
}
