/* Size expressions, by recursive descent. */
#include "instance/expression.h"

#include <stdint.h>
#include <string.h>

#include "gradcheck/layer.h"

typedef struct parser {
  const char *at, *end;
  const char *text;
  size_t length;
  gchk_size_value_fn value_of; // NULL: only the notation is wanted
  const void *values;
  gchk_size_name_fn found; // NULL: nobody wants the names
  void *context;
  gchk_error *error;
  int depth;
} parser;

enum { MAX_DEPTH = 32 };

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool gchk_expression_is_name(const char *text, size_t length) {
  if (length == 0 || !is_letter(text[0]))
    return false;
  for (size_t i = 1; i < length; i++)
    if (!is_letter(text[i]) && !is_digit(text[i]))
      return false;
  return true;
}

static gchk_status fail(parser *p, const char *what) {
  return gchk_fail(p->error, GCHK_INVALID, "size expression '%.*s': %s", (int)p->length, p->text, what);
}

static gchk_status parse_sum(parser *p, int64_t *value);

static gchk_status parse_number(parser *p, int64_t *value) {
  *value = 0;
  for (; p->at < p->end && is_digit(*p->at); p->at++) {
    if (*value > (INT64_MAX - 9) / 10)
      return fail(p, "the number is too large");
    *value = *value * 10 + (*p->at - '0');
  }
  return GCHK_OK;
}

static gchk_status parse_name(parser *p, int64_t *value) {
  char name[GCHK_SIZE_NAME];
  size_t length = 0;
  while (p->at + length < p->end && (is_letter(p->at[length]) || is_digit(p->at[length])))
    length++;
  if (length >= sizeof name)
    return fail(p, "a name is too long (at most 23 letters)");
  memcpy(name, p->at, length);
  name[length] = '\0';
  p->at += length;
  *value = 1;
  if (p->found != NULL)
    p->found(p->context, name, false);
  if (p->value_of == NULL)
    return GCHK_OK;
  size_t size;
  if (!p->value_of(p->values, name, &size))
    return gchk_fail(p->error, GCHK_INVALID,
                     "size expression '%.*s': nothing says how large %s is; give it, as in \"%s=3\"", (int)p->length,
                     p->text, name, name);
  if (size > INT64_MAX)
    return fail(p, "a size is too large");
  *value = (int64_t)size;
  return GCHK_OK;
}

static gchk_status parse_factor(parser *p, int64_t *value) {
  if (p->at >= p->end)
    return fail(p, "ends where a number or a name is wanted");
  if (is_digit(*p->at))
    return parse_number(p, value);
  if (is_letter(*p->at))
    return parse_name(p, value);
  if (*p->at != '(')
    return fail(p, "a number, a name or '(' is wanted; an expression has no blanks in it: 2*C");
  if (++p->depth > MAX_DEPTH)
    return fail(p, "too many parentheses");
  p->at++;
  GCHK_TRY(parse_sum(p, value));
  if (p->at >= p->end || *p->at != ')')
    return fail(p, "')' is missing");
  p->at++;
  p->depth--;
  return GCHK_OK;
}

static gchk_status divide(parser *p, int64_t divisor, bool round_down, int64_t *value) {
  if (p->value_of == NULL)
    return GCHK_OK;
  if (divisor == 0)
    return fail(p, "divides by zero");
  if (!round_down && *value % divisor != 0)
    return fail(p, "the division has a rest; choose sizes that divide, or write '//' to round down");
  int64_t quotient = *value / divisor;
  if (*value % divisor != 0 && (*value < 0) != (divisor < 0))
    quotient--;
  *value = quotient;
  return GCHK_OK;
}

// What is left of a division that rounds down: of the divisor's sign.
static gchk_status take_rest(parser *p, int64_t divisor, int64_t *value) {
  if (p->value_of == NULL)
    return GCHK_OK;
  if (divisor == 0)
    return fail(p, "divides by zero");
  int64_t rest = *value % divisor;
  *value = rest != 0 && (rest < 0) != (divisor < 0) ? rest + divisor : rest;
  return GCHK_OK;
}

static gchk_status parse_product(parser *p, int64_t *value) {
  GCHK_TRY(parse_factor(p, value));
  while (p->at < p->end && (*p->at == '*' || *p->at == '/' || *p->at == '%')) {
    char operation = *p->at++;
    bool round_down = operation == '/' && p->at < p->end && *p->at == '/';
    p->at += round_down;
    int64_t right;
    GCHK_TRY(parse_factor(p, &right));
    if (operation == '/')
      GCHK_TRY(divide(p, right, round_down, value));
    else if (operation == '%')
      GCHK_TRY(take_rest(p, right, value));
    else if (__builtin_mul_overflow(*value, right, value))
      return fail(p, "the product is too large");
  }
  return GCHK_OK;
}

static gchk_status parse_sum(parser *p, int64_t *value) {
  GCHK_TRY(parse_product(p, value));
  while (p->at < p->end && (*p->at == '+' || *p->at == '-')) {
    bool minus = *p->at++ == '-';
    int64_t right;
    GCHK_TRY(parse_product(p, &right));
    bool overflow = minus ? __builtin_sub_overflow(*value, right, value) : __builtin_add_overflow(*value, right, value);
    if (overflow)
      return fail(p, "the sum is too large");
  }
  return GCHK_OK;
}

static gchk_status parse(parser *p, const char *text, size_t length, int64_t *value) {
  p->at = p->text = text;
  p->end = text + length;
  p->length = length;
  GCHK_TRY(parse_sum(p, value));
  if (p->at == p->end)
    return GCHK_OK;
  const bool is_real = p->at > text && is_digit(p->at[-1]) && (*p->at == '.' || *p->at == 'e' || *p->at == 'E');
  return fail(p, is_real ? "a whole number is wanted, without point or exponent" : "there is more after its end");
}

gchk_status gchk_expression_evaluate(const char *text, size_t length, gchk_size_value_fn value_of, const void *context,
                                     size_t *value, gchk_error *error) {
  parser p = {.value_of = value_of, .values = context, .error = error};
  int64_t result = 0;
  GCHK_TRY(parse(&p, text, length, &result));
  if (result < 0)
    return fail(&p, "is negative with these sizes");
  *value = (size_t)result;
  return GCHK_OK;
}

gchk_status gchk_expression_evaluate_signed(const char *text, size_t length, gchk_size_value_fn value_of,
                                            const void *context, int64_t *value, size_t *where, gchk_error *error) {
  parser p = {.value_of = value_of, .values = context, .error = error};
  gchk_status status = parse(&p, text, length, value);
  *where = (size_t)(p.at - text);
  return status;
}

gchk_status gchk_expression_scan(const char *text, size_t length, gchk_size_name_fn found, void *context,
                                 gchk_error *error) {
  parser p = {.found = found, .context = context, .error = error};
  int64_t ignored = 0;
  return parse(&p, text, length, &ignored);
}
