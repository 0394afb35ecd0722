/* --compare: layers of the targets beside built-in ones. */
#ifndef GCHK_CLI_COMPARED_H
#define GCHK_CLI_COMPARED_H

#include "gradcheck/check.h"
#include "options/options.h"

/* Copies of the layers that are compared, and how many cases each of the options' values was for. */
typedef struct cli_compared {
  struct cli_compared_layer *last;
  size_t *uses;
} cli_compared;

/* Where a value names the layer of the case, gives the case a copy of the layer with its reference. */
gchk_status cli_compare(cli_compared *compared, const cli_option_texts *values, gchk_case *c,
                        gchk_error *error) GCHK_MUST_USE;

/* GCHK_INVALID where a value was for no case. */
gchk_status cli_compared_check(const cli_compared *compared, const cli_option_texts *values, const char *title,
                               gchk_error *error) GCHK_MUST_USE;
void cli_compared_deinit(cli_compared *compared);

#endif
