/*
 * Analytic against numeric gradients on symlog axes: a right gradient lies on the diagonal, a lost factor on a line
 * beside it, a wrong sign on the other diagonal, and a zero on the axis.
 */
#include "report/figure_scatter.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/memory.h"
#include "report/figure_parts.h"
#include "report/plot.h"
#include "report/words.h"

enum { WIDTH = 380, HEIGHT = 346, LEFT = 56, RIGHT = 14, TOP = 30, BOTTOM = 38 };
enum { LABELS = 12, FAIL_ROWS = 20, TABLE_ROWS = 4, DOT_GRID = 3 };
static const double mark = 3.5;  // half of a cross
static const double room = 1.12; // beside the largest, so that no cross is cut

static double finite_or(double x, double fallback) {
  return isfinite(x) ? x : fallback;
}

/*
 * The same for both axes, or the diagonal would be none. Logarithmic over no more than two decades: over more an error
 * of 30 % is not seen. Without negative values, or without positive ones, the other side is left out.
 */
static gchk_axis make_axis(const gchk_tensor_result *t, double from, double to) {
  double least = 0, most = 0;
  for (size_t i = 0; i < t->scatter_count; i++) {
    const double values[] = {t->scatter[i].analytic, t->scatter[i].numeric};
    for (size_t k = 0; k < 2; k++) {
      least = isfinite(values[k]) ? fmin(least, values[k]) : least;
      most = isfinite(values[k]) ? fmax(most, values[k]) : most;
    }
  }
  const double largest = fmax(-least, most);
  const double linear = largest > 0 ? pow(10, fmin(fmax(floor(log10(largest)) - 1, -300), 300)) : 1;
  const double end = fmax(fmin(largest, DBL_MAX / room) * room, linear), start = 0.1 * linear;
  return gchk_axis_symlog(least < 0 ? -end : -start, most > 0 || least >= 0 ? end : start, linear, from, to);
}

