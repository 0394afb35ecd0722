/*
 * Contributions that are right for the outputs at the first index of an axis alone.
 *
 * At t = 0 a recurrence has no step before it: where A_ij = J_ij for every output j there, and differs in each other
 * output that has any, what goes through the step before is lost or wrong. In a batch it is an offset that is 0 for the
 * first sample.
 */
#include "routes/diagnose_first_outputs.h"

#include "evidence/pairs.h"

/* Outputs that have contributions, at the first index of an axis and beyond it. */
typedef struct tally {
  size_t right_first, wrong_first, right_beyond, wrong_beyond;
} tally;

static void count_column(const gchk_pairs *p, size_t c, bool is_first, tally *all) {
  bool is_right = false, is_wrong = false;
  for (size_t r = 0; r < p->rows; r++) {
    const unsigned char state = p->state[r * p->columns + c];
    is_right = is_right || state == GCHK_PAIR_SAME;
    is_wrong = is_wrong || state > GCHK_PAIR_SAME;
  }
  *(is_first ? &all->wrong_first : &all->wrong_beyond) += is_wrong;
  *(is_first ? &all->right_first : &all->right_beyond) += is_right && !is_wrong;
}

// Does each output depend on the elements with its own index alone? Then there are no steps from one to the next.
static bool is_index_by_index(const gchk_diagnosis *d, const gchk_pairs *p, size_t output, size_t axis) {
  for (size_t own = 0; own < d->t->shape.rank; own++) {
    bool is_own = true;
    for (size_t c = 0; c < p->columns && is_own; c++) {
      size_t index, flat;
      const gchk_tensor *t = gchk_output_of(d, p->output[c], &index, &flat);
      for (size_t r = 0; t != NULL && index == output && r < p->rows && is_own; r++)
        is_own = !gchk_pair_in_forward((gchk_pair_state)p->state[r * p->columns + c]) ||
                 gchk_axis_index(&t->shape, axis, flat) == gchk_axis_index(&d->t->shape, own, p->element[r]);
    }
    if (is_own)
      return true;
  }
  return false;
}

static bool holds_along(const gchk_diagnosis *d, const gchk_pairs *p, size_t output, size_t axis) {
  enum { FEWEST = 2 };
  tally all = {0};
  for (size_t c = 0; c < p->columns; c++) {
    size_t index, flat;
    const gchk_tensor *t = gchk_output_of(d, p->output[c], &index, &flat);
    if (t != NULL && index == output)
      count_column(p, c, gchk_axis_index(&t->shape, axis, flat) == 0, &all);
  }
  return all.wrong_first == 0 && all.right_first >= FEWEST &&
         gchk_is_nearly_all(all.wrong_beyond, all.wrong_beyond + all.right_beyond);
}

bool gchk_diagnose_first_outputs(gchk_diagnosis *d) {
  const gchk_pairs *p = d->fail_count > 0 ? gchk_pairs_of(d, d->tensor) : NULL;
  const gchk_tensor *output;
  size_t start, index;
  for (size_t k = 0; p != NULL && (output = gchk_output_tensor(d, k, &start, &index)) != NULL; k++) {
    for (size_t axis = 0; axis < output->shape.rank; axis++) {
      if (output->shape.dim[axis] < 3 || !holds_along(d, p, index, axis) || is_index_by_index(d, p, index, axis))
        continue;
      char name[GCHK_AXIS_TEXT];
      gchk_finding *finding = gchk_diagnosis_add(
          d, GCHK_CODE_RIGHT_AT_FIRST_ONLY, d->fail_count,
          "the contributions of output %s at index 0 of %s are right, and those of all others of %s are not: what is "
          "not there at index 0, or is one term alone (the step before it, a softmax or a sum over what came before, "
          "an offset), is lost or wrong",
          output->name, gchk_axis_name(d, index, axis, name, sizeof name), name);
      gchk_finding_text(&d->tensor->findings, finding, "output", "%s", output->name);
      gchk_finding_text(&d->tensor->findings, finding, "axis", "%s", name);
      return true;
    }
  }
  return false;
}
