/*
 * --dump DIR: everything that verdicts were made from, so that they can be judged from outside. One folder a case, and
 * in it, as arrays of the tensor's shape:
 *
 *     TENSOR.analytic.npy   from backward                   TENSOR.step.npy      the chosen step
 *     TENSOR.numeric.npy    from central differences        TENSOR.verdict.npy   0 pass, 1 kink, 2 not checked,
 *     TENSOR.bound.npy      how far numeric may be off                           3 undecided, 4 fail
 *     TENSOR.slack.npy      what rounding may have done to analytic
 *
 * for the first upstream gradient; TENSOR.analytic.1.npy and so on for the second. NaN: the element was not checked.
 */
#ifndef GCHK_CLI_DUMP_H
#define GCHK_CLI_DUMP_H

#include "gradcheck/check.h"
#include "options/options.h"

typedef struct cli_dump {
  const char *folder;
} cli_dump;

/*
 * Before anything runs: GCHK_INVALID where two cases or tensors would be written to one place, or where another file of
 * the options is among what is written.
 */
gchk_status cli_dump_check(const cli_options *options, const gchk_case *cases, size_t count,
                           gchk_error *error) GCHK_MUST_USE;

/* For gchk_options.arrays; the context is a cli_dump. Folders are made as they are needed. */
gchk_status cli_dump_arrays(void *dump, const gchk_case *c, const gchk_tensor_result *tensor,
                            const gchk_element_arrays *arrays, gchk_error *error);

#endif
