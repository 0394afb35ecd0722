/*
 * The table of a network, and where every gradient of its nodes goes.
 *
 * Each value has one home for its gradient: that of its own row. backward runs the nodes in reverse. Of the nodes that
 * read a value the last, which backward reaches first, writes the home; every other reader writes a scratch row of its
 * own that is added to the home afterwards. Where no gradient is wanted (constants) the readers share a scratch row
 * that nobody reads. A node whose layer does not provide a gradient leaves the gradients behind it incomplete: these
 * are declared GCHK_GRAD_NONE, and an intermediate one has its home in scratch.
 */
#include "network/network_table.h"

#include <stdio.h>

#include "core/memory.h"
#include "core/name_table.h"
#include "instance/meaning.h"
#include "instance/roles.h"

/* The bookkeeping of one value while the table is laid out. */
typedef struct ledger {
  gchk_home home;
  gchk_home discard; /* shared scratch for gradients that nobody wants */
  bool is_read;
  bool has_writer; /* some reader writes the home */
  size_t readers;  /* the first of them, and one more; 0: none */
} ledger;

/* A tensor of a node that reads a value. */
typedef struct reader {
  size_t node, slot, next; /* the next one's index, and one more; 0: none */
} reader;

typedef struct layout {
  gchk_network *network;
  ledger *ledgers; /* one a value */
  reader *readers;
  gchk_error *error;
} layout;

static bool provides(const gchk_tensor_spec *row) {
  return row->grad != GCHK_GRAD_NONE && row->grad != GCHK_GRAD_SCRATCH;
}

static bool is_differentiated(const gchk_tensor_spec *row) {
  return gchk_role_is_moved(row->role);
}

static bool wants_gradient(const gchk_value *value) {
  return value->role != GCHK_CONSTANT && value->role != GCHK_INDEX && value->dtype != GCHK_I32;
}

/* "3 40": a shape in numbers. NULL when out of memory. */
static const char *shape_text(gchk_network *network, const gchk_shape *shape) {
  char text[GCHK_MAX_RANK * 24] = "";
  size_t used = 0;
  for (size_t i = 0; i < shape->rank; i++)
    used += (size_t)snprintf(text + used, sizeof text - used, i > 0 ? " %zu" : "%zu", shape->dim[i]);
  return gchk_arena_strdup(network->arena, text);
}

static gchk_tensor_spec *add_row(layout *l, const char *name, gchk_role role, gchk_dtype dtype,
                                 const gchk_shape *shape) {
  gchk_network *network = l->network;
  gchk_tensor_spec *row = &network->rows[network->row_count];
  const char *text = name == NULL ? NULL : shape_text(network, shape);
  if (text == NULL)
    return NULL;
  *row = (gchk_tensor_spec){.name = name, .role = role, .dtype = dtype, .shape = text};
  network->row_count++;
  return row;
}

static size_t last_row(const layout *l) {
  return l->network->row_count - 1;
}

/* A scratch row like `slot`, called "first.second". */
static gchk_status add_scratch(layout *l, const gchk_slot *slot, const char *first, const char *second,
                               gchk_home *place) {
  const char *name = gchk_arena_printf(l->network->arena, "%s.%s", first, second);
  if (add_row(l, name, GCHK_SCRATCH, slot->dtype, &slot->shape) == NULL)
    return gchk_fail_memory(l->error, l->network->name);
  *place = (gchk_home){GCHK_VALUE_OF, last_row(l)};
  return GCHK_OK;
}

/* Which values are read, and which gradients are incomplete: from the last node to the first. */
static void find_readers(layout *l) {
  gchk_network *network = l->network;
  size_t readers = 0;
  for (size_t n = network->node_count; n-- > 0;) {
    const gchk_node *node = &network->nodes[n];
    bool is_incomplete = false;
    for (size_t i = 0; i < node->layer->tensor_count; i++)
      if (node->layer->tensors[i].role == GCHK_OUTPUT)
        is_incomplete = is_incomplete || network->values[node->slots[i].value].is_incomplete;
    for (size_t i = node->layer->tensor_count; i-- > 0;) {
      const gchk_tensor_spec *row = &node->layer->tensors[i];
      if (!gchk_role_is_given(row->role))
        continue;
      gchk_value *value = &network->values[node->slots[i].value];
      ledger *entry = &l->ledgers[node->slots[i].value];
      entry->is_read = true;
      l->readers[readers++] = (reader){n, i, entry->readers};
      entry->readers = readers;
      if (is_differentiated(row) && (is_incomplete || !provides(row)))
        value->is_incomplete = true;
      if (value->role == GCHK_OUTPUT)
        value->role = GCHK_CACHE;
    }
  }
}

