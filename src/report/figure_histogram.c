/* The histogram of |analytic - numeric|: a bar a half decade, with places of their own for exactly zero and for not
 * finite. */
#include "report/figure_histogram.h"

#include <math.h>
#include <stdio.h>

#include "report/figure_parts.h"
#include "report/plot.h"
#include "report/words.h"

enum {
  WIDTH = 380,
  HEIGHT = 228,
  LEFT = 52,
  RIGHT = 22,
  TOP = 38,
  TITLE_END = 104,
  BOTTOM = 38,
  SIDE_BAR = 22,
  SIDE_GAP = 20
};
static const double many = 50; // from this count on the bars are logarithmic, or single elements would not show
static const double most_decades = 330; // doubles have no more on either side

typedef struct extent {
  size_t first, last; // bins that hold something; first > last: none
  size_t highest;
} extent;

static extent find_extent(const gchk_histogram *h) {
  extent e = {.first = 1, .last = 0, .highest = h->zero > h->non_finite ? h->zero : h->non_finite};
  for (size_t i = 0; i < h->bin_count; i++) {
    if (h->bins[i] == 0)
      continue;
    if (e.first > e.last)
      e.first = i;
    e.last = i;
    e.highest = h->bins[i] > e.highest ? h->bins[i] : e.highest;
  }
  return e;
}

static void put_bar(gchk_text *out, double left, double right, double top, double bottom) {
  gchk_text_put(out, "M");
  gchk_plot_number(out, left);
  gchk_text_put(out, " ");
  gchk_plot_number(out, bottom);
  gchk_text_put(out, "V");
  gchk_plot_number(out, top);
  gchk_text_put(out, "H");
  gchk_plot_number(out, right);
  gchk_text_put(out, "V");
  gchk_plot_number(out, bottom);
  gchk_text_put(out, "z");
}

static void put_side_bar(gchk_text *out, size_t count, double left, const gchk_axis *y, const char *label,
                         const char *paint) {
  if (count == 0)
    return;
  gchk_text_format(out, "<path %s d=\"", paint);
  put_bar(out, left, left + SIDE_BAR, gchk_axis_place(y, (double)count), y->from);
  gchk_text_put(out, "\"/><text class=\"tick\" fill=\"#4a535e\" text-anchor=\"middle\" x=\"");
  gchk_plot_number(out, left + SIDE_BAR / 2.0);
  gchk_text_format(out, "\" y=\"%.0f\">%s</text>", y->from + 15, label);
}

/* A line up from the axis to its label above the frame, on the first or second row there. */
static void put_mark(gchk_text *out, double value, const char *label, const gchk_axis *x, const gchk_axis *y,
                     double row, const char *paint) {
  if (!(value > x->low && value < x->high))
    return;
  double at = gchk_axis_place(x, value), top = y->to - 6 - 12 * row;
  gchk_text_format(out, "<path %s d=\"M", paint);
  gchk_plot_number(out, at);
  bool is_far_right = at > WIDTH - 70;
  gchk_text_format(out, " %.0fV%.0f\"/><text class=\"tick\" fill=\"#4a535e\" text-anchor=\"%s\" x=\"", y->from, top,
                   is_far_right ? "end" : "start");
  gchk_plot_number(out, is_far_right ? at - 4 : fmax(at + 4, row > 0 ? 0 : TITLE_END));
  gchk_text_format(out, "\" y=\"%.0f\">%s</text>", top + 2, label);
}

