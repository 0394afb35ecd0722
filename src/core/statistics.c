/* Order statistics. */
#include "core/statistics.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_ROUNDS = 64 }; // of parting; then what is left is sorted

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

double gchk_select_quantile(double *values, size_t count, double q) {
  if (count == 0)
    return (double)NAN;
  const double place = q * (double)(count - 1);
  const size_t low = (size_t)place;
  const double here = select_at(values, count, low);
  double next = low + 1 < count ? values[low + 1] : here;
  for (size_t i = low + 1; i < count; i++)
    next = values[i] < next ? values[i] : next;
  return between(here, next, place - (double)low);
}
