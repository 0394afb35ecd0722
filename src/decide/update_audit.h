/* The audit of a layer's `update`, the faster forward after a change of one element: is it to be believed? */
#ifndef GCHK_DECIDE_UPDATE_AUDIT_H
#define GCHK_DECIDE_UPDATE_AUDIT_H

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

#endif
