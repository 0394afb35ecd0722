/*
 * A computational graph as characters: the layout's columns with a channel between each two. In a channel an edge runs
 * right on its own line, with the value above and the gradient below, then up or down a track that belongs to its
 * reader.
 *
 *             100                     200
 *      apple ─────┐              ┌────────── ...
 *             2.2 ├─►[mul_apple]─┘    1.1
 */
#include "report/graph_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "report/graph_layout.h"
#include "report/graph_words.h"

enum { LEFT = 1, RIGHT = 2, UP = 4, DOWN = 8 };
enum { LINES_A_PLACE = 4, LABEL_MARGIN = 1, TRACK_PITCH = 2 };
static const size_t most_cells = 4000000;

typedef struct cell {
  char bytes[16]; // one visible character; "" with lines: a piece of an edge
  unsigned char lines;
  bool is_taken; // by a character of two columns on the left
} cell;

typedef struct drawing {
  const gchk_graph_result *graph;
  const gchk_graph_words *words;
  const gchk_layout *layout;
  size_t *left, *width; // of each column
  size_t *label_width;  // in the channel right of each column
  size_t *track_count;  // likewise
  size_t *track;        // of each element, within its channel
  bool *has_track, *has_label;
  size_t columns, rows;
  cell *cells;
} drawing;

static size_t line_of(double y) {
  return (size_t)lround(y * LINES_A_PLACE) + 1;
}

static size_t start_line(const drawing *d, const gchk_link *link) {
  return line_of(gchk_link_start(d->graph, d->layout, link));
}

static size_t end_line(const drawing *d, const gchk_link *link) {
  return line_of(d->layout->elements[link->to].y);
}

static void element_label(const drawing *d, const gchk_placed *element, gchk_text *out) {
  if (element->kind == GCHK_NODE) {
    const gchk_node_result *node = &d->graph->nodes[element->index];
    gchk_text_put(out, node->first_wrong ? "[! " : "[");
    gchk_node_label(node, out);
    gchk_text_put(out, node->first_wrong ? " !]" : "]");
  } else if (element->kind != GCHK_BEND)
    gchk_text_put(out, d->graph->edges[element->index].name);
}

static void edge_labels(const drawing *d, const gchk_link *link, gchk_text *value, gchk_text *gradient) {
  const gchk_layout *l = d->layout;
  bool with_name = l->elements[link->from].kind == GCHK_NODE && l->elements[link->to].kind != GCHK_SINK;
  gchk_edge_value(d->words, link->edge, with_name, value);
  gchk_edge_gradient(d->words, link->edge, gradient);
}

static size_t text_width(const gchk_text *text) {
  return text->length ? gchk_visible_width(text->data) : 0;
}

static bool allocate(drawing *d) {
  size_t columns = d->layout->column_count, elements = d->layout->element_count;
  d->left = gchk_calloc(columns + 1, sizeof *d->left);
  d->width = gchk_calloc(columns, sizeof *d->width);
  d->label_width = gchk_calloc(columns, sizeof *d->label_width);
  d->track_count = gchk_calloc(columns, sizeof *d->track_count);
  d->track = gchk_calloc(elements, sizeof *d->track);
  d->has_track = gchk_calloc(elements, sizeof *d->has_track);
  d->has_label = gchk_calloc(d->graph->edge_count, sizeof *d->has_label);
  return d->left && d->width && d->label_width && d->track_count && d->track && d->has_track && d->has_label;
}

static void release(drawing *d) {
  free(d->left);
  free(d->width);
  free(d->label_width);
  free(d->track_count);
  free(d->track);
  free(d->has_track);
  free(d->has_label);
  free(d->cells);
}

/* Must the track of `a` be left of that of `b`? An edge to a then leaves the line on which b is reached. */
static bool goes_before(const drawing *d, size_t a, size_t b) {
  for (size_t i = 0; i < d->layout->link_count; i++) {
    const gchk_link *link = &d->layout->links[i];
    if (link->to == a && start_line(d, link) == line_of(d->layout->elements[b].y))
      return true;
  }
  return false;
}

/* Gives each element that is not reached straight a track in the channel on its left. */
static void assign_tracks(drawing *d) {
  const gchk_layout *l = d->layout;
  for (size_t i = 0; i < l->link_count; i++)
    if (start_line(d, &l->links[i]) != end_line(d, &l->links[i]))
      d->has_track[l->links[i].to] = true;
  for (size_t column = 1; column < l->column_count; column++) {
    size_t *count = &d->track_count[column - 1];
    for (bool again = true; again;) {
      size_t chosen = SIZE_MAX;
      for (size_t e = 0; e < l->element_count; e++) {
        if (l->elements[e].column != column || !d->has_track[e] || d->track[e])
          continue;
        bool is_free = true;
        for (size_t o = 0; o < l->element_count && is_free; o++)
          is_free =
              o == e || l->elements[o].column != column || !d->has_track[o] || d->track[o] || !goes_before(d, o, e);
        if (is_free || chosen == SIZE_MAX)
          chosen = e;
        if (is_free)
          break;
      }
      again = chosen != SIZE_MAX;
      if (again)
        d->track[chosen] = ++*count; // 0 is: none yet
    }
  }
}

