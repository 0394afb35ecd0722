/*
 * Stratified samples of the elements of a tensor.
 *
 *     k = ceil(ln(1-p)/ln(1-f)),   P(found) = 1 - prod_{i<k} (n-b-i)/(n-i),  b = ceil(f n)
 *
 * The second is the hypergeometric probability of sampling without replacement. One element from each stratum finds a
 * bug that hits a run of elements (a row, a tail) sooner than that, never later than the strata are wide; the bug that
 * it finds as well as a plain sample is the one that is spread evenly, so the plain probability is what is stated.
 */
#include "screen/sample.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

size_t gchk_sample_size(double fraction, double probability) {
  if (!(fraction > 0 && fraction < 1 && probability > 0 && probability < 1))
    return SIZE_MAX;
  double size = ceil(log1p(-probability) / log1p(-fraction));
  return size < 0x1p63 ? (size_t)size : SIZE_MAX;
}

double gchk_sample_probability(size_t total, size_t count, double fraction) {
  if (total == 0 || count == 0 || !(fraction > 0))
    return 0;
  if (count >= total)
    return 1;
  size_t random_count = count > GCHK_SAMPLE_LEAST ? count - GCHK_SAMPLE_LEAST : 0;
  double hit = ceil(fraction * (double)total);
  size_t bad = hit >= (double)total ? total : (size_t)hit;
  if (bad > total - random_count)
    return 1;
  // The probability is symmetric in the two numbers; the shorter product is the cheaper and the more exact.
  size_t fewer = bad < random_count ? bad : random_count;
  size_t more = bad < random_count ? random_count : bad;
  double log_missed = 0;
  for (size_t i = 0; i < fewer; i++)
    log_missed += log1p(-(double)more / (double)(total - i));
  return fewer == 0 ? 0 : -expm1(log_missed);
}

/* Where `element` is in the ascending list, or belongs. */
static size_t place_of(const size_t *list, size_t count, size_t element) {
  size_t low = 0;
  while (low < count) {
    size_t middle = low + (count - low) / 2;
    if (list[middle] < element)
      low = middle + 1;
    else
      count = middle;
  }
  return low;
}

static bool insert(size_t *list, size_t *count, size_t element) {
  size_t at = place_of(list, *count, element);
  if (at < *count && list[at] == element)
    return false;
  memmove(&list[at + 1], &list[at], (*count - at) * sizeof(*list));
  list[at] = element;
  ++*count;
  return true;
}

size_t gchk_sample_elements(size_t total, size_t count, size_t largest, gchk_random *random, size_t *chosen) {
  size_t made = 0;
  if (count >= total) {
    for (made = 0; made < total; made++)
      chosen[made] = made;
    return made;
  }
  const size_t special[GCHK_SAMPLE_LEAST] = {largest < total ? largest : 0, 0, total - 1};
  for (size_t i = 0; i < GCHK_SAMPLE_LEAST && made < count; i++)
    (void)insert(chosen, &made, special[i]);
  if (made == count)
    return made;

  // The first `extra` strata have one element more.
  size_t strata = count - made, width = total / strata, extra = total % strata;
  for (size_t i = 0; i < strata; i++) {
    size_t start = i * width + (i < extra ? i : extra);
    size_t pick = start + gchk_random_below(random, width + (i < extra));
    // One that is there already is replaced by any other.
    while (!insert(chosen, &made, pick))
      pick = gchk_random_below(random, total);
  }
  return made;
}
