/*
 * One member of a family judged as an element of a layer is: two signed draws, the noise measured, the short ladder
 * first and a fresh whole one where it does not pass, the slack of the backward beside the bound of the difference.
 */
#ifndef CHECKS_NUMERIC_FAMILIES_TRIAL_H
#define CHECKS_NUMERIC_FAMILIES_TRIAL_H

#include "measure/judge.h"
#include "numeric/families.h"

typedef enum family_type {
  FAMILY_F64,  /* double all through */
  FAMILY_F32,  /* float all through */
  FAMILY_TWIN, /* the backward in float, the double build differenced at the same values */
  FAMILY_TYPES
} family_type;

typedef struct family_result {
  size_t draw_count;
  double v[GCHK_MAX_DRAWS]; /* of the first output; 1 where there is one alone */
  double exact[GCHK_MAX_DRAWS], g[GCHK_MAX_DRAWS], slack[GCHK_MAX_DRAWS];
  gchk_derivative derivative[GCHK_MAX_DRAWS]; /* those that judged g */
  bool is_covered[GCHK_MAX_DRAWS];
  gchk_verdict verdict;                                /* of g, the worse of the draws */
  bool is_split;                                       /* the short ladder passed it and the whole one calls it wrong */
  bool is_resolved;                                    /* passed, and not because it is small beside its tensor */
  bool caught[GCHK_MUTATIONS], passed[GCHK_MUTATIONS]; /* of -g, 0, 2 g, 1.1 g, 1.01 g, 1.001 g */
  double digits;                                       /* -log10(E/|g|), the worse of the draws */
  size_t noise_cost, short_cost;                       /* evaluations */
  size_t strange_calls;                                /* evaluations at a point that is not finite */
} family_result;

void family_trial(family_result *result, const family *of, const family_member *member, family_type type);

/* The same with a backward that is wrong by a factor: in float alone, where there is a double twin. */
void family_trial_of_fault(family_result *result, const family *of, const family_member *member, family_type type,
                           double fault);

/* phi_v of the first draw, as other rules see the function; a trial_function's value of a family_phi. */
typedef struct family_phi {
  const family *of;
  const family_member *member;
  family_type type;
} family_phi;
double family_phi_value(void *phi, double x);

enum { FAMILY_DIGITS = 180 }; /* tenths */

typedef struct family_tally {
  size_t members, alarms, inconclusive, kinks, splits;
  size_t noise_cost, short_cost, strange_calls;
  size_t bounds, covered;  /* of every draw, where there is one derivative */
  size_t nonzero, decided; /* of which mutations differ; of these, passed and resolved */
  size_t caught[GCHK_MUTATIONS], caught_of_decided[GCHK_MUTATIONS], passed[GCHK_MUTATIONS];
  size_t digits[FAMILY_DIGITS + 1];
} family_tally;

void family_tally_add(family_tally *to, const family *of, const family_result *result);
void family_tally_merge(family_tally *to, const family_tally *from);
double family_tally_digits(const family_tally *of, double quantile);

/* Draws members `first` .. `first` + `count` - 1 of every family. `of_family` has family_count() entries. */
void families_judge(family_type type, size_t first, size_t count, family_tally *of_family);

/* The sum over the families of a kind. */
family_tally families_total(const family_tally *of_family, family_kind kind);

const char *family_type_name(family_type type);
void families_print(family_type type, const family_tally *of_family);

#endif
