/*
 * `documents`: rows of what documents print, such as
 *
 *     - {document: "000", at: "In [7]", prints: "dL/dx: 2.2", gradient: apple}
 *
 * The numbers of a row are those in its text, True and False being 1 and 0, but for digits that are a part of a word
 * (dW1, x2). Each may be off by half a unit of its last digit, or by so many units as the row says.
 */
#include "suite/suite_documents.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "core/memory.h"
#include "instance/sizes.h"
#include "suite/number.h"
#include "suite/suite_tensor_names.h"

enum { LONGEST_TEXT = 4096, LONGEST_NUMBER = 64, MOST_UNITS = 1000 };

/* The keys of which a row has one; which tensors it can name, or NULL for a text; does it want numbers in `prints`? */
static const struct {
  gchk_printed_kind kind;
  size_t offset;
  gchk_suite_accepts accepts;
  bool wants_numbers;
} kinds[] = {
    {GCHK_PRINTED_VALUE, offsetof(gchk_document_keys, value), gchk_suite_has_value, true},
    {GCHK_PRINTED_GRADIENT, offsetof(gchk_document_keys, gradient), gchk_suite_has_gradient, true},
    {GCHK_PRINTED_SHAPE, offsetof(gchk_document_keys, shape), gchk_suite_has_value, true},
    {GCHK_PRINTED_MEAN_ABS_DIFF, offsetof(gchk_document_keys, mean_abs_diff), gchk_suite_has_gradient, true},
    {GCHK_PRINTED_AGREEMENT, offsetof(gchk_document_keys, agreement), gchk_suite_has_gradient, true},
    {GCHK_PRINTED_FORMULA, offsetof(gchk_document_keys, formula), gchk_suite_has_gradient, false},
    {GCHK_PRINTED_ELSEWHERE, offsetof(gchk_document_keys, elsewhere), NULL, false},
    {GCHK_PRINTED_MISPRINT, offsetof(gchk_document_keys, misprint), NULL, false},
};

/* One row while it is read. */
typedef struct row_reader {
  const gchk_suite_case *c;
  const gchk_name_table *rows; /* the layer's tensors */
  const gchk_yaml *node;
  gchk_document_keys keys;
  size_t kind; /* among `kinds` */
  const gchk_yaml *subject;
  size_t elements; /* numbers that its tensors have */
} row_reader;

/* The length of the decimal number at `text`, and the unit of its last digit; 0: there is none. */
static size_t number_length(const char *text, double *unit) {
  size_t i = text[0] == '-' || text[0] == '+', decimals = 0;
  const size_t whole = strspn(text + i, "0123456789");
  double exponent = 0;
  i += whole;
  if (text[i] == '.') {
    decimals = strspn(text + i + 1, "0123456789");
    i += 1 + decimals;
  }
  if (whole + decimals == 0)
    return 0;
  const size_t sign = text[i] == 'e' && (text[i + 1] == '-' || text[i + 1] == '+');
  const size_t digits = text[i] == 'e' ? strspn(text + i + 1 + sign, "0123456789") : 0;
  for (size_t k = 0; k < digits; k++)
    exponent = 10 * exponent + (text[i + 1 + sign + k] - '0');
  if (digits > 0) {
    exponent = text[i + 1] == '-' ? -exponent : exponent;
    i += 1 + sign + digits;
  }
  *unit = pow(10, exponent - (double)decimals);
  return i;
}

/* Can a number begin after this character? */
static bool is_apart(char before) {
  return before == '\0' || strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.", before) == NULL;
}

static bool read_number(const char *text, size_t length, double *number) {
  char digits[LONGEST_NUMBER];
  if (length == 0 || length >= sizeof digits)
    return false;
  memcpy(digits, text, length);
  digits[length] = '\0';
  return gchk_number_parse(digits, number) && isfinite(*number);
}

