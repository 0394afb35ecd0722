/*
 * Conventions of calling: layers that work in place, use up what forward left, take a training step, or go step by step
 * through time.
 *
 * What a layer declares is done around its callbacks, so that whoever calls gchk_instance_forward and _backward sees an
 * ordinary layer: inputs and parameters keep their values, the upstream gradient stays, every gradient lies in a buffer
 * of its own, and backward may be called as often as one likes. The buffers that two tensors share while the callbacks
 * run are the output's value and the input's gradient.
 */
#ifndef GCHK_INSTANCE_CONVENTIONS_H
#define GCHK_INSTANCE_CONVENTIONS_H

#include "instance/instance_data.h"

/*
 * Once the tensors and options are made, before anything is called. The caller's _deinit also after a failure.
 * GCHK_INVALID where the rate or the time steps make no sense with these sizes and options.
 */
gchk_status gchk_conventions_init(gchk_instance *instance, gchk_error *error) GCHK_MUST_USE;
void gchk_conventions_deinit(gchk_conventions *conventions);

/* Before every callback: what it sees, where pointers in `t` have changed. */
void gchk_conventions_show(gchk_instance *instance);

/* Around one forward. */
void gchk_conventions_before_forward(gchk_instance *instance);

/* What the values were before a backward, until after it. */
typedef struct gchk_kept {
  struct gchk_snapshot *made, *parameters; /* NULL: not kept */
} gchk_kept;

/* Around one backward; _after takes what _before kept, also where the callback failed. */
gchk_status gchk_conventions_before_backward(gchk_instance *instance, gchk_kept *kept, gchk_error *error) GCHK_MUST_USE;
void gchk_conventions_after_backward(gchk_instance *instance, gchk_kept *kept);

/* Has backward used up what forward left? Then forward comes again first. */
bool gchk_conventions_want_forward(const gchk_instance *instance);

/*
 * What the rounding of changed weights may do to the gradient of element e of tensor i; 0 where backward gives the
 * gradient itself.
 *
 *     (1 + 2 sqrt m) u |w| / rate
 *
 * One change rounds w' by up to u |w'| (which is no more than u |w| + rate u |g|, and u |g| every gradient is allowed).
 * A step that changes w once a sample, or once a time step, rounds as often: n roundings, each as likely up as down,
 * add up to sqrt(n/3) u |w| (one standard deviation; 2 sqrt n are more than three of them). m >= n is the number of
 * elements of the largest tensor that is no parameter. No move of the inputs shows this rounding: w' lies on the grid
 * of w.
 */
double gchk_step_rounding(const gchk_instance *instance, size_t i, size_t e);

#endif
