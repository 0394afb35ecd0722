/* The plan of a network: which layers, and what each of their tensors is called. Made from the list in the suite file.
 */
#ifndef GCHK_SUITE_SUITE_PLAN_H
#define GCHK_SUITE_SUITE_PLAN_H

#include "suite/suite_case.h"

/* One item of the list. */
typedef struct gchk_suite_item {
  const gchk_yaml *node;     /* the whole item */
  const gchk_yaml *settings; /* its map, or NULL */
  gchk_item_keys keys;       /* its own keys in that map */
  const char *layer_name, *name;
  const gchk_layer *layer;
  const char **value;   /* one a tensor of the layer: what it is called, or NULL */
  const gchk_yaml **at; /* where that is said */
  gchk_sizes sizes;
  gchk_suite_axes axes; /* of these, what is counted from the last */
  double *options;
} gchk_suite_item;

typedef struct gchk_suite_plan {
  gchk_suite_case *c;
  gchk_suite_item *items;
  size_t count;
  gchk_name_table parameters; /* of all layers */
  gchk_name_table outputs;    /* with the index of the first item that has one of the name */
} gchk_suite_plan;

void gchk_suite_plan_deinit(gchk_suite_plan *plan);

/* Reads the list, and finds the layer of each item, whose keys are read. *dtype is the network's. */
gchk_status gchk_suite_begin_plan(gchk_suite_plan *plan, const gchk_yaml *list, gchk_dtype *dtype) GCHK_MUST_USE;

/* The same, and then: afterwards every tensor that a layer reads or that has a gradient has a name. *dtype is the
 * network's. */
gchk_status gchk_suite_make_plan(gchk_suite_plan *plan, const gchk_yaml *list, gchk_dtype *dtype) GCHK_MUST_USE;

/* Does a layer of the plan have a parameter of this name? */
bool gchk_suite_is_parameter(const gchk_suite_plan *plan, const char *name);

/* An input, constant or index: what a layer reads that is no parameter. */
bool gchk_suite_is_read(gchk_role role);

#endif
