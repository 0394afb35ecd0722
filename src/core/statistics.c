/* Order statistics. */
#include "core/statistics.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/clones.h"
#include "core/double_bits.h"

enum {
  MOST_ROUNDS = 64, // of parting; then what is left is sorted
  MANY = 2048,      // values, of which a sample tells what is far from the place that is looked for
  SAMPLE = 256,
  MARGIN = 24 // of the sample, either way: three standard deviations of where the median of all is in it
};

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

void gchk_sort(double *values, size_t count) {
  qsort(values, count, sizeof *values, compare);
}

// So that two infinities stay one, and no difference overflows.
static double between(double low, double high, double part) {
  return part > 0 && low != high ? (1 - part) * low + part * high : low;
}

double gchk_quantile(const double *sorted, size_t count, double q) {
  if (count == 0)
    return (double)NAN;
  double place = q * (double)(count - 1);
  size_t low = (size_t)place;
  size_t high = low + 1 < count ? low + 1 : low;
  return between(sorted[low], sorted[high], place - (double)low);
}

static void swap(double *a, double *b) {
  const double kept = *a;
  *a = *b;
  *b = kept;
}

static double middle_of(double a, double b, double c) {
  return a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
}

// What is less than the pivot, equal to it (from *low to before *high), and more.
static void part_in_three(double *values, size_t count, size_t *low, size_t *high) {
  const double pivot = middle_of(values[0], values[count / 2], values[count - 1]);
  size_t i = 0;
  *low = 0;
  *high = count;
  while (i < *high) {
    if (values[i] < pivot)
      swap(&values[i++], &values[(*low)++]);
    else if (values[i] > pivot)
      swap(&values[i], &values[--*high]);
    else
      i++;
  }
}

// The value at `place` of the order; before it is what is not more, behind it what is not less.
static double select_at(double *values, size_t count, size_t place) {
  for (int rounds = 0; rounds < MOST_ROUNDS; rounds++) {
    size_t low, high;
    part_in_three(values, count, &low, &high);
    if (place >= low && place < high)
      return values[place];
    values += place < low ? 0 : high;
    count = place < low ? low : count - high;
    place -= place < low ? 0 : high;
  }
  gchk_sort(values, count);
  return values[place];
}

typedef struct counted {
  uint64_t below, within; // as wide as what is compared
  uint64_t bits;          // of any of them
} counted;

GCHK_CLONES static void count_around(const double *values, size_t count, double low, double high, counted *found) {
  uint64_t below = 0, above = 0, bits = 0;
  for (size_t i = 0; i < count; i++) {
    below += values[i] < low;
    above += values[i] > high;
    bits |= gchk_bits_of(values[i]);
  }
  *found = (counted){below, count - below - above, bits};
}

/*
 * Puts those from `low` to `high` into `values`; false where they are most, or the place or the next is not among them.
 * Of one value two are enough.
 */
static bool keep_within(const double *from, double *values, size_t *count, size_t *place, double low, double high) {
  counted found;
  size_t kept = 0;
  count_around(from, *count, low, high, &found);
  if (*place < found.below || *place + 1 >= found.below + found.within)
    return false;
  const bool has_signs = found.bits >> 63 != 0;
  if (low == high && (low != 0 || !has_signs)) { // 0 and -0 are equal, and two
    values[0] = values[1] = low;
    *count = 2;
    *place = 0;
    return true;
  }
  if (found.within > *count / 2)
    return false;
  for (size_t i = 0; i < *count; i++) { // without a branch: what is not kept is written over
    const double value = from[i];
    values[kept] = value;
    kept += (size_t)(!(value < low) & !(value > high));
  }
  *place -= (size_t)found.below;
  *count = kept;
  return true;
}

/*
 * Puts what is not far from the place and from the next into `values`: what is between two values of the order that a
 * sample says the place is between. Where that is most, the one in the middle may be there many times over, or leave
 * less on the place's side of it.
 */
static bool narrow(const double *from, double *values, size_t *count, size_t *place) {
  double sample[SAMPLE];
  for (size_t i = 0; i < SAMPLE; i++)
    sample[i] = from[i * (*count / SAMPLE)];
  gchk_sort(sample, SAMPLE);
  const size_t middle = (size_t)((double)*place / (double)*count * SAMPLE);
  const double low = middle > MARGIN ? sample[middle - MARGIN] : -(double)INFINITY;
  const double high = middle + MARGIN < SAMPLE ? sample[middle + MARGIN] : (double)INFINITY;
  const double likely = sample[middle];
  return keep_within(from, values, count, place, low, high) ||
         keep_within(from, values, count, place, likely, likely) ||
         keep_within(from, values, count, place, -(double)INFINITY, nextafter(likely, -(double)INFINITY)) ||
         keep_within(from, values, count, place, nextafter(likely, (double)INFINITY), (double)INFINITY);
}

void gchk_select_two(const double *values, double *room, size_t count, size_t place, double two[2]) {
  while (count > MANY && narrow(values, room, &count, &place))
    values = room;
  if (values != room && count > 0)
    memcpy(room, values, count * sizeof *room);
  two[0] = two[1] = select_at(room, count, place);
  if (place + 1 < count)
    two[1] = room[place + 1];
  for (size_t i = place + 1; i < count; i++)
    two[1] = room[i] < two[1] ? room[i] : two[1];
}

double gchk_select_quantile(const double *values, double *room, size_t count, double q) {
  if (count == 0)
    return (double)NAN;
  const double place = q * (double)(count - 1);
  const size_t low = (size_t)place;
  double two[2];
  gchk_select_two(values, room, count, low, two);
  return between(two[0], two[1], place - (double)low);
}
