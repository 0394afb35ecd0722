/* A layered layout of a computational graph. */
#include "report/graph_layout.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

enum { ORDER_SWEEPS = 12, POSITION_SWEEPS = 12, MANY_LINKS = 3000 };
static const size_t none = SIZE_MAX;
static const double bend_weight = 4; // a straight long edge is worth more than a node in the middle of its inputs

typedef struct builder {
  const gchk_graph_result *graph;
  gchk_layout *layout;
  size_t *rank;        // column of each node
  size_t *node_at;     // element of each node
  size_t *producer;    // node that makes each edge, or none
  size_t *last_column; // the furthest column of a reader of each edge, 0 when nobody reads it
  size_t *order;       // elements, sorted by column and place in it
  size_t *start;       // where each column begins in `order`
  double *key;         // scratch, one an element
  size_t element_capacity, link_capacity;
  bool failed;
} builder;

static size_t add_element(builder *b, gchk_element_kind kind, size_t index, size_t column) {
  gchk_layout *l = b->layout;
  if (l->element_count == b->element_capacity) {
    size_t capacity = b->element_capacity ? 2 * b->element_capacity : 64;
    gchk_placed *grown = gchk_grow(l->elements, capacity, sizeof *grown);
    if (grown == NULL) {
      b->failed = true;
      return none;
    }
    l->elements = grown;
    b->element_capacity = capacity;
  }
  l->elements[l->element_count] = (gchk_placed){.kind = kind, .index = index, .column = column, .span = 1};
  if (kind == GCHK_NODE && b->graph->nodes[index].output_count > 1)
    l->elements[l->element_count].span = (double)b->graph->nodes[index].output_count;
  l->column_count = column + 1 > l->column_count ? column + 1 : l->column_count;
  return l->element_count++;
}

static void add_link(builder *b, size_t from, size_t to, size_t edge, bool is_first) {
  gchk_layout *l = b->layout;
  if (b->failed)
    return;
  if (l->link_count == b->link_capacity) {
    size_t capacity = b->link_capacity ? 2 * b->link_capacity : 64;
    gchk_link *grown = gchk_grow(l->links, capacity, sizeof *grown);
    if (grown == NULL) {
      b->failed = true;
      return;
    }
    l->links = grown;
    b->link_capacity = capacity;
  }
  l->links[l->link_count++] = (gchk_link){.from = from, .to = to, .edge = edge, .is_first = is_first};
}

static bool reads(const gchk_node_result *node, size_t edge) {
  for (size_t i = 0; i < node->input_count; i++)
    if (node->inputs[i] == edge)
      return true;
  return false;
}

/* Longest path: a node is one column right of the last of its inputs; column 0 is for values from outside. */
static void assign_columns(builder *b) {
  const gchk_graph_result *g = b->graph;
  for (size_t e = 0; e < g->edge_count; e++)
    b->producer[e] = none;
  for (size_t n = 0; n < g->node_count; n++) {
    b->rank[n] = 1;
    for (size_t i = 0; i < g->nodes[n].input_count; i++) {
      size_t from = b->producer[g->nodes[n].inputs[i]];
      if (from != none && b->rank[from] + 1 > b->rank[n])
        b->rank[n] = b->rank[from] + 1;
    }
    for (size_t i = 0; i < g->nodes[n].output_count; i++)
      if (b->producer[g->nodes[n].outputs[i]] == none)
        b->producer[g->nodes[n].outputs[i]] = n;
    for (size_t i = 0; i < g->nodes[n].input_count; i++) {
      size_t *last = &b->last_column[g->nodes[n].inputs[i]];
      *last = b->rank[n] > *last ? b->rank[n] : *last;
    }
  }
}

/* The elements and links of one edge: from where it starts, over bends, to all who read it. */
static void place_edge(builder *b, size_t edge) {
  const gchk_graph_result *g = b->graph;
  size_t producer = b->producer[edge], first_reader = none;
  for (size_t n = 0; n < g->node_count; n++)
    if (reads(&g->nodes[n], edge) && (producer == none || b->rank[n] > b->rank[producer]) &&
        (first_reader == none || b->rank[n] < first_reader))
      first_reader = b->rank[n];
  if (producer == none && first_reader == none)
    return;
  size_t at = producer != none ? b->node_at[producer] : add_element(b, GCHK_SOURCE, edge, first_reader - 1);
  size_t column = producer != none ? b->rank[producer] : first_reader - 1;
  bool is_first = true;
  if (first_reader == none) {
    size_t sink = add_element(b, GCHK_SINK, edge, column + 1);
    add_link(b, at, sink, edge, true);
    return;
  }
  for (column++; column <= b->last_column[edge] && !b->failed; column++) {
    for (size_t n = 0; n < g->node_count; n++)
      if (b->rank[n] == column && reads(&g->nodes[n], edge))
        add_link(b, at, b->node_at[n], edge, is_first);
    if (column < b->last_column[edge]) {
      size_t bend = add_element(b, GCHK_BEND, edge, column);
      add_link(b, at, bend, edge, is_first);
      at = bend;
    }
    is_first = false;
  }
}

