/* Text that grows, with numbers and names in it. UTF-8 by RFC 3629: no overlong forms, no surrogates, at most U+10FFFF.
 */
#include "core/text.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/format_17.h"

static bool reserve(gchk_text *text, size_t more) {
  if (text->failed)
    return false;
  if (more >= SIZE_MAX / 2 - text->length) {
    text->failed = true;
    return false;
  }
  size_t need = text->length + more + 1;
  if (need <= text->capacity)
    return true;
  size_t capacity = text->capacity < 256 ? 256 : text->capacity;
  while (capacity < need)
    capacity *= 2;
  char *data = realloc(text->data, capacity);
  if (data == NULL) {
    text->failed = true;
    return false;
  }
  text->data = data;
  text->capacity = capacity;
  return true;
}

void gchk_text_deinit(gchk_text *text) {
  free(text->data);
  *text = (gchk_text){0};
}

char *gchk_text_take(gchk_text *text) {
  gchk_text_write(text, "", 0);
  char *data = text->data;
  if (text->failed) {
    free(data);
    data = NULL;
  }
  *text = (gchk_text){0};
  return data;
}

void gchk_text_write(gchk_text *text, const char *data, size_t length) {
  if (!reserve(text, length))
    return;
  if (length > 0)
    memcpy(text->data + text->length, data, length);
  text->length += length;
  text->data[text->length] = '\0';
}

void gchk_text_put(gchk_text *text, const char *characters) {
  gchk_text_write(text, characters, strlen(characters));
}

void gchk_text_repeat(gchk_text *text, const char *characters, size_t count) {
  for (size_t i = 0; i < count && !text->failed; i++)
    gchk_text_put(text, characters);
}

void gchk_text_format(gchk_text *text, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int length = vsnprintf(NULL, 0, format, args);
  if (length < 0)
    text->failed = true;
  else if (reserve(text, (size_t)length)) {
    vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
    text->length += (size_t)length;
  }
  va_end(again);
  va_end(args);
}

const char *gchk_format_real(char *out, size_t size, char style, int precision, double x) {
  if (style == 'g' && precision == 17 && size >= GCHK_FORMAT_17_SIZE && gchk_format_17(out, x))
    return out;
  if (isnan(x) || isinf(x)) {
    snprintf(out, size, "%s", isnan(x) ? "NaN" : x < 0 ? "-inf" : "inf");
    return out;
  }
  if (style == 'f')
    snprintf(out, size, "%.*f", precision, x);
  else if (style == 'e')
    snprintf(out, size, "%.*e", precision, x);
  else
    snprintf(out, size, "%.*g", precision, x);
  // Whatever is no digit, sign or exponent is the locale's decimal point, which may take several bytes.
  char *to = out;
  for (const char *from = out; *from; from++) {
    if (strchr("+-0123456789e", *from))
      *to++ = *from;
    else if (to == out || to[-1] != '.')
      *to++ = '.';
  }
  *to = '\0';
  return out;
}

void gchk_text_real(gchk_text *text, char style, int precision, double x) {
  char number[GCHK_REAL_SIZE];
  gchk_text_put(text, gchk_format_real(number, sizeof number, style, precision, x));
}

void gchk_text_shortest(gchk_text *text, int digits, double x) {
  char all[GCHK_REAL_SIZE], fewer[GCHK_REAL_SIZE];
  (void)snprintf(all, sizeof all, "%.*g", digits, x);
  int enough = 1;
  for (; enough < digits; enough++) {
    (void)snprintf(fewer, sizeof fewer, "%.*g", enough, x);
    if (strtod(fewer, NULL) == strtod(all, NULL) && (strchr(fewer, 'e') == NULL || strchr(all, 'e') != NULL))
      break;
  }
  gchk_text_real(text, 'g', enough, x);
}

void gchk_text_grouped(gchk_text *text, uint64_t number) {
  char digits[32];
  int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
  for (int i = 0; i < length; i++) {
    if (i > 0 && (length - i) % 3 == 0)
      gchk_text_put(text, ",");
    gchk_text_write(text, digits + i, 1);
  }
}

