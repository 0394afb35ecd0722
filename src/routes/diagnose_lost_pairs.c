/*
 * Contributions that are not there, or that should not be, where all others are right:
 *
 *     lost     A_ij = 0 for some (i, j), J_ij for all others; with one for each element, of several: = for +=
 *     added    A_ij != 0 for some (i, j) with J_ij = 0, J_ij for all others
 */
#include "routes/diagnose_lost_pairs.h"

#include "evidence/pairs.h"

// Of the elements that lose something, does each keep one contribution alone?
static bool keeps_one_each(const gchk_pairs *p) {
  size_t several = 0;
  for (size_t r = 0; r < p->rows; r++) {
    size_t same = 0, lost = 0;
    for (size_t c = 0; c < p->columns; c++) {
      same += p->state[r * p->columns + c] == GCHK_PAIR_SAME;
      lost += p->state[r * p->columns + c] == GCHK_PAIR_LOST;
    }
    if (lost > 0 && same != 1)
      return false;
    several += lost > 0;
  }
  return several > 1;
}

bool gchk_diagnose_lost_pairs(gchk_diagnosis *d) {
  const gchk_pairs *p = d->fail_count > 0 ? gchk_pairs_of(d, d->tensor) : NULL;
  if (p == NULL || p->count[GCHK_PAIR_CHANGED] > 0 || p->count[GCHK_PAIR_SAME] == 0)
    return false;
  const size_t lost = p->count[GCHK_PAIR_LOST], added = p->count[GCHK_PAIR_LEAKED], same = p->count[GCHK_PAIR_SAME];
  if ((lost > 0) == (added > 0))
    return false;
  if (lost > 0 && p->columns == d->output_count && keeps_one_each(p))
    (void)gchk_diagnosis_add(d, GCHK_CODE_ONE_CONTRIBUTION_ONLY, d->fail_count,
                             "of the outputs that an element of %s feeds, one alone contributes (%zu contributions of "
                             "%zu): = for +=",
                             d->t->name, same, same + lost);
  else if (lost > 0)
    (void)gchk_diagnosis_add(d, GCHK_CODE_CONTRIBUTIONS_LOST, d->fail_count,
                             "%zu of the %zu contributions of outputs to elements of %s that were looked at are "
                             "missing, and all others are right",
                             lost, same + lost, d->t->name);
  else
    (void)gchk_diagnosis_add(d, GCHK_CODE_CONTRIBUTIONS_ADDED, d->fail_count,
                             "%zu contributions to elements of %s come from outputs that do not depend on them "
                             "(of %zu outputs looked at), and all others are right",
                             added, d->t->name, p->columns);
  return true;
}