static int compare_size(size_t a, size_t b) {
  return (a > b) - (a < b);
}

/* Insertion sort of one column by key; stable, and columns are short. */
static void sort_column(builder *b, size_t column) {
  for (size_t i = b->start[column] + 1; i < b->start[column + 1]; i++) {
    size_t element = b->order[i], k = i;
    while (k > b->start[column] && b->key[b->order[k - 1]] > b->key[element]) {
      b->order[k] = b->order[k - 1];
      k--;
    }
    b->order[k] = element;
  }
  for (size_t i = b->start[column]; i < b->start[column + 1]; i++)
    b->layout->elements[b->order[i]].order = i - b->start[column];
}

/* The first order: a walk backward from the ends, so that a tree is drawn without crossings. */
static size_t walk(builder *b, size_t element, size_t next) {
  if (b->key[element] >= 0)
    return next;
  b->key[element] = 0; // entered
  for (size_t i = 0; i < b->layout->link_count; i++)
    if (b->layout->links[i].to == element)
      next = walk(b, b->layout->links[i].from, next);
  b->key[element] = (double)next;
  return next + 1;
}

static double barycentre(const builder *b, size_t element, bool of_left, double fallback) {
  double sum = 0, count = 0;
  for (size_t i = 0; i < b->layout->link_count; i++) {
    const gchk_link *link = &b->layout->links[i];
    size_t self = of_left ? link->to : link->from, other = of_left ? link->from : link->to;
    if (self == element) {
      sum += (double)b->layout->elements[other].order;
      count++;
    }
  }
  return count > 0 ? sum / count : fallback;
}

static size_t crossings(const gchk_layout *l) {
  size_t count = 0;
  for (size_t i = 0; i < l->link_count; i++)
    for (size_t k = 0; k < i; k++) {
      const gchk_placed *a = &l->elements[l->links[i].from], *b = &l->elements[l->links[k].from];
      const gchk_placed *to_a = &l->elements[l->links[i].to], *to_b = &l->elements[l->links[k].to];
      if (a->column == b->column)
        count += compare_size(a->order, b->order) * compare_size(to_a->order, to_b->order) < 0;
    }
  return count;
}

static bool order_columns(builder *b) {
  gchk_layout *l = b->layout;
  for (size_t i = 0; i < l->element_count; i++)
    b->key[i] = -1;
  size_t next = 0;
  for (size_t column = l->column_count; column-- > 0;)
    for (size_t i = 0; i < l->element_count; i++)
      if (l->elements[i].column == column)
        next = walk(b, i, next);
  for (size_t column = 0; column < l->column_count; column++)
    sort_column(b, column);
  size_t *best = gchk_calloc(l->element_count, sizeof *best);
  if (best == NULL)
    return false;
  size_t fewest = none;
  size_t sweeps = l->link_count > MANY_LINKS ? 0 : ORDER_SWEEPS; // counting crossings is quadratic
  for (size_t sweep = 0; sweep <= sweeps; sweep++) {
    size_t now = crossings(l);
    if (now < fewest) {
      fewest = now;
      memcpy(best, b->order, l->element_count * sizeof *best);
    }
    if (fewest == 0 || sweep == sweeps)
      break;
    bool to_right = sweep % 2 == 0;
    for (size_t step = 0; step < l->column_count; step++) {
      size_t column = to_right ? step : l->column_count - 1 - step;
      for (size_t i = b->start[column]; i < b->start[column + 1]; i++)
        b->key[b->order[i]] = barycentre(b, b->order[i], to_right, (double)(i - b->start[column]));
      sort_column(b, column);
    }
  }
  memcpy(b->order, best, l->element_count * sizeof *best);
  free(best);
  for (size_t column = 0; column < l->column_count; column++)
    for (size_t i = b->start[column]; i < b->start[column + 1]; i++)
      l->elements[b->order[i]].order = i - b->start[column];
  return true;
}

/* Where an element would like to be: in the middle of its neighbours. */
static double wish(const gchk_layout *l, size_t element, bool from_left) {
  double sum = 0, count = 0, other_sum = 0, other_count = 0;
  for (size_t i = 0; i < l->link_count; i++) {
    if (l->links[i].to == element) {
      sum += l->elements[l->links[i].from].y;
      count++;
    } else if (l->links[i].from == element) {
      other_sum += l->elements[l->links[i].to].y;
      other_count++;
    }
  }
  if (from_left && count > 0)
    return sum / count;
  if (other_count > 0)
    return other_sum / other_count;
  return count > 0 ? sum / count : l->elements[element].y;
}

/*
 * y of a column: the least weighted squares from the wishes such that neighbours do not overlap. With z_i = y_i - o_i,
 * o_i being where element i is when all stand close together, this is isotonic regression, which pooling adjacent
 * violators solves exactly.
 */
