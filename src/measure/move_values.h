/* Values moved by units of rounding, each by a random number that is a function of it. */
#ifndef GCHK_MEASURE_MOVE_VALUES_H
#define GCHK_MEASURE_MOVE_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "instance/instance.h"

typedef struct gchk_mover {
  double unit;
  double units;  /* by how many, at the most; negative: the other way */
  bool is_exact; /* any value can be held: a double twin, moved by units of float */
  double least;  /* 0, or what a value counts at least; then whole numbers are moved too, for both of two layers are,
                       and meet a kink together */
  uint64_t seed;
} gchk_mover;

/* Equal values are moved alike. What is not finite stays, and small whole numbers do where `least` is 0. */
double gchk_moved(double x, const gchk_mover *mover);

/* All values of a tensor, from where they are. */
void gchk_move_values(const gchk_tensor *t, const gchk_mover *mover);

/* Copies the given values of `from`, of the same table in another precision. */
void gchk_copy_values(const gchk_instance *from, gchk_instance *to);

#endif
