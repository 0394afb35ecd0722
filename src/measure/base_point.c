/* The base point of a case: its instance, outputs and analytic gradients. */
#include "measure/base_point.h"

#include <math.h>
#include <stdio.h>

#include "core/memory.h"
#include "instance/precision.h"
#include "instance/stand_in.h"
#include "measure/analytic.h"
#include "measure/cancelled.h"
#include "measure/long_sums.h"
#include "measure/slack.h"
#include "measure/spread.h"
#include "measure/tensor_work.h"
#include "measure/twin.h"
#include "measure/upstream.h"
#include "start/case_instance.h"

// The first output that is not finite, or output_count.
static size_t first_not_finite(const gchk_case_work *work) {
  size_t j = 0;
  while (j < work->output_count && isfinite(work->y[j]))
    j++;
  return j;
}

/* At output j. Where gradcheck chose the sizes, the layer may be defined at others only. */
static gchk_status fail_not_finite(const gchk_case_work *work, size_t j, gchk_error *error) {
  const gchk_case *spec = work->spec;
  const bool has_our_sizes = spec->auxiliary == GCHK_AUXILIARY && spec->sizes != NULL && spec->layer->sizes == NULL;
  return gchk_fail(
      error, GCHK_LAYER_FAILED,
      "forward gives %g at output %zu of %zu: there is no gradient to compare; choose inputs at which it is "
      "finite%s%s%s",
      work->y[j], j, work->output_count, has_our_sizes ? "; if the layer is not defined at sizes " : "",
      has_our_sizes ? spec->sizes : "", has_our_sizes ? ", say so with .sizes_require" : "");
}

gchk_status gchk_work_open(gchk_case_work *work, const gchk_case *spec, const gchk_options *options, gchk_arena *arena,
                           gchk_error *error) {
  *work = (gchk_case_work){
      .spec = spec, .options = options, .arena = arena, .scratch = gchk_arena_new(), .findings = {.arena = arena}};
  gchk_case *own = work->scratch != NULL ? gchk_arena_copy(work->scratch, spec, 1, sizeof *own) : NULL;
  if (own == NULL)
    return gchk_fail_memory(error, "a case");
  work->spec = own;
  GCHK_TRY(gchk_layer_load(&own->layer, error));
  char stream[512];
  (void)snprintf(stream, sizeof stream, "%s:upstream", spec->name);
  work->random = gchk_random_stream(gchk_case_seed(spec, options->seed), stream);
  return GCHK_OK;
}

void gchk_work_close(gchk_case_work *work) {
  gchk_instance_free(work->instance);
  gchk_instance_free(work->single);
  gchk_arena_free(work->scratch);
}

gchk_status gchk_reach_base_point(gchk_case_work *work, gchk_error *error) {
  GCHK_TRY(gchk_case_instance(work->spec, work->options->seed, &work->instance, error));
  return gchk_work_forward(work, error);
}

gchk_status gchk_work_forward(gchk_case_work *work, gchk_error *error) {
  work->output_count = gchk_instance_output_count(work->instance);
  work->y = gchk_arena_alloc(work->scratch, work->output_count, sizeof *work->y);
  if (work->y == NULL)
    return gchk_fail_memory(error, "outputs");
  GCHK_TRY(gchk_instance_forward(work->instance, error));
  GCHK_TRY(gchk_instance_outputs(work->instance, work->y, error));
  const size_t j = first_not_finite(work);
  return j < work->output_count ? fail_not_finite(work, j, error) : GCHK_OK;
}

static gchk_status find_analytic(gchk_case_work *work, gchk_error *error) {
  double **gradients = gchk_arena_alloc(work->scratch, work->tensor_count, sizeof *gradients);
  if (gradients == NULL)
    return gchk_fail_memory(error, "analytic gradients");
  for (size_t d = 0; d < work->draw_count; d++) {
    for (size_t k = 0; k < work->tensor_count; k++)
      gradients[k] = work->tensors[k].analytic[d];
    GCHK_TRY(gchk_analytic_gradients(work, work->v[d], gradients, error));
    gchk_find_largest(work, d);
  }
  return GCHK_OK;
}

/* What varies from call to call is no mistake: it enters the noise of the outputs and the slack of the gradients. */
static gchk_status add_spread(gchk_case_work *work, gchk_error *error) {
  gchk_spread spread;
  GCHK_TRY(gchk_measure_spread(work, &spread, error));
  for (size_t d = 0; d < work->draw_count && !spread.is_exact; d++) {
    work->variation[d] = spread.sigma[d];
    for (size_t k = 0; k < work->tensor_count; k++)
      for (size_t e = 0; e < work->tensors[k].total; e++)
        work->tensors[k].slack[d][e] += spread.change[d][k][e];
  }
  return GCHK_OK;
}

/* Where the output is one number, the second draw is left out if it can say nothing that the first does not. */
static gchk_status measure_slack(gchk_case_work *work, gchk_error *error) {
  const bool may_be_multiple = work->output_count == 1 && work->draw_count > 1 && !work->keeps_draws;
  GCHK_TRY(gchk_measure_slack(work, 0, may_be_multiple ? 1 : work->draw_count, error));
  if (!may_be_multiple)
    return GCHK_OK;
  if (!gchk_is_multiple(work))
    return gchk_measure_slack(work, 1, 1, error);
  gchk_leave_last_draw_out(work);
  return GCHK_OK;
}

static bool has_twin(const gchk_case_work *work) {
  const gchk_layer *layer = work->instance->layer;
  return layer->twin != NULL && layer->dtype == GCHK_F32;
}

gchk_status gchk_find_analytic(gchk_case_work *work, gchk_error *error) {
  bool is_twin = has_twin(work);
  for (size_t k = 0; k < work->tensor_count; k++)
    work->tensors[k].unit = gchk_tensor_unit(work->instance, work->tensors[k].index);
  GCHK_TRY(find_analytic(work, error));
  GCHK_TRY(add_spread(work, error));
  if (is_twin) {
    GCHK_TRY(gchk_use_twin(work, error));
  } else {
    GCHK_TRY(measure_slack(work, error));
    gchk_allow_long_sums(work);
  }
  GCHK_TRY(gchk_allow_cancelled(work, error));
  gchk_allow_steps(work);
  // Differentiation starts from what forward wrote; a twin's has been called.
  return is_twin ? GCHK_OK : gchk_instance_forward(work->instance, error);
}
