#include "measure/move_doubles.h"

#include "core/clones.h"

GCHK_IN_CLONES double moved_by(double x, double amount, double random) {
  const double to = x + 2 * (amount * random) * x;
  const bool stays = gchk_is_small_whole(x) | (to - to != 0);
  return stays ? x : to;
}

GCHK_CLONES static void move(double *restrict to, const double *restrict x, double *restrict random, size_t count,
                             double amount, uint64_t seed) {
  for (size_t i = 0; i < count; i++) {
    random[i] = gchk_random_for(x[i], seed);
    to[i] = moved_by(x[i], amount, random[i]);
  }
}

void gchk_move_doubles(double *to, const double *x, double *random, size_t count, double amount, uint64_t seed) {
  move(to, x, random, count, amount, seed);
}

GCHK_CLONES static void move_again(double *restrict to, const double *restrict x, const double *restrict random,
                                   size_t count, double amount) {
  for (size_t i = 0; i < count; i++)
    to[i] = moved_by(x[i], amount, random[i]);
}

void gchk_move_doubles_again(double *to, const double *x, const double *random, size_t count, double amount) {
  move_again(to, x, random, count, amount);
}

enum { BLOCK = 32 }; // elements of which none may have changed: rows that meet zeros alone

static inline size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

/* Bits in which one of the numbers is another. */
GCHK_IN_CLONES uint64_t difference(const double *a, const double *b, size_t count) {
  uint64_t bits = 0;
  for (size_t i = 0; i < count; i++)
    bits |= gchk_bits_of(a[i]) ^ gchk_bits_of(b[i]);
  return bits;
}

GCHK_IN_CLONES double raised(double was, double change) {
  const bool rises = (change > was) & (change - change == 0);
  return rises ? change : was;
}

GCHK_CLONES static void raise_to(double *most, const double *now, const double *before, size_t count, double times) {
  for (size_t from = 0; from < count; from += BLOCK) {
    const size_t end = least(from + BLOCK, count);
    if (difference(now + from, before + from, end - from) == 0)
      continue;
    for (size_t i = from; i < end; i++)
      most[i] = raised(most[i], times * fabs(now[i] - before[i]));
  }
}

void gchk_raise_to_change(double *most, const double *now, const double *before, size_t count, double times) {
  raise_to(most, now, before, count, times);
}

GCHK_CLONES static void raise_to_second(double *most, const double *here, const double *ahead, const double *before,
                                        size_t count, double times) {
  for (size_t from = 0; from < count; from += BLOCK) {
    const size_t end = least(from + BLOCK, count), block = end - from;
    if ((difference(here + from, before + from, block) | difference(ahead + from, before + from, block)) == 0)
      continue;
    for (size_t i = from; i < end; i++)
      most[i] = raised(most[i], times * fabs((here[i] + ahead[i]) / 2 - before[i]));
  }
}

void gchk_raise_to_second_change(double *most, const double *here, const double *ahead, const double *before,
                                 size_t count, double times) {
  raise_to_second(most, here, ahead, before, count, times);
}

GCHK_CLONES static void raise_to_others(double *most, const double *than, size_t count) {
  for (size_t i = 0; i < count; i++)
    most[i] = than[i] > most[i] ? than[i] : most[i];
}

void gchk_raise_to_others(double *most, const double *than, size_t count) {
  raise_to_others(most, than, count);
}

GCHK_CLONES static void raise_to_least(double *most, double least, size_t count) {
  for (size_t i = 0; i < count; i++)
    most[i] = most[i] > least ? most[i] : least;
}

void gchk_raise_to_least(double *most, double least, size_t count) {
  raise_to_least(most, least, count);
}
