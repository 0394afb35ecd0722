#include "summary/cause_powers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "result/finding_codes.h"
#include "summary/cause_key.h"

enum { FEWEST = 3, LARGEST = 32 }; // tensors of a case; exponent
#define SMALLEST_LOG 0.1           // of what is near 1 everything is a power

static double ratio_of(const gchk_site *s) {
  const bool is_ratio =
      s->tensor != NULL && s->finding != NULL && gchk_finding_is(s->finding, GCHK_CODE_CONSTANT_RATIO);
  const double ratio = is_ratio ? gchk_evidence_number(s->finding, "ratio") : (double)NAN;
  return ratio > 0 ? ratio : (double)NAN;
}

static int compare_in_case(const void *a, const void *b) {
  const gchk_site *x = *(gchk_site *const *)a, *y = *(gchk_site *const *)b;
  const int by_case = gchk_compare_sizes(x->member.case_index, y->member.case_index);
  return by_case != 0 ? by_case : gchk_compare_sizes(x->member.tensor_index, y->member.tensor_index);
}

// k of ratio = base^k; 0: it is none that counts.
static int exponent_of(double ratio, double base) {
  static const double near = 0.01; // of ratios measured in float
  const double k = log(ratio) / log(base), whole = nearbyint(k);
  const bool is_power = whole >= 1 && whole <= LARGEST && fabs(k - whole) <= near;
  return is_power ? (int)whole : 0;
}

/*
 * All ratios of a case are powers of the one next to 1, each exponent from 1 on is there, and they rise or fall with
 * the order of the tensors. The largest exponent; 0: they are not, or there is but one.
 */
static int largest_exponent(gchk_site *const *sites, size_t count, double base) {
  int largest = 0, direction = 0;
  uint64_t seen = 0;
  for (size_t i = 0, last = 0; i < count; i++) {
    const int k = exponent_of(ratio_of(sites[i]), base);
    const int step = i == 0 ? 0 : (k > (int)last) - (k < (int)last);
    if (k == 0 || step * direction < 0)
      return 0;
    direction = step != 0 ? step : direction;
    largest = k > largest ? k : largest;
    seen |= (uint64_t)1 << k;
    last = (size_t)k;
  }
  return largest > 1 && seen == ((uint64_t)2 << largest) - 2 ? largest : 0;
}

static double base_of(gchk_site *const *sites, size_t count) {
  double base = ratio_of(sites[0]);
  for (size_t i = 1; i < count; i++)
    base = fabs(log(ratio_of(sites[i]))) < fabs(log(base)) ? ratio_of(sites[i]) : base;
  return base;
}

// "a factor of 2 a layer, going backward: 2 at W3, 4 at W2"
static const char *say(gchk_site *const *sites, size_t count, double base, int largest, gchk_arena *arena) {
  const char *text = gchk_arena_printf(arena, "a factor of %.4g a layer, going backward", base);
  for (int k = 1; k <= largest && text != NULL; k++)
    for (size_t i = 0; i < count; i++)
      if (exponent_of(ratio_of(sites[i]), base) == k) {
        text = gchk_arena_printf(arena, "%s%s %.4g at %s", text, k == 1 ? ":" : ",", pow(base, k),
                                 sites[i]->member.tensor);
        break;
      }
  return text;
}

static void join(gchk_site *const *sites, size_t count, const char *text, const char **powers, size_t *same) {
  const size_t first = same[sites[0]->cause];
  for (size_t i = 0; i < count; i++)
    same[sites[i]->cause] = first;
  powers[first] = powers[first] == NULL ? text : powers[first];
}

void gchk_find_powers(gchk_site_list *list, const char **powers, gchk_arena *arena) {
  gchk_site **sites = gchk_arena_alloc(arena, list->count, sizeof *sites);
  size_t *same = gchk_arena_alloc(arena, list->count, sizeof *same);
  size_t count = 0;
  if (sites == NULL || same == NULL)
    return;
  for (size_t i = 0; i < list->count; i++) {
    same[i] = i;
    if (!isnan(ratio_of(&list->sites[i])))
      sites[count++] = &list->sites[i];
  }
  qsort(sites, count, sizeof *sites, compare_in_case);
  for (size_t i = 0, end; i < count; i = end) {
    for (end = i + 1; end < count && sites[end]->member.case_index == sites[i]->member.case_index;)
      end++;
    const double base = base_of(&sites[i], end - i);
    const bool is_candidate = end - i >= FEWEST && fabs(log(base)) > SMALLEST_LOG;
    const int largest = is_candidate ? largest_exponent(&sites[i], end - i, base) : 0;
    if (largest > 0)
      join(&sites[i], end - i, say(&sites[i], end - i, base, largest, arena), powers, same);
  }
  for (size_t i = 0; i < list->count; i++)
    list->sites[i].cause = same[list->sites[i].cause];
}
