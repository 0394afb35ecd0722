/* Brackets are passed over as wholes; what is left of an expression is a row of operands with signs between. */
#include "mutate/operands.h"

#include <string.h>

static const gchk_token *token(const gchk_range *body, size_t i) {
  return &body->tokens->at[i];
}

static bool is_at(const gchk_range *body, size_t i, const char *text) {
  return i >= body->first && i < body->last && gchk_token_is(token(body, i), text);
}

static bool is_sign_of(const gchk_range *body, size_t i, const char *signs) {
  return i >= body->first && i < body->last && token(body, i)->kind == GCHK_TOKEN_SIGN &&
         strchr(signs, *token(body, i)->text) != NULL;
}

size_t gchk_operator_length(const gchk_range *body, size_t i) {
  static const char *const longer[] = {"<<=", ">>=", "->", "++", "--", "+=", "-=", "*=", "/=", "%=", "<<",
                                       ">>",  "<=",  ">=", "==", "!=", "&&", "||", "&=", "|=", "^="};
  for (size_t k = 0; k < sizeof longer / sizeof longer[0]; k++) {
    const size_t length = strlen(longer[k]);
    size_t same = 0;
    while (same < length && i + same < body->last && token(body, i + same)->kind == GCHK_TOKEN_SIGN &&
           token(body, i + same)->text == token(body, i)->text + same &&
           *token(body, i + same)->text == longer[k][same])
      same++;
    if (same == length)
      return length;
  }
  return 1;
}

static bool is_word_that_asks(const gchk_token *t) {
  static const char *const words[] = {"return", "case", "else", "do", "sizeof", "throw", "const", "struct"};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (gchk_token_is(t, words[i]))
      return true;
  return false;
}

/* "(type *)": what is behind it is what is converted. */
static bool is_cast_to_pointer(const gchk_range *body, size_t close) {
  return is_at(body, close, ")") && is_at(body, close - 1, "*");
}

/* Can an operand end with token i? */
static bool ends_operand(const gchk_range *body, size_t i) {
  if (i < body->first || i >= body->last)
    return false;
  const gchk_token *t = token(body, i);
  if (t->kind == GCHK_TOKEN_SIGN)
    return (is_at(body, i, ")") && !is_cast_to_pointer(body, i)) || is_at(body, i, "]");
  return t->kind != GCHK_TOKEN_WORD || !is_word_that_asks(t);
}

/* Is the next token this sign, with nothing between? */
static bool is_beside(const gchk_range *body, size_t i, const char *sign) {
  return is_at(body, i + 1, sign) && token(body, i + 1)->text == token(body, i)->text + 1;
}

/* "real *x", where a statement begins with it, or behind const: a declaration. */
static bool is_star_of_type(const gchk_range *body, size_t i) {
  if (!is_at(body, i, "*") || i == body->first || token(body, i - 1)->kind != GCHK_TOKEN_WORD)
    return false;
  if (is_at(body, i + 1, ")") || is_at(body, i + 1, ",") || is_beside(body, i, "*"))
    return true;
  return i - 1 == body->first || is_sign_of(body, i - 2, ";{}") || token(body, i - 2)->kind == GCHK_TOKEN_WORD;
}

bool gchk_is_binary(const gchk_range *body, size_t i) {
  if (i == body->first || !ends_operand(body, i - 1))
    return false;
  if (i >= body->first + 2 && token(body, i - 2)->kind == GCHK_TOKEN_WORD && is_word_that_asks(token(body, i - 2)))
    return !is_star_of_type(body, i) || gchk_token_is(token(body, i - 2), "return");
  return !is_star_of_type(body, i);
}

/* Does the sign at i end an operand that is beside it? */
static bool splits(const gchk_range *body, size_t i, gchk_operand_of kind) {
  if (token(body, i)->kind != GCHK_TOKEN_SIGN || is_sign_of(body, i, "."))
    return false;
  if (is_sign_of(body, i, "*/%"))
    return gchk_is_binary(body, i) && (kind == GCHK_OPERAND_OF_PRODUCT || is_at(body, i + 1, "="));
  if (is_at(body, i, "&") && i > body->first && is_beside(body, i - 1, "&"))
    return true; // the second of &&
  if (is_sign_of(body, i, "+-&"))
    return gchk_is_binary(body, i) && !is_at(body, i + 1, ">");
  return !is_sign_of(body, i, "!~");
}

static bool is_arrow(const gchk_range *body, size_t i) {
  return is_at(body, i, "-") && is_at(body, i + 1, ">");
}

size_t gchk_operand_start(const gchk_range *body, size_t i, gchk_operand_of kind) {
  while (i > body->first) {
    const size_t before = i - 1;
    if (is_sign_of(body, before, ")]}"))
      i = token(body, before)->partner;
    else if (is_at(body, before, ">") && before > body->first && is_arrow(body, before - 1))
      i = before - 1;
    else if (splits(body, before, kind) || is_sign_of(body, before, "([{") ||
             (token(body, before)->kind == GCHK_TOKEN_WORD && is_word_that_asks(token(body, before))))
      return i;
    else
      i = before;
  }
  return i;
}

size_t gchk_operand_end(const gchk_range *body, size_t i, gchk_operand_of kind) {
  const size_t start = i;
  while (i < body->last) {
    if (is_sign_of(body, i, "([{"))
      i = token(body, i)->partner + 1;
    else if (is_arrow(body, i))
      i += 2;
    else if (i > start && (splits(body, i, kind) || is_sign_of(body, i, ")]}")))
      return i;
    else
      i++;
  }
  return i;
}
