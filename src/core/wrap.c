/* Lines are broken at blanks alone: wide characters take two columns, escape sequences of colours none. */
#include "core/wrap.h"

#include <string.h>

// Bytes of the escape sequence at `at`, which ends with a letter; 0: there is none.
static size_t escape_length(const char *at) {
  if (at[0] != '\033')
    return 0;
  const size_t length = strcspn(at, "m\n");
  return at[length] == 'm' ? length + 1 : length;
}

size_t gchk_text_columns(const char *at, size_t length) {
  gchk_text plain = {0};
  for (size_t i = 0; i < length;) {
    const size_t escape = escape_length(at + i);
    if (escape == 0)
      gchk_text_write(&plain, at + i, 1);
    i += escape > 0 ? escape : 1;
  }
  const size_t columns = plain.length > 0 ? gchk_visible_width(plain.data) : 0;
  gchk_text_deinit(&plain);
  return columns;
}

static size_t count_until(const char *at, size_t left, bool is_blank) {
  size_t length = 0;
  while (length < left && (at[length] == ' ') == is_blank)
    length++;
  return length;
}

void gchk_text_wrap(gchk_text *out, const char *words, size_t length, size_t column, size_t indent, size_t columns) {
  for (size_t i = 0; i < length;) {
    const size_t gap = count_until(words + i, length - i, true);
    const size_t word = count_until(words + i + gap, length - i - gap, false);
    const size_t wide = gchk_text_columns(words + i + gap, word);
    const bool breaks = column > indent && column + gap + wide > columns && indent + wide <= columns;
    if (breaks) {
      gchk_text_put(out, "\n");
      gchk_text_repeat(out, " ", indent);
      column = indent;
    }
    gchk_text_write(out, words + i + (breaks ? gap : 0), word + (breaks ? 0 : gap));
    column += wide + (breaks ? 0 : gap);
    i += gap + word;
  }
}
