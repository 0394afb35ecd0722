/*
 * The step curve: how far central differences are from the analytic gradient, step by step. Truncation falls with h^2
 * from the right, rounding rises with 1/h to the left, and a wrong gradient leaves a floor that no step gets below.
 */
#include "report/figure_steps.h"

#include <math.h>
#include <stdio.h>

#include "report/figure_parts.h"
#include "report/plot.h"
#include "report/words.h"

enum { WIDTH = 380, HEIGHT = 240, LEFT = 52, RIGHT = 18, TOP = 30, BOTTOM = 38, TITLE_END = 190 };

static const double least_relative = 1e-17;

static bool is_positive(double x) {
  return x > 0 && isfinite(x);
}

/* The range of what is drawn; false when nothing of it is positive. */
static bool find_range(const gchk_step_curve *step_curve, double *low, double *high, bool *has_zero) {
  *low = (double)INFINITY;
  *high = 0;
  *has_zero = false;
  for (size_t i = 0; i < step_curve->point_count; i++) {
    const gchk_step_point *p = &step_curve->points[i];
    const double values[] = {p->median, p->low, p->high, p->worst, p->bound};
    for (size_t k = 0; k < sizeof values / sizeof values[0]; k++)
      if (is_positive(values[k])) {
        *low = values[k] < *low ? values[k] : *low;
        *high = values[k] > *high ? values[k] : *high;
      } else
        *has_zero = *has_zero || values[k] == 0;
  }
  return *high > 0;
}

/* Where a path is, in whole pixels: enough for a curve, and a third of the characters. */
typedef struct path_pen {
  size_t points; // since it was put down
  long x, y;
} path_pen;

static void draw_to(gchk_text *out, path_pen *pen, double x, double y) {
  const long to_x = lround(x), to_y = lround(y), across = to_x - pen->x, down = to_y - pen->y;
  if (pen->points == 0)
    gchk_text_format(out, "M%ld %ld", to_x, to_y);
  else
    gchk_text_format(out, "%s%ld%s%ld",
                     pen->points == 1 ? "l"
                     : across < 0     ? ""
                                      : " ",
                     across, down < 0 ? "" : " ", down);
  *pen = (path_pen){pen->points + 1, to_x, to_y};
}

static void put_line(gchk_text *out, const gchk_step_curve *step_curve, const gchk_axis *x, const gchk_axis *y,
                     size_t offset, const char *attributes) {
  gchk_text_format(out, "<path %s fill=\"none\" d=\"", attributes);
  path_pen pen = {0};
  for (size_t i = 0; i < step_curve->point_count; i++) {
    double value = *(const double *)((const char *)&step_curve->points[i] + offset);
    if (isfinite(value))
      draw_to(out, &pen, gchk_axis_place(x, step_curve->points[i].step), gchk_axis_place(y, value));
    else
      pen.points = 0;
  }
  gchk_text_put(out, "\"/>");
}

static void put_band(gchk_text *out, const gchk_step_curve *step_curve, const gchk_axis *x, const gchk_axis *y) {
  path_pen pen = {0};
  gchk_text_put(out, "<path class=\"band\" fill=\"#0072B2\" fill-opacity=\"0.16\" d=\"");
  for (size_t i = 0; i < 2 * step_curve->point_count; i++) {
    bool is_upper = i < step_curve->point_count;
    const gchk_step_point *p = &step_curve->points[is_upper ? i : 2 * step_curve->point_count - 1 - i];
    if (isfinite(p->high) && isfinite(p->low))
      draw_to(out, &pen, gchk_axis_place(x, p->step), gchk_axis_place(y, is_upper ? p->high : p->low));
  }
  gchk_text_put(out, "z\"/>");
}

