/*
 * A body is a block at the level of the file, of a namespace or a class, behind the parentheses of a name; or what
 * stands behind the name in GCHK_CALLBACK(name, body).
 */
#include "mutate/c_functions.h"

#include <stdlib.h>
#include <string.h>

#include "author/c_types.h"
#include "author/passes.h"
#include "core/memory.h"

static bool is_at(const gchk_tokens *tokens, size_t i, const char *text) {
  return gchk_token_is(&tokens->at[i], text);
}

static bool is_one_of(const gchk_token *token, const char *const *words) {
  for (; *words != NULL; words++)
    if (gchk_token_is(token, *words))
      return true;
  return false;
}

/* The name of the function whose "{" is at `open`; `open` where it is none's. */
static size_t name_before(const gchk_tokens *tokens, size_t open) {
  static const char *const behind[] = {"const", "noexcept", "override", "final", NULL};
  static const char *const attributes[] = {"__attribute__", "noexcept", NULL};
  size_t i = open;
  while (i > 0 && is_one_of(&tokens->at[i - 1], behind))
    i--;
  while (i > 0 && is_at(tokens, i - 1, ")")) {
    const size_t parenthesis = tokens->at[i - 1].partner;
    if (parenthesis == 0 || tokens->at[parenthesis - 1].kind != GCHK_TOKEN_WORD)
      return open;
    if (!is_one_of(&tokens->at[parenthesis - 1], attributes))
      return parenthesis - 1;
    i = parenthesis - 1;
  }
  return open;
}

static gchk_status add_body(gchk_bodies *bodies, const gchk_tokens *tokens, size_t name, size_t first, size_t last,
                            gchk_arena *arena, gchk_error *error) {
  gchk_body *grown = gchk_arena_append(arena, bodies->at, bodies->count, sizeof *grown);
  const char *text = gchk_token_text(arena, &tokens->at[name]);
  if (grown == NULL || text == NULL)
    return gchk_fail_memory(error, tokens->path);
  bodies->at = grown;
  bodies->at[bodies->count++] = (gchk_body){.name = text, .first = first, .last = last};
  return GCHK_OK;
}

gchk_status gchk_bodies_find(gchk_bodies *bodies, const gchk_tokens *tokens, gchk_arena *arena, gchk_error *error) {
  *bodies = (gchk_bodies){0};
  for (size_t i = 0; i < tokens->count; i++) {
    if (i + 3 < tokens->count && is_at(tokens, i, "GCHK_CALLBACK") && is_at(tokens, i + 1, "(") &&
        is_at(tokens, i + 3, ","))
      GCHK_TRY(add_body(bodies, tokens, i + 2, i + 4, tokens->at[i + 1].partner, arena, error));
    if (is_at(tokens, i, "(") || is_at(tokens, i, "["))
      i = tokens->at[i].partner;
    if (!is_at(tokens, i, "{"))
      continue;
    const size_t name = name_before(tokens, i), close = tokens->at[i].partner;
    if (name == i) { // a namespace or a class, which is looked into; or values, which are not
      i = i > 0 && is_at(tokens, i - 1, "=") ? close : i;
      continue;
    }
    GCHK_TRY(add_body(bodies, tokens, name, i + 1, close, arena, error));
    i = close;
  }
  return GCHK_OK;
}

/* The body of that name; the count where there is none. */
static size_t find_body(const gchk_bodies *bodies, const gchk_token *name) {
  for (size_t i = 0; i < bodies->count; i++)
    if (gchk_token_is(name, bodies->at[i].name))
      return i;
  return bodies->count;
}

/* Does a table say `.callback = this body`? */
static bool is_named_by_table(const gchk_bodies *bodies, const gchk_tokens *tokens, size_t body, const char *callback) {
  for (size_t i = 0; i + 3 < tokens->count; i++)
    if (is_at(tokens, i, ".") && is_at(tokens, i + 1, callback) && is_at(tokens, i + 2, "=") &&
        find_body(bodies, &tokens->at[i + 3]) == body)
      return true;
  return false;
}

