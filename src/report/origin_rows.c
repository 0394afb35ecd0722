/* The list of what a result is made of, and its rows in a result. */
#include "gradcheck/origins.h"

#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/digest.h"
#include "core/file_digest.h"
#include "core/memory.h"
#include "report/origin_rows.h"

typedef struct entry {
  gchk_origin origin;
  gchk_origin_kind kind;
  const char *path;
  gchk_file_stamp stamp;
} entry;

struct gchk_origins {
  gchk_arena *arena;
  entry *entries;
  size_t count;
};

gchk_origins *gchk_origins_new(void) {
  gchk_origins *made = gchk_calloc(1, sizeof *made);
  if (made != NULL && (made->arena = gchk_arena_new()) == NULL) {
    free(made);
    return NULL;
  }
  return made;
}

void gchk_origins_free(gchk_origins *origins) {
  if (origins == NULL)
    return;
  gchk_arena_free(origins->arena);
  free(origins);
}

static const char *without_folder(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

static bool is_there(const gchk_origins *origins, const entry *made) {
  for (size_t i = 0; i < origins->count; i++) {
    const entry *e = &origins->entries[i];
    if (e->kind == made->kind && strcmp(e->origin.name, made->origin.name) == 0 &&
        strcmp(e->origin.digest, made->origin.digest) == 0)
      return true;
  }
  return false;
}

gchk_status gchk_origins_add(gchk_origins *origins, gchk_origin_kind kind, const char *path, gchk_error *error) {
  char text[GCHK_DIGEST_TEXT];
  for (size_t i = 0; i < origins->count; i++)
    if (strcmp(origins->entries[i].path, path) == 0) // plug-ins are among what suites name
      return GCHK_OK;
  entry made = {.kind = kind, .path = gchk_arena_strdup(origins->arena, path)};
  (void)gchk_file_digest_text(text, &made.stamp, path);
  made.origin = (gchk_origin){without_folder(path), text};
  if (is_there(origins, &made))
    return GCHK_OK;
  made.origin.name = gchk_arena_strdup(origins->arena, made.origin.name);
  made.origin.digest = gchk_arena_strdup(origins->arena, text);
  origins->entries = gchk_arena_append(origins->arena, origins->entries, origins->count, sizeof made);
  if (gchk_arena_has_failed(origins->arena))
    return gchk_fail_memory(error, path);
  origins->entries[origins->count++] = made;
  return GCHK_OK;
}

uint64_t gchk_origins_code(const gchk_origins *origins) {
  gchk_digest digest = gchk_digest_new();
  for (size_t i = 0; i < origins->count; i++) {
    if (origins->entries[i].kind != GCHK_ORIGIN_CODE)
      continue;
    gchk_digest_add_text(&digest, origins->entries[i].origin.name);
    gchk_digest_add_text(&digest, origins->entries[i].origin.digest);
  }
  return digest.value != 0 ? digest.value : 1;
}

// Was another file put in its place? One that was touched has the same bytes.
static bool is_replaced(const entry *e) {
  char text[GCHK_DIGEST_TEXT];
  if (gchk_file_is_stamped(&e->stamp, e->path))
    return false;
  (void)gchk_file_digest_text(text, NULL, e->path);
  return strcmp(text, e->origin.digest) != 0;
}

static bool append(gchk_arena *arena, gchk_origin **rows, size_t *count, const entry *e) {
  // What is loaded when a case is checked may be another file by then; inputs are read before.
  const bool is_unknown = e->kind == GCHK_ORIGIN_CODE && is_replaced(e);
  *rows = gchk_arena_append(arena, *rows, *count, sizeof **rows);
  gchk_origin row = {gchk_arena_strdup(arena, e->origin.name),
                     gchk_arena_strdup(arena, is_unknown ? GCHK_UNKNOWN_DIGEST : e->origin.digest)};
  if (*rows == NULL || row.name == NULL || row.digest == NULL)
    return false;
  (*rows)[(*count)++] = row;
  return true;
}

bool gchk_origins_write(const gchk_origins *origins, gchk_result *result) {
  gchk_environment *environment = &result->environment;
  for (size_t i = 0; i < origins->count; i++) {
    const entry *e = &origins->entries[i];
    if (!(e->kind == GCHK_ORIGIN_CODE ? append(result->arena, &environment->code, &environment->code_count, e)
                                      : append(result->arena, &result->inputs, &result->input_count, e)))
      return false;
  }
  return true;
}