/* A straight line of `slope` decades a decade through (h, error), as far as the frame goes. */
static void put_guide(gchk_text *out, const gchk_axis *x, const gchk_axis *y, double h, double error, double slope,
                      const char *label) {
  if (!is_positive(error))
    return;
  double at_x = log10(h), at_y = log10(error);
  double x_low = log10(x->low), x_high = log10(x->high), y_low = log10(y->low), y_high = log10(y->high);
  double a = at_x + (y_low - at_y) / slope, b = at_x + (y_high - at_y) / slope; // where it meets bottom and top
  double start = fmax(x_low, fmin(a, b)), end = fmin(x_high, fmax(a, b));
  if (!(end > start))
    return;
  double middle = (start + end) / 2; // the label stands outside of the V that the two slopes make
  gchk_text_put(out, "<path class=\"s-guide\" fill=\"none\" stroke=\"#8a929c\" stroke-dasharray=\"2 2\" d=\"M");
  gchk_plot_number(out, gchk_axis_place(x, pow(10, start)));
  gchk_text_put(out, " ");
  gchk_plot_number(out, gchk_axis_place(y, pow(10, at_y + slope * (start - at_x))));
  gchk_text_put(out, "L");
  gchk_plot_number(out, gchk_axis_place(x, pow(10, end)));
  gchk_text_put(out, " ");
  gchk_plot_number(out, gchk_axis_place(y, pow(10, at_y + slope * (end - at_x))));
  gchk_text_format(out, "\"/><text class=\"tick\" fill=\"#4a535e\" text-anchor=\"%s\" x=\"",
                   slope > 0 ? "start" : "end");
  double pixel = gchk_axis_place(x, pow(10, middle)) + (slope > 0 ? 9 : -9);
  gchk_plot_number(out, fmin(fmax(pixel, x->from + 4), x->to - 4));
  gchk_text_put(out, "\" y=\"");
  gchk_plot_number(out, fmin(gchk_axis_place(y, pow(10, at_y + slope * (middle - at_x))) + 11, y->from - 4));
  gchk_text_format(out, "\">%s</text>", label);
}

static void put_chosen(gchk_text *out, double step, const gchk_axis *x, const gchk_axis *y) {
  if (!is_positive(step))
    return;
  double at = gchk_axis_place(x, step);
  gchk_text_put(out, "<path class=\"s-chosen\" fill=\"none\" stroke=\"#4a535e\" stroke-width=\"1.5\" d=\"M");
  gchk_plot_number(out, at);
  gchk_text_format(out, " %.0fV%.0f\"/><text class=\"tick\" fill=\"#4a535e\" text-anchor=\"middle\" x=\"", y->from,
                   y->to - 3);
  gchk_plot_number(out, fmin(fmax(at, TITLE_END), x->to - 30)); // above the frame, right of the axis title
  gchk_text_format(out, "\" y=\"%.0f\">h = ", y->to - 8);
  gchk_text_real(out, 'g', 2, step);
  gchk_text_put(out, "</text>");
}

/* Why there is nothing to draw; NULL: there is. */
static const char *why_empty(const gchk_step_curve *step_curve) {
  double low, high;
  bool has_zero;
  for (size_t i = 0; i < step_curve->point_count; i++)
    if (!is_positive(step_curve->points[i].step))
      return "the steps are not all positive.";
  if (find_range(step_curve, &low, &high, &has_zero))
    return NULL;
  return has_zero ? "all differences are exactly zero at every step." : "no difference was finite at any step.";
}

void gchk_figure_steps_plot(const gchk_row *row, gchk_text *out) {
  const gchk_step_curve *step_curve = &row->tensor->step_curve;
  double low, high;
  bool has_zero;
  if (!find_range(step_curve, &low, &high, &has_zero))
    return;
  double least_step = step_curve->points[0].step, most_step = least_step;
  for (size_t i = 0; i < step_curve->point_count; i++) {
    least_step = fmin(least_step, step_curve->points[i].step);
    most_step = fmax(most_step, step_curve->points[i].step);
  }
  low = fmin(fmax(low, least_relative), high); // what is smaller is as good as zero beside the gradient
  gchk_axis x = gchk_axis_log(least_step, most_step, LEFT, WIDTH - RIGHT);
  gchk_axis y = gchk_axis_log(low, high, HEIGHT - BOTTOM, TOP);
  if (has_zero) // room below the lowest decade, so that its label is not taken for zero
    y.low *= 0.2;
  char id[64];
  gchk_text title = {0}, desc = {0};
  gchk_figure_id(row, "steps", id, sizeof id);
  gchk_figure_title(row, "Step curve", &title);
  gchk_text_format(&desc, "Error of central differences at %zu steps", step_curve->point_count);
  if (!isnan(step_curve->order)) {
    gchk_text_put(&desc, "; observed order ");
    gchk_text_real(&desc, 'g', 3, step_curve->order);
    gchk_text_put(&desc, " over ");
    gchk_text_real(&desc, 'g', 2, step_curve->decades);
    gchk_text_put(&desc, " decades");
  }
  gchk_plot_begin(out, id, WIDTH, HEIGHT, title.failed ? "" : title.data, desc.failed ? "" : desc.data);
  gchk_text_deinit(&title);
  gchk_text_deinit(&desc);
  gchk_plot_axes(out, &x, &y, "step h", has_zero ? "relative error (bottom: 0)" : "relative error");
  const bool is_of_several = row->tensor->checked > 1; // or the median is the element
  if (is_of_several)
    put_band(out, step_curve, &x, &y);
  size_t first = 0, last = step_curve->point_count - 1; // from the largest step down
  if (!isnan(step_curve->order)) {                      // slopes to compare with say nothing where no truncation shows
    put_guide(out, &x, &y, step_curve->points[first].step, step_curve->points[first].median, 2, "h²");
    put_guide(out, &x, &y, step_curve->points[last].step, step_curve->points[last].median, -1, "1/h");
  }
  put_line(out, step_curve, &x, &y, offsetof(gchk_step_point, bound),
           "class=\"s-bound\" stroke=\"#009E73\" stroke-width=\"2\" stroke-dasharray=\"1.5 3\"");
  if (is_of_several)
    put_line(out, step_curve, &x, &y, offsetof(gchk_step_point, worst),
             "class=\"s-worst\" stroke=\"#D55E00\" stroke-width=\"1.5\" stroke-dasharray=\"5 3\"");
  put_line(out, step_curve, &x, &y, offsetof(gchk_step_point, median),
           "class=\"s-median\" stroke=\"#0072B2\" stroke-width=\"2\"");
  put_chosen(out, row->tensor->step, &x, &y);
  gchk_plot_end(out);
}

