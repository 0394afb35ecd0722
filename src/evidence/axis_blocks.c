#include "evidence/axis_blocks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The expression of an axis, and its length; NULL: the shape does not list its axes.
static const char *expression_of(const gchk_diagnosis *d, size_t axis, size_t *length) {
  const char *at = d->row->shape;
  if (strstr(at, "...") != NULL)
    return NULL;
  for (size_t k = 0; k < axis; k++) {
    at += strspn(at, " ");
    at += strcspn(at, " ");
  }
  at += strspn(at, " ");
  *length = strcspn(at, " ");
  return at;
}

// How many blocks of one size there are: 4 for "4*H"; 0: it is no such product.
static size_t count_blocks(const gchk_diagnosis *d, size_t axis) {
  enum { DIGITS = 2 };
  size_t length = 0;
  const char *at = expression_of(d, axis, &length);
  const size_t digits = at == NULL ? 0 : strspn(at, "0123456789");
  if (digits == 0 || digits > DIGITS || length <= digits + 1 || at[digits] != '*' ||
      strcspn(at + digits + 1, "*+-/() ") != length - digits - 1)
    return 0;
  const size_t count = (size_t)strtoul(at, NULL, 10), all = d->t->shape.dim[axis];
  return count > 1 && all % count == 0 && all > count ? count : 0;
}

const char *gchk_axis_blocks(const gchk_diagnosis *d, size_t axis, size_t low, size_t high, char *text, size_t size) {
  const size_t count = count_blocks(d, axis), width = count > 0 ? d->t->shape.dim[axis] / count : 1;
  const size_t first = low / width, last = high / width;
  text[0] = '\0';
  if (count == 0 || low % width != 0 || (high + 1) % width != 0)
    return text;
  if (first == last)
    (void)snprintf(text, size, " (block %zu, from 0, of %zu blocks of %zu)", first, count, width);
  else
    (void)snprintf(text, size, " (blocks %zu to %zu, from 0, of %zu blocks of %zu)", first, last, count, width);
  return text;
}
