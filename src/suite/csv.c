/*
 * The CSV reader. A field is a number as gchk_number_parse reads it, but for quotients; there are no quoted commas,
 * because a number has none.
 */
#include "suite/csv.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "suite/decimal.h"
#include "suite/number.h"

enum { LARGEST_FILE = 1 << 30, LONGEST_FIELD = 400, SHOWN = 40 };

typedef struct parser {
  const char *name;
  const char *line; /* start of the line */
  size_t number;    /* of the line, from 1 */
  char separator;
  double *values;
  size_t count, room, rows, fields;
  bool is_integer;
  gchk_error *error;
} parser;

static gchk_status add_value(parser *p, double x) {
  if (p->count == p->room) {
    size_t room = p->room == 0 ? 1024 : p->room * 2;
    double *grown = gchk_grow(p->values, room, sizeof(*grown));
    if (grown == NULL)
      return gchk_fail_memory(p->error, p->name);
    p->values = grown;
    p->room = room;
  }
  p->values[p->count++] = x;
  return GCHK_OK;
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

static gchk_status add_number(parser *p, double x) {
  p->is_integer = p->is_integer && x == floor(x) && isfinite(x);
  return add_value(p, x);
}

/* A plain number with blanks around it: where its field ends. NULL for what read_text is to look at. */
static const char *scan_field(const parser *p, const char *start, const char *end_of_line, double *x) {
  while (is_blank(*start) && *start != p->separator)
    start++;
  const char *end = gchk_decimal_scan(start, x);
  while (end != NULL && is_blank(*end) && *end != p->separator)
    end++;
  return end == end_of_line || (end != NULL && *end == p->separator) ? end : NULL;
}

/* The field from `start` to `end`, both of the current line. */
static gchk_status read_text(parser *p, const char *start, const char *end) {
  char text[LONGEST_FIELD + 1];
  double x = 0;
  while (start < end && is_blank(*start))
    start++;
  while (end > start && is_blank(end[-1]))
    end--;
  size_t column = (size_t)(start - p->line) + 1;
  if (end - start >= 2 && *start == '"' && end[-1] == '"') {
    start++;
    end--;
  }
  size_t length = (size_t)(end - start);
  if (length == 0)
    return gchk_fail(p->error, GCHK_INVALID, "%s:%zu:%zu: the field is empty; every field is a number", p->name,
                     p->number, column);
  if (length <= LONGEST_FIELD) {
    memcpy(text, start, length);
    text[length] = '\0';
    if (strlen(text) == length && memchr(start, '/', length) == NULL && gchk_number_parse(text, &x)) {
      const bool has_digits = strcspn(text, "0123456789") < length;
      return has_digits && isinf(x)
                 ? gchk_fail(p->error, GCHK_INVALID, "%s:%zu:%zu: %.*s is beyond the largest number, 1.8e308", p->name,
                             p->number, column, length < SHOWN ? (int)length : SHOWN, text)
                 : add_number(p, x);
    }
  }
  int shown = length < SHOWN ? (int)length : SHOWN;
  return gchk_fail(p->error, GCHK_INVALID, "%s:%zu:%zu: \"%.*s\" is not a number%s", p->name, p->number, column, shown,
                   start,
                   p->rows == 0 ? "; if the first line holds names, say header: true" : "; every field is a number");
}

/* The field that begins at `start`; *stop is the separator behind it, or the end of the line. */
static gchk_status read_field(parser *p, const char *start, const char *end_of_line, const char **stop) {
  double x = 0;
  *stop = scan_field(p, start, end_of_line, &x);
  if (*stop != NULL)
    return add_number(p, x);
  *stop = memchr(start, p->separator, (size_t)(end_of_line - start));
  *stop = *stop != NULL ? *stop : end_of_line;
  return read_text(p, start, *stop);
}

static gchk_status read_line(parser *p, const char *end) {
  size_t fields = 1;
  const char *stop;
  for (const char *start = p->line;; start = stop + 1, fields++) {
    GCHK_TRY(read_field(p, start, end, &stop));
    if (stop == end)
      break;
  }
  if (p->rows > 0 && fields != p->fields)
    return gchk_fail(p->error, GCHK_INVALID,
                     "%s:%zu:1: the row has %zu fields, but the first has %zu; all have the same", p->name, p->number,
                     fields, p->fields);
  p->fields = fields;
  p->rows++;
  return GCHK_OK;
}

static bool is_empty(const char *line, const char *end) {
  while (line < end && (is_blank(*line) || *line == '\n'))
    line++;
  return line == end;
}

static char find_separator(const char *line, const char *end) {
  static const char candidates[] = {',', ';', '\t'};
  for (size_t i = 0; i < sizeof(candidates); i++)
    if (memchr(line, candidates[i], (size_t)(end - line)) != NULL)
      return candidates[i];
  return ',';
}

static gchk_status read_lines(parser *p, const char *text, size_t size, bool has_header) {
  static const char mark[] = "\xEF\xBB\xBF"; // of UTF-8, which some spreadsheets write
  const char *stop = text + size;
  p->line = size >= strlen(mark) && memcmp(text, mark, strlen(mark)) == 0 ? text + strlen(mark) : text;
  for (p->number = 1; p->line < stop; p->number++) {
    if (is_empty(p->line, stop))
      break;
    const char *end = memchr(p->line, '\n', (size_t)(stop - p->line));
    end = end != NULL ? end : stop;
    if (p->number == 1)
      p->separator = find_separator(p->line, end);
    if (p->number > 1 || !has_header)
      GCHK_TRY(read_line(p, end));
    if (end == stop)
      break;
    p->line = end + 1;
  }
  if (p->rows == 0)
    return gchk_fail(p->error, GCHK_INVALID, "%s: has no rows of numbers; one a line is wanted", p->name);
  return GCHK_OK;
}

gchk_status gchk_csv_read(gchk_array *array, gchk_source *source, bool has_header, gchk_error *error) {
  unsigned char *text = NULL;
  size_t size = 0;
  parser p = {.name = gchk_source_name(source), .is_integer = true, .error = error};
  gchk_status status = gchk_source_read_all(source, LARGEST_FILE, &text, &size, error);
  if (status != GCHK_OK)
    goto done;
  status = read_lines(&p, (const char *)text, size, has_header);
  if (status != GCHK_OK)
    goto done;
  gchk_array_deinit(array);
  *array = (gchk_array){.shape = {.rank = 2, .dim = {p.rows, p.fields}},
                        .count = p.count,
                        .values = p.values,
                        .is_integer = p.is_integer};
  p.values = NULL;
done:
  free(text);
  free(p.values);
  return status;
}
