/* The computational graph of one case, with its values and gradients, without differentiating anything. */
#include "check/adopt.h"
#include "check/case_check.h"
#include "check/describe_graph.h"
#include "core/arena.h"
#include "core/memory.h"
#include "measure/analytic.h"
#include "measure/base_point.h"
#include "measure/upstream.h"

/* The graph at the base point, into the one case of `result`. */
static gchk_status describe(gchk_case_work *work, gchk_result *result, gchk_error *error) {
  GCHK_TRY(gchk_reach_base_point(work, error));
  GCHK_TRY(gchk_draw_upstream(work, error));
  GCHK_TRY(gchk_analytic_gradients(work, work->v[0], NULL, error));
  result->cases = gchk_arena_alloc(result->arena, 1, sizeof *result->cases);
  if (result->cases == NULL)
    return gchk_fail_memory(error, "a result");
  result->case_count = 1;
  gchk_case_start(work->spec, result->arena, &result->cases[0]);
  GCHK_TRY(gchk_describe_graph(work, true, &result->cases[0].graph, error));
  return gchk_arena_has_failed(result->arena) ? gchk_fail_memory(error, "the graph") : GCHK_OK;
}

static gchk_status check_graph(const gchk_case *spec, const gchk_options *options, gchk_result *result,
                               gchk_error *error) {
  const gchk_case *own_case;
  gchk_case_work work;
  GCHK_TRY(gchk_adopt_cases(&own_case, spec, 1, result->arena, error));
  gchk_status status = gchk_work_open(&work, own_case, options, result->arena, error);
  if (status == GCHK_OK)
    status = describe(&work, result, error);
  gchk_work_close(&work);
  return status;
}

gchk_status gchk_check_graph(const gchk_case *spec, const gchk_options *options, gchk_result **result,
                             gchk_error *error) {
  const gchk_options defaults = GCHK_OPTIONS_INIT;
  gchk_options own_options;
  *result = NULL;
  GCHK_TRY(gchk_adopt_options(&own_options, options != NULL ? options : &defaults, error));
  gchk_result *made = gchk_result_new();
  if (made == NULL)
    return gchk_fail_memory(error, "a result");
  gchk_status status = check_graph(spec, &own_options, made, error);
  if (status != GCHK_OK) {
    gchk_result_free(made);
    return status;
  }
  *result = made;
  return GCHK_OK;
}