/* Marks what the marked ones use, as often as it takes. Not what the chosen ones use, where the walk ends at them. */
static void follow(bool *is_reached, const gchk_bodies *bodies, const gchk_tokens *tokens, bool ends_at_chosen) {
  for (bool has_grown = true; has_grown;) {
    has_grown = false;
    for (size_t b = 0; b < bodies->count; b++)
      for (size_t i = bodies->at[b].first;
           is_reached[b] && !(ends_at_chosen && bodies->at[b].is_chosen) && i < bodies->at[b].last; i++) {
        const size_t used = find_body(bodies, &tokens->at[i]);
        const bool is_new = used < bodies->count && !is_reached[used];
        if (is_new)
          is_reached[used] = has_grown = true;
      }
  }
}

/* Backward's own is what it uses and nobody else does. Of what forward uses the gradient changes with the function. */
static void choose(gchk_bodies *bodies, const gchk_tokens *tokens, bool *is_backward, bool *is_other) {
  for (size_t b = 0; b < bodies->count; b++)
    is_backward[b] = bodies->at[b].is_chosen =
        gchk_name_says_backward(bodies->at[b].name) || is_named_by_table(bodies, tokens, b, "backward");
  follow(is_backward, bodies, tokens, false);
  for (size_t b = 0; b < bodies->count; b++)
    is_other[b] = !bodies->at[b].is_chosen && (!is_backward[b] || gchk_name_says_forward(bodies->at[b].name) ||
                                               is_named_by_table(bodies, tokens, b, "forward"));
  follow(is_other, bodies, tokens, true);
  for (size_t b = 0; b < bodies->count; b++)
    bodies->at[b].is_chosen = bodies->at[b].is_chosen || (is_backward[b] && !is_other[b]);
}

gchk_status gchk_bodies_choose_backward(gchk_bodies *bodies, const gchk_tokens *tokens, gchk_error *error) {
  bool *marks = gchk_calloc(2 * bodies->count, sizeof *marks);
  if (marks == NULL)
    return gchk_fail_memory(error, tokens->path);
  choose(bodies, tokens, marks, marks + bodies->count);
  free(marks);
  for (size_t b = 0; b < bodies->count; b++)
    if (bodies->at[b].is_chosen)
      return GCHK_OK;
  return gchk_fail(error, GCHK_INVALID,
                   "%s: no function of it is a backward, by a table's `.backward = f` or by its name; say which are: "
                   "--function NAME",
                   tokens->path);
}

static gchk_status choose_one(gchk_bodies *bodies, const gchk_tokens *tokens, const gchk_token *name,
                              gchk_error *error) {
  bool is_there = false;
  for (size_t i = 0; i < bodies->count; i++)
    if (gchk_token_is(name, bodies->at[i].name))
      is_there = bodies->at[i].is_chosen = true;
  if (is_there)
    return GCHK_OK;
  return gchk_fail(error, GCHK_INVALID,
                   "%s: defines no function '%.*s', which --function names; it has %zu functions%s%s", tokens->path,
                   (int)name->length, name->text, bodies->count, bodies->count > 0 ? ", the first of them " : "",
                   bodies->count > 0 ? bodies->at[0].name : "");
}

gchk_status gchk_bodies_choose(gchk_bodies *bodies, const gchk_tokens *tokens, const char *names, gchk_error *error) {
  for (const char *at = names; at != NULL;) {
    const char *comma = strchr(at, ',');
    const size_t length = comma != NULL ? (size_t)(comma - at) : strlen(at);
    const gchk_token name = {.text = at, .length = (uint32_t)length, .kind = GCHK_TOKEN_WORD};
    GCHK_TRY(choose_one(bodies, tokens, &name, error));
    at = comma != NULL ? comma + 1 : NULL;
  }
  return GCHK_OK;
}
