/* A walk over the tokens of a body, from statement to statement. */
#include "mutate/statements.h"

#include <string.h>

static bool is_at(const gchk_range *body, size_t i, const char *text) {
  return i < body->last && gchk_token_is(&body->tokens->at[i], text);
}

static bool is_word(const gchk_range *body, size_t i) {
  return i < body->last && body->tokens->at[i].kind == GCHK_TOKEN_WORD;
}

static bool is_word_of(const gchk_range *body, size_t i, const char *const *words) {
  for (; *words != NULL; words++)
    if (is_at(body, i, *words))
      return true;
  return false;
}

/* "real x", "const real *x", "struct point p" and "real *x": words side by side, or a word, a star and a word. */
static bool declares(const gchk_range *body, size_t i) {
  static const char *const asking[] = {"return", "goto", "case", "delete", "throw", NULL};
  if (!is_word(body, i) || is_word_of(body, i, asking))
    return false;
  size_t next = i + 1;
  while (is_at(body, next, "*"))
    next++;
  return is_word(body, next);
}

/* The ";" that ends the statement at i; last where a block is on the way. */
static size_t find_semicolon(const gchk_range *body, size_t i) {
  while (i < body->last && !is_at(body, i, ";")) {
    if (is_at(body, i, "}"))
      return body->last;
    const bool opens = is_at(body, i, "(") || is_at(body, i, "[") || is_at(body, i, "{");
    i = opens ? body->tokens->at[i].partner + 1 : i + 1;
  }
  return i;
}

/* Marks the simple statement at i; returns the token behind its ";". */
static size_t mark_simple(unsigned char *marks, const gchk_range *body, size_t i) {
  static const char *const keeps[] = {"return", "goto", "typedef", "static", "case", "default", NULL};
  const size_t end = find_semicolon(body, i);
  const bool is_declaration = declares(body, i) || is_word_of(body, i, keeps);
  if (end == body->last || end == i)
    return end + 1;
  for (size_t k = i; k < end; k++)
    marks[k - body->first] |= is_declaration ? GCHK_IN_DECLARATION : GCHK_IN_EXPRESSION;
  if (!is_declaration)
    marks[i - body->first] |= GCHK_BEGINS_STATEMENT;
  return end + 1;
}

void gchk_mark_statements(unsigned char *marks, const gchk_range *body) {
  static const char *const with_condition[] = {"if", "for", "while", "switch", NULL};
  static const char *const alone[] = {"else", "do", NULL};
  memset(marks, 0, body->last - body->first);
  for (size_t i = body->first; i < body->last;) {
    if (is_word_of(body, i, with_condition) && is_at(body, i + 1, "("))
      i = body->tokens->at[i + 1].partner + 1;
    else if (is_word_of(body, i, alone) || is_at(body, i, "{") || is_at(body, i, "}") || is_at(body, i, ";"))
      i++;
    else
      i = mark_simple(marks, body, i);
  }
}
