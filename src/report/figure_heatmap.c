/*
 * The heat map of a matrix: |analytic - numeric| by decades, ten of them at the most, what is smaller with the lowest.
 * One path a decade, made of horizontal runs: 4,000 cells stay small.
 */
#include "report/figure_heatmap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/memory.h"
#include "report/figure_parts.h"
#include "report/plot.h"
#include "report/words.h"

enum { WIDTH = 380, LEFT = 40, TOP = 24, MAP_WIDTH = 328, MAP_HEIGHT = 240, LEGEND = 44, DECADES = 10 };
enum { PASSING_CELLS = 400 }; // of what is well fewer are enough
enum { UNCHECKED = -1, EXACT = -2 };

static const char *const paints[DECADES] = {"#eef3f8", "#d9e7f3", "#bfd7ea", "#9fc4df", "#7aaed2",
                                            "#5596c4", "#377db3", "#1f659f", "#0d4b82", "#06305c"};

typedef struct map_view {
  const gchk_heatmap *map;
  int low, high; // decades that have a paint of their own; what is below low has low's
  size_t worst;  // cell
  bool has_value, has_unchecked, has_exact;
  double cell_width, cell_height;
} map_view;

static int decade_of(double x) {
  return isinf(x) ? 308 : (int)floor(log10(x));
}

static int level_of(const map_view *v, double x) {
  if (isnan(x))
    return UNCHECKED;
  if (x <= 0)
    return EXACT;
  int decade = decade_of(x);
  return decade < v->low ? 0 : decade > v->high ? v->high - v->low : decade - v->low;
}

static map_view look_at(const gchk_heatmap *map) {
  map_view v = {.map = map, .low = 0, .high = 0};
  int lowest = 309, highest = -400;
  for (size_t i = 0; i < map->rows * map->columns; i++) {
    double x = map->cells[i];
    v.has_unchecked = v.has_unchecked || isnan(x);
    v.has_exact = v.has_exact || x <= 0;
    if (isnan(x) || x <= 0)
      continue;
    int decade = decade_of(x);
    lowest = decade < lowest ? decade : lowest;
    if (!isinf(x))
      highest = decade > highest ? decade : highest;
    if (!v.has_value || x > map->cells[v.worst])
      v.worst = i;
    v.has_value = true;
  }
  v.high = highest > -400 ? highest : 0;
  v.low = lowest > v.high ? v.high : lowest;
  if (v.high - v.low >= DECADES)
    v.low = v.high - DECADES + 1;
  double side = fmin((double)MAP_WIDTH / (double)map->columns, (double)MAP_HEIGHT / (double)map->rows);
  v.cell_width = v.cell_height = fmin(side, 26);
  if (v.cell_width * (double)map->columns < MAP_WIDTH / 4.0) // a slender map is stretched, so that it can be seen
    v.cell_width = fmin(MAP_WIDTH / 4.0 / (double)map->columns, 26);
  if (v.cell_height * (double)map->rows < 26)
    v.cell_height = fmin(26 / (double)map->rows, 26);
  return v;
}

/* The paint of a level when `count` decades are shown: the whole ramp for many, three shades apart in its middle for
 * few. */
static size_t paint_of(size_t level, size_t count) {
  double stride = count > 1 ? fmin(3, (DECADES - 1.0) / (double)(count - 1)) : 0;
  double first = (DECADES - 1 - stride * (double)(count - 1)) / 2;
  return (size_t)lround(first + stride * (double)level);
}

static void put_runs(const map_view *v, int level, gchk_text *out) {
  const gchk_heatmap *map = v->map;
  for (size_t r = 0; r < map->rows; r++)
    for (size_t c = 0; c < map->columns;) {
      size_t start = c;
      while (c < map->columns && level_of(v, map->cells[r * map->columns + c]) == level)
        c++;
      if (c > start)
        gchk_text_format(out, "M%zu %zuh%zu", start, r, c - start);
      else
        c++;
    }
}

static void put_level(const map_view *v, int level, const char *class_name, const char *paint, gchk_text *out) {
  gchk_text_format(out, "<path class=\"%s\" stroke=\"%s\" d=\"", class_name, paint);
  put_runs(v, level, out);
  gchk_text_put(out, "\"/>");
}

static void put_cells(const map_view *v, gchk_text *out) {
  // A run is a line of width 1 through the middles of its cells.
  gchk_text_put(out, "<g fill=\"none\" stroke-width=\"1\" shape-rendering=\"crispEdges\" transform=\"matrix(");
  gchk_text_real(out, 'f', 3, v->cell_width);
  gchk_text_put(out, " 0 0 ");
  gchk_text_real(out, 'f', 3, v->cell_height);
  gchk_text_format(out, " %d ", LEFT);
  gchk_text_real(out, 'f', 3, TOP + v->cell_height / 2);
  gchk_text_put(out, ")\">");
  if (v->has_unchecked)
    put_level(v, UNCHECKED, "unchecked", "#c4a3b8", out);
  if (v->has_exact)
    put_level(v, EXACT, "exact", "#f4f6f8", out);
  size_t count = (size_t)(v->high - v->low + 1);
  for (size_t level = 0; level < count; level++) {
    size_t paint = paint_of(level, count);
    char class_name[16];
    snprintf(class_name, sizeof class_name, "h%zu", paint);
    put_level(v, (int)level, class_name, paints[paint], out);
  }
  gchk_text_put(out, "</g>");
}

