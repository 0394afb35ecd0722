/*
 * A computational graph as SVG. In the gap right of a column an edge first runs level, with its value above and its
 * gradient below, and then bends to its reader: labels and boxes have columns of their own and cannot overlap.
 */
#include "report/graph_svg.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "report/graph_layout.h"
#include "report/graph_words.h"
#include "report/plot.h"

enum { PLACE = 46, MARGIN = 20, BEND_WIDTH = 44, BOX_HEIGHT = 28, BOX_PADDING = 10, LABEL_PADDING = 8, ARROW = 7 };
static const double character = 6.3; // a little more than the mean advance at 11 px

typedef struct drawing {
  const gchk_graph_result *graph;
  const gchk_graph_words *words;
  const gchk_layout *layout;
  double *left, *width; // of each column
  double *label;        // width of the labels right of it
  bool *has_label;      // of each edge
  gchk_text *out;
} drawing;

static double width_of(const gchk_text *text) {
  return text->length ? character * (double)gchk_visible_width(text->data) : 0;
}

static void number(const drawing *d, double pixels) {
  gchk_plot_number(d->out, pixels);
}

static void element_label(const drawing *d, const gchk_placed *element, gchk_text *out) {
  if (element->kind == GCHK_NODE)
    gchk_node_label(&d->graph->nodes[element->index], out);
  else if (element->kind != GCHK_BEND)
    gchk_text_put(out, d->graph->edges[element->index].name);
}

static void edge_labels(const drawing *d, const gchk_link *link, gchk_text *value, gchk_text *gradient) {
  const gchk_layout *l = d->layout;
  bool with_name = l->elements[link->from].kind == GCHK_NODE && l->elements[link->to].kind != GCHK_SINK;
  gchk_edge_value(d->words, link->edge, with_name, value);
  gchk_edge_gradient(d->words, link->edge, gradient);
}

static void measure(drawing *d) {
  const gchk_layout *l = d->layout;
  for (size_t e = 0; e < l->element_count; e++) {
    gchk_text label = {0};
    element_label(d, &l->elements[e], &label);
    double width = width_of(&label) + (l->elements[e].kind == GCHK_NODE ? 2 * BOX_PADDING : 6);
    size_t column = l->elements[e].column;
    if (l->elements[e].kind != GCHK_BEND && width > d->width[column])
      d->width[column] = width;
    gchk_text_deinit(&label);
  }
  for (size_t i = 0; i < l->link_count; i++) {
    if (!l->links[i].is_first)
      continue;
    gchk_text value = {0}, gradient = {0};
    edge_labels(d, &l->links[i], &value, &gradient);
    double width = width_of(&value) > width_of(&gradient) ? width_of(&value) : width_of(&gradient);
    size_t column = l->elements[l->links[i].from].column;
    if (width + 2 * LABEL_PADDING > d->label[column])
      d->label[column] = width + 2 * LABEL_PADDING;
    gchk_text_deinit(&value);
    gchk_text_deinit(&gradient);
  }
  d->left[0] = MARGIN;
  for (size_t column = 0; column < l->column_count; column++)
    d->left[column + 1] = d->left[column] + d->width[column] + d->label[column] + BEND_WIDTH;
}

static double pixel_y(double y) {
  return MARGIN + BOX_HEIGHT / 2.0 + 8 + y * PLACE;
}

static double right_of(const drawing *d, const gchk_placed *element) {
  double right = d->left[element->column] + d->width[element->column];
  if (element->kind != GCHK_NODE)
    return right;
  gchk_text label = {0};
  element_label(d, element, &label);
  right = d->left[element->column] + width_of(&label) + 2 * BOX_PADDING;
  gchk_text_deinit(&label);
  return right;
}

static void put_text(const drawing *d, double x, double y, const char *class_name, const char *anchor,
                     const char *raw) {
  gchk_text_format(d->out, "<text class=\"%s\" fill=\"#1d242c\" text-anchor=\"%s\" x=\"", class_name, anchor);
  number(d, x);
  gchk_text_put(d->out, "\" y=\"");
  number(d, y);
  gchk_text_put(d->out, "\">");
  gchk_text_visible(d->out, raw, GCHK_MARKUP_XML);
  gchk_text_put(d->out, "</text>");
}

static void put_labels(const drawing *d, const gchk_link *link, double x, double y) {
  gchk_text value = {0}, gradient = {0};
  edge_labels(d, link, &value, &gradient);
  put_text(d, x, y - 5, "value", "start", value.length ? value.data : "");
  if (gradient.length > 0) {
    gchk_text_format(d->out, "<text class=\"gradient\" fill=\"#00598c\" text-anchor=\"start\" x=\"");
    number(d, x);
    gchk_text_put(d->out, "\" y=\"");
    number(d, y + 13);
    gchk_text_put(d->out, "\">");
    gchk_text_visible(d->out, gradient.data, GCHK_MARKUP_XML);
    gchk_text_put(d->out, "</text>");
  }
  gchk_text_deinit(&value);
  gchk_text_deinit(&gradient);
}

