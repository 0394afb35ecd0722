/* The computational graph of one case, with its values and gradients, without differentiating anything. */
#include "check/case_check.h"
#include "check/describe_graph.h"
#include "core/memory.h"
#include "measure/analytic.h"
#include "measure/base_point.h"
#include "measure/upstream.h"

gchk_status gchk_check_graph(const gchk_case *spec, const gchk_options *options, gchk_result **result,
                             gchk_error *error) {
  const gchk_options defaults = GCHK_OPTIONS_INIT;
  *result = NULL;
  gchk_result *made = gchk_result_new();
  if (made == NULL)
    return gchk_fail_memory(error, "a result");
  gchk_case_work work;
  gchk_status status = gchk_work_open(&work, spec, options == NULL ? &defaults : options, made->arena, error);
  made->cases = status == GCHK_OK ? gchk_arena_alloc(made->arena, 1, sizeof *made->cases) : NULL;
  if (status == GCHK_OK && made->cases == NULL)
    status = gchk_fail_memory(error, "a result");
  if (status == GCHK_OK)
    status = gchk_reach_base_point(&work, error);
  if (status == GCHK_OK)
    status = gchk_draw_upstream(&work, error);
  if (status == GCHK_OK)
    status = gchk_analytic_gradients(&work, work.v[0], NULL, error);
  if (status == GCHK_OK) {
    made->case_count = 1;
    gchk_case_start(spec, made->arena, &made->cases[0]);
    if (!gchk_describe_graph(&work, &made->cases[0].graph))
      status = gchk_fail_memory(error, "the graph");
  }
  gchk_work_close(&work);
  if (status != GCHK_OK) {
    gchk_result_free(made);
    return status;
  }
  *result = made;
  return GCHK_OK;
}
