/* Text with lines that fit a terminal. */
#include "report/text_fold.h"

#include <string.h>

#include "core/wrap.h"

enum { TABLE = 8, FURTHER = 6, HEADING = 4 }; // columns at which a continued line goes on

static size_t indent_of(const char *line) {
  const size_t blanks = strspn(line, " ");
  return blanks == 3 ? GCHK_LABELLED_COLUMN : blanks == 2 ? TABLE : blanks > 3 ? blanks + FURTHER : HEADING;
}

void gchk_text_fold(const char *from, gchk_text *out) {
  while (*from != '\0') {
    const size_t whole = strcspn(from, "\n");
    size_t length = whole;
    while (length > 0 && from[length - 1] == ' ')
      length--;
    if (length <= GCHK_TEXT_COLUMNS) // in bytes: it fits
      gchk_text_write(out, from, length);
    else
      gchk_text_wrap(out, from, length, 0, indent_of(from), GCHK_TEXT_COLUMNS);
    from += whole;
    if (*from == '\n') {
      gchk_text_put(out, "\n");
      from++;
    }
  }
}

// A blank and the argument behind it, with what is quoted in it.
static size_t next_argument(const char *at) {
  size_t length = *at == ' ' ? 1 : 0;
  for (bool is_quoted = false; at[length] != '\0' && (is_quoted || at[length] != ' '); length++)
    is_quoted = is_quoted != (at[length] == '\'' && (length == 0 || at[length - 1] != '\\'));
  return length;
}

void gchk_text_fold_command(const char *command, size_t indent, gchk_text *out) {
  enum { BACKSLASH = 2 };
  for (size_t column = indent, i = 0; command[i] != '\0';) {
    const size_t length = next_argument(command + i), columns = gchk_text_columns(command + i, length);
    const size_t room = command[i + length] == '\0' ? GCHK_TEXT_COLUMNS : GCHK_TEXT_COLUMNS - BACKSLASH;
    const bool breaks = column > indent + BACKSLASH && column + columns > room;
    if (breaks) {
      gchk_text_put(out, " \\\n");
      gchk_text_repeat(out, " ", indent + BACKSLASH);
      column = indent + BACKSLASH;
    }
    gchk_text_write(out, command + i + breaks, length - breaks);
    column += columns - breaks;
    i += length;
  }
}
