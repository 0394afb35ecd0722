/* Patterns, as fnmatch takes them, over names and labels. */
#include "options/filters.h"

#include <fnmatch.h>
#include <string.h>

#include "gradcheck/suggest.h"
#include "options/say.h"

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

static bool matches_any(const char *pattern, const char *const *names, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (fnmatch(pattern, names[i], 0) == 0)
      return true;
  return false;
}

void cli_filters_suggest(const cli_option_texts *filters, const char *const *names, size_t count, const char *title) {
  for (size_t i = 0; i < filters->count; i++) {
    const char *pattern = filters->at[i];
    char plain[64]; // without what matches anything
    size_t length = 0;
    if (pattern[0] == '-' || matches_any(pattern, names, count))
      continue;
    for (const char *c = pattern; *c != '\0' && length + 1 < sizeof plain; c++)
      if (strchr("*?[]", *c) == NULL)
        plain[length++] = *c;
    plain[length] = '\0';
    const char *meant = gchk_suggest(plain, names, count);
    cli_complain("--filter '%s': none of the %zu cases of %s is called so%s%s%s; `gradcheck list` shows their names",
                 pattern, count, title, meant != NULL ? "; did you mean '" : "", meant != NULL ? meant : "",
                 meant != NULL ? "'?" : "");
  }
}