static void put_legend(const map_view *v, double top, bool is_cut, gchk_text *out) {
  size_t count = (size_t)(v->high - v->low + 1);
  double width = fmin(46, (double)(WIDTH - LEFT - 12) / (double)count);
  size_t stride = width < 34 ? 2 : 1;
  for (size_t level = 0; level < count; level++) {
    size_t paint = paint_of(level, count);
    gchk_text_format(out, "<path class=\"h%zu\" fill=\"none\" stroke=\"%s\" stroke-width=\"10\" d=\"M", paint,
                     paints[paint]);
    gchk_plot_number(out, LEFT + width * (double)level);
    gchk_text_format(out, " %.0fh", top + 8);
    gchk_plot_number(out, width - 1);
    gchk_text_put(out, "\"/>");
  }
  gchk_text_put(out, "<g class=\"tick\" fill=\"#4a535e\">");
  for (size_t level = 0; level < count; level += stride) {
    gchk_text_put(out, "<text x=\"");
    gchk_plot_number(out, LEFT + width * (double)level);
    gchk_text_format(out, "\" y=\"%.0f\">", top + 27);
    if (level == 0 && is_cut)
      gchk_text_format(out, "&lt;1e%d", v->low + 1);
    else
      gchk_text_format(out, "1e%d", v->low + (int)level);
    gchk_text_put(out, "</text>");
  }
  gchk_text_put(out, "</g>");
}

static void put_frame(const gchk_row *row, const map_view *v, double width, double height, gchk_text *out) {
  const gchk_tensor_result *t = row->tensor;
  size_t columns = t->shape.rank && t->shape.dim[t->shape.rank - 1] ? t->shape.dim[t->shape.rank - 1] : 1;
  size_t rows = t->total / columns;
  gchk_text_format(out, "<path class=\"frame\" fill=\"none\" stroke=\"#8a929c\" d=\"M%d %dh", LEFT, TOP);
  gchk_plot_number(out, width);
  gchk_text_put(out, "v");
  gchk_plot_number(out, height);
  gchk_text_put(out, "h");
  gchk_plot_number(out, -width);
  gchk_text_format(out, "z\"/><g class=\"tick\" fill=\"#4a535e\"><text x=\"%d\" y=\"%d\">%zu × %zu", LEFT, TOP - 8,
                   rows, columns);
  if (v->map->row_pool > 1 || v->map->column_pool > 1)
    gchk_text_format(out, ", each cell the largest of %zu × %zu", v->map->row_pool, v->map->column_pool);
  gchk_text_format(out,
                   "</text></g><g class=\"tick\" fill=\"#4a535e\" text-anchor=\"end\"><text x=\"%d\" y=\"%d\">0</text>",
                   LEFT - 6, TOP + 9);
  if (rows > 1 && height > 24)
    gchk_text_format(out, "<text x=\"%d\" y=\"%.0f\">%zu</text>", LEFT - 6, TOP + height, rows - 1);
  gchk_text_put(out, "</g>");
}

static void put_ring(const map_view *v, gchk_text *out) {
  double x = LEFT + ((double)(v->worst % v->map->columns) + 0.5) * v->cell_width;
  double y = TOP + ((double)(v->worst / v->map->columns) + 0.5) * v->cell_height;
  double radius = fmax(5, fmin(9, fmin(v->cell_width, v->cell_height) / 2));
  for (int pass = 0; pass < 2; pass++) { // a light ring around it, so that it shows on every paint
    gchk_text_put(out, pass == 0
                           ? "<circle class=\"halo\" fill=\"none\" stroke=\"#ffffff\" stroke-width=\"4\" cx=\""
                           : "<circle class=\"s-worst\" fill=\"none\" stroke=\"#D55E00\" stroke-width=\"2\" cx=\"");
    gchk_plot_number(out, x);
    gchk_text_put(out, "\" cy=\"");
    gchk_plot_number(out, y);
    gchk_text_put(out, "\" r=\"");
    gchk_plot_number(out, radius);
    gchk_text_put(out, "\"/>");
  }
}