static bool measure(drawing *d) {
  const gchk_layout *l = d->layout;
  bool failed = false;
  for (size_t e = 0; e < l->element_count; e++) {
    gchk_text label = {0};
    element_label(d, &l->elements[e], &label);
    size_t width = text_width(&label), *widest = &d->width[l->elements[e].column];
    *widest = width > *widest ? width : *widest;
    failed = failed || label.failed;
    gchk_text_deinit(&label);
  }
  for (size_t i = 0; i < l->link_count; i++) {
    if (!l->links[i].is_first)
      continue;
    gchk_text value = {0}, gradient = {0};
    edge_labels(d, &l->links[i], &value, &gradient);
    size_t width = text_width(&value) > text_width(&gradient) ? text_width(&value) : text_width(&gradient);
    size_t *widest = &d->label_width[l->elements[l->links[i].from].column];
    *widest = width > *widest ? width : *widest;
    failed = failed || value.failed || gradient.failed;
    gchk_text_deinit(&value);
    gchk_text_deinit(&gradient);
  }
  for (size_t column = 0; column < l->column_count; column++)
    d->left[column + 1] = d->left[column] + d->width[column] + d->label_width[column] + 2 * LABEL_MARGIN +
                          d->track_count[column] * TRACK_PITCH + 2;
  d->columns = d->left[l->column_count];
  d->rows = line_of(l->height) + 2;
  return !failed;
}

static void put_characters(drawing *d, size_t row, size_t column, const char *raw) {
  gchk_text visible = {0};
  gchk_text_visible(&visible, raw, GCHK_MARKUP_PLAIN);
  for (const char *c = visible.data; c && *c;) {
    uint32_t code;
    size_t length = gchk_utf8_decode(c, &code);
    char one[8] = {0};
    memcpy(one, c, length);
    size_t width = gchk_visible_width(one);
    if (column >= d->columns || length == 0)
      break;
    cell *at = &d->cells[row * d->columns + column];
    if (width == 0 && column > 0) { // a mark on the character before
      cell *base = at - 1;
      if (strlen(base->bytes) + length < sizeof base->bytes)
        memcpy(base->bytes + strlen(base->bytes), one, length + 1);
    } else
      memcpy(at->bytes, one, length + 1);
    if (width == 2 && column + 1 < d->columns)
      at[1].is_taken = true;
    column += width;
    c += length;
  }
  gchk_text_deinit(&visible);
}

static void draw_across(drawing *d, size_t row, size_t from, size_t to) {
  for (size_t x = from; x < to; x++) {
    d->cells[row * d->columns + x].lines |= RIGHT;
    d->cells[row * d->columns + x + 1].lines |= LEFT;
  }
}

static void draw_down(drawing *d, size_t column, size_t from, size_t to) {
  for (size_t y = from < to ? from : to; y < (from < to ? to : from); y++) {
    d->cells[y * d->columns + column].lines |= DOWN;
    d->cells[(y + 1) * d->columns + column].lines |= UP;
  }
}

static void draw_element(drawing *d, const gchk_placed *element) {
  gchk_text label = {0};
  element_label(d, element, &label);
  size_t row = line_of(element->y), width = text_width(&label);
  size_t left = d->left[element->column], right = left + d->width[element->column];
  if (element->kind == GCHK_BEND)
    draw_across(d, row, left, right);
  else {
    size_t at = element->kind == GCHK_SOURCE ? right - width : left;
    put_characters(d, row, at, label.length ? label.data : "");
    if (element->kind == GCHK_NODE && at + width < right)
      draw_across(d, row, at + width, right);
  }
  gchk_text_deinit(&label);
}

static void draw_link(drawing *d, const gchk_link *link) {
  const gchk_layout *l = d->layout;
  size_t column = l->elements[link->from].column;
  size_t start = d->left[column] + d->width[column], end = d->left[column + 1] - 1;
  size_t from = start_line(d, link), to = end_line(d, link);
  if (line_of(l->elements[link->from].y) != from)
    draw_down(d, start, line_of(l->elements[link->from].y), from);
  if (from == to)
    draw_across(d, from, start, end);
  else {
    size_t track = start + d->label_width[column] + 2 * LABEL_MARGIN + (d->track[link->to] - 1) * TRACK_PITCH + 1;
    draw_across(d, from, start, track);
    draw_down(d, track, from, to);
    draw_across(d, to, track, end);
  }
  if (l->elements[link->to].kind != GCHK_BEND)
    memcpy(d->cells[to * d->columns + end].bytes, "►", sizeof "►");
  else
    draw_across(d, to, end, end + 1);
  if (link->is_first && !d->has_label[link->edge]) {
    gchk_text value = {0}, gradient = {0};
    edge_labels(d, link, &value, &gradient);
    put_characters(d, from - 1, start + LABEL_MARGIN, value.length ? value.data : "");
    put_characters(d, from + 1, start + LABEL_MARGIN, gradient.length ? gradient.data : "");
    gchk_text_deinit(&value);
    gchk_text_deinit(&gradient);
    d->has_label[link->edge] = true;
  }
}