/* A layer that takes the upstream gradient to be 1 must be last, and so must one whose loss comes from a callback. */
static gchk_status check_ends(layout *l) {
  gchk_network *network = l->network;
  size_t outputs = 0;
  for (size_t v = 0; v < network->value_count; v++) {
    outputs += network->values[v].role == GCHK_OUTPUT;
    if (!l->ledgers[v].is_read && network->values[v].role != GCHK_OUTPUT)
      return gchk_fail(l->error, GCHK_INVALID, "network %s: no node reads %s; remove it, or name it where it belongs",
                       network->name, network->values[v].name);
  }
  for (size_t n = 0; n < network->node_count; n++) {
    const gchk_node *node = &network->nodes[n];
    if (node->layer->loss != NULL && network->loss_node != GCHK_NONE)
      return gchk_fail(l->error, GCHK_INVALID, "%s: the loss of the network is that of %s already", node->name,
                       network->nodes[network->loss_node].name);
    if (node->layer->loss != NULL)
      network->loss_node = n;
    for (size_t i = 0; i < node->layer->tensor_count; i++)
      if ((node->layer->flags & GCHK_IGNORES_UPSTREAM) != 0 && node->layer->tensors[i].role == GCHK_OUTPUT &&
          network->values[node->slots[i].value].role != GCHK_OUTPUT)
        return gchk_fail(l->error, GCHK_INVALID,
                         "%s: its backward takes the upstream gradient to be 1, so no node can read %s", node->name,
                         network->values[node->slots[i].value].name);
  }
  if (network->loss_node != GCHK_NONE && outputs > 0)
    return gchk_fail(l->error, GCHK_INVALID,
                     "network %s: its loss comes from %s, so every other value must be read by a node", network->name,
                     network->nodes[network->loss_node].name);
  return GCHK_OK;
}

/* What the readers of a value say that it means: symmetric where one does, zero where all do. */
static gchk_status add_meaning(layout *l, size_t v, gchk_tensor_spec *row) {
  const gchk_network *network = l->network;
  size_t readers = 0, zero = 0;
  for (size_t at = l->ledgers[v].readers; at != 0; at = l->readers[at - 1].next) {
    const gchk_node *node = &network->nodes[l->readers[at - 1].node];
    const gchk_tensor_spec *from = &node->layer->tensors[l->readers[at - 1].slot];
    readers++;
    zero += from->gradient_is_zero;
    row->symmetric = row->symmetric || (from->symmetric && gchk_role_is_given(row->role));
    double label;
    if (from->ignored == NULL || row->ignored != NULL)
      continue;
    // The options of the nodes have other names in the network.
    GCHK_TRY(gchk_ignored_label(node->layer, from->ignored, node->options, &label, l->error));
    row->ignored = gchk_arena_printf(network->arena, "%.0f", label);
    if (row->ignored == NULL)
      return gchk_fail_memory(l->error, network->name);
  }
  row->gradient_is_zero = readers > 0 && zero == readers && is_differentiated(row) && provides(row);
  return GCHK_OK;
}