static void put_plot(const gchk_row *row, const map_view *v, gchk_text *out) {
  double width = v->cell_width * (double)v->map->columns, height = v->cell_height * (double)v->map->rows;
  bool is_cut = false;
  for (size_t i = 0; i < v->map->rows * v->map->columns; i++)
    is_cut = is_cut || (v->map->cells[i] > 0 && decade_of(v->map->cells[i]) < v->low);
  char id[64];
  gchk_text title = {0}, desc = {0};
  gchk_figure_id(row, "map", id, sizeof id);
  gchk_figure_title(row, "Map of the differences", &title);
  gchk_text_format(&desc, "%zu by %zu cells; the largest difference, ", v->map->rows, v->map->columns);
  gchk_text_real(&desc, 'e', 2, v->map->cells[v->worst]);
  gchk_text_format(&desc, ", is in row %zu and column %zu of them", v->worst / v->map->columns,
                   v->worst % v->map->columns);
  gchk_plot_begin(out, id, WIDTH, ceil(TOP + height + LEGEND), title.failed ? "" : title.data,
                  desc.failed ? "" : desc.data);
  gchk_text_deinit(&title);
  gchk_text_deinit(&desc);
  put_cells(v, out);
  put_frame(row, v, width, height, out);
  put_ring(v, out);
  put_legend(v, TOP + height + 8, is_cut, out);
  gchk_plot_end(out);
}

/* Per decade, how many cells: the map as a table would be 4,000 numbers that nobody reads. */
static void put_table(const map_view *v, gchk_text *out) {
  static const char *const heads[] = {"|analytic − numeric|", "cells"};
  gchk_figure_table(out, heads, 2);
  size_t count = (size_t)(v->high - v->low + 1), levels[DECADES] = {0}, unchecked = 0, exact = 0;
  for (size_t i = 0; i < v->map->rows * v->map->columns; i++) {
    int level = level_of(v, v->map->cells[i]);
    if (level == UNCHECKED)
      unchecked++;
    else if (level == EXACT)
      exact++;
    else
      levels[level]++;
  }
  for (size_t level = count; level-- > 0;)
    gchk_text_format(out, "<tr><td>%s 1e%d</td><td>%zu</td></tr>\n", level == 0 ? "below" : "from",
                     v->low + (int)level + (level == 0), levels[level]);
  if (exact)
    gchk_text_format(out, "<tr><td>exactly 0</td><td>%zu</td></tr>\n", exact);
  if (unchecked)
    gchk_text_format(out, "<tr><td>not checked</td><td>%zu</td></tr>\n", unchecked);
  gchk_figure_table_end(out);
}

/* The map with each cell the largest of `pool` x `pool`; its cells are the caller's to free, and NULL when out of
 * memory. */
static gchk_heatmap pooled(const gchk_heatmap *map, size_t pool) {
  gchk_heatmap coarse = {.rows = (map->rows + pool - 1) / pool,
                         .columns = (map->columns + pool - 1) / pool,
                         .row_pool = map->row_pool * pool,
                         .column_pool = map->column_pool * pool};
  coarse.cells = gchk_calloc(coarse.rows * coarse.columns, sizeof *coarse.cells);
  for (size_t i = 0; coarse.cells != NULL && i < coarse.rows * coarse.columns; i++)
    coarse.cells[i] = (double)NAN;
  for (size_t i = 0; coarse.cells != NULL && i < map->rows * map->columns; i++) {
    double *cell = &coarse.cells[i / map->columns / pool * coarse.columns + i % map->columns / pool];
    *cell = fmax(*cell, map->cells[i]); // of a NaN and a number it is the number
  }
  return coarse;
}

void gchk_figure_heatmap(const gchk_row *row, gchk_text *out) {
  const gchk_heatmap *map = &row->tensor->heatmap;
  if (map->cells == NULL || map->rows == 0 || map->columns == 0)
    return;
  size_t pool = 1;
  while (row->tensor->verdict == GCHK_PASS && map->rows * map->columns / pool / pool > PASSING_CELLS)
    pool++;
  gchk_heatmap coarse = pooled(map, pool);
  if (coarse.cells == NULL) {
    out->failed = true;
    return;
  }
  map_view v = look_at(&coarse);
  if (v.has_value) { // or it is exactly equal wherever it was checked: a mean of 0 says that
    gchk_figure_begin("Map of the differences", out);
    put_plot(row, &v, out);
    put_table(&v, out);
    gchk_figure_end(out);
  }
  free(coarse.cells);
}

void gchk_key_heatmap(gchk_text *out) {
  gchk_text_put(out, "<ul class=\"key\">");
  gchk_figure_key(
      out,
      "<circle class=\"s-worst\" fill=\"none\" stroke=\"#D55E00\" stroke-width=\"2\" cx=\"13\" cy=\"6\" r=\"4.5\"/>",
      "largest difference");
  gchk_figure_key(out, "<path class=\"unchecked\" fill=\"#c4a3b8\" d=\"M7 0H19V12H7z\"/>", "not checked");
  gchk_figure_key(out, "<path class=\"exact\" fill=\"#f4f6f8\" stroke=\"#8a929c\" d=\"M7 0.5H19V11.5H7z\"/>",
                  "exactly equal");
  gchk_text_put(out, "</ul>\n");
}
