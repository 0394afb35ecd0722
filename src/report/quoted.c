/* Quoting for shells. */
#include "report/quoted.h"

#include <string.h>

void gchk_put_quoted(gchk_text *text, const char *argument) {
  bool is_plain = *argument != '\0', is_readable = true;
  for (const char *c = argument; *c;) {
    uint32_t code;
    size_t length = gchk_utf8_decode(c, &code);
    is_readable = is_readable && length > 0 && code >= 0x20 && !(code >= 0x7f && code < 0xa0);
    is_plain = is_plain && length == 1 &&
               strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=+,@%:", *c);
    c += length ? length : 1;
  }
  if (is_plain) {
    gchk_text_put(text, argument);
    return;
  }
  gchk_text_put(text, is_readable ? "'" : "$'");
  for (const char *c = argument; *c; c++) {
    unsigned char byte = (unsigned char)*c;
    if (!is_readable && (byte < 0x20 || byte >= 0x7f))
      gchk_text_format(text, "\\x%02X", (unsigned)byte);
    else if (*c == '\'')
      gchk_text_put(text, is_readable ? "'\\''" : "\\'");
    else if (*c == '\\' && !is_readable)
      gchk_text_put(text, "\\\\");
    else
      gchk_text_write(text, c, 1);
  }
  gchk_text_put(text, "'");
}
