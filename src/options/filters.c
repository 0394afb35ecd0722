/* Patterns, as fnmatch takes them, over names and labels. */
#include "options/filters.h"

#include <fnmatch.h>

static bool matches(const char *pattern, const char *name, const char *label) {
  return fnmatch(pattern, name, 0) == 0 || fnmatch(pattern, label, 0) == 0;
}

bool cli_filters_take(const cli_option_texts *filters, const char *name, const char *label) {
  bool only_excluding = true, is_taken = false;
  for (size_t i = 0; i < filters->count; i++) {
    const char *pattern = filters->at[i];
    if (pattern[0] == '-') {
      if (matches(pattern + 1, name, label))
        return false;
    } else {
      only_excluding = false;
      is_taken = is_taken || matches(pattern, name, label);
    }
  }
  return only_excluding || is_taken;
}
