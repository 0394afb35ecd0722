#include "routes/output_pairs.h"

static bool holds(gchk_diagnosis *d, gchk_candidate *c, gchk_pair_term term, size_t a, size_t b, size_t count,
                  size_t *matched) {
  static const double larger = 4; // v differs by a factor of four at the most
  for (size_t draw = 0; draw < d->draws; draw++) {
    for (size_t i = 0; i < d->total; i++) {
      const double *row = d->jacobian + i * d->output_count, *v = d->work->v[draw];
      double sum = d->tensor->numeric[draw][i];
      for (size_t j = 0; j < count; j++)
        sum += term(row[a + j], row[b + j], v[a + j], v[b + j]);
      c->value[draw][i] = sum;
      c->slack[draw][i] = larger * d->tensor->bound[draw][i];
    }
  }
  return gchk_candidate_holds(d, c, true, matched);
}

bool gchk_find_output_pair(gchk_diagnosis *d, gchk_candidate *c, gchk_pair_term term, gchk_output_pair *found) {
  size_t start_a, start_b, index;
  for (size_t k = 0; (found->a = gchk_output_tensor(d, k, &start_a, &index)) != NULL; k++)
    for (size_t l = 0; (found->b = gchk_output_tensor(d, l, &start_b, &index)) != NULL; l++)
      if (k != l && found->a->count == found->b->count &&
          holds(d, c, term, start_a, start_b, found->a->count, &found->matched))
        return true;
  return false;
}
