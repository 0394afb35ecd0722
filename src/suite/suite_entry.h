/* One entry of `values`, `expect`, `gradients` ...: a number, nested lists, or a map of a fill or a file. */
#ifndef GCHK_SUITE_SUITE_ENTRY_H
#define GCHK_SUITE_SUITE_ENTRY_H

#include "suite/suite_value.h"

/* Reads one entry. Everything in it belongs to the reader's arena. */
gchk_status gchk_suite_value_read(const gchk_suite_reader *reader, const char *name, const gchk_yaml *node,
                                  gchk_suite_value *value) GCHK_MUST_USE;

#endif
