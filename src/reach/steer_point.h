/* Points of a case at which branches are looked for: its ordinary values, with some of them changed. */
#ifndef GCHK_REACH_STEER_POINT_H
#define GCHK_REACH_STEER_POINT_H

#include "core/arena.h"
#include "gradcheck/check.h"
#include "instance/instance.h"

enum { GCHK_MOST_CHANGES = 256, GCHK_MOST_OPTIONS_STEERED = 32, GCHK_STEERED_SIZES = 512, GCHK_MOST_PLACES_FOUND = 32 };

/* Element `element` of the layer's tensor `tensor` is `value`. */
typedef struct gchk_changed_value {
  size_t tensor, element;
  double value;
} gchk_changed_value;

/* Plain data without pointers: it is handed from process to process. */
typedef struct gchk_steer_point {
  char sizes[GCHK_STEERED_SIZES]; /* "": the case's */
  bool has_options;
  double options[GCHK_MOST_OPTIONS_STEERED];
  size_t change_count;
  gchk_changed_value changes[GCHK_MOST_CHANGES];
  size_t place_count; /* branches that it takes and the case did not; the first of them */
  uintptr_t places[GCHK_MOST_PLACES_FOUND];
} gchk_steer_point;

/* The case at the point's sizes and options; it refers to both. */
gchk_case gchk_steered_case(const gchk_case *spec, const gchk_steer_point *point);

/* Makes the point's changes in an instance of that case whose values are the ordinary ones. */
void gchk_steer_values(const gchk_steer_point *point, gchk_instance *instance);

/*
 * Gives the steered case `at` settings in the arena that say its values at the point: those that it has, and the values
 * of each tensor that has changes. GCHK_NO_MEMORY, GCHK_INVALID.
 */
gchk_status gchk_steered_settings(gchk_case *at, const gchk_steer_point *point, uint64_t seed, gchk_arena *arena,
                                  gchk_error *error) GCHK_MUST_USE;

/* May values of tensor i be chosen? `low` and `high` are between which; integers are whole numbers of that range. */
bool gchk_can_steer(const gchk_case *spec, const gchk_instance *instance, size_t i, double *low, double *high);

#endif
