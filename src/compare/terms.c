/* Terms, separated by blanks. */
#include "compare/terms.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

static const char blanks[] = " \t\n";

bool gchk_term_number(const char *text, double *number) {
  char *end;
  *number = strtod(text, &end);
  return end != text && *end == '\0' && isfinite(*number);
}

// "^T", "(1,0)" or "[1,0]": every axis once.
static bool read_axes(const char *text, gchk_term *term) {
  if (strcmp(text, "^T") == 0) {
    term->rank = 2;
    term->axis[0] = 1;
    return true;
  }
  const char close = *text == '(' ? ')' : ']';
  bool is_taken[GCHK_MAX_RANK] = {false};
  size_t largest = 0;
  for (const char *at = text; *at != close || term->rank == 0; at++) {
    if (at != text && *at != ',' && *at != close)
      return false;
    const size_t axis = (size_t)(at[1] - '0');
    if (at[1] < '0' || axis >= GCHK_MAX_RANK || is_taken[axis] || term->rank == GCHK_MAX_RANK)
      return false;
    is_taken[axis] = true;
    largest = axis > largest ? axis : largest;
    term->axis[term->rank++] = axis;
    at++;
    if (at[1] == close)
      return at[2] == '\0' && largest + 1 == term->rank;
  }
  return false;
}

gchk_status gchk_term_read(const char **at, gchk_term *term, bool *is_there, gchk_arena *arena, gchk_error *error) {
  *term = (gchk_term){.rank = 0};
  *at += strspn(*at, blanks);
  const size_t length = strcspn(*at, blanks);
  *is_there = length > 0;
  if (length == 0)
    return GCHK_OK;
  char *text = gchk_arena_printf(arena, "%.*s", (int)length, *at);
  *at += length;
  if (text == NULL)
    return gchk_fail_memory(error, "a comparison");
  char *equals = strchr(text, '=');
  if (equals == NULL || equals == text || equals[1] == '\0')
    return gchk_fail(error, GCHK_INVALID, "'%s' is not of the form w=W, w=W^T, x=x(0,3,1,2), b=0 or stride=2", text);
  *equals = '\0';
  term->key = text;
  term->value = term->name = equals + 1;
  const char *axes = strpbrk(term->value, "^([");
  double unused;
  // Size expressions have parentheses too, but not behind a name.
  if (axes == NULL || axes == term->value || strpbrk(term->value, "+-*/%") != NULL || gchk_term_number(text, &unused))
    return GCHK_OK;
  term->name = gchk_arena_printf(arena, "%.*s", (int)(axes - term->value), term->value);
  if (term->name == NULL)
    return gchk_fail_memory(error, "a comparison");
  if (!read_axes(axes, term))
    return gchk_fail(
        error, GCHK_INVALID,
        "%s=%s: '%s' is no order of axes; ^T transposes two of them, and (0,3,1,2) names each of four once", term->key,
        term->value, axes);
  return GCHK_OK;
}
