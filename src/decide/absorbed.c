/* Which outputs do not move, what backward has of them, and what they hide. */
#include "decide/absorbed.h"

#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "decide/output_look.h"
#include "numeric/per_output.h"
#include "numeric/random_signs.h"

static const double least = 1 / 16.0; // of an even share of what is amiss: an output that hides less explains nothing

typedef struct parts {
  gchk_output_derivative *of; // one an output
  double *v;                  // of those that hide something; 0 of the others
  double *gradient;           // of the tensor, for v
} parts;

/* An output that does not move, as far as it is known; what its slope times v may be for all that. */
static double hidden_by(const gchk_output_derivative *output, double v) {
  const bool stays = output->smoothness == GCHK_SMOOTH && fabs(output->value) <= GCHK_ERROR_BARS * output->bound;
  return stays && isfinite(output->bound) ? GCHK_ERROR_BARS * output->bound * fabs(v) : 0;
}

/* Fills v; how large the slope may be that all outputs hide together. */
static double find_hidden(parts *p, const double *v, size_t count, double amiss) {
  double sum = 0, squares = 0;
  for (size_t j = 0; j < count; j++) {
    const double hidden = hidden_by(&p->of[j], v[j]);
    const bool is_enough = hidden * (double)count >= least * amiss;
    p->v[j] = is_enough ? v[j] : 0;
    sum += is_enough ? hidden : 0;
    squares += is_enough ? hidden * hidden : 0;
  }
  return gchk_with_random_signs(sum, squares);
}

static gchk_status ask_draw(gchk_tensor_line *l, parts *p, const gchk_look *look, size_t draw, bool *is_explained,
                            gchk_error *error) {
  const double amiss = fabs(look->analytic[draw] - look->derivative[draw].value);
  const double hidden = find_hidden(p, l->line.v[draw], l->line.output_count, amiss);
  *is_explained = false;
  if (!(hidden > 0))
    return GCHK_OK;
  GCHK_TRY(gchk_line_gradient(l, p->v, p->gradient, error));
  const double part = p->gradient[l->element];
  const gchk_judgement rest = gchk_judge(look->analytic[draw] - part, &look->derivative[draw], &look->allowance[draw]);
  *is_explained = fabs(part) <= hidden && rest.verdict != GCHK_FAIL;
  return GCHK_OK;
}

static gchk_status ask_all(gchk_tensor_line *l, parts *p, gchk_look *look, gchk_error *error) {
  bool is_done;
  gchk_status status = gchk_differentiate_outputs(&l->line, GCHK_OUTPUTS_ROOM, p->of, &is_done, error);
  gchk_tensor_line_restore(l);
  for (size_t d = 0; d < l->line.draw_count && status == GCHK_OK && is_done; d++)
    if (look->judgement[d].verdict == GCHK_FAIL)
      status = ask_draw(l, p, look, d, &is_done, error);
  if (status == GCHK_OK && is_done)
    gchk_look_doubt(look, GCHK_DOUBT_ROUNDING);
  return status;
}

gchk_status gchk_doubt_absorbed(gchk_tensor_line *l, gchk_look *look, gchk_error *error) {
  const size_t count = l->line.output_count;
  if (count < 2 || (l->work->instance->layer->flags & GCHK_IGNORES_UPSTREAM) != 0)
    return GCHK_OK;
  parts p = {gchk_calloc(count, sizeof *p.of), gchk_calloc(count, sizeof *p.v),
             gchk_calloc(l->tensor->total, sizeof *p.gradient)};
  const bool has_all = p.of != NULL && p.v != NULL && p.gradient != NULL;
  const gchk_status status =
      has_all ? ask_all(l, &p, look, error) : gchk_fail_memory(error, "the outputs of an element");
  free(p.of);
  free(p.v);
  free(p.gradient);
  return status;
}
