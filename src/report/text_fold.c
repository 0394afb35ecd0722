/* Text with lines that fit a terminal: colours take no column, wide characters two. */
#include "report/text_fold.h"

#include <string.h>

enum { TABLE = 8, ELSEWHERE = 2 }; // columns at which a continued line goes on

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

static size_t indent_of(const char *line) {
  const size_t blanks = strspn(line, " ");
  return blanks == 3 ? GCHK_LABELLED_COLUMN : blanks == 2 ? TABLE : blanks > 3 ? blanks + 6 : ELSEWHERE;
}

// Blanks before the word at `at`, and the word.
static size_t next_word(const char *at, size_t left) {
  size_t length = strspn(at, " ");
  while (length < left && at[length] != ' ')
    length++;
  return length < left ? length : left;
}

static void fold_line(const char *line, size_t length, gchk_text *out) {
  const size_t indent = indent_of(line);
  size_t column = 0;
  bool is_first = true;
  for (size_t i = 0; i < length;) {
    const size_t word = next_word(line + i, length - i), columns = gchk_text_columns(line + i, word);
    const size_t gap = strspn(line + i, " ");
    const bool would_fit = indent + columns - gap <= GCHK_TEXT_COLUMNS; // or the break would gain nothing
    const bool breaks = !is_first && would_fit && column + columns > GCHK_TEXT_COLUMNS;
    const size_t blanks = breaks ? gap : 0;
    if (breaks) {
      gchk_text_put(out, "\n");
      gchk_text_repeat(out, " ", indent);
      column = indent;
    }
    gchk_text_write(out, line + i + blanks, word - blanks);
    column += columns - blanks;
    is_first = is_first && column <= indent;
    i += word;
  }
}

void gchk_text_fold(const char *from, gchk_text *out) {
  while (*from != '\0') {
    const size_t whole = strcspn(from, "\n");
    size_t length = whole;
    while (length > 0 && from[length - 1] == ' ')
      length--;
    if (length <= GCHK_TEXT_COLUMNS || gchk_text_columns(from, length) <= GCHK_TEXT_COLUMNS)
      gchk_text_write(out, from, length);
    else
      fold_line(from, length, out);
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
