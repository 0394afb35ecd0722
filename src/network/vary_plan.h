/* How a change of one tensor of a network goes on to the loss, where it goes through rows that stand alone. */
#ifndef GCHK_NETWORK_VARY_PLAN_H
#define GCHK_NETWORK_VARY_PLAN_H

#include "layers/lanes.h"
#include "network/network_model.h"

enum { GCHK_VARY_BUFFERS = 8 }; /* changed values that may be wanted at once */

/*
 * A node that the change reaches: the call that its callbacks get, and the tensor of it that has changed, or one of the
 * two inputs of a layer that acts on elements. Changed values have numbers: 0 is the one that the change begins in,
 * k + 1 the one that step k writes; a copy writes that which it reads.
 */
typedef struct gchk_vary_step {
  const gchk_node *node;
  const gchk_call *call;
  size_t slot;
  size_t source[2];        /* the changed values that are read, as x and as `other` (layers/lanes.h); GCHK_NONE */
  size_t value;            /* the number of the one that is written, */
  size_t reads, last;      /* how many steps read it, and the last that does */
  bool is_copy, is_change; /* nothing is computed; lanes->change does it, of single elements */
  size_t buffer;           /* for rows of what is written; of the loss, to work in */
} gchk_vary_step;

/*
 * The change begins in single elements of a value: of the tensor itself, or of what the first node makes of a
 * parameter. Each step reads values before it, by rows.
 */
typedef struct gchk_vary_plan {
  gchk_lane_head head;
  const gchk_call *head_call;  /* of the layer whose head it is */
  size_t rows, units;          /* of the value */
  const double *value;         /* as forward left it */
  const gchk_vary_step *steps; /* what follows; the last is the loss */
  size_t step_count;
  size_t single_count;   /* of them at the beginning: those that only single elements go through */
  size_t entry;          /* the value behind those */
  bool has_whole;        /* rows of that are read, in buffer 0 */
  bool is_coupled;       /* a change goes on to other rows: all of a variant's are looked at together */
  bool has_coupled_rows; /* it does so behind the single elements */
  /* The step that spreads changed elements over rows of which the loss is told how they differ from the base; the loss
     itself where it reads the elements; NULL: it is not told. */
  const gchk_vary_step *spread;
  size_t widest; /* the units of the widest value that whole rows of are computed */
  size_t buffer_count;
} gchk_vary_plan;

/*
 * The plan for row `row` of the network's table, whose route has `count` steps, which are filled in. False: there is
 * none, as for parameters that several nodes read, layers whose rows are not known to stand alone, and floats.
 */
bool gchk_vary_plan_make(gchk_vary_plan *plan, const gchk_network *network, const gchk_tensor *tensor, size_t row,
                         gchk_vary_step *steps, size_t count);

/* Does every element of the layer stand alone, one input and one output, whether alike or each in its own way? */
bool gchk_acts_on_elements(const gchk_layer *layer);

/* Does a change of one row go on to others in the step? */
gchk_coupling gchk_vary_coupling(const gchk_call *call);

/* The tensors that a step reads, or one of the two, and writes. */
size_t gchk_vary_input(const gchk_vary_step *step);
size_t gchk_vary_output(const gchk_vary_step *step);

#endif
