/* A list of texts, the last one first. */
#include "options/texts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct cli_text {
  struct cli_text *before;
  char characters[];
} cli_text;

const char *cli_texts_add(cli_texts *texts, const char *format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  const int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  cli_text *text = length < 0 ? NULL : malloc(sizeof *text + (size_t)length + 1);
  if (text != NULL) {
    (void)vsnprintf(text->characters, (size_t)length + 1, format, again);
    text->before = texts->last;
    texts->last = text;
  }
  va_end(again);
  return text == NULL ? NULL : text->characters;
}

void cli_texts_deinit(cli_texts *texts) {
  while (texts->last != NULL) {
    cli_text *text = texts->last;
    texts->last = text->before;
    free(text);
  }
}