void gchk_figure_steps(const gchk_row *row, gchk_text *out) {
  static const char *const heads[] = {"step", "median", "worst", "bound"};
  const gchk_step_curve *step_curve = &row->tensor->step_curve;
  if (step_curve->point_count == 0)
    return;
  const char *why = why_empty(step_curve);
  if (why != NULL) {
    gchk_text_format(out, "<p class=\"none\">No step curve: %s</p>\n", why);
    return;
  }
  gchk_figure_begin("Step curve", out);
  gchk_figure_steps_plot(row, out);
  gchk_figure_table(out, heads, sizeof heads / sizeof heads[0]);
  const size_t stride = row->tensor->verdict == GCHK_PASS ? 4 : 1; // of what is well a quarter of the steps is enough
  for (size_t i = 0; i < step_curve->point_count; i += stride) {
    const gchk_step_point *p = &step_curve->points[i];
    const double cells[] = {p->step, p->median, p->worst, p->bound};
    gchk_text_put(out, "<tr>");
    for (size_t k = 0; k < sizeof cells / sizeof cells[0]; k++)
      gchk_figure_cell(out, 2, cells[k]);
    gchk_text_put(out, "</tr>\n");
  }
  gchk_figure_table_end(out);
  gchk_figure_end(out);
}

void gchk_key_steps(gchk_text *out) {
  gchk_text_put(out, "<ul class=\"key\">");
  gchk_figure_key(out, "<path class=\"s-median\" fill=\"none\" stroke=\"#0072B2\" stroke-width=\"2\" d=\"M1 6H25\"/>",
                  "median error");
  gchk_figure_key(out, "<path class=\"band\" fill=\"#0072B2\" fill-opacity=\"0.16\" d=\"M1 1H25V11H1z\"/>",
                  "10 to 90 % of the elements");
  gchk_figure_key(
      out,
      "<path class=\"s-worst\" fill=\"none\" stroke=\"#D55E00\" stroke-width=\"1.5\" stroke-dasharray=\"5 3\" "
      "d=\"M1 6H25\"/>",
      "worst element");
  gchk_figure_key(
      out,
      "<path class=\"s-bound\" fill=\"none\" stroke=\"#009E73\" stroke-width=\"2\" stroke-dasharray=\"1.5 3\" "
      "d=\"M1 6H25\"/>",
      "error bound");
  gchk_figure_key(out,
                  "<path class=\"s-chosen\" fill=\"none\" stroke=\"#4a535e\" stroke-width=\"1.5\" d=\"M13 0V12\"/>",
                  "chosen step");
  gchk_figure_key(
      out, "<path class=\"s-guide\" fill=\"none\" stroke=\"#8a929c\" stroke-dasharray=\"2 2\" d=\"M1 11L25 1\"/>",
      "slopes +2 (truncation) and −1 (rounding)");
  gchk_text_put(out, "</ul>\n");
}
