/* Which arguments of a command line a result does not depend on. */
#include "result/local_argument.h"

#include <string.h>

bool gchk_argument_is_local(const char *const *argv, size_t argc, size_t i, size_t *uses) {
  static const char *const with_value[] = {"--text",     "--json",     "--junit",  "--html",
                                           "--html-dir", "--markdown", "--events", "--save-baseline",
                                           "--color",    "--shard",    "--jobs",   "--store"};
  static const char *const alone[] = {"-q", "-v", "-vv", "--divided", "--quiet", "--verbose", "--no-color"};
  *uses = 1;
  for (size_t k = 0; k < sizeof with_value / sizeof with_value[0]; k++) {
    size_t length = strlen(with_value[k]);
    if (strncmp(argv[i], with_value[k], length) != 0)
      continue;
    if (argv[i][length] == '=')
      return true;
    if (argv[i][length] == '\0') {
      *uses = i + 1 < argc ? 2 : 1;
      return true;
    }
  }
  for (size_t k = 0; k < sizeof alone / sizeof alone[0]; k++)
    if (strcmp(argv[i], alone[k]) == 0)
      return true;
  return false;
}
