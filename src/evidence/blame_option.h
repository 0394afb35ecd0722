/* Is a mismatch the work of an option that forward takes into account and backward does not? */
#ifndef GCHK_EVIDENCE_BLAME_OPTION_H
#define GCHK_EVIDENCE_BLAME_OPTION_H

#include "measure/work.h"

/*
 * For every failing tensor: sets each option of the layer that is not at its initial value back to it, one at a time,
 * where backward does not look at the option, and differentiates some of the failing elements there. Where they are
 * then right, the finding "option-ignored" names the option. Where no option alone does it but all of them together do,
 * it names those that take away half of the mismatch or more. Costs two backwards an option and failing tensor; and for
 * the options that backward does not look at a fresh instance or two each, and about 100 forwards a failing tensor.
 */
gchk_status gchk_blame_options(gchk_case_work *work, gchk_error *error) GCHK_MUST_USE;

/* The finding "option-ignored": the gradient is right with the option at another value. */
void gchk_report_ignored_option(gchk_tensor_work *tensor, const gchk_option_spec *option, double value,
                                double right_at);

/* An option with which, at another value than the case has, the gradient is right. */
typedef struct gchk_right_option {
  bool is_found;
  size_t option;
  double value;
} gchk_right_option;

/*
 * The first option, if any, with which some of the tensor's failing elements are right: at 0, 1 or 2, where backward
 * does not look at it; or at its initial value, where it does. At most 200 forwards an option and value.
 */
gchk_status gchk_find_written_value(gchk_case_work *work, gchk_tensor_work *tensor, gchk_right_option *found,
                                    gchk_error *error) GCHK_MUST_USE;
gchk_status gchk_find_right_option(gchk_case_work *work, gchk_tensor_work *tensor, gchk_right_option *found,
                                   gchk_error *error) GCHK_MUST_USE;

/* An option that counts (a whole number from 1), with twice of which `part` of the mismatch is left. */
typedef struct gchk_counting_option {
  bool is_found;
  size_t option;
  double part;
} gchk_counting_option;

/*
 * The first option, if any, with twice of which a twentieth of the mismatch or less is left, and with half of which it
 * is twice as large or more, where it can be halved: what is right or wrong by another branch is not so.
 */
gchk_status gchk_find_counting_option(gchk_case_work *work, gchk_tensor_work *tensor, gchk_counting_option *found,
                                      gchk_error *error) GCHK_MUST_USE;

#endif
