/*
 * Elements that fail together at one base point may have nothing in common but the values that they met there: one of
 * three fails, and it is the last of its axis, or the one whose label is 0. At other values a place is the same place,
 * and a condition holds for other elements.
 */
#include "evidence/confine.h"

// Every element once, in an order that soon meets all indices of every axis.
static size_t spread_over(size_t total, size_t k) {
  static const size_t stride = 7919; // a prime
  return total % stride == 0 ? k : k * stride % total;
}

static void take(gchk_confinement *c, const gchk_elsewhere *there, bool is_inside) {
  const bool is_right = gchk_is_right_there(there), is_told = gchk_is_told_there(there);
  c->inside_wrong += is_inside && !is_right;
  c->inside_right += is_inside && is_right && is_told;
  c->outside_wrong += !is_inside && !is_right;
  c->outside_right += !is_inside && is_right && is_told;
}

static void look_at(gchk_diagnosis *d, gchk_other_place *place, const gchk_set *set, gchk_confinement *c) {
  enum { EACH = 6, LARGEST = 1 << 16 };
  size_t inside = 0, outside = 0;
  if (set->enter != NULL)
    set->enter(set->context, place->work.instance);
  for (size_t k = 0; k < d->total && k < LARGEST && (inside < EACH || outside < EACH); k++) {
    const size_t i = spread_over(d->total, k);
    const bool is_inside = set->has(set->context, place->work.instance, i);
    size_t *count = is_inside ? &inside : &outside;
    gchk_elsewhere there;
    if (*count >= EACH || !gchk_see_elsewhere(d, place, i, &there))
      continue;
    ++*count;
    take(c, &there, is_inside);
  }
}

gchk_confinement gchk_confine(gchk_diagnosis *d, const gchk_set *set, unsigned points) {
  gchk_confinement c = {0};
  if (!gchk_is_reproducible(d))
    return c;
  for (unsigned point = 1; point <= points && c.outside_wrong == 0; point++) {
    gchk_other_place place;
    if (gchk_go_elsewhere(d, point, &place)) {
      look_at(d, &place, set, &c);
      c.points++;
    }
    gchk_leave_elsewhere(d, &place);
  }
  return c;
}

bool gchk_stays_confined(gchk_diagnosis *d, const gchk_set *set) {
  enum { POINTS = 4 };
  const gchk_confinement c = gchk_confine(d, set, POINTS);
  return c.outside_wrong == 0 && c.inside_wrong >= c.inside_right;
}
