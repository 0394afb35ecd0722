/* Order statistics. */
#include "core/statistics.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/clones.h"

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
} counted;

GCHK_CLONES static void count_around(const double *values, size_t count, double low, double high, counted *found) {
  uint64_t below = 0, above = 0;
  for (size_t i = 0; i < count; i++) {
    below += values[i] < low;
    above += values[i] > high;
  }
  *found = (counted){below, count - below - above};
}

// Two values of the order that the place is between, unless the sample is not like the whole.
static void sample_around(const double *values, size_t count, size_t place, double *low, double *high) {
  double sample[SAMPLE];
  for (size_t i = 0; i < SAMPLE; i++)
    sample[i] = values[i * (count / SAMPLE)];
  gchk_sort(sample, SAMPLE);
  const size_t middle = (size_t)((double)place / (double)count * SAMPLE);
  *low = middle > MARGIN ? sample[middle - MARGIN] : -(double)INFINITY;
  *high = middle + MARGIN < SAMPLE ? sample[middle + MARGIN] : (double)INFINITY;
}

// Drops what is far from the place and from the next; false where that is not most, or would drop one of these.
static bool narrow(double *values, size_t *count, size_t *place) {
  double low, high;
  counted found;
  size_t kept = 0;
  sample_around(values, *count, *place, &low, &high);
  count_around(values, *count, low, high, &found);
  if (found.within > *count / 2 || *place < found.below || *place + 1 >= found.below + found.within)
    return false;
  for (size_t i = 0; i < *count; i++) { // without a branch: what is not kept is written over
    const double value = values[i];
    values[kept] = value;
    kept += (size_t)(!(value < low) & !(value > high));
  }
  *place -= (size_t)found.below;
  *count = kept;
  return true;
}

void gchk_select_two(double *values, size_t count, size_t place, double two[2]) {
  while (count > MANY && narrow(values, &count, &place))
    continue;
  two[0] = two[1] = select_at(values, count, place);
  if (place + 1 < count)
    two[1] = values[place + 1];
  for (size_t i = place + 1; i < count; i++)
    two[1] = values[i] < two[1] ? values[i] : two[1];
}

double gchk_select_quantile(double *values, size_t count, double q) {
  if (count == 0)
    return (double)NAN;
  const double place = q * (double)(count - 1);
  const size_t low = (size_t)place;
  double two[2];
  gchk_select_two(values, count, low, two);
  return between(two[0], two[1], place - (double)low);
}
