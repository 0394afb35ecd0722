/* Text of others, for terminals and logs. */
#include <stdlib.h>
#include <string.h>

#include "crash/stderr_tail.h"
#include "gradcheck/report.h"

char *gchk_visible_text(const char *text) {
  gchk_text out = {0};
  gchk_text_harmless(&out, text, strlen(text), true, '\0');
  return gchk_text_take(&out);
}
