/*
 * Text that grows: what reports and JSON are written into.
 *
 * A failed allocation sets `failed` and drops all that follows, so that a writer checks once, at its end. Reals are
 * written the same in every locale. Names come from other people's files: `visible` writes a control byte as \xNN (\n,
 * \t and \r by their letters), a byte that is not UTF-8 as \xNN and a character that XML forbids or that reorders text
 * as \u{NNNN}, in every format alike. Output ends up in logs, and CI servers take orders from those: one character of
 * "::error::" at the start of a line, of "##[error]" and "##vso[" anywhere, is spelled out as well (\xNN, in markup as
 * a character reference, in JSON as an escape).
 */
#ifndef GCHK_CORE_TEXT_H
#define GCHK_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gradcheck/status.h"

typedef struct gchk_text {
  char *data; /* ended by a 0 byte once anything was written; NULL before */
  size_t length, capacity;
  bool failed;
} gchk_text;

/* What has to be escaped beside the characters that are made visible. */
typedef enum gchk_markup {
  GCHK_MARKUP_PLAIN = 0,
  GCHK_MARKUP_XML,     /* XML and HTML, in text and in quoted attributes */
  GCHK_MARKUP_MARKDOWN /* Markdown: everything that could be structure, as a numeric entity */
} gchk_markup;

void gchk_text_deinit(gchk_text *text);
char *gchk_text_take(gchk_text *text); /* the characters, which the caller frees; NULL when it failed */

void gchk_text_put(gchk_text *text, const char *characters);
void gchk_text_write(gchk_text *text, const char *data, size_t length);
void gchk_text_repeat(gchk_text *text, const char *characters, size_t count);
void gchk_text_format(gchk_text *text, const char *format, ...) GCHK_PRINTF(2, 3); /* for integers and strings */

/* printf's %.<precision><style> of x for the styles e, f and g; "NaN", "inf" and "-inf" where it is not finite. */
void gchk_text_real(gchk_text *text, char style, int precision, double x);
enum { GCHK_REAL_SIZE = 352 }; /* fits DBL_MAX in style f */
const char *gchk_format_real(char *out, size_t size, char style, int precision, double x);

/* printf's %g of x with the fewest digits, up to `digits`, that give the same number as so many: 1.1, 200, 1e-05. */
void gchk_text_shortest(gchk_text *text, int digits, double x);

void gchk_text_grouped(gchk_text *text, uint64_t number); /* 39,812 */

void gchk_text_visible(gchk_text *text, const char *name, gchk_markup markup);
void gchk_text_harmless(gchk_text *text, const char *bytes, size_t count); /* plain; tabs stay; bytes[count] is 0 */
size_t gchk_visible_width(const char *name); /* columns of the visible form on a terminal */
/* The visible form, plain, padded with blanks on the right (width > 0) or on the left (width < 0). */
void gchk_text_column(gchk_text *text, const char *name, int width);

void gchk_text_json_string(gchk_text *text, const char *characters); /* quoted; what is not UTF-8 as \\xNN */

/* Bytes of the UTF-8 character at `bytes` and its code; 0 when it is not well formed. */
size_t gchk_utf8_decode(const char *bytes, uint32_t *code);

#endif
