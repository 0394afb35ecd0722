/*
 * Analytic against numeric gradients on symlog axes: a right gradient lies on the diagonal, a lost factor on a line
 * beside it, a wrong sign on the other diagonal, and a zero on the axis.
 */
#include "report/figure_scatter.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/memory.h"
#include "report/figure_parts.h"
#include "report/plot.h"
#include "report/words.h"

enum { WIDTH = 380, HEIGHT = 346, LEFT = 56, RIGHT = 14, TOP = 30, BOTTOM = 38 };
enum { TITLED_FAILS = 200, LABELS = 8, TABLE_ROWS = 12, GRID = 2 };

static double finite_or(double x, double fallback) {
  return isfinite(x) ? x : fallback;
}

static gchk_axis make_axis(const gchk_tensor_result *t, double from, double to) {
  double least = (double)INFINITY, largest = 0;
  for (size_t i = 0; i < t->scatter_count; i++) {
    const double values[] = {fabs(t->scatter[i].analytic), fabs(t->scatter[i].numeric)};
    for (size_t k = 0; k < 2; k++)
      if (values[k] > 0 && isfinite(values[k])) {
        least = fmin(least, values[k]);
        largest = fmax(largest, values[k]);
      }
  }
  return gchk_axis_symlog(isfinite(least) ? least : 0, largest, from, to);
}

/* Dots that fall onto the same place are drawn once: 400 elements of a bias that are all alike need no 400 dots. */
static void put_dots(const gchk_tensor_result *t, const gchk_axis *x, const gchk_axis *y, gchk_text *out) {
  size_t columns = WIDTH * GRID, rows = HEIGHT * GRID;
  unsigned char *seen = gchk_calloc(columns * rows, 1);
  if (!seen) {
    out->failed = true;
    return;
  }
  gchk_text_put(
      out, "<path class=\"s-median dots\" fill=\"none\" stroke=\"#0072B2\" stroke-opacity=\"0.65\" stroke-width=\"4\""
           " stroke-linecap=\"round\" d=\"");
  for (size_t i = 0; i < t->scatter_count; i++) {
    const gchk_element *e = &t->scatter[i];
    if (e->verdict >= GCHK_FAIL || !isfinite(e->numeric) || !isfinite(e->analytic))
      continue;
    double at_x = gchk_axis_place(x, e->numeric), at_y = gchk_axis_place(y, e->analytic);
    size_t cell = (size_t)(at_y * GRID) * columns + (size_t)(at_x * GRID);
    if (seen[cell])
      continue;
    seen[cell] = 1;
    gchk_text_put(out, "M");
    gchk_plot_number(out, at_x);
    gchk_text_put(out, " ");
    gchk_plot_number(out, at_y);
    gchk_text_put(out, "h0");
  }
  gchk_text_put(out, "\"/>");
  free(seen);
}

typedef struct box {
  double left, top, right, bottom;
} box;

static bool overlaps(const box *boxes, size_t count, const box *one) {
  for (size_t i = 0; i < count; i++)
    if (one->left < boxes[i].right && boxes[i].left < one->right && one->top < boxes[i].bottom &&
        boxes[i].top < one->bottom)
      return true;
  return false;
}

/* The index beside the mark, unless it would cover another one: all of them are in the marks' titles and in the table.
 */
static void put_label(gchk_text *out, const char *label, double x, double y, box *taken, size_t *count) {
  double width = 6.4 * (double)gchk_visible_width(label);
  bool to_left = x + 8 + width > WIDTH - 2;
  box one = {to_left ? x - 8 - width : x + 8, y - 6, to_left ? x - 8 : x + 8 + width, y + 6};
  if (*count == LABELS || overlaps(taken, *count, &one))
    return;
  taken[(*count)++] = one;
  gchk_text_format(out, "<text class=\"tick\" fill=\"#4a535e\" text-anchor=\"%s\" x=\"", to_left ? "end" : "start");
  gchk_plot_number(out, to_left ? x - 8 : x + 8);
  gchk_text_put(out, "\" y=\"");
  gchk_plot_number(out, y + 4);
  gchk_text_format(out, "\">%s</text>", label);
}

