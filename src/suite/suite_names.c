/* Lists of names for messages: what is known, and which of it is nearest to what was written. */
#include "suite/suite_names.h"

#include <stdio.h>
#include <string.h>

#include "gradcheck/suggest.h"

enum { LISTED = 24 };

void gchk_suite_add_name(gchk_suite_names *list, const char *name) {
  for (size_t i = 0; i < list->count; i++)
    if (strcmp(list->names[i], name) == 0)
      return;
  if (list->count < GCHK_SUITE_MOST_NAMES)
    list->names[list->count++] = name;
}

/* "a, b, c" of the names, shortened when there are many. */
static void list_names(char *text, size_t size, const gchk_suite_names *list) {
  size_t used = 0;
  text[0] = '\0';
  for (size_t i = 0; i < list->count && i < LISTED && used < size; i++) {
    int length = snprintf(text + used, size - used, "%s%s", i > 0 ? ", " : "", list->names[i]);
    used += length > 0 ? (size_t)length : 0;
  }
  if (list->count > LISTED && used < size)
    (void)snprintf(text + used, size - used, " and %zu others%s%s", list->count - LISTED,
                   list->manual != NULL ? "; all: " : "", list->manual != NULL ? list->manual : "");
}

gchk_status gchk_suite_unknown(const gchk_suite_reader *reader, const gchk_yaml *node, const char *what,
                               const char *name, const gchk_suite_names *known) {
  const char *nearest = gchk_suggest(name, known->names, known->count);
  if (nearest != NULL)
    return gchk_suite_fail(reader, node, "%s \"%s\"; did you mean \"%s\"?", what, name, nearest);
  if (known->count == 0)
    return gchk_suite_fail(reader, node, "%s \"%s\"; there are none", what, name);
  char names[640];
  list_names(names, sizeof(names), known);
  return gchk_suite_fail(reader, node, "%s \"%s\"; there %s %s", what, name, known->count == 1 ? "is" : "are", names);
}
