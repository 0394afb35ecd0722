/*
 * The patterns of --filter: one that begins with '-' leaves out what it matches, whatever else takes it, in any order;
 * where all patterns do that, all other cases are taken.
 */
#ifndef GCHK_OPTIONS_FILTERS_H
#define GCHK_OPTIONS_FILTERS_H

#include <stdbool.h>
#include <stddef.h>

#include "options/options.h"

/* Do they take the case called `name`, or `label` with its seed? */
bool cli_filters_take(const cli_option_texts *filters, const char *name, const char *label);

/* Says of every pattern that matches none of the names which of them it may have meant. */
void cli_filters_suggest(const cli_option_texts *filters, const char *const *names, size_t count, const char *title);

#endif
