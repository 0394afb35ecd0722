/*
 * The tokens of a C file, for who looks for declarations: comments and directives are gone, and of the branches of an
 * #if the first is taken (none of #if 0 and #ifdef __cplusplus). `#define real float` is taken for a typedef.
 */
#ifndef GCHK_AUTHOR_TOKENS_H
#define GCHK_AUTHOR_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gradcheck/status.h"

typedef enum gchk_token_kind {
  GCHK_TOKEN_END = 0,
  GCHK_TOKEN_WORD,
  GCHK_TOKEN_NUMBER,
  GCHK_TOKEN_QUOTED, /* a string or a character */
  GCHK_TOKEN_SIGN    /* one character */
} gchk_token_kind;

typedef struct gchk_token {
  const char *text; /* into the file's text */
  uint32_t length;
  int line;
  gchk_token_kind kind;
  uint32_t partner; /* of a bracket: the index of the other one */
} gchk_token;

typedef struct gchk_tokens {
  const char *path;
  gchk_token *at; /* ended by one of kind GCHK_TOKEN_END; for gchk_tokens_deinit */
  size_t count;   /* without that one */
} gchk_tokens;

/* Files may have so many bytes. */
enum { GCHK_LARGEST_C_FILE = 2 << 20 };

/*
 * `text` lives as long as the tokens, and is followed by a 0.
 * GCHK_INVALID, with file:line: bytes of 0, comments and strings without an end, brackets without their partner.
 */
gchk_status gchk_tokens_read(gchk_tokens *tokens, const char *path, const char *text, size_t length,
                             gchk_error *error) GCHK_MUST_USE;

/* The same with the last branch of every #if, "#else" where there is one. */
gchk_status gchk_tokens_read_last(gchk_tokens *tokens, const char *path, const char *text, size_t length,
                                  gchk_error *error) GCHK_MUST_USE;
void gchk_tokens_deinit(gchk_tokens *tokens);

bool gchk_token_is(const gchk_token *token, const char *text);

#endif
