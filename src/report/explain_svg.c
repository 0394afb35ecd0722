/* An explanation as the step curve of a tensor with one element, in a file of its own. */
#include <math.h>
#include <string.h>

#include "core/text.h"
#include "gradcheck/explain.h"
#include "report/explain_words.h"
#include "report/figure_steps.h"
#include "report/save.h"

/* Relative to the larger of both gradients, as step curves are. Steps that gave nothing are left out. */
static size_t fill_points(const gchk_explained_draw *d, gchk_step_point points[GCHK_EXPLAINED_STEPS]) {
  const double larger = fmax(fabs(d->analytic), fabs(d->numeric));
  const double size = larger > 0 && isfinite(larger) ? larger : 1;
  size_t count = 0;
  for (size_t k = 0; k < d->step_count; k++) {
    const double error = fabs(d->steps[k].difference - d->analytic) / size;
    if (!isfinite(error) || !(d->steps[k].step > 0) || !isfinite(d->steps[k].step))
      continue;
    points[count++] = (gchk_step_point){.step = d->steps[k].step,
                                        .median = error,
                                        .low = error,
                                        .high = error,
                                        .worst = error,
                                        .bound = d->steps[k].bound / size,
                                        .elements = 1};
  }
  return count;
}

static double chosen_step(const gchk_explained_draw *d) {
  for (size_t k = 0; k < d->step_count; k++)
    if (d->steps[k].is_chosen)
      return d->steps[k].step;
  return 0;
}

gchk_status gchk_explanation_draw(const gchk_explanation *x, const char *path, gchk_error *error) {
  static const char begins[] = "<svg",
                    nothing[] = "<svg width=\"0\" height=\"0\"><title>no step gave an error</title></svg>";
  const gchk_explained_draw *d = gchk_telling_draw(x);
  gchk_step_point points[GCHK_EXPLAINED_STEPS];
  gchk_text plot = {0}, file = {0};
  const gchk_step_curve curve = {
      .points = points, .point_count = fill_points(d, points), .order = x->order, .decades = x->decades};
  const gchk_tensor_result tensor = {
      .name = x->tensor, .shape = x->shape, .checked = 1, .step = chosen_step(d), .step_curve = curve};
  const gchk_case_result owner = {.name = x->case_name};
  if (curve.point_count > 0)
    gchk_figure_steps_plot(&(gchk_row){.owner = &owner, .tensor = &tensor}, &plot);
  const char *drawn = plot.length > 0 && !plot.failed ? plot.data : nothing;
  gchk_text_format(&file, "%s xmlns=\"http://www.w3.org/2000/svg\"%s\n", begins, drawn + strlen(begins));
  file.failed = file.failed || plot.failed;
  gchk_text_deinit(&plot);
  return gchk_save_text(path, &file, error);
}
