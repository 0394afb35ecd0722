/* From elements to verdicts of tensors and cases: thresholds, waivers, vacuity, expected failures. */
#ifndef GCHK_CHECK_THRESHOLDS_H
#define GCHK_CHECK_THRESHOLDS_H

#include "measure/work.h"

/* The threshold on mean_abs_diff that holds for a tensor: the run's, else the tensor's, else the case's; NaN: none. */
double gchk_threshold_of(const gchk_case_work *work, const char *tensor);

/* Verdict and reason of a tensor, whose mistakes may all be suppressed; adds the findings of thresholds to its row. */
void gchk_judge_tensor(gchk_case_work *work, gchk_tensor_work *tensor, bool is_suppressed, gchk_tensor_result *row);

/* Verdict and reason of the case from its tensors and findings. */
void gchk_judge_case(gchk_case_work *work, gchk_case_result *result);

#endif
