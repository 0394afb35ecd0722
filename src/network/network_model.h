/*
 * What a network is made of, for the files of this folder.
 *
 * While it is being built: values (by name) and nodes, whose slots say which value each tensor of the node's layer is.
 * gchk_network_finish lays the values and the nodes' own buffers out as the rows of one table, and says for every slot
 * where its value and its gradient are.
 */
#ifndef GCHK_NETWORK_NETWORK_MODEL_H
#define GCHK_NETWORK_NETWORK_MODEL_H

#include <stdint.h>

#include "core/arena.h"
#include "core/name_table.h"
#include "gradcheck/network.h"
#include "instance/stand_in.h"

#define GCHK_NONE SIZE_MAX

/* A named value: from outside, a parameter, or what a node writes. */
typedef struct gchk_value {
  const char *name;
  gchk_role role; /* input, constant, index, parameter; output for all that nodes write, cache once a node reads it */
  gchk_dtype dtype;
  gchk_shape shape;
  gchk_fill fill;
  double keep_away, kink;
  size_t row;         /* in the table */
  bool is_incomplete; /* some node that it goes through does not provide its part of the gradient */
} gchk_value;

/* The buffer of a row: its value, its gradient, or none. */
typedef struct gchk_home {
  enum { GCHK_NOWHERE = 0, GCHK_VALUE_OF, GCHK_GRADIENT_OF } buffer;
  size_t row;
} gchk_home;

/* One tensor of a node's layer. */
typedef struct gchk_slot {
  size_t value; /* GCHK_NONE for the node's own caches and scratch */
  gchk_dtype dtype;
  gchk_shape shape;
  size_t count;
  size_t row;
  gchk_home gradient;    /* what the node's backward reads (of an output) or writes */
  bool is_zeroed;        /* the gradient is, before backward */
  gchk_home copied_from; /* an output: the upstream gradient, which backward must not get its hands on */
  gchk_home added_to;    /* not the only reader: where the sum over the readers is */
} gchk_slot;

typedef struct gchk_node {
  const char *name;
  const gchk_layer *layer;
  gchk_sizes sizes;
  const double *options; /* as they were given */
  size_t first_option;   /* of the network's */
  gchk_slot *slots;      /* layer->tensor_count */
} gchk_node;

struct gchk_network {
  gchk_loader loader; /* the first: of its layer, while one of a node is a stand-in */
  const char *name;
  gchk_dtype dtype;
  gchk_arena *arena; /* owns all but the two growing arrays and the tables of names */
  gchk_value *values;
  size_t value_count, value_capacity;
  gchk_name_table value_names, node_names; /* with their indices; those of what was taken back may be in there */
  gchk_node *nodes;
  size_t node_count, node_capacity;
  bool is_finished;

  gchk_tensor_spec *rows;
  size_t row_count;
  size_t loss_node; /* whose callback gives the loss; GCHK_NONE: outputs do */
  gchk_graph graph;
  size_t option_count; /* those of the nodes, as node.option */
  gchk_layer layer;
};

#endif