static void settle_column(builder *b, size_t column, bool from_left) {
  gchk_layout *l = b->layout;
  size_t first = b->start[column], count = b->start[column + 1] - first;
  typedef struct block {
    double mean, weight;
    size_t length;
  } block;
  block *blocks = gchk_calloc(count, sizeof *blocks);
  if (blocks == NULL) {
    b->failed = true;
    return;
  }
  size_t used = 0;
  double offset = 0;
  for (size_t i = 0; i < count; i++) {
    size_t element = b->order[first + i];
    if (i > 0)
      offset += (l->elements[b->order[first + i - 1]].span + l->elements[element].span) / 2;
    double weight = l->elements[element].kind == GCHK_BEND ? bend_weight : 1;
    blocks[used++] = (block){.mean = wish(l, element, from_left) - offset, .weight = weight, .length = 1};
    while (used > 1 && blocks[used - 2].mean > blocks[used - 1].mean) {
      block *to = &blocks[used - 2], *from = &blocks[used - 1];
      to->mean = (to->mean * to->weight + from->mean * from->weight) / (to->weight + from->weight);
      to->weight += from->weight;
      to->length += from->length;
      used--;
    }
  }
  offset = 0;
  for (size_t k = 0, i = 0; k < used; k++)
    for (size_t n = 0; n < blocks[k].length; n++, i++) {
      gchk_placed *element = &l->elements[b->order[first + i]];
      if (i > 0)
        offset += (l->elements[b->order[first + i - 1]].span + element->span) / 2;
      element->y = blocks[k].mean + offset;
    }
  free(blocks);
}

static void settle(builder *b) {
  gchk_layout *l = b->layout;
  for (size_t i = 0; i < l->element_count; i++)
    l->elements[i].y = (double)l->elements[i].order;
  for (size_t sweep = 0; sweep < POSITION_SWEEPS && !b->failed; sweep++)
    for (size_t step = 0; step < l->column_count && !b->failed; step++)
      settle_column(b, sweep % 2 ? l->column_count - 1 - step : step, sweep % 2 == 0);
  for (size_t step = 0; step < l->column_count && !b->failed; step++) // nodes end up in the middle of what they read
    settle_column(b, step, true);
  double least = 0;
  for (size_t i = 0; i < l->element_count; i++) {
    double top = l->elements[i].y - (l->elements[i].span - 1) / 2;
    least = i == 0 || top < least ? top : least;
  }
  for (size_t i = 0; i < l->element_count; i++) {
    l->elements[i].y -= least;
    double bottom = l->elements[i].y + (l->elements[i].span - 1) / 2;
    l->height = bottom > l->height ? bottom : l->height;
  }
}

static bool sort_into_columns(builder *b) {
  gchk_layout *l = b->layout;
  b->order = gchk_calloc(l->element_count, sizeof *b->order);
  b->start = gchk_calloc(l->column_count + 1, sizeof *b->start);
  b->key = gchk_calloc(l->element_count, sizeof *b->key);
  if (b->order == NULL || b->start == NULL || b->key == NULL)
    return false;
  size_t at = 0;
  for (size_t column = 0; column < l->column_count; column++) {
    b->start[column] = at;
    for (size_t i = 0; i < l->element_count; i++)
      if (l->elements[i].column == column)
        b->order[at++] = i;
  }
  b->start[l->column_count] = at;
  return true;
}

bool gchk_layout_graph(const gchk_graph_result *graph, gchk_layout *layout) {
  *layout = (gchk_layout){0};
  builder b = {.graph = graph, .layout = layout};
  b.rank = gchk_calloc(graph->node_count, sizeof *b.rank);
  b.node_at = gchk_calloc(graph->node_count, sizeof *b.node_at);
  b.producer = gchk_calloc(graph->edge_count, sizeof *b.producer);
  b.last_column = gchk_calloc(graph->edge_count, sizeof *b.last_column);
  b.failed = b.rank == NULL || b.node_at == NULL || b.producer == NULL || b.last_column == NULL;
  if (!b.failed) {
    assign_columns(&b);
    for (size_t n = 0; n < graph->node_count; n++)
      b.node_at[n] = add_element(&b, GCHK_NODE, n, b.rank[n]);
    for (size_t e = 0; e < graph->edge_count && !b.failed; e++)
      place_edge(&b, e);
  }
  b.failed = b.failed || !sort_into_columns(&b) || !order_columns(&b);
  if (!b.failed)
    settle(&b);
  free(b.rank);
  free(b.node_at);
  free(b.producer);
  free(b.last_column);
  free(b.order);
  free(b.start);
  free(b.key);
  if (b.failed)
    gchk_layout_deinit(layout);
  return !b.failed;
}

double gchk_link_start(const gchk_graph_result *graph, const gchk_layout *layout, const gchk_link *link) {
  const gchk_placed *from = &layout->elements[link->from];
  if (from->kind != GCHK_NODE)
    return from->y;
  const gchk_node_result *node = &graph->nodes[from->index];
  for (size_t i = 0; i < node->output_count; i++)
    if (node->outputs[i] == link->edge)
      return from->y - ((double)node->output_count - 1) / 2 + (double)i;
  return from->y;
}

void gchk_layout_deinit(gchk_layout *layout) {
  free(layout->elements);
  free(layout->links);
  *layout = (gchk_layout){0};
}
