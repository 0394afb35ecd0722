#include "measure/move_doubles.h"

#include "core/clones.h"

GCHK_CLONES static void move(double *x, size_t count, double amount, uint64_t seed) {
  for (size_t i = 0; i < count; i++) {
    const double at = x[i], to = at + 2 * (amount * gchk_random_for(at, seed)) * at;
    const bool stays = gchk_is_small_whole(at) | (to - to != 0);
    x[i] = stays ? at : to;
  }
}

void gchk_move_doubles(double *x, size_t count, double amount, uint64_t seed) {
  move(x, count, amount, seed);
}

GCHK_CLONES static void raise_to(double *most, const double *now, const double *before, size_t count, double times) {
  for (size_t i = 0; i < count; i++) {
    const double change = times * fabs(now[i] - before[i]), was = most[i];
    const bool rises = (change > was) & (change - change == 0);
    most[i] = rises ? change : was;
  }
}

void gchk_raise_to_change(double *most, const double *now, const double *before, size_t count, double times) {
  raise_to(most, now, before, count, times);
}
