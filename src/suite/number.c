/*
 * Text to numbers, independent of the locale.
 *
 * strtod reads the decimal sign of the calling program's locale, and hexadecimal; so the text is looked over first and
 * read in the C locale, which is set for this thread only and for the time of the call, where the decimal sign is
 * another one. Most numbers need no strtod (decimal.h).
 */
#include "suite/number.h"

#include <langinfo.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "suite/decimal.h"

static double read_in_c_locale(const char *text, char **end) {
  if (strcmp(nl_langinfo(RADIXCHAR), ".") == 0)
    return strtod(text, end);
  locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (c == (locale_t)0)
    return strtod(text, end);
  locale_t before = uselocale(c);
  double x = strtod(text, end);
  (void)uselocale(before);
  freelocale(c);
  return x;
}

/* A finite decimal at the start of `text`; NULL when there is none. */
static const char *read_decimal(const char *text, double *x) {
  const char *scanned = gchk_decimal_scan(text, x);
  if (scanned != NULL && *scanned != 'x' && *scanned != 'X')
    return scanned;
  const char *start = text + (*text == '-' || *text == '+');
  size_t digits = strspn(start, "0123456789");
  size_t length = digits;
  if (start[length] == '.') {
    size_t fraction = strspn(start + length + 1, "0123456789");
    digits += fraction;
    length += 1 + fraction;
  }
  if (digits == 0)
    return NULL;
  /* "0x10" stops here before the x, but strtod would go on. */
  if (start[length] == 'x' || start[length] == 'X')
    return NULL;
  char *end = NULL;
  *x = read_in_c_locale(text, &end);
  return end;
}

static bool read_special(const char *text, double *x) {
  bool is_negative = *text == '-';
  text += *text == '-' || *text == '+';
  text += *text == '.';
  if (strcasecmp(text, "nan") == 0)
    *x = (double)NAN;
  else if (strcasecmp(text, "inf") == 0)
    *x = is_negative ? -HUGE_VAL : HUGE_VAL;
  else
    return false;
  return true;
}

bool gchk_number_parse(const char *text, double *x) {
  double numerator = 0, denominator = 1;
  const char *end = read_decimal(text, &numerator);
  if (end == NULL)
    return read_special(text, x);
  if (*end == '/') {
    end = read_decimal(end + 1, &denominator);
    if (!(denominator > 0))
      return false;
  }
  if (end == NULL || *end != '\0')
    return false;
  *x = numerator / denominator;
  return true;
}

bool gchk_whole_parse(const char *text, size_t *n) {
  if (*text == '\0')
    return false;
  size_t value = 0;
  for (; *text != '\0'; text++) {
    if (*text < '0' || *text > '9')
      return false;
    size_t digit = (size_t)(*text - '0');
    if (value > (SIZE_MAX - digit) / 10)
      return false;
    value = value * 10 + digit;
  }
  *n = value;
  return true;
}
