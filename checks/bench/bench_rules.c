/*
 * Prints how the rules of other checkers and ours do on the hard functions, on random compositions and on the families,
 * and before that the list of the families with the figures of each.
 */
#include <stdio.h>

#include "bench/rules.h"
#include "numeric/families_trial.h"

enum { MOST_FAMILIES = 64, MEMBERS = 400 };
static family_tally tallies[MOST_FAMILIES];

static void print_table(const char *title, const rule_score scores[RULE_COUNT]) {
  printf("%s: %zu elements\n", title, scores[0].count);
  printf("  %-24s %12s %10s | wrong gradients accepted, %%: %6s %7s %7s %7s %7s %7s\n", "rule", "false alarms",
         "undecided", "-g", "0", "2 g", "1.1 g", "1.01 g", "1.001 g");
  for (size_t r = 0; r < RULE_COUNT; r++) {
    printf("  %-24s %11.2f%% %9.2f%% | %33.2f", rule_name(r), rule_alarm_share(&scores[r]),
           100 * (double)scores[r].undecided / (double)scores[r].count, rule_missed_share(&scores[r], 0));
    for (size_t m = 1; m < GCHK_MUTATIONS; m++)
      printf(" %7.2f", rule_missed_share(&scores[r], m));
    printf("\n");
  }
  printf("\n");
}

int main(void) {
  rule_score scores[RULE_COUNT];
  for (int type = 0; type < FAMILY_TYPES; type++) {
    families_judge((family_type)type, 0, MEMBERS, tallies);
    families_print((family_type)type, tallies);
  }
  for (int is_float = 0; is_float < 2; is_float++) {
    rules_on_hard_functions(is_float != 0, scores);
    print_table(is_float ? "hard functions, f32" : "hard functions, f64", scores);
    rules_on_trees(is_float != 0, 10000, 31337, scores);
    print_table(is_float ? "random compositions, f32" : "random compositions, f64", scores);
    rules_on_families(is_float != 0, MEMBERS, scores);
    print_table(is_float ? "families, f32" : "families, f64", scores);
  }
  return 0;
}
