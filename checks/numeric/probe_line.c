/* A line for the tests of src/numeric. */
#include "numeric/differentiate.h"
#include "numeric_tests.h"

static gchk_status evaluate(void *context, double x, double *y, gchk_error *error) {
  probe_line *probe = context;
  probe->calls++;
  probe->last_x = x;
  if (probe->calls == probe->fails_at)
    return gchk_fail(error, GCHK_LAYER_FAILED, "call %zu fails", probe->calls);
  probe->function(x, y, probe->line.output_count);
  for (size_t j = 0; probe->is_float && j < probe->line.output_count; j++)
    y[j] = (double)(float)y[j];
  return GCHK_OK;
}

void probe_line_init(probe_line *probe, void (*function)(double, double *, size_t), size_t count, double x) {
  memset(probe, 0, sizeof *probe);
  probe->function = function;
  function(x, probe->y0, count);
  probe->line = (gchk_line){
      .evaluate = evaluate,
      .context = probe,
      .output_count = count,
      .x = x,
      .scale = fabs(x) > 0 ? fabs(x) : 1,
      .variable_unit = 0x1p-53,
      .output_unit = 0x1p-53,
      .y0 = probe->y0,
      .y0_is_exact = true,
      .draw_count = 1,
      .v = {probe->v[0], probe->v[1]},
  };
  for (size_t d = 0; d < GCHK_MAX_DRAWS; d++)
    for (size_t j = 0; j < count; j++) {
      double u = noise_at((double)(d + 1), j);
      probe->v[d][j] = count == 1 && d == 0 ? 1 : copysign(0.5 + 1.5 * fabs(u), u);
    }
}

void probe_line_as_float(probe_line *probe) {
  probe->is_float = true;
  probe->line.variable_unit = probe->line.output_unit = 0x1p-24;
  probe->line.x = (double)(float)probe->line.x;
  probe->function(probe->line.x, probe->y0, probe->line.output_count);
  for (size_t j = 0; j < probe->line.output_count; j++)
    probe->y0[j] = (double)(float)probe->y0[j];
}

void probe_line_run(probe_line *probe, gchk_derivative *derivative) {
  const gchk_ladder ladder = {.fixed_step = 0};
  probe->calls = 0;
  ck_assert_int_eq(gchk_differentiate(&probe->line, &ladder, probe->work, derivative, NULL), GCHK_OK);
}
