/* The file of equivalents, read line by line. */
#include "mutate/argued.h"

#include <stdlib.h>
#include <string.h>

#include "author/source_text.h"
#include "core/memory.h"

/* An entry that waits for its reason. */
typedef struct argued {
  const char *before, *after;
  int line;
} argued;

typedef struct reader {
  gchk_mutation *mutation;
  const char *path, *before; /* the last "-" */
  int line;
  argued *waiting;
  size_t waiting_count;
  bool is_before_used;
  gchk_error *error;
} reader;

static gchk_status fail_at(const reader *r, int line, const char *what) {
  return gchk_fail(r->error, GCHK_INVALID, "%s:%d: %s", r->path, line, what);
}

/* Mutants are alike where one line is written twice: the reason is all theirs. */
static bool give_reason(gchk_mutation *mutation, const argued *entry, const char *reason) {
  bool is_there = false;
  for (size_t i = 0; i < mutation->mutant_count; i++) {
    gchk_mutant *m = &mutation->mutants[i];
    if (strcmp(m->before, entry->before) != 0 || strcmp(m->after, entry->after) != 0)
      continue;
    m->reason = reason;
    is_there = true;
  }
  return is_there;
}

static gchk_status take_reason(reader *r, const char *reason) {
  if (r->waiting_count == 0 || reason[0] == '\0')
    return fail_at(r, r->line, "a reason is `= why`, behind the lines `- before` and `+ after` that it is of");
  for (size_t i = 0; i < r->waiting_count; i++)
    if (!give_reason(r->mutation, &r->waiting[i], reason))
      return gchk_fail(r->error, GCHK_INVALID,
                       "%s:%d: %s has no such mutant (any more): take the entry out, or copy it again from the list of "
                       "survivors",
                       r->path, r->waiting[i].line, r->mutation->path);
  r->waiting_count = 0;
  r->before = NULL;
  return GCHK_OK;
}

static gchk_status take_after(reader *r, const char *after) {
  if (r->before == NULL)
    return fail_at(r, r->line, "`+ after` wants a line `- before` above it");
  argued *grown = gchk_arena_append(r->mutation->arena, r->waiting, r->waiting_count, sizeof *grown);
  if (grown == NULL)
    return gchk_fail_memory(r->error, r->path);
  r->waiting = grown;
  r->waiting[r->waiting_count++] = (argued){r->before, after, r->line};
  r->is_before_used = true;
  return GCHK_OK;
}

static gchk_status take_before(reader *r, const char *before) {
  if (r->before != NULL && !r->is_before_used)
    return fail_at(r, r->line, "the `- before` above it has no `+ after`");
  r->before = before;
  r->is_before_used = false;
  return GCHK_OK;
}

static gchk_status read_line(reader *r, char *line) {
  char *rest = line + (line[0] != '\0');
  rest += strspn(rest, " \t");
  switch (line[0]) {
  case '\0':
  case '#':
    return GCHK_OK;
  case '-':
    return take_before(r, rest);
  case '+':
    return take_after(r, rest);
  case '=':
    return take_reason(r, rest);
  default:
    return fail_at(r, r->line, "a line begins with - (before), + (after), = (the reason) or # (a comment)");
  }
}

gchk_status gchk_argued_read(gchk_mutation *mutation, const char *path, gchk_error *error) {
  const char *text;
  size_t length = 0;
  GCHK_TRY(gchk_source_text_read(&text, &length, path, mutation->arena, error));
  reader r = {.mutation = mutation, .path = path, .error = error};
  for (const char *at = text; at < text + length;) {
    const size_t columns = strcspn(at, "\n");
    size_t used = columns;
    while (used > 0 && strchr(" \t\r", at[used - 1]) != NULL)
      used--;
    char *line = gchk_arena_printf(mutation->arena, "%.*s", (int)used, at);
    r.line++;
    if (line == NULL)
      return gchk_fail_memory(error, path);
    GCHK_TRY(read_line(&r, line));
    at += columns + (at + columns < text + length);
  }
  return r.waiting_count == 0 && r.before == NULL ? GCHK_OK
                                                  : fail_at(&r, r.line, "the last entry has no reason: `= why`");
}
