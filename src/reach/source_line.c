/* Lines of source files, read anew each time: few are asked for. */
#include "reach/source_line.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST = 100 };

// Takes the next line up to its end, cut to what `text` has room for. False at the end of the file.
static bool read_line(FILE *in, char text[LONGEST + 1]) {
  size_t length = 0;
  int c = getc(in);
  const bool is_there = c != EOF;
  for (; c != EOF && c != '\n'; c = getc(in))
    if (length < LONGEST && (length > 0 || (c != ' ' && c != '\t')))
      text[length++] = (char)(c == '\t' || c == '\r' ? ' ' : c);
  while (length > 0 && text[length - 1] == ' ')
    length--;
  text[length] = '\0';
  return is_there;
}

static bool ends_with(const char *text, const char *end) {
  const size_t length = strlen(text), end_length = strlen(end);
  return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

// What a line stands under whose statement or block begins behind it.
static bool is_head(const char *text) {
  return *text != '#' &&
         (ends_with(text, "{") || ends_with(text, ")") || ends_with(text, "else") || ends_with(text, ":"));
}

const char *gchk_source_line(gchk_arena *arena, const char *file, int line) {
  char text[LONGEST + 1] = "", before[LONGEST + 1] = "";
  FILE *in = line > 0 ? fopen(file, "r") : NULL;
  if (in == NULL)
    return "";
  bool is_there = true;
  for (int i = 0; i < line && is_there; i++) {
    memcpy(before, text, sizeof before);
    is_there = read_line(in, text);
  }
  (void)fclose(in);
  if (!is_there)
    return "";
  return is_head(before) ? gchk_arena_printf(arena, "%s %s", before, text) : gchk_arena_strdup(arena, text);
}