static void write_rows(const drawing *d, gchk_text *out) {
  static const char *const piece[] = {" ", "─", "─", "─", "│", "┘", "└", "┴", "│", "┐", "┌", "┬", "│", "┤", "├", "┼"};
  for (size_t row = 0; row < d->rows; row++) {
    size_t used = 0;
    for (size_t x = 0; x < d->columns; x++)
      if (d->cells[row * d->columns + x].bytes[0] || d->cells[row * d->columns + x].lines)
        used = x + 1;
    for (size_t x = 0; x < used; x++) {
      const cell *c = &d->cells[row * d->columns + x];
      if (!c->is_taken)
        gchk_text_put(out, c->bytes[0] ? c->bytes : piece[c->lines]);
    }
    gchk_text_put(out, "\n");
  }
}

static void put_list_row(const gchk_graph_words *words, size_t edge, const char *word, gchk_text *out) {
  gchk_text value = {0}, gradient = {0};
  gchk_edge_value(words, edge, false, &value);
  gchk_edge_gradient(words, edge, &gradient);
  gchk_text_format(out, "  %-4s ", word);
  gchk_text_column(out, words->graph->edges[edge].name, 20);
  gchk_text_put(out, "  value ");
  gchk_text_column(out, value.length ? value.data : "", gradient.length ? 40 : 0);
  gchk_text_put(out, gradient.length ? "  gradient " : "");
  gchk_text_put(out, gradient.length ? gradient.data : "");
  gchk_text_put(out, "\n");
  out->failed = out->failed || value.failed || gradient.failed;
  gchk_text_deinit(&value);
  gchk_text_deinit(&gradient);
}

static void write_list(const gchk_graph_words *words, gchk_text *out) {
  const gchk_graph_result *graph = words->graph;
  for (size_t n = 0; n < graph->node_count; n++) {
    gchk_text label = {0};
    gchk_node_label(&graph->nodes[n], &label);
    gchk_text_visible(out, label.length ? label.data : "", GCHK_MARKUP_PLAIN);
    gchk_text_put(out, graph->nodes[n].first_wrong ? "   the first wrong node, going backward\n" : "\n");
    gchk_text_deinit(&label);
    for (size_t i = 0; i < graph->nodes[n].input_count; i++)
      put_list_row(words, graph->nodes[n].inputs[i], "in", out);
    for (size_t i = 0; i < graph->nodes[n].output_count; i++)
      put_list_row(words, graph->nodes[n].outputs[i], "out", out);
  }
}

static bool draw(drawing *d, size_t columns, gchk_text *out) {
  const gchk_layout *l = d->layout;
  if (!allocate(d))
    return false;
  assign_tracks(d);
  if (!measure(d))
    return false;
  size_t cells;
  if ((columns && d->columns > columns) || !gchk_multiply(d->columns, d->rows, &cells) || cells > most_cells) {
    write_list(d->words, out);
    return true;
  }
  d->cells = gchk_calloc(cells, sizeof *d->cells);
  if (d->cells == NULL)
    return false;
  for (size_t i = 0; i < l->link_count; i++)
    draw_link(d, &l->links[i]);
  for (size_t e = 0; e < l->element_count; e++)
    draw_element(d, &l->elements[e]);
  write_rows(d, out);
  for (size_t n = 0; n < d->graph->node_count; n++)
    if (d->graph->nodes[n].first_wrong) {
      gchk_text_put(out, "[! ");
      gchk_text_visible(out, d->graph->nodes[n].name, GCHK_MARKUP_PLAIN);
      gchk_text_put(out, " !] is the first wrong node, going backward from the loss.\n");
    }
  return true;
}

void gchk_graph_text(const gchk_case_result *c, size_t columns, int digits, gchk_text *out) {
  if (!gchk_has_graph(c)) {
    gchk_text_visible(out, c->name, GCHK_MARKUP_PLAIN);
    gchk_text_put(out, " is a single layer: it has no graph\n");
    return;
  }
  gchk_layout layout;
  if (!gchk_layout_graph(&c->graph, &layout)) {
    out->failed = true;
    return;
  }
  const gchk_graph_words words = {.graph = &c->graph, .digits = digits};
  drawing d = {.graph = &c->graph, .words = &words, .layout = &layout};
  if (!draw(&d, columns, out))
    out->failed = true;
  release(&d);
  gchk_layout_deinit(&layout);
}