size_t gchk_utf8_decode(const char *bytes, uint32_t *code) {
  const unsigned char *b = (const unsigned char *)bytes;
  if (b[0] < 0x80) {
    *code = b[0];
    return b[0] != 0;
  }
  size_t length = b[0] >= 0xf0 && b[0] <= 0xf4  ? 4
                  : b[0] >= 0xe0 && b[0] < 0xf0 ? 3
                  : b[0] >= 0xc2 && b[0] < 0xe0 ? 2
                                                : 0;
  if (length == 0)
    return 0;
  uint32_t value = b[0] & (0xffu >> (length + 1));
  for (size_t i = 1; i < length; i++) {
    if ((b[i] & 0xc0) != 0x80) // also where the string ends
      return 0;
    value = value << 6 | (b[i] & 0x3fu);
  }
  if ((length == 3 && value < 0x800) || (length == 4 && (value < 0x10000 || value > 0x10ffff)) ||
      (value >= 0xd800 && value <= 0xdfff))
    return 0;
  *code = value;
  return length;
}

/* Characters that XML 1.0 forbids, that a terminal obeys, or that make text read in another order than it has. */
static bool is_hidden(uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c & 0xfffe) == 0xfffe || c == 0x61c || (c >= 0x200e && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff || (c >= 0xfdd0 && c <= 0xfdef);
}

/* Writes the visible form of the character at `name` into `out` when it needs one, "" otherwise. Returns its bytes. */
static size_t visible_form(const char *name, char out[16], uint32_t *code) {
  size_t length = gchk_utf8_decode(name, code);
  out[0] = '\0';
  if (length == 0) {
    snprintf(out, 16, "\\x%02X", (unsigned)(unsigned char)name[0]);
    return 1;
  }
  if (!is_hidden(*code))
    return length;
  const char *letter = *code == '\n' ? "\\n" : *code == '\t' ? "\\t" : *code == '\r' ? "\\r" : NULL;
  if (letter)
    snprintf(out, 16, "%s", letter);
  else if (*code < 0x80)
    snprintf(out, 16, "\\x%02X", (unsigned)*code);
  else
    snprintf(out, 16, "\\u{%04X}", (unsigned)*code);
  return length;
}

static void put_markup(gchk_text *text, const char *character, size_t length, gchk_markup markup) {
  char c = length == 1 ? character[0] : 'a';
  if (markup == GCHK_MARKUP_XML && strchr("&<>\"'", c))
    gchk_text_put(text, c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '"' ? "&quot;" : "&#39;");
  else if (markup == GCHK_MARKUP_MARKDOWN && strchr("&<>\"'|*_`[]\\#~$@!", c))
    gchk_text_format(text, "&#%d;", c);
  else
    gchk_text_write(text, character, length);
}

// Is the text at the start of a line, where a CI server trims it? Whatever it takes for a blank is no letter of ASCII.
static bool starts_line(const gchk_text *text) {
  size_t at = text->length;
  while (at > 0 && text->data[at - 1] != '\n' &&
         (isspace((unsigned char)text->data[at - 1]) || (unsigned char)text->data[at - 1] >= 0x80))
    at--;
  return at == 0 || text->data[at - 1] == '\n';
}

/*
 * Would the character at `bytes`, the first of `count` that follow the text, make a command of a CI server of them?
 * "::error::" at the start of a line, "##[error]" and "##vso[" anywhere. What follows the last of them is not known.
 */
static bool makes_command(const gchk_text *text, const char *bytes, size_t count) {
  if (bytes[0] == ':')
    return (count == 1 || bytes[1] == ':') && starts_line(text);
  return bytes[0] == '#' && text->length > 0 && text->data[text->length - 1] == '#' &&
         (count == 1 || bytes[1] == '[' || isalpha((unsigned char)bytes[1]));
}

