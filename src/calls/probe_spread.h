/*
 * The control of every probe that compares a call with a clean one: what the layer varies by itself is no finding.
 *
 * A result that differs from the clean one counts only where it differs by more than rounding (measure/reordering.h).
 * What a probe then finds is blamed on what it did where the clean call, repeated, does not differ too, and where the
 * probe, repeated, finds it again (probe.c).
 */
#ifndef GCHK_CALLS_PROBE_SPREAD_H
#define GCHK_CALLS_PROBE_SPREAD_H

#include "calls/probe_watch.h"

/* A result that differs from that of the clean call. */
typedef struct gchk_variation {
  bool is_there;
  size_t tensor; /* whose gradient it is; tensor_count: an output */
  size_t element;
  double clean, found, limit;
  size_t calls, differing; /* of several calls that were compared: how many differed; 0, 0: it was one */
} gchk_variation;

/* probe->limits, once: four forwards and backwards at the base point, after which the buffers are as they were. */
gchk_status gchk_probe_find_limits(gchk_probe *probe, gchk_error *error) GCHK_MUST_USE;

/*
 * The first output of y, then the first element of `gradients`, that differs from work->y and probe->base by more
 * than rounding. Either may be NULL; outputs j with except[j] are left out (NULL: none). Where all is the same bit
 * for bit it calls nothing; the first time that something is not, it finds the limits.
 */
gchk_status gchk_probe_compare(gchk_probe *probe, const double *y, const gchk_gradients *gradients,
                               const unsigned char *except, gchk_variation *change, gchk_error *error) GCHK_MUST_USE;

/* Forward and backward onto zeros, watched: the outputs in probe->y, the gradients in `gradients`. */
gchk_status gchk_probe_call(gchk_probe *probe, const char *when, gchk_gradients *gradients,
                            gchk_error *error) GCHK_MUST_USE;

/*
 * Counts one call whose results are in probe->y and probe->other, and keeps in *worst what differs from the clean call
 * by the most, in units of what rounding explains.
 */
gchk_status gchk_probe_count_call(gchk_probe *probe, gchk_variation *worst, gchk_error *error) GCHK_MUST_USE;

/*
 * Eight clean forwards and backwards at the base point, to which the values are put back first, after one that is not
 * compared. The result that differs from the clean ones by most, where any differs by more than rounding.
 */
gchk_status gchk_probe_control(gchk_probe *probe, gchk_variation *change, gchk_error *error) GCHK_MUST_USE;

/*
 * What rounding explains at other values than those of the base point: the limits of another order of additions and the
 * spread of calls on the same values, added up in `allowed`. The instance is at these values, which it keeps, and
 * `base` is what it gave there. Eight forwards and backwards.
 */
gchk_status gchk_probe_allowed_at(gchk_probe *probe, gchk_instance *instance, const gchk_results *base,
                                  gchk_results *allowed, gchk_error *error) GCHK_MUST_USE;

/*
 * One finding: the layer is not repeatable. The case is refused, for nothing that it computes can be compared; where it
 * is forward, fresh copies of the layer tell the cause.
 */
gchk_status gchk_probe_report_variation(gchk_probe *probe, const gchk_variation *change,
                                        gchk_error *error) GCHK_MUST_USE;

/* The same where it is only known that a call differed once and not again: `what` is the finding that came and went. */
void gchk_probe_report_passing(gchk_probe *probe, const char *what);

#endif
