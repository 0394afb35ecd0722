/* Names and messages come from layers and files: whatever is in them is shown, and nothing of it is obeyed. */
#include "options/say.h"

#include <stdarg.h>
#include <stdlib.h>

#include "gradcheck/report.h"
#include "gradcheck/supervise.h"

static GCHK_PRINTF(3, 0) int say(FILE *to, const char *ends[2], const char *format, va_list arguments) {
  char text[4096]; // as long as no message is
  (void)vsnprintf(text, sizeof text, format, arguments);
  char *visible = gchk_visible_text(text);
  const int written = visible != NULL ? fprintf(to, "%s%s%s", ends[0], visible, ends[1]) : 0;
  free(visible);
  return written;
}

int cli_say(FILE *to, const char *end, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int written = say(to, (const char *[2]){"", end}, format, arguments);
  va_end(arguments);
  return written;
}

void cli_complain(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  (void)say(gchk_errors(), (const char *[2]){"gradcheck: ", "\n"}, format, arguments);
  va_end(arguments);
}