static void put_link(const drawing *d, const gchk_link *link) {
  const gchk_layout *l = d->layout;
  const gchk_placed *from = &l->elements[link->from], *to = &l->elements[link->to];
  double start = right_of(d, from), label = d->left[from->column] + d->width[from->column];
  double bend = label + d->label[from->column], end = d->left[to->column];
  double y0 = pixel_y(gchk_link_start(d->graph, l, link)), y1 = pixel_y(to->y);
  bool is_bend = to->kind == GCHK_BEND;
  gchk_text_put(d->out, "<path class=\"edge\" fill=\"none\" stroke=\"#6b7480\" stroke-width=\"1.3\" d=\"M");
  number(d, start);
  gchk_text_put(d->out, " ");
  number(d, y0);
  gchk_text_put(d->out, "H");
  number(d, bend);
  if (y0 != y1) {
    gchk_text_put(d->out, "C");
    const double points[] = {bend + BEND_WIDTH / 2.0,     y0, bend + BEND_WIDTH / 2.0 - ARROW, y1,
                             end - (is_bend ? 0 : ARROW), y1};
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
      gchk_text_put(d->out, i ? " " : "");
      number(d, points[i]);
    }
  } else {
    gchk_text_put(d->out, "H");
    number(d, end - (is_bend ? 0 : ARROW));
  }
  if (is_bend) {
    gchk_text_put(d->out, "H");
    number(d, end + d->width[to->column]);
  }
  gchk_text_put(d->out, "\"/>");
  if (!is_bend) {
    gchk_text_put(d->out, "<path class=\"arrow\" fill=\"#6b7480\" d=\"M");
    number(d, end);
    gchk_text_put(d->out, " ");
    number(d, y1);
    gchk_text_format(d->out, "l-%d-4v8z\"/>", ARROW + 1);
  }
  if (link->is_first && !d->has_label[link->edge]) {
    d->has_label[link->edge] = true;
    put_labels(d, link, label + LABEL_PADDING, y0);
  }
}

static void put_box(const drawing *d, const gchk_placed *element) {
  const gchk_node_result *node = &d->graph->nodes[element->index];
  gchk_text label = {0};
  element_label(d, element, &label);
  double left = d->left[element->column], width = width_of(&label) + 2 * BOX_PADDING, y = pixel_y(element->y);
  double height = BOX_HEIGHT + (element->span - 1) * PLACE;
  gchk_text_format(d->out, "<rect class=\"node%s\" fill=\"#eef3f8\" stroke=\"%s\" stroke-width=\"%s\" rx=\"6\" x=\"",
                   node->first_wrong ? " wrong" : "", node->first_wrong ? "#D55E00" : "#3d566e",
                   node->first_wrong ? "3" : "1.2");
  number(d, left);
  gchk_text_put(d->out, "\" y=\"");
  number(d, y - height / 2);
  gchk_text_put(d->out, "\" width=\"");
  number(d, width);
  gchk_text_format(d->out, "\" height=\"");
  number(d, height);
  gchk_text_put(d->out, "\"/>");
  put_text(d, left + width / 2, y + 4, "name", "middle", label.length ? label.data : "");
  if (node->first_wrong)
    put_text(d, left, y - height / 2 - 6, "warn", "start", "first wrong");
  gchk_text_deinit(&label);
}

static void put_element(const drawing *d, const gchk_placed *element) {
  if (element->kind == GCHK_NODE)
    put_box(d, element);
  else if (element->kind != GCHK_BEND) {
    const gchk_edge_result *edge = &d->graph->edges[element->index];
    double left = d->left[element->column], right = left + d->width[element->column];
    bool is_source = element->kind == GCHK_SOURCE;
    put_text(d, is_source ? right - 3 : left + 4, pixel_y(element->y) + 4, is_source ? "source" : "sink",
             is_source ? "end" : "start", edge->name);
  }
}

static void put_begin(const drawing *d, const gchk_case_result *c, const char *id) {
  gchk_text title = {0}, desc = {0};
  gchk_text_format(&title, "Computational graph of %s", c->name);
  gchk_text_format(&desc, "%zu node%s; on each edge the forward value stands above, and below the gradient",
                   d->graph->node_count, d->graph->node_count == 1 ? "" : "s");
  for (size_t n = 0; n < d->graph->node_count; n++)
    if (d->graph->nodes[n].first_wrong)
      gchk_text_format(&desc, "; the first wrong node, going backward, is %s", d->graph->nodes[n].name);
  size_t last = d->layout->column_count ? d->layout->column_count - 1 : 0;
  gchk_plot_begin(d->out, id, d->left[last] + d->width[last] + MARGIN,
                  pixel_y(d->layout->height) + BOX_HEIGHT / 2.0 + MARGIN, title.failed ? "" : title.data,
                  desc.failed ? "" : desc.data);
  gchk_text_deinit(&title);
  gchk_text_deinit(&desc);
}

void gchk_graph_svg(const gchk_case_result *c, const char *id, int digits, gchk_text *out) {
  gchk_layout layout;
  if (!gchk_layout_graph(&c->graph, &layout)) {
    out->failed = true;
    return;
  }
  const gchk_graph_words words = {.graph = &c->graph, .digits = digits};
  drawing d = {.graph = &c->graph, .words = &words, .layout = &layout, .out = out};
  d.left = gchk_calloc(layout.column_count + 1, sizeof *d.left);
  d.width = gchk_calloc(layout.column_count, sizeof *d.width);
  d.label = gchk_calloc(layout.column_count, sizeof *d.label);
  d.has_label = gchk_calloc(c->graph.edge_count, sizeof *d.has_label);
  if (d.left && d.width && d.label && d.has_label) {
    measure(&d);
    put_begin(&d, c, id);
    for (size_t i = 0; i < layout.link_count; i++)
      put_link(&d, &layout.links[i]);
    for (size_t e = 0; e < layout.element_count; e++)
      put_element(&d, &layout.elements[e]);
    gchk_plot_end(out);
  } else
    out->failed = true;
  free(d.left);
  free(d.width);
  free(d.label);
  free(d.has_label);
  gchk_layout_deinit(&layout);
}
