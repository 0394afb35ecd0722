#include "check/figure_terms.h"

#include <math.h>
#include <stdbool.h>

#include "core/clones.h"
#include "core/double_bits.h"

/* As fmax: the other where one is no number. */
GCHK_IN_CLONES double larger_number(double a, double b) {
  return ((a > b) | (b != b)) ? a : b;
}

/* All bits, or none: masks, because compilers make vectors of those. */
GCHK_IN_CLONES uint64_t if_finite(double x) {
  return x - x == 0 ? UINT64_MAX : 0;
}

GCHK_IN_CLONES double masked(double x, uint64_t mask) {
  return gchk_double_of(gchk_bits_of(x) & mask);
}

/* A size in the order of numbers from 0; 0 where x is no number. */
GCHK_IN_CLONES uint64_t order_of(double x) {
  return gchk_bits_of(fabs(x)) & (x == x ? UINT64_MAX : 0);
}

GCHK_CLONES static void find_figure_terms(const double *restrict analytic, const double *restrict numeric,
                                          const double *restrict bounds, const uint64_t *restrict judged, size_t count,
                                          gchk_figure_terms *restrict terms, gchk_figure_most *restrict most) {
  uint64_t difference = most->difference, relative = most->relative, bound = most->bound, compared = 0, any = 0;
  for (size_t i = 0; i < count; i++) {
    const double g = analytic[i], d = numeric[i], b = bounds[i], diff = fabs(g - d);
    const uint64_t mask = judged[i] & (~if_finite(g) | if_finite(d));
    const double size = fabs(d) > fabs(g) ? fabs(d) : fabs(g), ratio = diff / size; // NaN where both are 0
    const double to_difference = masked(gchk_double_of(gchk_bits_of(diff) | ~if_finite(diff)), mask);
    const double to_bound = masked(b, mask), gd = masked(g * d, mask), gg = masked(g * g, mask);
    const double dd = masked(d * d, mask);
    terms->difference[i] = to_difference;
    terms->bound[i] = to_bound;
    terms->gd[i] = gd;
    terms->gg[i] = gg;
    terms->dd[i] = dd;
    terms->known_bound[i] = gchk_double_of(gchk_bits_of(b) | ~mask);
    const uint64_t by_difference = order_of(masked(diff, mask)), by_ratio = order_of(masked(ratio, mask));
    const uint64_t by_bound = order_of(to_bound);
    difference = by_difference > difference ? by_difference : difference;
    relative = by_ratio > relative ? by_ratio : relative;
    bound = by_bound > bound ? by_bound : bound;
    compared += mask & 1;
    any |=
        gchk_bits_of(to_difference) | gchk_bits_of(to_bound) | gchk_bits_of(gd) | gchk_bits_of(gg) | gchk_bits_of(dd);
  }
  *most = (gchk_figure_most){difference, relative, bound, most->compared + compared, any};
}

GCHK_CLONES static void find_uncertain_parts(const double *restrict analytic, const double *restrict numeric,
                                             const double *restrict bounds, size_t count, double *restrict part) {
  for (size_t i = 0; i < count; i++) {
    const double g = analytic[i], d = numeric[i];
    const double size = larger_number(fabs(g), fabs(d)), uncertainty = larger_number(bounds[i], fabs(g - d));
    const double ratio = uncertainty / size;
    part[i] = ((size > 0) & (uncertainty < size)) ? ratio : (double)NAN;
  }
}

void gchk_find_figure_terms(const gchk_figure_block *block, gchk_figure_terms *terms, gchk_figure_most *most) {
  find_figure_terms(block->analytic, block->numeric, block->bound, block->judged, block->count, terms, most);
}

void gchk_find_uncertain_parts(const gchk_figure_block *block, double part[GCHK_FIGURE_BLOCK]) {
  find_uncertain_parts(block->analytic, block->numeric, block->numeric_bound, block->count, part);
}

GCHK_CLONES static void count_unknown(const double *x, size_t count, uint64_t *unknown) {
  uint64_t found = 0;
  for (size_t i = 0; i < count; i++)
    found += x[i] != x[i] ? 1 : 0;
  *unknown = found;
}

bool gchk_are_numbers(const double *x, size_t count) {
  uint64_t unknown;
  count_unknown(x, count, &unknown);
  return unknown == 0;
}

GCHK_CLONES static void count_beyond(const double *analytic, const double *numeric, const double *bound, size_t count,
                                     double bars, uint64_t *beyond) {
  uint64_t found = 0;
  for (size_t i = 0; i < count; i++)
    found += fabs(analytic[i] - numeric[i]) < bars * bound[i] ? 0 : 1;
  *beyond = found;
}

bool gchk_are_within(const double *analytic, const double *numeric, const double *bound, size_t count, double bars) {
  uint64_t beyond;
  count_beyond(analytic, numeric, bound, count, bars, &beyond);
  return beyond == 0;
}

GCHK_CLONES static void find_most(const unsigned char *bytes, size_t count, unsigned char *most) {
  unsigned char found = 0;
  for (size_t i = 0; i < count; i++)
    found = bytes[i] > found ? bytes[i] : found;
  *most = found;
}

bool gchk_any_above(const unsigned char *bytes, size_t count, unsigned char limit) {
  unsigned char most;
  find_most(bytes, count, &most);
  return most > limit;
}

GCHK_CLONES static void count_different(const double *analytic, const double *numeric, size_t count,
                                        uint64_t *different) {
  uint64_t found = 0;
  for (size_t i = 0; i < count; i++)
    found += analytic[i] - numeric[i] == 0 ? 0 : 1;
  *different = found;
}

bool gchk_are_same_numbers(const double *analytic, const double *numeric, size_t count) {
  uint64_t different;
  count_different(analytic, numeric, count, &different);
  return different == 0;
}
