/* The evaluations of one element. */
#include "lines/recalled.h"

#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "instance/move.h"
#include "numeric/steps.h"

enum {
  FIRST = 6,      /* evaluations of an element that the first steps decide */
  STEPS_AHEAD = 3 /* that are fetched where one is wanted */
};

void gchk_recalled_start(gchk_recalled *recalled, size_t element, size_t width) {
  *recalled = (gchk_recalled){.element = element, .width = width};
}

void gchk_recalled_release(gchk_recalled *recalled) {
  free(recalled->x);
  free(recalled->y);
  gchk_recalled_start(recalled, recalled->element, recalled->width);
}

static double *outputs_of(const gchk_recalled *recalled, size_t i) {
  return recalled->y + i * recalled->width;
}

/* The outputs at x; NULL where they are not known. */
static const double *find(gchk_recalled *recalled, double x) {
  // Who walks the same way asks in the same order.
  for (size_t k = 0; k < recalled->known; k++) {
    size_t i = recalled->next + k;
    i -= i >= recalled->known ? recalled->known : 0;
    if (recalled->x[i] == x) {
      recalled->next = i + 1 == recalled->known ? 0 : i + 1;
      return outputs_of(recalled, i);
    }
  }
  return NULL;
}

size_t gchk_recalled_bytes(const gchk_recalled *recalled) {
  return recalled->capacity * (recalled->width + 1) * sizeof(double);
}

/* Room for one more. */
static gchk_status grow(gchk_recalled *recalled, size_t *room, bool *is_full, gchk_error *error) {
  if (recalled->known + recalled->wanted < recalled->capacity)
    return GCHK_OK;
  const size_t held = gchk_recalled_bytes(recalled);
  gchk_recalled larger = *recalled;
  larger.capacity = larger.capacity == 0 ? FIRST : 2 * larger.capacity;
  const size_t more = gchk_recalled_bytes(&larger) - held;
  *is_full = more > *room;
  if (*is_full)
    return GCHK_OK;
  larger.x = gchk_grow(recalled->x, larger.capacity, sizeof *larger.x);
  if (larger.x != NULL)
    recalled->x = larger.x;
  larger.y = larger.x == NULL ? NULL : gchk_grow(recalled->y, larger.capacity, larger.width * sizeof *larger.y);
  if (larger.y == NULL)
    return gchk_fail_memory(error, "evaluations of elements");
  *room -= more;
  *recalled = larger;
  return GCHK_OK;
}

/* Is x among those known or wanted? */
static bool is_noted(const gchk_recalled *recalled, double x) {
  const double *noted = recalled->x;
  const size_t count = recalled->known + recalled->wanted;
  size_t i = 0;
  while (i < count && noted[i] != x)
    i++;
  return i < count;
}

gchk_status gchk_recalled_want(gchk_recalled *recalled, const gchk_tensor_line *l, double x, gchk_asking *asking,
                               size_t *room, gchk_error *error) {
  if (x == l->line.x || !gchk_tensor_holds(l->t, x) || asking->is_full || is_noted(recalled, x))
    return GCHK_OK;
  GCHK_TRY(grow(recalled, room, &asking->is_full, error));
  if (!asking->is_full)
    recalled->x[recalled->known + recalled->wanted++] = x;
  return GCHK_OK;
}

/* The step that was meant: a power of two, or one of those that were given. */
static double step_meant(const gchk_recalled *recalled, const gchk_tensor_line *l, double x) {
  int exponent;
  const double taken = fabs(x - l->line.x);
  if (!isfinite(taken))
    return taken;
  if (l->fixed_step > 0 && recalled->known == 0)
    return taken < 1.5 * l->fixed_step ? l->fixed_step : 2 * l->fixed_step;
  const double fraction = frexp(taken, &exponent);
  return ldexp(fraction < 0.75 ? 0.5 : 1, exponent);
}

static gchk_status want_more(gchk_recalled *recalled, const gchk_tensor_line *l, double x, gchk_asking *asking,
                             size_t *room, gchk_error *error) {
  const double unit = l->line.variable_unit, ratio = l->fixed_step > 0 ? 2 : 4;
  GCHK_TRY(gchk_recalled_want(recalled, l, x, asking, room, error));
  double h = step_meant(recalled, l, x);
  for (int k = 0; k < STEPS_AHEAD && asking->is_ladder && isfinite(h); k++, h /= ratio) {
    GCHK_TRY(gchk_recalled_want(recalled, l, gchk_step_to(l->line.x, h, unit), asking, room, error));
    GCHK_TRY(gchk_recalled_want(recalled, l, gchk_step_to(l->line.x, -h, unit), asking, room, error));
  }
  return GCHK_OK;
}

gchk_status gchk_recalled_evaluate(gchk_recalled *recalled, const gchk_tensor_line *l, double x, double *y,
                                   gchk_asking *asking, size_t *room, gchk_error *error) {
  if (!gchk_tensor_holds(l->t, x)) {
    gchk_no_outputs(y, recalled->width);
    return GCHK_OK;
  }
  const double *known = x == l->line.x ? l->line.y0 : find(recalled, x);
  for (size_t j = 0; known != NULL && j < recalled->width; j++)
    y[j] = known[j];
  if (known != NULL)
    return GCHK_OK;
  asking->wants = true;
  GCHK_TRY(want_more(recalled, l, x, asking, room, error));
  return GCHK_LAYER_FAILED;
}

double gchk_recalled_wanted(const gchk_recalled *recalled, size_t k) {
  return recalled->x[recalled->known + k];
}

double *gchk_recalled_outputs(const gchk_recalled *recalled, size_t k) {
  return outputs_of(recalled, recalled->known + k);
}

void gchk_recalled_learn(gchk_recalled *recalled) {
  recalled->known += recalled->wanted;
  recalled->wanted = 0;
}