/* The numbers of the text, at most as many as it has characters. */
static size_t find_numbers(const char *text, double *numbers, double *units) {
  static const char *const words[] = {"False", "True"};
  size_t count = 0;
  for (const char *at = text; *at != '\0';) {
    const bool begins = is_apart(at == text ? '\0' : at[-1]), is_sign = *at == '-' || *at == '+';
    size_t length =
        begins || !is_sign ? number_length(at, &units[count]) : 0; /* the minus of 1-2 is none of a number */
    bool is_number = begins && read_number(at, length, &numbers[count]) && isfinite(units[count]);
    for (size_t w = 0; w < GCHK_COUNT(words); w++)
      if (strncmp(at, words[w], strlen(words[w])) == 0) {
        numbers[count] = (double)w;
        units[count] = 0;
        length = strlen(words[w]);
        is_number = true;
      }
    count += is_number;
    at += length > 0 ? length : 1;
  }
  return count;
}

/* How far numbers may be off, in units of their last digit. */
static gchk_status read_units(const row_reader *r, double *units) {
  const gchk_yaml *node = r->keys.units;
  *units = 0.5;
  if (node == NULL)
    return GCHK_OK;
  GCHK_TRY(gchk_suite_number(r->c->reader, node, "units", units));
  if (*units >= 0 && *units <= MOST_UNITS)
    return GCHK_OK;
  return gchk_suite_fail(r->c->reader, node,
                         "units is \"%s\"; how many units of its last digit a number may be off is wanted, from 0 "
                         "(this very number) to %d",
                         node->text, (int)MOST_UNITS);
}

static gchk_status read_numbers(const row_reader *r, gchk_printed *row) {
  const gchk_suite_reader *reader = r->c->reader;
  const size_t room = strlen(row->prints) + 1;
  double *numbers = gchk_arena_alloc(reader->arena, room, sizeof *numbers);
  double *within = gchk_arena_alloc(reader->arena, room, sizeof *within);
  double units;
  if (numbers == NULL || within == NULL)
    return gchk_fail_memory(reader->error, "documents");
  GCHK_TRY(read_units(r, &units));
  row->number_count = find_numbers(row->prints, numbers, within);
  for (size_t i = 0; i < row->number_count; i++)
    within[i] *= units;
  row->numbers = numbers;
  row->within = within;
  if (row->number_count == r->elements)
    return GCHK_OK;
  return gchk_suite_fail(reader, r->node, "prints \"%s\" has %zu number%s in it, and %s has %zu; make them as many",
                         row->prints, row->number_count, row->number_count == 1 ? "" : "s",
                         gchk_printed_kind_name(row->kind), r->elements);
}

/* How many numbers of a row are those of this tensor. */
static gchk_status count_numbers(const row_reader *r, const gchk_yaml *node, size_t tensor, size_t *count) {
  const gchk_suite_reader *reader = r->c->reader;
  const gchk_printed_kind kind = kinds[r->kind].kind;
  gchk_shape shape;
  *count = 1;
  if (kind != GCHK_PRINTED_VALUE && kind != GCHK_PRINTED_GRADIENT && kind != GCHK_PRINTED_SHAPE)
    return GCHK_OK;
  if (gchk_sizes_shape(&r->c->sizes, r->c->layer->tensors[tensor].shape, &shape, reader->error) != GCHK_OK)
    return gchk_suite_fail_within(reader, node);
  *count = shape.rank;
  return kind == GCHK_PRINTED_SHAPE ? GCHK_OK : gchk_shape_count(&shape, count, reader->error);
}

/* One tensor or a list of them. */
static gchk_status read_tensors(row_reader *r, gchk_printed *row) {
  const gchk_suite_reader *reader = r->c->reader;
  const gchk_yaml *subject = r->subject;
  const bool is_list = subject->kind == GCHK_YAML_LIST;
  row->tensor_count = is_list ? subject->count : 1;
  const char **tensors = gchk_arena_alloc(reader->arena, row->tensor_count, sizeof *tensors);
  if (tensors == NULL)
    return gchk_fail_memory(reader->error, "documents");
  for (size_t i = 0; i < row->tensor_count; i++) {
    const gchk_yaml *node = is_list ? subject->item[i] : subject;
    size_t tensor = 0, count = 0;
    GCHK_TRY(gchk_suite_text(reader, node, gchk_printed_kind_name(row->kind), &tensors[i]));
    GCHK_TRY(gchk_suite_name_tensor(r->c, r->rows, node, "documents", kinds[r->kind].accepts, &tensor));
    GCHK_TRY(count_numbers(r, node, tensor, &count));
    r->elements += count;
  }
  row->tensors = tensors;
  return GCHK_OK;
}