// A character of a command, as nobody obeys it; in markup, as whoever reads it gets it back.
static void put_disarmed(gchk_text *text, char c, gchk_markup markup) {
  gchk_text_format(text, markup == GCHK_MARKUP_PLAIN ? "\\x%02X" : "&#%d;", (unsigned)c);
}

static void put_visible(gchk_text *text, const char *bytes, size_t count, gchk_markup markup, bool keeps_tabs) {
  while (count > 0) {
    char form[16];
    uint32_t code;
    const size_t length = visible_form(bytes, form, &code);
    if (makes_command(text, bytes, count))
      put_disarmed(text, bytes[0], markup);
    else if (form[0] == '\0' || (keeps_tabs && code == '\t'))
      put_markup(text, bytes, length, markup);
    else
      for (const char *c = form; *c; c++)
        put_markup(text, c, 1, markup);
    bytes += length;
    count -= length;
  }
}

void gchk_text_visible(gchk_text *text, const char *name, gchk_markup markup) {
  put_visible(text, name, strlen(name), markup, false);
}

// Nothing to spell out in it, as nearly always: it can be copied.
static bool is_plain(const char *bytes, size_t count) {
  for (size_t i = 0; i < count; i++)
    if ((bytes[i] < ' ' && bytes[i] != '\t') || bytes[i] > '~' || bytes[i] == '#' || bytes[i] == ':')
      return false;
  return true;
}

void gchk_text_harmless(gchk_text *text, const char *bytes, size_t count) {
  if (is_plain(bytes, count))
    gchk_text_write(text, bytes, count);
  else
    put_visible(text, bytes, count, GCHK_MARKUP_PLAIN, true);
}

/* Two columns for East Asian wide characters and emoji, none for combining marks; blocks, not the full tables. */
static size_t columns_of(uint32_t c) {
  if ((c >= 0x300 && c <= 0x36f) || (c >= 0x200b && c <= 0x200d) || (c >= 0xfe00 && c <= 0xfe0f))
    return 0;
  bool wide = (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
              (c >= 0xf900 && c <= 0xfaff) || (c >= 0xff00 && c <= 0xff60) || (c >= 0x1f300 && c <= 0x1faff) ||
              (c >= 0x20000 && c <= 0x3fffd);
  return wide ? 2 : 1;
}

size_t gchk_visible_width(const char *name) {
  size_t width = 0;
  while (*name) {
    char form[16];
    uint32_t code;
    size_t length = visible_form(name, form, &code);
    width += form[0] ? strlen(form) : columns_of(code);
    name += length;
  }
  return width;
}

void gchk_text_column(gchk_text *text, const char *name, int width) {
  size_t wanted = (size_t)(width < 0 ? -width : width), have = gchk_visible_width(name);
  size_t blanks = wanted > have ? wanted - have : 0;
  if (width < 0)
    gchk_text_repeat(text, " ", blanks);
  gchk_text_visible(text, name, GCHK_MARKUP_PLAIN);
  if (width > 0)
    gchk_text_repeat(text, " ", blanks);
}

void gchk_text_json_string(gchk_text *text, const char *characters) {
  gchk_text_put(text, "\"");
  while (*characters) {
    uint32_t code;
    size_t length = gchk_utf8_decode(characters, &code);
    if (length == 0) {
      gchk_text_format(text, "\\\\x%02X", (unsigned)(unsigned char)*characters);
      length = 1;
    } else if (code == '"' || code == '\\')
      gchk_text_format(text, "\\%c", (int)code);
    else if (code == '\n' || code == '\t')
      gchk_text_put(text, code == '\n' ? "\\n" : "\\t");
    else if (code < 0x20 || code == 0x7f || makes_command(text, characters, SIZE_MAX))
      gchk_text_format(text, "\\u%04x", (unsigned)code);
    else
      gchk_text_write(text, characters, length);
    characters += length;
  }
  gchk_text_put(text, "\"");
}