static gchk_status add_values(layout *l, gchk_role first, gchk_role second, gchk_role third) {
  gchk_network *network = l->network;
  for (size_t v = 0; v < network->value_count; v++) {
    gchk_value *value = &network->values[v];
    if (value->role != first && value->role != second && value->role != third)
      continue;
    gchk_tensor_spec *row = add_row(l, value->name, value->role, value->dtype, &value->shape);
    if (row == NULL)
      return gchk_fail_memory(l->error, network->name);
    row->fill = value->fill;
    row->keep_away = value->keep_away;
    row->kink = value->kink;
    value->row = last_row(l);
    if (!wants_gradient(value)) {
      GCHK_TRY(add_meaning(l, v, row));
      continue;
    }
    // the network's own outputs: what backward starts from
    if (value->role == GCHK_OUTPUT) {
      l->ledgers[v].home = (gchk_home){GCHK_GRADIENT_OF, value->row};
      continue;
    }
    row->grad = value->is_incomplete ? GCHK_GRAD_NONE : GCHK_GRAD_OVERWRITE;
    GCHK_TRY(add_meaning(l, v, row));
    if (!value->is_incomplete)
      l->ledgers[v].home = (gchk_home){GCHK_GRADIENT_OF, value->row};
  }
  return GCHK_OK;
}

/* The caches and scratch of the nodes, which keep what their layer says of them. */
static gchk_status add_own_rows(layout *l, const gchk_node *node) {
  gchk_network *network = l->network;
  bool is_incomplete = false;
  for (size_t i = 0; i < node->layer->tensor_count; i++)
    if (node->layer->tensors[i].role == GCHK_OUTPUT)
      is_incomplete = is_incomplete || network->values[node->slots[i].value].is_incomplete;
  for (size_t i = 0; i < node->layer->tensor_count; i++) {
    const gchk_tensor_spec *from = &node->layer->tensors[i];
    gchk_slot *slot = &node->slots[i];
    if (slot->value != GCHK_NONE) {
      slot->row = network->values[slot->value].row;
      continue;
    }
    const char *name = gchk_arena_printf(network->arena, "%s.%s", node->name, from->name);
    gchk_tensor_spec *row = add_row(l, name, from->role, slot->dtype, &slot->shape);
    if (row == NULL)
      return gchk_fail_memory(l->error, network->name);
    slot->row = last_row(l);
    row->grad = from->grad;
    if (from->grad == GCHK_GRAD_DETECT || from->grad == GCHK_GRAD_NONE || slot->dtype == GCHK_I32)
      continue;
    // the gradient of an inner value (a network in this one), or work space
    slot->gradient = (gchk_home){GCHK_GRADIENT_OF, slot->row};
    slot->is_zeroed = from->grad != GCHK_GRAD_OVERWRITE;
    row->grad = from->grad == GCHK_GRAD_SCRATCH || is_incomplete ? GCHK_GRAD_SCRATCH : GCHK_GRAD_OVERWRITE;
  }
  return GCHK_OK;
}

/* Where a reader's gradient goes. Called from the last reader of a value to the first. */
static gchk_status place_read(layout *l, const gchk_node *node, size_t i) {
  const gchk_tensor_spec *row = &node->layer->tensors[i];
  gchk_slot *slot = &node->slots[i];
  ledger *entry = &l->ledgers[slot->value];
  if (!is_differentiated(row) || slot->dtype == GCHK_I32)
    return GCHK_OK;
  slot->is_zeroed = row->grad != GCHK_GRAD_OVERWRITE;
  if (entry->home.buffer != GCHK_NOWHERE && provides(row)) {
    const bool is_first = !entry->has_writer;
    entry->has_writer = true;
    slot->gradient = entry->home;
    if (is_first)
      return GCHK_OK;
    slot->added_to = entry->home;
    char tail[128];
    (void)snprintf(tail, sizeof tail, "%.40s.gradient", row->name);
    return add_scratch(l, slot, node->name, tail, &slot->gradient);
  }
  if (row->grad_may_be_null)
    return GCHK_OK;
  if (entry->discard.buffer == GCHK_NOWHERE)
    GCHK_TRY(add_scratch(l, slot, l->network->values[slot->value].name, "discarded", &entry->discard));
  slot->gradient = entry->discard;
  return GCHK_OK;
}

