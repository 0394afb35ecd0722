/*
 * The control of every probe that compares a call with a clean one: what the layer varies by itself is no finding.
 *
 * A result that differs from the clean one counts only where it differs by more than rounding (measure/reordering.h).
 * What a probe then finds is blamed on what it did where the clean call, repeated, does not differ too, and where the
 * probe, repeated, finds it again (probe.c).
 */
#ifndef GCHK_PROBE_PROBE_SPREAD_H
#define GCHK_PROBE_PROBE_SPREAD_H

#include "probe/probe_watch.h"

/* A result that differs from that of the clean call. */
typedef struct gchk_variation {
  bool is_there;
  size_t tensor; /* whose gradient it is; tensor_count: an output */
  size_t element;
  double clean, found, limit;
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
 * Eight clean forwards and backwards at the base point, to which the values are put back first, after one that is not
 * compared. The first result that differs from the clean ones by more than rounding.
 */
gchk_status gchk_probe_control(gchk_probe *probe, gchk_variation *change, gchk_error *error) GCHK_MUST_USE;

/*
 * One finding: the layer is not repeatable. Where it is forward, the case is refused, with the cause that fresh copies
 * of the layer tell. Where it is backward, no probe after this one says anything.
 */
gchk_status gchk_probe_report_variation(gchk_probe *probe, const gchk_variation *change,
                                        gchk_error *error) GCHK_MUST_USE;

/* The same where it is only known that a call differed once and not again: `what` is the finding that came and went. */
gchk_status gchk_probe_report_passing(gchk_probe *probe, const char *what, gchk_error *error) GCHK_MUST_USE;

#endif
