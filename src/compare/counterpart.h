/*
 * The reference of a layer, called: at the values that the layer's instance holds, for the same upstream gradient, with
 * its outputs and gradients in the order of the layer's own elements.
 */
#ifndef GCHK_COMPARE_COUNTERPART_H
#define GCHK_COMPARE_COUNTERPART_H

#include "compare/pair.h"
#include "gradcheck/compare.h"
#include "measure/reordering.h"
#include "measure/work.h"

/* A tensor of which the results are compared: outputs first, then gradients. */
typedef struct gchk_result_part {
  size_t first, count; /* of all results */
  bool is_gradient;
  bool is_loss;                 /* from a callback: no tensor of the layer */
  size_t own, of;               /* the tensors */
  size_t own_output, output_of; /* where an output begins among all outputs */
} gchk_result_part;

typedef struct gchk_counterpart {
  gchk_pairing pairing;
  gchk_instance *own, *instance; /* the layer's, and the reference's, in double */
  size_t **place;                /* for a paired tensor of the reference: the layer's element that each element is */
  gchk_result_part *parts;
  size_t part_count, count;
  const double *v; /* of the layer */
  double *v_of;    /* of the reference */
  gchk_results own_results, results;
} gchk_counterpart;

/*
 * `own` is the instance that the case names, `reference` its layer's. GCHK_INVALID where the two cannot be compared. To
 * be closed also then.
 */
gchk_status gchk_counterpart_open(gchk_counterpart *counterpart, gchk_case_work *work, gchk_instance *own,
                                  const gchk_reference *reference, gchk_error *error) GCHK_MUST_USE;
void gchk_counterpart_close(gchk_counterpart *counterpart);

/* The results of the layer and of the reference: `count` each. A forward and a backward of both. */
gchk_status gchk_counterpart_evaluate(void *counterpart, double *y, double *z, gchk_error *error) GCHK_MUST_USE;

#endif