/* Dots that fall onto the same place are drawn once: 400 elements of a bias that are all alike need no 400 dots. */
static void put_dots(const gchk_tensor_result *t, const gchk_axis *x, const gchk_axis *y, gchk_text *out) {
  enum { COLUMNS = WIDTH / DOT_GRID + 1, ROWS = HEIGHT / DOT_GRID + 1 };
  bool *seen = gchk_calloc((size_t)COLUMNS * ROWS, sizeof *seen);
  if (!seen) {
    out->failed = true;
    return;
  }
  gchk_text_put(out,
                "<path class=\"s-median\" fill=\"none\" stroke=\"#0072B2\" stroke-opacity=\"0.65\" stroke-width=\"4\""
                " stroke-linecap=\"round\" d=\"");
  for (size_t i = 0; i < t->scatter_count; i++) {
    const gchk_element *e = &t->scatter[i];
    if (e->verdict >= GCHK_FAIL || !isfinite(e->numeric) || !isfinite(e->analytic))
      continue;
    const long at_x = lround(gchk_axis_place(x, e->numeric)), at_y = lround(gchk_axis_place(y, e->analytic));
    bool *here = &seen[at_y / DOT_GRID * COLUMNS + at_x / DOT_GRID];
    if (!*here)
      gchk_text_format(out, "M%ld %ldh0", at_x, at_y);
    *here = true;
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

/* A cross: the place of one failing element, or of several that would be drawn over one another. */
typedef struct cross {
  double x, y;
} cross;

static box around(const cross *at) {
  return (box){at->x - mark, at->y - mark, at->x + mark, at->y + mark};
}

/* The index beside its cross, on the first side on which it covers no other label and no cross: all of them are in the
 * titles of the crosses. */
static void put_label(gchk_text *out, const char *label, const cross *at, const box *crosses, size_t cross_count,
                      box *taken, size_t *count) {
  const double width = 6.4 * (double)gchk_visible_width(label), gap = 2 * mark;
  const double left[] = {at->x + gap, at->x - gap - width, at->x - width / 2, at->x - width / 2};
  const double top[] = {at->y - 6, at->y - 6, at->y - gap - 11, at->y + gap};
  for (size_t side = 0; side < 4 && *count < LABELS; side++) {
    const box one = {left[side], top[side], left[side] + width, top[side] + 11};
    const bool is_inside = one.left > LEFT && one.right < WIDTH && one.top > TOP - 10 && one.bottom < HEIGHT - BOTTOM;
    if (!is_inside || overlaps(taken, *count, &one) || overlaps(crosses, cross_count, &one))
      continue;
    taken[(*count)++] = one;
    gchk_text_put(out, "<text class=\"tick\" fill=\"#4a535e\" x=\"");
    gchk_plot_number(out, one.left);
    gchk_text_put(out, "\" y=\"");
    gchk_plot_number(out, one.top + 9);
    gchk_text_format(out, "\">%s</text>", label);
    return;
  }
}

/* The crosses of failing elements, and for each element which cross is its. */
static size_t place_fails(const gchk_tensor_result *t, const gchk_axis *x, const gchk_axis *y, cross *crosses,
                          size_t *cross_of) {
  size_t count = 0;
  for (size_t i = 0; i < t->scatter_count; i++) {
    const gchk_element *e = &t->scatter[i];
    if (e->verdict < GCHK_FAIL)
      continue;
    const cross at = {gchk_axis_place(x, finite_or(e->numeric, 0)), gchk_axis_place(y, finite_or(e->analytic, 0))};
    size_t c = 0;
    while (c < count && (fabs(crosses[c].x - at.x) >= mark || fabs(crosses[c].y - at.y) >= mark))
      c++;
    if (c == count)
      crosses[count++] = at;
    cross_of[i] = c;
  }
  return count;
}

static void put_cross(const gchk_tensor_result *t, const cross *at, size_t c, const size_t *cross_of, gchk_text *out) {
  const char *blank = "";
  gchk_text_put(out, "<path d=\"M");
  gchk_text_format(out, "%ld %ld", lround(at->x - mark), lround(at->y - mark));
  gchk_text_put(out, "l7 7m0-7l-7 7\"><title>");
  for (size_t i = 0; i < t->scatter_count; i++)
    if (t->scatter[i].verdict >= GCHK_FAIL && cross_of[i] == c) {
      gchk_text_put(out, blank);
      gchk_put_index(out, &t->shape, t->scatter[i].flat);
      gchk_text_put(out, t->shape.rank == 0 ? "the value" : "");
      blank = " ";
    }
  gchk_text_put(out, "</title></path>");
}

static void put_labels(const gchk_tensor_result *t, const cross *crosses, size_t count, const size_t *cross_of,
                       box *boxes, gchk_text *out) {
  box taken[LABELS];
  size_t labels = 0, next = 0; // the first element of each cross
  for (size_t c = 0; c < count; c++)
    boxes[c] = around(&crosses[c]);
  for (size_t i = 0; i < t->scatter_count && next < count; i++) {
    if (t->scatter[i].verdict < GCHK_FAIL || cross_of[i] != next)
      continue;
    gchk_text index = {0};
    gchk_put_index(&index, &t->shape, t->scatter[i].flat);
    put_label(out, index.length ? index.data : "", &crosses[next++], boxes, count, taken, &labels);
    out->failed = out->failed || index.failed;
    gchk_text_deinit(&index);
  }
}

static void put_fails(const gchk_tensor_result *t, const gchk_axis *x, const gchk_axis *y, gchk_text *out) {
  cross *crosses = gchk_calloc(t->scatter_count, sizeof *crosses);
  size_t *cross_of = gchk_calloc(t->scatter_count, sizeof *cross_of);
  box *boxes = gchk_calloc(t->scatter_count, sizeof *boxes);
  if (crosses != NULL && cross_of != NULL && boxes != NULL) {
    const size_t count = place_fails(t, x, y, crosses, cross_of);
    gchk_text_put(out, "<g class=\"s-worst\" fill=\"none\" stroke=\"#D55E00\" stroke-width=\"1.8\">");
    for (size_t c = 0; c < count; c++)
      put_cross(t, &crosses[c], c, cross_of, out);
    gchk_text_put(out, "</g>");
    put_labels(t, crosses, count, cross_of, boxes, out);
  } else
    out->failed = true;
  free(crosses);
  free(cross_of);
  free(boxes);
}

static void put_plot(const gchk_row *row, gchk_text *out) {
  const gchk_tensor_result *t = row->tensor;
  gchk_axis x = make_axis(t, LEFT, WIDTH - RIGHT), y = make_axis(t, HEIGHT - BOTTOM, TOP);
  char id[64];
  gchk_text title = {0}, desc = {0};
  gchk_figure_id(row, "scatter", id, sizeof id);
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
  if (t->elements.fail > 0)
    put_fails(t, &x, &y, out);
  gchk_plot_end(out);
}

void gchk_figure_scatter(const gchk_row *row, gchk_text *out) {
  static const char *const heads[] = {"index", "analytic", "numeric", "bound", "verdict"};
  const gchk_tensor_result *t = row->tensor;
  if (t->total < 2 || t->scatter_count == 0)
    return;
  gchk_figure_begin("Analytic against numeric", out);
  put_plot(row, out);
  gchk_figure_table(out, heads, sizeof heads / sizeof heads[0]);
  size_t rows = 0;
  for (int pass = 0; pass < 2; pass++) // what fails first
    for (size_t i = 0; i < t->scatter_count && rows < (pass == 0 ? FAIL_ROWS : TABLE_ROWS); i++) {
      const gchk_element *e = &t->scatter[i];
      if ((e->verdict >= GCHK_FAIL) != (pass == 0))
        continue;
      gchk_text_put(out, "<tr><td>");
      gchk_put_index(out, &t->shape, e->flat);
      gchk_text_put(out, "</td>");
      gchk_figure_cell(out, 3, e->analytic);
      gchk_figure_cell(out, 3, e->numeric);
      gchk_figure_cell(out, 3, e->bound);
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
