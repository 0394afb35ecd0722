/* Names of factors, with " or " between them, as diagnoses write them. */
#include "summary/factor_set.h"

#include <stdio.h>
#include <string.h>

static const char between[] = " or ";
enum { BETWEEN = sizeof between - 1 };

static size_t length_of_first(const char *names) {
  const char *end = strstr(names, between);
  return end != NULL ? (size_t)(end - names) : strlen(names);
}

// The names after the first; NULL: there are none.
static const char *rest_of(const char *names) {
  const char *end = strstr(names, between);
  return end != NULL ? end + BETWEEN : NULL;
}

static bool has(const char *names, const char *name, size_t length) {
  for (; names != NULL; names = rest_of(names))
    if (length_of_first(names) == length && strncmp(names, name, length) == 0)
      return true;
  return false;
}

bool gchk_factor_set_meet(const char *a, const char *b, char common[GCHK_FACTOR_SET]) {
  size_t used = 0;
  common[0] = '\0';
  for (const char *names = a; names != NULL; names = rest_of(names)) {
    const size_t length = length_of_first(names);
    if (!has(b, names, length))
      continue;
    const int wanted =
        snprintf(common + used, GCHK_FACTOR_SET - used, "%s%.*s", used > 0 ? between : "", (int)length, names);
    if (wanted < 0 || (size_t)wanted >= GCHK_FACTOR_SET - used)
      return false;
    used += (size_t)wanted;
  }
  return used > 0;
}
