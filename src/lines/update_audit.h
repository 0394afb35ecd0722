/* The audit of a layer's `update` and `vary`, the faster forwards: are they to be believed? */
#ifndef GCHK_LINES_UPDATE_AUDIT_H
#define GCHK_LINES_UPDATE_AUDIT_H

#include "instance/snapshot.h"
#include "measure/work.h"

/*
 * Compares update with forward on a sample of the tensor's elements. *snapshot holds what forward
 * made, to be put back between two updates; it is NULL where the layer has no update for
 * this tensor, or where they disagree, which is a finding of the tensor. Costs two forwards and two updates a sampled
 * element. Forward must have been called at the base point.
 */
gchk_status gchk_audit_update(gchk_case_work *work, gchk_tensor_work *tensor, gchk_snapshot **snapshot,
                              gchk_error *error) GCHK_MUST_USE;

/*
 * Compares vary, called once for many points, with forward at some of them, and where nothing is changed. *varies: the
 * layer has it for this tensor, and they agree; a disagreement is a finding of the tensor. *base is then the loss at
 * the base point as vary gives it. Costs the points of one call, and two forwards a point that is compared. Forward
 * must have been called at the base point, and the case have one output.
 *
 * *has_no_effect: one an element, of a tensor all of whose elements are checked; NULL where vary says it of none. At
 * some of the points all of these are moved as well, and forward must still agree.
 */
gchk_status gchk_audit_vary(gchk_case_work *work, gchk_tensor_work *tensor, bool *varies, double *base,
                            bool **has_no_effect, gchk_error *error) GCHK_MUST_USE;

/*
 * The same at one element that does not pass, `step` to both sides; where update, or vary, is wrong, *agrees is false.
 * `snapshot` is what gchk_audit_update gave.
 */
gchk_status gchk_audit_update_at(gchk_case_work *work, gchk_tensor_work *tensor, gchk_snapshot *snapshot,
                                 size_t element, double step, bool *agrees, gchk_error *error) GCHK_MUST_USE;
gchk_status gchk_audit_vary_at(gchk_case_work *work, gchk_tensor_work *tensor, size_t element, double step,
                               bool *agrees, gchk_error *error) GCHK_MUST_USE;

#endif
