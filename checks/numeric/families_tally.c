/* Counting what came of the members of families, and printing it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "numeric/families_trial.h"

void family_tally_add(family_tally *to, const family *of, const family_result *result) {
  to->members++;
  to->alarms += result->verdict == GCHK_FAIL;
  to->inconclusive += result->verdict == GCHK_INCONCLUSIVE;
  to->kinks += result->verdict == GCHK_KINK;
  to->splits += result->is_split;
  to->noise_cost += result->noise_cost;
  to->short_cost += result->short_cost;
  to->strange_calls += result->strange_calls;
  if (of->kind == FAMILY_AT_KINKS)
    return;
  bool is_zero = true;
  for (size_t d = 0; d < result->draw_count; d++) {
    to->bounds++;
    to->covered += result->is_covered[d];
    is_zero = is_zero && result->g[d] == 0;
  }
  if (is_zero)
    return;
  bool is_decided = result->is_resolved;
  to->nonzero++;
  to->decided += is_decided;
  for (size_t m = 0; m < GCHK_MUTATIONS; m++) {
    to->caught[m] += result->caught[m];
    to->caught_of_decided[m] += is_decided && result->caught[m];
    to->passed[m] += result->passed[m];
  }
  double tenths = isfinite(result->digits) || result->digits > 0 ? result->digits * 10 : 0;
  to->digits[(size_t)fmax(0, fmin(tenths, FAMILY_DIGITS))]++;
}

void family_tally_merge(family_tally *to, const family_tally *from) {
  to->members += from->members;
  to->alarms += from->alarms;
  to->inconclusive += from->inconclusive;
  to->kinks += from->kinks;
  to->splits += from->splits;
  to->noise_cost += from->noise_cost;
  to->short_cost += from->short_cost;
  to->strange_calls += from->strange_calls;
  to->bounds += from->bounds;
  to->covered += from->covered;
  to->nonzero += from->nonzero;
  to->decided += from->decided;
  for (size_t m = 0; m < GCHK_MUTATIONS; m++) {
    to->caught[m] += from->caught[m];
    to->caught_of_decided[m] += from->caught_of_decided[m];
    to->passed[m] += from->passed[m];
  }
  for (size_t i = 0; i <= FAMILY_DIGITS; i++)
    to->digits[i] += from->digits[i];
}

double family_tally_digits(const family_tally *of, double quantile) {
  double wanted = quantile * (double)of->nonzero;
  size_t seen = 0, tenths = 0;
  while (tenths < FAMILY_DIGITS && (double)(seen += of->digits[tenths]) <= wanted)
    tenths++;
  return (double)tenths / 10;
}

void families_judge(family_type type, size_t first, size_t count, family_tally *of_family) {
  for (size_t f = 0; f < family_count(); f++) {
    const family *of = family_at(f);
    memset(&of_family[f], 0, sizeof of_family[f]);
    for (size_t i = first; i < first + count; i++) {
      family_member member;
      family_result result;
      family_member_make(&member, of, i, type != FAMILY_F64);
      family_trial(&result, of, &member, type);
      family_tally_add(&of_family[f], of, &result);
    }
  }
}

family_tally families_total(const family_tally *of_family, family_kind kind) {
  family_tally total = {0};
  for (size_t f = 0; f < family_count(); f++)
    if (family_at(f)->kind == kind)
      family_tally_merge(&total, &of_family[f]);
  return total;
}

const char *family_type_name(family_type type) {
  static const char *const names[FAMILY_TYPES] = {"f64", "f32", "f32 with a double twin"};
  return names[type];
}

/* A share in per cent, or a dash where there is nothing to take it of. */
static void print_share(size_t part, size_t whole) {
  if (whole > 0)
    printf(" %6.2f", 100 * (double)part / (double)whole);
  else
    printf(" %6s", "-");
}

static void print_row(const char *title, const family_tally *t) {
  printf("  %-22s %7zu", title, t->members);
  print_share(t->covered, t->bounds);
  printf(" %6zu %6zu %6zu %6zu |", t->alarms, t->inconclusive, t->kinks, t->splits);
  for (size_t m = 0; m < GCHK_MUTATIONS; m++)
    print_share(t->caught[m], t->nonzero);
  printf(" |");
  print_share(t->caught_of_decided[GCHK_MUTATIONS - 1], t->decided);
  if (t->nonzero > 0)
    printf(" | %4.1f %4.1f", family_tally_digits(t, 0.5), family_tally_digits(t, 0.1));
  else
    printf(" |    -    -");
  double n = t->members > 0 ? (double)t->members : 1;
  printf(" | %5.1f %5.1f\n", (double)t->noise_cost / n, (double)t->short_cost / n);
}

void families_print(family_type type, const family_tally *of_family) {
  static const char *const kinds[] = {"all smooth", "all ripples", "all at kinks", "all unresolved"};
  printf("families, %s\n", family_type_name(type));
  printf("  %-22s %7s %6s %6s %6s %6s %6s | %41s | %6s | %9s | %s\n", "per cent, or a count", "", "", "", "", "", "",
         "caught, of the non-zero:", "of the", "digits", "evaluations");
  printf("  %-22s %7s %6s %6s %6s %6s %6s | %6s %6s %6s %6s %6s %6s | %6s | %4s %4s | %5s %5s\n", "", "members",
         "coverd", "alarms", "undec.", "kinks", "split", "-g", "0", "2 g", "1.1 g", "1.01 g", "1.001g", "decid.",
         "med.", "10 %", "noise", "short");
  int mechanism = 0;
  for (size_t f = 0; f < family_count(); f++) {
    const family *of = family_at(f);
    if (of->mechanism != mechanism)
      printf(" %d. %s\n", mechanism = of->mechanism, family_mechanism_name(of->mechanism));
    print_row(of->name, &of_family[f]);
  }
  for (int kind = FAMILY_SMOOTH; kind <= FAMILY_UNRESOLVED; kind++) {
    family_tally total = families_total(of_family, (family_kind)kind);
    print_row(kinds[kind], &total);
  }
  printf("\n");
  fflush(stdout); // a test that fails here exits without
}
