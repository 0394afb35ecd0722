/* One call of forward and backward at a point, and which of the branches that are looked for it takes. */
#ifndef GCHK_REACH_STEER_CALL_H
#define GCHK_REACH_STEER_CALL_H

#include "instance/snapshot.h"
#include "reach/compare_trace.h"
#include "reach/reach.h"
#include "reach/steer_point.h"

/* An instance at the sizes and options of the last point, with its ordinary values. */
typedef struct gchk_steer_call {
  const gchk_case *spec;
  uint64_t seed;
  gchk_open_place *open; /* branches that are looked for */
  size_t open_count;
  gchk_compare_trace *compared; /* of the last call */
  gchk_steer_point at;          /* its sizes and options count */
  gchk_instance *instance;      /* NULL: none yet */
  gchk_snapshot *ordinary;
  double *y, *v;
  uint64_t calls;
} gchk_steer_call;

void gchk_steer_call_deinit(gchk_steer_call *call);

/* The instance at the point's sizes and options, its values the ordinary ones. GCHK_INVALID where there is none. */
gchk_status gchk_steer_go_to(gchk_steer_call *call, const gchk_steer_point *point, gchk_error *error) GCHK_MUST_USE;

/*
 * Calls forward and backward there, with the point's changes; *is_valid where the outputs are finite. The bits of open
 * branches then say which of them backward took.
 */
gchk_status gchk_steer_try(gchk_steer_call *call, const gchk_steer_point *point, bool *is_valid,
                           gchk_error *error) GCHK_MUST_USE;

#endif
