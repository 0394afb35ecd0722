/* The ways to draw a computational graph: a row each, and one writer for all of them. */
#include "gradcheck/report.h"
#include "report/graph_dot.h"
#include "report/graph_mermaid.h"
#include "report/graph_svg.h"
#include "report/graph_text.h"
#include "report/save.h"

static void draw_text(const gchk_case_result *c, int digits, gchk_text *out) {
  gchk_graph_text(c, 0, digits, out);
}

static void draw_svg(const gchk_case_result *c, int digits, gchk_text *out) {
  gchk_graph_svg(c, "graph", digits, out);
}

typedef void (*draw_fn)(const gchk_case_result *c, int digits, gchk_text *out);

static const draw_fn drawings[GCHK_GRAPH_FORMAT_COUNT] = {
    [GCHK_GRAPH_TEXT] = draw_text,
    [GCHK_GRAPH_SVG] = draw_svg,
    [GCHK_GRAPH_DOT] = gchk_graph_dot,
    [GCHK_GRAPH_MERMAID] = gchk_graph_mermaid,
};

gchk_status gchk_graph_draw(const gchk_case_result *c, gchk_graph_format format, int digits, const char *path,
                            gchk_error *error) {
  if ((unsigned)format >= GCHK_GRAPH_FORMAT_COUNT)
    return gchk_fail(error, GCHK_INVALID, "there is no format %d of a graph", (int)format);
  if (digits < 0 || digits > 17)
    return gchk_fail(error, GCHK_INVALID, "%d digits: from 1 to 17 are wanted, or 0 for as many as are easy to read",
                     digits);
  gchk_text text = {0};
  drawings[format](c, digits, &text);
  return gchk_save_text(path, &text, error);
}

gchk_status gchk_graph_save(const gchk_case_result *c, gchk_graph_format format, const char *path, gchk_error *error) {
  return gchk_graph_draw(c, format, 0, path, error);
}
