/* Names that could stand somewhere, and the message that names the one that was meant. */
#ifndef GCHK_SUITE_SUITE_NAMES_H
#define GCHK_SUITE_SUITE_NAMES_H

#include "suite/suite_reader.h"

enum { GCHK_SUITE_MOST_NAMES = 256 };

/* Each name once, in the order in which they came; those past the room are dropped. */
typedef struct gchk_suite_names {
  const char *names[GCHK_SUITE_MOST_NAMES];
  size_t count;
  const char *manual; /* the command that lists all of them, for when they are many; or NULL */
} gchk_suite_names;

void gchk_suite_add_name(gchk_suite_names *list, const char *name);

/* Refuses `name` and names the nearest of `known`, or lists them when none is near. `what`: "unknown layer". */
gchk_status gchk_suite_unknown(const gchk_suite_reader *reader, const gchk_yaml *node, const char *what,
                               const char *name, const gchk_suite_names *known);

#endif
