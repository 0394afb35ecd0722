/* Lines are broken between words alone. */
#include "author/wrapped.h"

#include <string.h>

enum { COLUMNS = 108 };

void gchk_wrap(gchk_wrapped *lines, gchk_text *word) {
  lines->text->failed = lines->text->failed || word->failed;
  if (word->data != NULL && !word->failed) {
    if (lines->column > 0 && lines->column + 1 + word->length > COLUMNS) {
      gchk_text_format(lines->text, "\n%s", lines->indent);
      lines->column = strlen(lines->indent);
    } else if (lines->column > 0) {
      gchk_text_put(lines->text, " ");
      lines->column++;
    }
    gchk_text_write(lines->text, word->data, word->length);
    lines->column += word->length;
  }
  gchk_text_deinit(word);
  *word = (gchk_text){0};
}