static void put_plot(const gchk_row *row, gchk_text *out) {
  const gchk_tensor_result *t = row->tensor;
  const gchk_histogram *h = &t->histogram;
  extent e = find_extent(h);
  bool is_log = (double)e.highest > many, has_bins = e.first <= e.last;
  gchk_axis y = is_log ? gchk_axis_log(1, (double)e.highest, HEIGHT - BOTTOM, TOP)
                       : gchk_axis_linear(0, fmax((double)e.highest, 5), HEIGHT - BOTTOM, TOP);
  if (is_log)
    y.low = 0.5; // so that one element is seen
  double left = LEFT + (h->zero ? SIDE_BAR + SIDE_GAP : 0),
         right = WIDTH - RIGHT - (h->non_finite ? SIDE_BAR + SIDE_GAP : 0);
  double low = has_bins ? pow(10, h->low + (double)e.first / 2) : 1e-16;
  double high = has_bins ? pow(10, h->low + (double)(e.last + 1) / 2) : 1e-15;
  if (t->threshold > high && t->threshold < high * 1e6)
    high = t->threshold * 1.01;
  gchk_axis x = gchk_axis_log(low * 1.001, high * 0.999, left, right);
  char id[64];
  gchk_text title = {0}, desc = {0};
  gchk_figure_id(row, "histogram", id, sizeof id);
  gchk_figure_title(row, "Histogram of the differences", &title);
  gchk_text_format(&desc, "%zu elements; %zu exactly zero, %zu not finite", t->checked, h->zero, h->non_finite);
  gchk_plot_begin(out, id, WIDTH, HEIGHT, title.failed ? "" : title.data, desc.failed ? "" : desc.data);
  gchk_text_deinit(&title);
  gchk_text_deinit(&desc);
  gchk_plot_axes_from(out, &x, &y, LEFT, "|analytic − numeric|", is_log ? "elements (log)" : "elements");
  if (has_bins) {
    gchk_text_put(out, "<path class=\"bar\" fill=\"#0072B2\" d=\"");
    for (size_t i = e.first; i <= e.last; i++)
      if (h->bins[i] > 0)
        put_bar(out, gchk_axis_place(&x, pow(10, h->low + (double)i / 2)) + 0.5,
                gchk_axis_place(&x, pow(10, h->low + (double)(i + 1) / 2)) - 0.5,
                gchk_axis_place(&y, (double)h->bins[i]), y.from);
    gchk_text_put(out, "\"/>");
  }
  put_side_bar(out, h->zero, LEFT + 4, &y, "0", "class=\"bar zero\" fill=\"#56B4E9\"");
  put_side_bar(out, h->non_finite, WIDTH - RIGHT - SIDE_BAR, &y, "NaN", "class=\"bar bad\" fill=\"#D55E00\"");
  put_mark(out, t->mean_abs_diff, "mean", &x, &y, 0,
           "class=\"s-chosen\" fill=\"none\" stroke=\"#4a535e\" stroke-width=\"1.5\"");
  put_mark(out, t->threshold, "threshold", &x, &y, 1,
           "class=\"s-worst\" fill=\"none\" stroke=\"#D55E00\" stroke-width=\"1.5\" stroke-dasharray=\"5 3\"");
  gchk_plot_end(out);
}

void gchk_figure_histogram(const gchk_row *row, gchk_text *out) {
  static const char *const heads[] = {"from", "below", "elements"};
  const gchk_histogram *h = &row->tensor->histogram;
  extent e = find_extent(h);
  const bool differs = e.first <= e.last || h->non_finite > 0; // or a mean of 0 says it all
  if (row->tensor->total < 2 || !differs || !(fabs(h->low) <= most_decades) || (double)h->bin_count > 4 * most_decades)
    return;
  gchk_figure_begin("Histogram of the differences", out);
  put_plot(row, out);
  gchk_figure_table(out, heads, sizeof heads / sizeof heads[0]);
  if (h->zero)
    gchk_text_format(out, "<tr><td>0</td><td>exactly</td><td>%zu</td></tr>\n", h->zero);
  for (size_t i = e.first; i <= e.last; i++) {
    gchk_text_put(out, "<tr>");
    gchk_figure_cell(out, 2, pow(10, h->low + (double)i / 2));
    gchk_figure_cell(out, 2, pow(10, h->low + (double)(i + 1) / 2));
    gchk_text_format(out, "<td>%zu</td></tr>\n", h->bins[i]);
  }
  if (h->non_finite)
    gchk_text_format(out, "<tr><td>not finite</td><td></td><td>%zu</td></tr>\n", h->non_finite);
  gchk_figure_table_end(out);
  gchk_figure_end(out);
}
