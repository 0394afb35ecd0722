/* The ways to draw a computational graph: a row each, and one writer for all of them. */
#include "gradcheck/report.h"
#include "report/graph_dot.h"
#include "report/graph_svg.h"
#include "report/graph_text.h"
#include "report/save.h"

static void draw_text(const gchk_case_result *c, gchk_text *out) {
  gchk_graph_text(c, 0, out);
}

static void draw_svg(const gchk_case_result *c, gchk_text *out) {
  gchk_graph_svg(c, "graph", out);
}

typedef void (*draw_fn)(const gchk_case_result *c, gchk_text *out);

static const draw_fn drawings[GCHK_GRAPH_FORMAT_COUNT] = {
    [GCHK_GRAPH_TEXT] = draw_text,
    [GCHK_GRAPH_SVG] = draw_svg,
    [GCHK_GRAPH_DOT] = gchk_graph_dot,
};

gchk_status gchk_graph_save(const gchk_case_result *c, gchk_graph_format format, const char *path, gchk_error *error) {
  if ((unsigned)format >= GCHK_GRAPH_FORMAT_COUNT)
    return gchk_fail(error, GCHK_INVALID, "there is no format %d of a graph", (int)format);
  gchk_text text = {0};
  drawings[format](c, &text);
  return gchk_save_text(path, &text, error);
}
