/*
 * Half decades. Which one a number is in its logarithm says; of numbers between two powers of two, between which there
 * is at most one edge of a bin, it is asked once, and for what is close to the edge.
 */
#include "check/histogram.h"

#include <math.h>

#include "check/figure_terms.h"
#include "core/double_bits.h"
#include "core/memory.h"

enum {
  BINS_PER_DECADE = 2,
  LEAST_EXPONENT = -84, // powers of two around what is neither in the first bin nor in the last
  OCTAVES = 120,
  AT_ONCE = 32
};

static const double lowest_decade = -25, highest_decade = 10;
static const double close_to_edge = 1e-9; // of it: far more than logarithms are off by

static size_t bin_of(double diff) {
  double place = (log10(diff) - lowest_decade) * BINS_PER_DECADE;
  double last = (highest_decade - lowest_decade) * BINS_PER_DECADE - 1;
  return place <= 0 ? 0 : place >= last ? (size_t)last : (size_t)place;
}

/* Numbers between two powers of two: the bin of the first, up to `low`, and from `high` on the next. */
typedef struct octave {
  bool is_known;
  size_t bin, next;
  double low, high;
} octave;

static void learn(octave *o, double first) {
  const double edge = pow(10, lowest_decade + ((double)bin_of(first) + 1) / BINS_PER_DECADE);
  *o = (octave){.is_known = true,
                .bin = bin_of(first),
                .next = bin_of(edge * (1 + close_to_edge)),
                .low = edge * (1 - close_to_edge),
                .high = edge * (1 + close_to_edge)};
}

/* The same as bin_of for numbers above 0. */
static size_t find_bin(octave octaves[OCTAVES], double diff) {
  const uint64_t power = gchk_bits_of(diff) >> GCHK_MANTISSA_BITS;
  const uint64_t at = power - (uint64_t)(GCHK_EXPONENT_BIAS + LEAST_EXPONENT); // below it: a large number
  if (at >= OCTAVES)
    return bin_of(diff);
  octave *o = &octaves[at];
  if (!o->is_known)
    learn(o, gchk_double_of(power << GCHK_MANTISSA_BITS));
  return diff < o->low ? o->bin : diff > o->high ? o->next : bin_of(diff);
}

/* How many from k on have no difference: a block, or 0; of all elements alone, which follow one another. */
static size_t count_same(const gchk_tensor_work *w, size_t draw, size_t k) {
  const size_t count = w->total - k < AT_ONCE ? w->total - k : AT_ONCE;
  const bool are_same =
      w->checked_count == w->total && gchk_are_same_numbers(w->analytic[draw] + k, w->numeric[draw] + k, count);
  return are_same ? count : 0;
}

bool gchk_describe_histogram(gchk_case_work *work, const gchk_tensor_work *w, gchk_tensor_result *r) {
  size_t all = (size_t)((highest_decade - lowest_decade) * BINS_PER_DECADE);
  size_t *bins = gchk_arena_alloc(work->scratch, all, sizeof *bins);
  octave octaves[OCTAVES] = {{.is_known = false}};
  if (bins == NULL)
    return false;
  size_t first = all, last = 0;
  for (size_t k = 0; k < w->checked_count; k++) {
    const size_t same = k % AT_ONCE == 0 ? count_same(w, r->draw, k) : 0;
    r->histogram.zero += same;
    if (same > 0) {
      k += same - 1;
      continue;
    }
    double diff = fabs(w->analytic[r->draw][w->checked[k]] - w->numeric[r->draw][w->checked[k]]);
    if (!isfinite(diff))
      r->histogram.non_finite++;
    else if (!(diff > 0))
      r->histogram.zero++;
    else
      bins[find_bin(octaves, diff)]++;
  }
  for (size_t bin = 0; bin < all; bin++) {
    if (bins[bin] == 0)
      continue;
    first = bin < first ? bin : first;
    last = bin;
  }
  r->histogram.low = lowest_decade;
  if (first > last)
    return true;
  first -= first % BINS_PER_DECADE; // starts at a whole decade
  r->histogram.low = lowest_decade + (double)first / BINS_PER_DECADE;
  r->histogram.bin_count = last - first + 1;
  r->histogram.bins = gchk_arena_copy(work->arena, bins + first, r->histogram.bin_count, sizeof *bins);
  return r->histogram.bins != NULL;
}