/* Where a node finds the upstream gradient of its output. All readers were placed before. */
static gchk_status place_output(layout *l, const gchk_node *node, size_t i) {
  gchk_slot *slot = &node->slots[i];
  const gchk_value *value = &l->network->values[slot->value];
  const ledger *entry = &l->ledgers[slot->value];
  if (slot->dtype == GCHK_I32)
    return GCHK_OK;
  slot->gradient = entry->home;
  slot->is_zeroed = value->role != GCHK_OUTPUT && !entry->has_writer; // no reader provides a gradient
  if (!node->layer->tensors[i].upstream_clobbered)
    return GCHK_OK;
  if (!slot->is_zeroed)
    slot->copied_from = entry->home;
  char tail[128];
  (void)snprintf(tail, sizeof tail, "%.40s.upstream", node->layer->tensors[i].name);
  return add_scratch(l, slot, node->name, tail, &slot->gradient);
}

/* An intermediate value that is not offered needs a gradient all the same: its producer reads it. */
static gchk_status add_hidden_homes(layout *l) {
  gchk_network *network = l->network;
  for (size_t v = 0; v < network->value_count; v++) {
    const gchk_value *value = &network->values[v];
    const gchk_slot like = {.dtype = value->dtype, .shape = value->shape};
    if (value->role == GCHK_CACHE && wants_gradient(value) && l->ledgers[v].home.buffer == GCHK_NOWHERE)
      GCHK_TRY(add_scratch(l, &like, value->name, "gradient", &l->ledgers[v].home));
  }
  return GCHK_OK;
}

static gchk_status place_gradients(layout *l) {
  GCHK_TRY(add_hidden_homes(l));
  for (size_t n = l->network->node_count; n-- > 0;) {
    const gchk_node *node = &l->network->nodes[n];
    for (size_t i = node->layer->tensor_count; i-- > 0;)
      if (node->layer->tensors[i].role == GCHK_OUTPUT)
        GCHK_TRY(place_output(l, node, i));
    for (size_t i = node->layer->tensor_count; i-- > 0;)
      if (gchk_role_is_given(node->layer->tensors[i].role))
        GCHK_TRY(place_read(l, node, i));
  }
  return GCHK_OK;
}

static gchk_status check_names(layout *l) {
  const gchk_network *network = l->network;
  gchk_name_table names = {0};
  gchk_status status = GCHK_OK;
  for (size_t i = 0, first; i < network->row_count && status == GCHK_OK; i++)
    if (!gchk_name_table_add(&names, network->rows[i].name, i, &first))
      status = gchk_fail_memory(l->error, network->name);
    else if (first != i)
      status = gchk_fail(l->error, GCHK_INVALID, "network %s: two of its tensors are called %s; give one another name",
                         network->name, network->rows[i].name);
  gchk_name_table_deinit(&names);
  return status;
}

gchk_status gchk_network_lay_out(gchk_network *network, gchk_error *error) {
  // at the most: a row a value, its discarded and hidden gradients; a row and a scratch gradient a tensor of a node
  size_t capacity = 3 * network->value_count, slots = 0;
  for (size_t n = 0; n < network->node_count; n++)
    slots += network->nodes[n].layer->tensor_count;
  capacity += 2 * slots;
  layout l = {.network = network, .error = error};
  l.ledgers = gchk_arena_alloc(network->arena, network->value_count, sizeof *l.ledgers);
  l.readers = gchk_arena_alloc(network->arena, slots, sizeof *l.readers);
  network->rows = gchk_arena_alloc(network->arena, capacity, sizeof *network->rows);
  if (l.ledgers == NULL || l.readers == NULL || network->rows == NULL)
    return gchk_fail_memory(error, network->name);
  find_readers(&l);
  GCHK_TRY(check_ends(&l));
  GCHK_TRY(add_values(&l, GCHK_INPUT, GCHK_CONSTANT, GCHK_INDEX));
  GCHK_TRY(add_values(&l, GCHK_PARAMETER, GCHK_PARAMETER, GCHK_PARAMETER));
  GCHK_TRY(add_values(&l, GCHK_OUTPUT, GCHK_OUTPUT, GCHK_OUTPUT));
  GCHK_TRY(add_values(&l, GCHK_CACHE, GCHK_CACHE, GCHK_CACHE));
  for (size_t n = 0; n < network->node_count; n++)
    GCHK_TRY(add_own_rows(&l, &network->nodes[n]));
  GCHK_TRY(place_gradients(&l));
  return check_names(&l);
}
