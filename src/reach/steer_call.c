/* Values are put back before each call, so that a point is what its changes say. */
#include "reach/steer_call.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "gradcheck/random.h"
#include "reach/trace.h"
#include "start/case_instance.h"

static void leave(gchk_steer_call *call) {
  gchk_snapshot_free(call->ordinary);
  if (call->instance != NULL)
    gchk_instance_free(call->instance);
  free(call->y);
  free(call->v);
  call->ordinary = NULL;
  call->instance = NULL;
  call->y = call->v = NULL;
}

void gchk_steer_call_deinit(gchk_steer_call *call) {
  leave(call);
  free(call->compared);
  call->compared = NULL;
}

static bool is_there(const gchk_steer_call *call, const gchk_steer_point *point) {
  if (call->instance == NULL || strcmp(call->at.sizes, point->sizes) != 0 || call->at.has_options != point->has_options)
    return false;
  for (size_t i = 0; i < call->spec->layer->option_count && point->has_options; i++)
    if (fabs(call->at.options[i] - point->options[i]) > 0)
      return false;
  return true;
}

static gchk_status arrive(gchk_steer_call *call, gchk_error *error) {
  const gchk_case at = gchk_steered_case(call->spec, &call->at);
  GCHK_TRY(gchk_case_instance(&at, call->seed, &call->instance, error));
  const size_t count = gchk_instance_output_count(call->instance);
  call->y = gchk_calloc(count, sizeof *call->y);
  call->v = gchk_calloc(count, sizeof *call->v);
  call->ordinary = gchk_snapshot_new(call->instance, GCHK_SNAPSHOT_VALUES);
  if (call->y == NULL || call->v == NULL || call->ordinary == NULL)
    return gchk_fail_memory(error, "inputs that take branches");
  gchk_random random = gchk_random_stream(call->seed, "reach:upstream");
  for (size_t j = 0; j < count; j++)
    call->v[j] = (call->instance->layer->flags & GCHK_IGNORES_UPSTREAM) != 0 ? 1 : gchk_random_signed(&random);
  return GCHK_OK;
}

gchk_status gchk_steer_go_to(gchk_steer_call *call, const gchk_steer_point *point, gchk_error *error) {
  if (!is_there(call, point)) {
    leave(call);
    call->at = *point;
    const gchk_status status = arrive(call, error);
    if (status != GCHK_OK)
      leave(call);
    return status;
  }
  gchk_snapshot_restore(call->ordinary, call->instance);
  return GCHK_OK;
}

gchk_status gchk_steer_try(gchk_steer_call *call, const gchk_steer_point *point, bool *is_valid, gchk_error *error) {
  *is_valid = false;
  GCHK_TRY(gchk_steer_go_to(call, point, error));
  gchk_steer_values(point, call->instance);
  for (size_t k = 0; k < call->open_count; k++)
    *call->open[k].ran = (unsigned char)(*call->open[k].ran & ~GCHK_RAN_BACKWARD);
  gchk_compare_trace_empty(call->compared);
  gchk_compare_trace_into(call->compared);
  const uint64_t before = call->instance->forward_calls;
  gchk_status status = gchk_instance_forward(call->instance, error);
  if (status == GCHK_OK)
    status = gchk_instance_outputs(call->instance, call->y, error);
  *is_valid = status == GCHK_OK;
  for (size_t j = 0; *is_valid && j < gchk_instance_output_count(call->instance); j++)
    *is_valid = isfinite(call->y[j]);
  if (*is_valid) {
    gchk_instance_start_backward(call->instance, call->v);
    status = gchk_instance_backward(call->instance, error);
  }
  *is_valid = *is_valid && status == GCHK_OK;
  gchk_compare_trace_into(NULL);
  call->calls += call->instance->forward_calls - before;
  return status;
}
