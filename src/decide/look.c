/* One element: what is known of it, its judgement, and its place in the arrays. */
#include "decide/look.h"

#include <math.h>

double gchk_natural_gradient(const double *v, const double *y, size_t count, double scale) {
  double squares = 0, v_squares = 0;
  for (size_t j = 0; j < count; j++) {
    squares += v[j] * y[j] * v[j] * y[j];
    v_squares += v[j] * v[j];
  }
  return sqrt(squares > 0 ? squares : v_squares) / scale;
}

void gchk_look_start(const gchk_tensor_line *l, size_t element, gchk_look *look) {
  const gchk_tensor_work *tensor = l->tensor;
  look->kind = GCHK_LOOK_SHORT;
  look->is_suspected = look->is_unconfirmed = false;
  look->point = l->work->point;
  for (size_t d = 0; d < l->line.draw_count; d++) {
    look->analytic[d] = tensor->analytic[d][element];
    look->slack[d] = tensor->slack[d][element];
    look->allowance[d] = (gchk_allowance){
        .unit = tensor->unit,
        .largest = tensor->largest[d],
        .slack = look->slack[d],
        .terms = tensor->terms[d],
        .zero_of = tensor->is_declared_zero
                       ? gchk_natural_gradient(l->line.v[d], l->line.y0, l->line.output_count, l->line.scale)
                       : 0};
  }
}

static gchk_resolution worse_resolution(gchk_resolution a, gchk_resolution b) {
  // An element that one draw resolves is resolved; else what is least known of it.
  if (a == GCHK_RESOLVED || b == GCHK_RESOLVED)
    return GCHK_RESOLVED;
  return a > b ? a : b;
}

void gchk_look_sum_up(gchk_look *look, size_t draw_count) {
  look->verdict = GCHK_PASS;
  for (size_t d = 0; d < draw_count; d++) {
    look->verdict = gchk_verdict_worse(look->verdict, look->judgement[d].verdict);
    if (look->judgement[d].verdict == GCHK_INCONCLUSIVE)
      look->doubt = look->judgement[d].doubt;
  }
}

void gchk_look_judge(gchk_look *look, size_t draw_count) {
  for (size_t d = 0; d < draw_count; d++) {
    gchk_judgement *judgement = &look->judgement[d];
    *judgement = gchk_judge(look->analytic[d], &look->derivative[d], &look->allowance[d]);
    look->resolution = d == 0 ? judgement->resolution : worse_resolution(look->resolution, judgement->resolution);
  }
  look->doubt = GCHK_NO_DOUBT;
  gchk_look_sum_up(look, draw_count);
}

void gchk_look_doubt(gchk_look *look, gchk_doubt reason) {
  look->verdict = GCHK_INCONCLUSIVE;
  look->doubt = reason;
}

bool gchk_look_fails_at_kinks(const gchk_look *look, size_t draw_count) {
  if (look->verdict != GCHK_FAIL)
    return false;
  for (size_t d = 0; d < draw_count; d++)
    if (look->judgement[d].verdict == GCHK_FAIL && look->derivative[d].smoothness != GCHK_KINKED)
      return false;
  return true;
}

bool gchk_look_is_open(const gchk_look *look) {
  return look->verdict == GCHK_INCONCLUSIVE;
}

/* What would have been caught of the right gradient: not of the one that may be wrong already. */
static void find_caught(const gchk_look *look, size_t draw_count, bool caught[GCHK_MUTATIONS]) {
  for (size_t m = 0; m < GCHK_MUTATIONS; m++)
    caught[m] = false;
  for (size_t d = 0; d < draw_count; d++) {
    bool here[GCHK_MUTATIONS];
    gchk_judge_mutations(look->derivative[d].value, &look->derivative[d], &look->allowance[d], here);
    for (size_t m = 0; m < GCHK_MUTATIONS; m++)
      caught[m] = caught[m] || here[m];
  }
}

void gchk_look_keep(const gchk_look *look, gchk_tensor_work *tensor, size_t draw_count, size_t element) {
  bool caught[GCHK_MUTATIONS];
  find_caught(look, draw_count, caught);
  for (size_t d = 0; d < draw_count; d++) {
    tensor->analytic[d][element] = look->analytic[d];
    tensor->slack[d][element] = look->slack[d];
    tensor->numeric[d][element] = look->derivative[d].value;
    tensor->numeric_bound[d][element] = look->derivative[d].bound;
    tensor->bound[d][element] = gchk_total_bound(look->derivative[d].bound, look->slack[d]);
    if (look->derivative[d].is_flat && isfinite(look->derivative[d].hidden))
      tensor->hidden = fmax(tensor->hidden, look->derivative[d].hidden);
  }
  tensor->step[element] = look->derivative[0].step;
  tensor->verdict[element] = (unsigned char)look->verdict;
  tensor->doubt[element] = (unsigned char)look->doubt;
  tensor->resolution[element] = (unsigned char)look->resolution;
  tensor->suspicion[element] = look->is_suspected     ? GCHK_SUSPECTED
                               : look->is_unconfirmed ? GCHK_UNCONFIRMED
                                                      : GCHK_NOT_SUSPECTED;
  tensor->point[element] = (unsigned char)look->point;
  tensor->caught[element] = 0;
  for (size_t m = 0; m < GCHK_MUTATIONS; m++)
    if (caught[m])
      tensor->caught[element] |= (unsigned char)(1U << m);
}
