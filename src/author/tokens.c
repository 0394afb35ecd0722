/* From characters to tokens. No recursion: nothing in a file makes the stack deeper. */
#include "author/tokens.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

enum { DEEPEST = 64 };

/* A branch of a conditional: are its lines taken, was one before it, and are those around it? */
typedef struct branch {
  bool is_taken, was_taken, is_outer_taken;
} branch;

typedef struct reader {
  gchk_tokens *tokens;
  size_t capacity;
  const char *at, *end;
  int line;
  bool is_line_start;
  bool takes_last; // of an #if the last branch in place of the first
  branch branches[DEEPEST];
  size_t depth;
  gchk_error *error;
} reader;

static bool is_word_start(char c) {
  return isalpha((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 128;
}

static bool is_word(char c) {
  return is_word_start(c) || isdigit((unsigned char)c);
}

static gchk_status fail_at(const reader *r, int line, const char *what) {
  return gchk_fail(r->error, GCHK_INVALID, "%s:%d: %s", r->tokens->path, line, what);
}

static gchk_status add(reader *r, gchk_token_kind kind, const char *text, size_t length, int line) {
  if (r->tokens->count == r->capacity) {
    const size_t capacity = r->capacity == 0 ? 256 : 2 * r->capacity;
    gchk_token *grown = gchk_grow(r->tokens->at, capacity, sizeof *grown);
    if (grown == NULL)
      return gchk_fail_memory(r->error, r->tokens->path);
    r->tokens->at = grown;
    r->capacity = capacity;
  }
  r->tokens->at[r->tokens->count++] =
      (gchk_token){.text = text, .length = (uint32_t)length, .line = line, .kind = kind};
  return GCHK_OK;
}

static bool is_taken(const reader *r) {
  return r->depth == 0 || r->branches[r->depth - 1].is_taken;
}

static bool starts(const reader *r, const char *text) {
  const size_t length = strlen(text);
  return (size_t)(r->end - r->at) >= length && memcmp(r->at, text, length) == 0;
}

static gchk_status skip_comment(reader *r) {
  const int line = r->line;
  for (r->at += 2; r->at < r->end && !starts(r, "*/"); r->at++)
    r->line += *r->at == '\n';
  if (r->at == r->end)
    return fail_at(r, line, "this comment has no end");
  r->at += 2;
  return GCHK_OK;
}

static void skip_line(reader *r) {
  for (; r->at < r->end && *r->at != '\n'; r->at++)
    if (starts(r, "\\\n")) {
      r->at++;
      r->line++;
    }
}

static gchk_status skip_quoted(reader *r, char quote) {
  const int line = r->line;
  for (r->at++; r->at < r->end && *r->at != quote && *r->at != '\n'; r->at++)
    if (*r->at == '\\' && r->at + 1 < r->end)
      r->line += *++r->at == '\n';
  if (r->at == r->end || *r->at != quote)
    return fail_at(r, line, quote == '"' ? "this string has no end" : "this character has no end");
  r->at++;
  return GCHK_OK;
}

/* The next word of a directive's line; its length is 0 where there is none. */
static size_t directive_word(const char **at, const char *end) {
  while (*at < end && (**at == ' ' || **at == '\t'))
    ++*at;
  size_t length = 0;
  while (*at + length < end && is_word((*at)[length]))
    length++;
  return length;
}

static bool word_is(const char *word, size_t length, const char *text) {
  return length == strlen(text) && memcmp(word, text, length) == 0;
}

/* Is the first branch of this conditional for another time? */
static bool is_never(const char *word, size_t length, const char *rest, const char *end) {
  const size_t condition = directive_word(&rest, end);
  if (word_is(word, length, "if"))
    return word_is(rest, condition, "0") ||
           (word_is(rest, condition, "defined") && rest + condition < end &&
            strncmp(rest + condition + strspn(rest + condition, " ("), "__cplusplus", 11) == 0);
  return word_is(word, length, "ifdef") && word_is(rest, condition, "__cplusplus");
}

/* Is there an #else or #elif to the conditional in whose branch this is? */
static bool has_another(const reader *r) {
  size_t depth = 0;
  for (const char *line = r->at; line != NULL;) {
    const char *end = memchr(line, '\n', (size_t)(r->end - line));
    line = end == NULL ? NULL : end + 1;
    while (line != NULL && line < r->end && (*line == ' ' || *line == '\t'))
      line++;
    if (line == NULL || line >= r->end || *line != '#')
      continue;
    const char *word = line + 1;
    const size_t length = directive_word(&word, r->end);
    const bool is_end = word_is(word, length, "endif");
    if (depth == 0 && (is_end || word_is(word, length, "else") || word_is(word, length, "elif")))
      return !is_end;
    depth += length >= 2 && memcmp(word, "if", 2) == 0;
    depth -= is_end;
  }
  return false;
}

static gchk_status begin_branch(reader *r, bool is_never_taken) {
  if (r->depth == DEEPEST)
    return fail_at(r, r->line, "conditionals are nested deeper than 64 times");
  const bool outer = is_taken(r), taken = outer && !is_never_taken && !(r->takes_last && has_another(r));
  r->branches[r->depth++] = (branch){.is_taken = taken, .was_taken = taken, .is_outer_taken = outer};
  return GCHK_OK;
}

static gchk_status next_branch(reader *r) {
  if (r->depth == 0)
    return fail_at(r, r->line, "there is no #if to this #else");
  branch *b = &r->branches[r->depth - 1];
  b->is_taken = b->is_outer_taken && !b->was_taken && !(r->takes_last && has_another(r));
  b->was_taken = b->was_taken || b->is_taken;
  return GCHK_OK;
}

/* #define NAME float: as if it were typedef float NAME; */
static gchk_status read_define(reader *r, const char *at, const char *end) {
  static const char *const types[] = {"float", "double"};
  const char *name = at;
  const size_t name_length = directive_word(&name, end);
  const char *type = name + name_length;
  const size_t type_length = directive_word(&type, end);
  for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
    if (name_length == 0 || type == name + name_length || !word_is(type, type_length, types[i]))
      continue;
    GCHK_TRY(add(r, GCHK_TOKEN_WORD, "typedef", strlen("typedef"), r->line));
    GCHK_TRY(add(r, GCHK_TOKEN_WORD, type, type_length, r->line));
    GCHK_TRY(add(r, GCHK_TOKEN_WORD, name, name_length, r->line));
    GCHK_TRY(add(r, GCHK_TOKEN_SIGN, ";", 1, r->line));
  }
  return GCHK_OK;
}

/* At "#"; the line goes, with the comments that begin in it. */
static gchk_status read_directive(reader *r) {
  const char *end = memchr(r->at, '\n', (size_t)(r->end - r->at));
  const char *word = r->at + 1;
  end = end == NULL ? r->end : end;
  const size_t length = directive_word(&word, end);
  const char *rest = word + length;
  if (word_is(word, length, "if") || word_is(word, length, "ifdef") || word_is(word, length, "ifndef"))
    GCHK_TRY(begin_branch(r, is_never(word, length, rest, end)));
  else if (word_is(word, length, "else") || word_is(word, length, "elif"))
    GCHK_TRY(next_branch(r));
  else if (word_is(word, length, "endif")) {
    if (r->depth == 0)
      return fail_at(r, r->line, "there is no #if to this #endif");
    r->depth--;
  } else if (word_is(word, length, "define") && is_taken(r))
    GCHK_TRY(read_define(r, rest, end));
  while (r->at < r->end && *r->at != '\n') {
    if (starts(r, "/*")) {
      GCHK_TRY(skip_comment(r));
    } else if (starts(r, "//")) {
      skip_line(r);
    } else {
      r->line += starts(r, "\\\n");
      r->at += starts(r, "\\\n") ? 2 : 1;
    }
  }
  return GCHK_OK;
}

static void skip_number(reader *r) {
  for (r->at++; r->at < r->end; r->at++) {
    const bool is_exponent = strchr("eEpP", r->at[-1]) != NULL && (*r->at == '+' || *r->at == '-');
    const bool is_separator = *r->at == '\'' && r->at + 1 < r->end && isalnum((unsigned char)r->at[1]);
    if (!is_word(*r->at) && *r->at != '.' && !is_exponent && !is_separator)
      return;
  }
}

static gchk_status read_token(reader *r) {
  const char *start = r->at, c = *start;
  const int line = r->line;
  gchk_token_kind kind = GCHK_TOKEN_SIGN;
  if (is_word_start(c)) {
    kind = GCHK_TOKEN_WORD;
    while (r->at < r->end && is_word(*r->at))
      r->at++;
  } else if (isdigit((unsigned char)c)) {
    kind = GCHK_TOKEN_NUMBER;
    skip_number(r);
  } else if (c == '"' || c == '\'') {
    kind = GCHK_TOKEN_QUOTED;
    GCHK_TRY(skip_quoted(r, c));
  } else {
    r->at++;
  }
  return add(r, kind, start, (size_t)(r->at - start), line);
}

static gchk_status read_all(reader *r) {
  while (r->at < r->end) {
    const char c = *r->at;
    if (c == '\n') {
      r->line++;
      r->at++;
      r->is_line_start = true;
    } else if (isspace((unsigned char)c) || starts(r, "\\\n")) {
      r->at++;
    } else if (c == '#' && r->is_line_start) {
      GCHK_TRY(read_directive(r));
    } else if (!is_taken(r)) {
      skip_line(r);
    } else if (starts(r, "/*")) {
      GCHK_TRY(skip_comment(r));
    } else if (starts(r, "//")) {
      skip_line(r);
    } else {
      r->is_line_start = false;
      GCHK_TRY(read_token(r));
    }
  }
  return add(r, GCHK_TOKEN_END, "", 0, r->line);
}

/* Every bracket with its partner. `open` is a list through the brackets themselves: partner is the one around. */
static gchk_status match_brackets(reader *r) {
  static const char openers[] = "([{", closers[] = ")]}";
  gchk_token *t = r->tokens->at;
  size_t open = SIZE_MAX;
  for (size_t i = 0; i < r->tokens->count; i++) {
    if (t[i].kind != GCHK_TOKEN_SIGN)
      continue;
    const char c = *t[i].text, *closer = strchr(closers, c);
    if (strchr(openers, c) != NULL) {
      t[i].partner = (uint32_t)open;
      open = i;
    } else if (closer != NULL) {
      if (open == SIZE_MAX || *t[open].text != openers[closer - closers])
        return open == SIZE_MAX ? gchk_fail(r->error, GCHK_INVALID, "%s:%d: nothing is open that this '%c' could close",
                                            r->tokens->path, t[i].line, c)
                                : gchk_fail(r->error, GCHK_INVALID, "%s:%d: '%c' cannot close the '%c' of line %d",
                                            r->tokens->path, t[i].line, c, *t[open].text, t[open].line);
      const uint32_t around = t[open].partner;
      t[open].partner = (uint32_t)i;
      t[i].partner = (uint32_t)open;
      open = around == UINT32_MAX ? SIZE_MAX : around;
    }
  }
  if (open != SIZE_MAX)
    return gchk_fail(r->error, GCHK_INVALID, "%s:%d: this '%c' is never closed", r->tokens->path, t[open].line,
                     *t[open].text);
  return GCHK_OK;
}

static gchk_status read_tokens(gchk_tokens *tokens, const char *path, const char *text, size_t length, bool takes_last,
                               gchk_error *error) {
  *tokens = (gchk_tokens){.path = path};
  reader r = {.tokens = tokens,
              .at = text,
              .end = text + length,
              .line = 1,
              .is_line_start = true,
              .takes_last = takes_last,
              .error = error};
  const char *zero = memchr(text, '\0', length);
  if (zero != NULL) {
    for (const char *c = text; c < zero; c++)
      r.line += *c == '\n';
    return fail_at(&r, r.line, "a byte of 0: this is no text; a header or source of C is wanted");
  }
  gchk_status status = read_all(&r);
  if (status == GCHK_OK) {
    tokens->count--;
    status = match_brackets(&r);
  }
  if (status != GCHK_OK)
    gchk_tokens_deinit(tokens);
  return status;
}

gchk_status gchk_tokens_read(gchk_tokens *tokens, const char *path, const char *text, size_t length,
                             gchk_error *error) {
  return read_tokens(tokens, path, text, length, false, error);
}

gchk_status gchk_tokens_read_last(gchk_tokens *tokens, const char *path, const char *text, size_t length,
                                  gchk_error *error) {
  return read_tokens(tokens, path, text, length, true, error);
}

void gchk_tokens_deinit(gchk_tokens *tokens) {
  free(tokens->at);
  *tokens = (gchk_tokens){.path = tokens->path};
}

bool gchk_token_is(const gchk_token *token, const char *text) {
  return token->kind != GCHK_TOKEN_QUOTED && token->length == strlen(text) &&
         memcmp(token->text, text, token->length) == 0;
}
