/* Many forwards of a network at once, each after a change of one element of one tensor (gchk_layer.vary). */
#ifndef GCHK_NETWORK_NETWORK_VARY_H
#define GCHK_NETWORK_NETWORK_VARY_H

#include "network/vary_plan.h"

/* Room for a call, and what it found of the base point, kept for the next one. */
typedef struct gchk_vary_work gchk_vary_work;
void gchk_vary_work_free(gchk_vary_work *work); /* NULL is fine */

/* Something has been called that may change values, outputs or caches: the base point is another. NULL is fine. */
void gchk_vary_work_leave_base(gchk_vary_work *work);

/* Does the last call's plan, with what it found of the base point, do for these variants as well? */
bool gchk_vary_work_fits(const gchk_vary_work *work, const gchk_variants *variants);

/* Variants of the tensor of the last call, by its plan, where that fits. */
gchk_status gchk_network_vary_again(gchk_vary_work *work, const gchk_tensor *tensor, const gchk_variants *variants,
                                    bool *done, gchk_error *error) GCHK_MUST_USE;

/*
 * The losses of `variants`, whose tensor is `tensor`, row `variants->tensor` of the network's table: by its route, of
 * `count` steps, which are filled in and live as long as the plan in *kept. That is NULL at first, and the caller's to
 * free. *done = false, with nothing written, where the route is none that plans are made of (vary_plan.h), or the
 * network is not finite where it is.
 *
 * Work: an addition and a multiplication for each variant and row that it changes, what the elements so changed cost in
 * layers that act on elements, and whole rows from there on, of those that still differ; of all where rows are coupled.
 */
gchk_status gchk_network_vary(const gchk_network *network, const gchk_tensor *tensor, gchk_vary_step *steps,
                              size_t count, const gchk_variants *variants, gchk_vary_work **kept, bool *done,
                              gchk_error *error) GCHK_MUST_USE;

#endif