/* Which of the keys the row has; one of them. */
static gchk_status choose_kind(row_reader *r) {
  const gchk_suite_reader *reader = r->c->reader;
  size_t found = 0;
  for (size_t i = 0; i < GCHK_COUNT(kinds); i++) {
    const gchk_yaml *node = gchk_suite_key_node(&r->keys, kinds[i].offset);
    if (node == NULL)
      continue;
    r->kind = i;
    r->subject = node;
    found++;
  }
  if (found == 1)
    return GCHK_OK;
  return gchk_suite_fail(reader, r->node,
                         "a row of documents has %zu of the keys value, gradient, shape, mean_abs_diff, agreement, "
                         "formula, elsewhere and misprint; one is wanted",
                         found);
}

static gchk_status check_texts(const row_reader *r) {
  const gchk_document_keys *keys = &r->keys;
  if (keys->document == NULL || keys->at == NULL || keys->prints == NULL)
    return gchk_suite_fail(r->c->reader, r->node,
                           "a row of documents has no %s; document, at and prints are wanted: {document: \"000\", at: "
                           "\"In [7]\", prints: \"dx: 2.2\", gradient: x}",
                           keys->document == NULL ? "document"
                           : keys->at == NULL     ? "at"
                                                  : "prints");
  if (strlen(keys->prints) <= LONGEST_TEXT)
    return GCHK_OK;
  return gchk_suite_fail(r->c->reader, r->node,
                         "prints has %zu characters; at most %d are possible, so make several rows",
                         strlen(keys->prints), (int)LONGEST_TEXT);
}

static gchk_status read_row(const gchk_suite_case *c, const gchk_name_table *rows, const gchk_yaml *node,
                            gchk_printed *row) {
  row_reader r = {.c = c, .rows = rows, .node = node};
  GCHK_TRY(gchk_suite_map(c->reader, node, "a row of documents"));
  GCHK_TRY(gchk_suite_check_keys(c->reader, node, GCHK_KEYS_DOCUMENT, "a row of documents"));
  GCHK_TRY(gchk_suite_read_keys(c->reader, node, GCHK_KEYS_DOCUMENT, &r.keys));
  GCHK_TRY(check_texts(&r));
  GCHK_TRY(choose_kind(&r));
  *row =
      (gchk_printed){.document = r.keys.document, .at = r.keys.at, .prints = r.keys.prints, .kind = kinds[r.kind].kind};
  if (kinds[r.kind].accepts == NULL)
    return gchk_suite_text(c->reader, r.subject, gchk_printed_kind_name(row->kind), &row->words);
  GCHK_TRY(read_tensors(&r, row));
  return kinds[r.kind].wants_numbers ? read_numbers(&r, row) : GCHK_OK;
}

gchk_status gchk_suite_read_documents(const gchk_suite_case *c, const gchk_name_table *rows,
                                      const gchk_printed **printed, size_t *count) {
  const gchk_yaml *list = c->keys.documents;
  if (list->kind != GCHK_YAML_LIST)
    return gchk_suite_fail(c->reader, list,
                           "documents wants a list of rows: [{document: \"000\", at: \"In [7]\", prints: \"dx: 2.2\", "
                           "gradient: x}]");
  gchk_printed *read = gchk_arena_alloc(c->reader->arena, list->count, sizeof *read);
  if (read == NULL)
    return gchk_fail_memory(c->reader->error, "documents");
  for (size_t i = 0; i < list->count; i++)
    GCHK_TRY(read_row(c, rows, list->item[i], &read[i]));
  *printed = read;
  *count = list->count;
  return GCHK_OK;
}
