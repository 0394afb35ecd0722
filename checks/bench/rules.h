/*
 * The rules by which other checkers accept a gradient, with their default constants, and ours, on one set of functions.
 *
 * What is emulated is the comparison of one element: the step, the difference quotient in the type of the function, and
 * the tolerances. Each rule judges the exact derivative, and the same derivative spoilt in six ways.
 */
#ifndef CHECKS_BENCH_RULES_H
#define CHECKS_BENCH_RULES_H

#include "numeric/trial.h"

enum { OUR_RULE = 0, RULE_COUNT = 7 };

/* How one rule did on a set. Missed: accepted though wrong. */
typedef struct rule_score {
  size_t count, nonzero;
  size_t alarms;
  size_t missed[GCHK_MUTATIONS];
  size_t undecided; /* the right gradient was neither accepted nor rejected: rules with a bound of their own say so */
} rule_score;

const char *rule_name(size_t rule);

/* The scores of all rules on the hard functions that have a derivative, staircases included. */
void rules_on_hard_functions(bool is_float, rule_score scores[RULE_COUNT]);

/* The same on `count` random compositions from `seed`. */
void rules_on_trees(bool is_float, size_t count, uint64_t seed, rule_score scores[RULE_COUNT]);

/* The same on the first `count` members of every family that has derivatives, ripples included. */
void rules_on_families(bool is_float, size_t count, rule_score scores[RULE_COUNT]);

/* Share of right gradients rejected, and of wrong ones (mutation m) accepted, in per cent. */
double rule_alarm_share(const rule_score *score);
double rule_missed_share(const rule_score *score, size_t mutation);

#endif
