/* How a change of one tensor of a network goes on to the loss, where it goes through rows that stand alone. */
#ifndef GCHK_NETWORK_VARY_PLAN_H
#define GCHK_NETWORK_VARY_PLAN_H

#include "layers/lanes.h"
#include "network/network_model.h"

/* A node that the change reaches: the call that its callbacks get, and the one tensor of it that has changed. */
typedef struct gchk_vary_step {
  const gchk_node *node;
  const gchk_call *call;
  size_t slot; /* GCHK_NONE while that is not told */
} gchk_vary_step;

/*
 * The change begins in single elements of a value: of the tensor itself, or of what the first node makes of a
 * parameter. Each step reads the value before it, by rows.
 */
typedef struct gchk_vary_plan {
  gchk_lane_head head;
  const gchk_call *head_call;  /* of the layer whose head it is */
  size_t rows, units;          /* of the value */
  const double *value;         /* as forward left it */
  const gchk_vary_step *steps; /* what follows; the last is the loss */
  size_t step_count;
  size_t single_count; /* of them at the beginning: those that act element by element */
  size_t widest;       /* the units of the widest value that whole rows of are computed */
} gchk_vary_plan;

/*
 * The plan for row `row` of the network's table, whose route has `count` steps; their slots are filled in. False: there
 * is none, as for values that several nodes read, layers whose rows are not known to stand alone, and floats.
 */
bool gchk_vary_plan_make(gchk_vary_plan *plan, const gchk_network *network, const gchk_tensor *tensor, size_t row,
                         gchk_vary_step *steps, size_t count);

/* Does every element of the layer stand alone, one input and one output, whether alike or each in its own way? */
bool gchk_acts_on_elements(const gchk_layer *layer);

/* The tensors that a step reads and writes. */
size_t gchk_vary_input(const gchk_vary_step *step);
size_t gchk_vary_output(const gchk_vary_step *step);

#endif