static void put_fails(const gchk_tensor_result *t, const gchk_axis *x, const gchk_axis *y, gchk_text *out) {
  box taken[LABELS];
  size_t labels = 0, titled = 0;
  gchk_text texts = {0};
  gchk_text_put(out, "<g class=\"s-worst\" fill=\"none\" stroke=\"#D55E00\" stroke-width=\"1.8\">");
  for (size_t i = 0; i < t->scatter_count; i++) {
    const gchk_element *e = &t->scatter[i];
    if (e->verdict < GCHK_FAIL)
      continue;
    double at_x = gchk_axis_place(x, finite_or(e->numeric, 0)), at_y = gchk_axis_place(y, finite_or(e->analytic, 0));
    gchk_text_put(out, "<path d=\"M");
    gchk_plot_number(out, at_x - 3.5);
    gchk_text_put(out, " ");
    gchk_plot_number(out, at_y - 3.5);
    gchk_text_put(out, "l7 7m0-7l-7 7\"");
    if (titled++ >= TITLED_FAILS) {
      gchk_text_put(out, "/>");
      continue;
    }
    gchk_text index = {0};
    gchk_put_index(&index, &t->shape, e->flat);
    gchk_text_format(out, "><title>%s</title></path>", index.length ? index.data : "the value");
    put_label(&texts, index.length ? index.data : "", at_x, at_y, taken, &labels);
    gchk_text_deinit(&index);
  }
  gchk_text_put(out, "</g>");
  gchk_text_write(out, texts.data, texts.length);
  gchk_text_deinit(&texts);
}

static void put_plot(const gchk_row *row, const char *prefix, gchk_text *out) {
  const gchk_tensor_result *t = row->tensor;
  gchk_axis x = make_axis(t, LEFT, WIDTH - RIGHT), y = make_axis(t, HEIGHT - BOTTOM, TOP);
  char id[64];
  gchk_text title = {0}, desc = {0};
  gchk_figure_id(row, prefix, "scatter", id, sizeof id);
  gchk_figure_title(row, "Analytic against numeric gradient", &title);
  gchk_text_format(&desc, "%zu of %zu checked elements, %zu failing in all; a right gradient lies on the diagonal",
                   t->scatter_count, t->checked, t->elements.fail);
  gchk_plot_begin(out, id, WIDTH, HEIGHT, title.failed ? "" : title.data, desc.failed ? "" : desc.data);
  gchk_text_deinit(&title);
  gchk_text_deinit(&desc);
  gchk_plot_axes(out, &x, &y, "numeric", "analytic");
  gchk_text_format(out, "<path class=\"s-guide\" fill=\"none\" stroke=\"#8a929c\" d=\"M%.0f %.0fL%.0f %.0f\"/>", x.from,
                   y.from, x.to, y.to);
  put_dots(t, &x, &y, out);
  put_fails(t, &x, &y, out);
  gchk_plot_end(out);
}

void gchk_figure_scatter(const gchk_row *row, const char *prefix, gchk_text *out) {
  static const char *const heads[] = {"index", "analytic", "numeric", "bound", "verdict"};
  const gchk_tensor_result *t = row->tensor;
  if (t->total < 2 || t->scatter_count == 0)
    return;
  gchk_figure_begin(row, prefix, "Analytic against numeric", out);
  put_plot(row, prefix, out);
  gchk_figure_table(out, heads, sizeof heads / sizeof heads[0]);
  size_t rows = 0;
  for (int pass = 0; pass < 2; pass++) // what fails first
    for (size_t i = 0; i < t->scatter_count && rows < (pass == 0 ? TITLED_FAILS : TABLE_ROWS); i++) {
      const gchk_element *e = &t->scatter[i];
      if ((e->verdict >= GCHK_FAIL) != (pass == 0))
        continue;
      gchk_text_put(out, "<tr><td>");
      gchk_put_index(out, &t->shape, e->flat);
      gchk_text_put(out, "</td>");
      gchk_figure_cell(out, e->analytic);
      gchk_figure_cell(out, e->numeric);
      gchk_figure_cell(out, e->bound);
      gchk_text_format(out, "<td>%s</td></tr>\n", gchk_verdict_name(e->verdict));
      rows++;
    }
  if (t->scatter_count > rows)
    gchk_text_format(out, "<tr><td colspan=\"5\">and %zu more in the JSON result</td></tr>\n", t->scatter_count - rows);
  gchk_figure_table_end(out);
  gchk_figure_end(out);
}

void gchk_key_scatter(gchk_text *out) {
  gchk_text_put(out, "<ul class=\"key\">");
  gchk_figure_key(out, "<circle class=\"f-median\" fill=\"#0072B2\" cx=\"13\" cy=\"6\" r=\"2.5\"/>",
                  "consistent element");
  gchk_figure_key(
      out, "<path class=\"s-worst\" fill=\"none\" stroke=\"#D55E00\" stroke-width=\"2\" d=\"M9 2L17 10M17 2L9 10\"/>",
      "failing element, with its index");
  gchk_figure_key(out, "<path class=\"s-guide\" fill=\"none\" stroke=\"#8a929c\" d=\"M1 11L25 1\"/>",
                  "analytic = numeric");
  gchk_text_put(out, "</ul>\n");
}
