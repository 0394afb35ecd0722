/*
 * A case in the state that the steps of a check find it in: at its base point, with upstream gradients, the arrays of every
 * tensor that is differentiated, and its analytic gradients. The test fails where one of the steps does.
 */
#ifndef CHECKS_WORK_FIXTURE_H
#define CHECKS_WORK_FIXTURE_H

#include "measure/work.h"
#include "result/finding_codes.h"

typedef struct work_fixture {
  gchk_arena *arena;
  gchk_case spec;
  gchk_options options;
  gchk_case_work work;
} work_fixture;

/* In the caller's storage. `spec` is copied; `options` may be NULL. To be closed by work_fixture_close. */
void work_fixture_open(work_fixture *fixture, const gchk_case *spec, const gchk_options *options);
void work_fixture_close(work_fixture *fixture);

/* Differentiates and judges all tensors. */
void work_fixture_differentiate(work_fixture *fixture);

/* The work of the tensor with this name. */
gchk_tensor_work *work_fixture_tensor(work_fixture *fixture, const char *name);

/* How many findings have this code; and the first of them, which must be there. */
size_t count_findings(const gchk_finding_list *list, gchk_code code);
const gchk_finding *first_finding(const gchk_finding_list *list, gchk_code code);

/* The text, or the number, under this key of the evidence, which must be there. */
const char *evidence_text(const gchk_finding *finding, const char *key);
double evidence_number(const gchk_finding *finding, const char *key);

#endif
