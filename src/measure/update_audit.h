/*
 * A layer's `update`, the faster forward after a change of one element: putting outputs and caches back between two
 * updates, and the audit that decides whether it is to be believed.
 */
#ifndef GCHK_MEASURE_UPDATE_AUDIT_H
#define GCHK_MEASURE_UPDATE_AUDIT_H

#include "measure/work.h"

/* What outputs, caches and scratch of an instance held after a forward. */
typedef struct gchk_snapshot gchk_snapshot;

void gchk_snapshot_restore(const gchk_snapshot *snapshot, gchk_instance *instance);
void gchk_snapshot_free(gchk_snapshot *snapshot);

/*
 * Compares update with forward on a sample of the tensor's elements. *snapshot is NULL where the layer has no update for
 * this tensor, or where they disagree, which is a finding of the tensor. Costs two forwards and two updates a sampled
 * element. Forward must have been called at the base point.
 */
gchk_status gchk_audit_update(gchk_case_work *work, gchk_tensor_work *tensor, gchk_snapshot **snapshot,
                              gchk_error *error) GCHK_MUST_USE;

#endif
