#include "check/heatmap.h"

#include <math.h>

#include "core/clones.h"
#include "core/memory.h"

enum { HEATMAP_CELLS = 4000 };

static void lay_out(gchk_heatmap *map, size_t rows, size_t columns) {
  map->row_pool = map->column_pool = 1;
  for (;;) {
    map->rows = (rows + map->row_pool - 1) / map->row_pool;
    map->columns = (columns + map->column_pool - 1) / map->column_pool;
    if (map->rows * map->columns <= HEATMAP_CELLS)
      return;
    if (map->rows >= map->columns)
      map->row_pool++;
    else
      map->column_pool++;
  }
}

/* A cell is NaN before there is something in it, and infinite where something is no number. */
GCHK_IN_CLONES double raised_to(double cell, double difference) {
  const double size = difference == difference ? difference : (double)INFINITY;
  return ((cell != cell) | (size > cell)) ? size : cell;
}

/* A row of elements, each in a cell of its own. */
GCHK_CLONES static void raise_cells(double *restrict cells, const double *restrict analytic,
                                    const double *restrict numeric, size_t count) {
  for (size_t i = 0; i < count; i++)
    cells[i] = raised_to(cells[i], fabs(analytic[i] - numeric[i]));
}

// Of all elements, row by row.
static void map_all(const gchk_heatmap *map, size_t rows, size_t columns, const double *analytic,
                    const double *numeric) {
  for (size_t row = 0; row < rows; row++) {
    double *cells = map->cells + row / map->row_pool * map->columns;
    const size_t start = row * columns;
    if (map->column_pool == 1)
      raise_cells(cells, analytic + start, numeric + start, columns);
    else
      for (size_t first = 0; first < columns; first += map->column_pool, cells++)
        for (size_t i = first; i < columns && i < first + map->column_pool; i++)
          *cells = raised_to(*cells, fabs(analytic[start + i] - numeric[start + i]));
  }
}

static void map_checked(const gchk_heatmap *map, const gchk_tensor_work *w, size_t columns, const double *analytic,
                        const double *numeric) {
  size_t start = 0, cells_before = 0; // of the element's row, in the tensor and in the map
  for (size_t k = 0; k < w->checked_count; k++) {
    const size_t e = w->checked[k];
    if (e - start >= columns) { // most follow one another
      start = e / columns * columns;
      cells_before = e / columns / map->row_pool * map->columns;
    }
    double *cell = &map->cells[cells_before + (e - start) / map->column_pool];
    *cell = raised_to(*cell, fabs(analytic[e] - numeric[e]));
  }
}

// A tensor as a matrix: the last dimension is its columns, all others its rows; a vector is one row.
bool gchk_describe_heatmap(gchk_case_work *work, const gchk_tensor_work *w, gchk_tensor_result *r) {
  const size_t columns = r->shape.rank == 0 ? 1 : r->shape.dim[r->shape.rank - 1], rows = w->total / columns;
  const double *analytic = w->analytic[r->draw], *numeric = w->numeric[r->draw];
  gchk_heatmap *map = &r->heatmap;
  if (r->shape.rank < 2 || w->checked_count == 0)
    return true;
  lay_out(map, rows, columns);
  map->cells = gchk_arena_alloc(work->arena, map->rows * map->columns, sizeof *map->cells);
  if (map->cells == NULL)
    return false;
  for (size_t c = 0; c < map->rows * map->columns; c++)
    map->cells[c] = (double)NAN;
  if (w->checked_count == w->total)
    map_all(map, rows, columns, analytic, numeric);
  else
    map_checked(map, w, columns, analytic, numeric);
  return true;
}
