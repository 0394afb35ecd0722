/* From a source to its mutants with their fates. */
#include "gradcheck/mutate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "author/source_text.h"
#include "core/memory.h"
#include "gradcheck/random.h"
#include "mutate/argued.h"
#include "mutate/mutants.h"
#include "mutate/try_mutants.h"

static gchk_mutation *mutation_new(const char *path) {
  gchk_arena *arena = gchk_arena_new();
  gchk_mutation *mutation = arena != NULL ? gchk_arena_alloc(arena, 1, sizeof *mutation) : NULL;
  if (mutation == NULL) {
    gchk_arena_free(arena);
    return NULL;
  }
  *mutation = (gchk_mutation){.path = gchk_arena_strdup(arena, path), .score = (double)NAN, .arena = arena};
  return mutation;
}

void gchk_mutation_free(gchk_mutation *mutation) {
  if (mutation != NULL)
    gchk_arena_free(mutation->arena);
}

static gchk_status find_in_tokens(gchk_mutation *mutation, const char *text, const gchk_tokens *tokens,
                                  gchk_traps *traps, const char *functions, gchk_error *error) {
  gchk_bodies bodies;
  GCHK_TRY(gchk_bodies_find(&bodies, tokens, mutation->arena, error));
  GCHK_TRY(functions != NULL ? gchk_bodies_choose(&bodies, tokens, functions, error)
                             : gchk_bodies_choose_backward(&bodies, tokens, error));
  GCHK_TRY(gchk_traps_add(traps, text, tokens, &bodies, mutation->arena, error));
  return gchk_mutants_add(mutation, text, tokens, &bodies, error);
}

static int by_place(const void *a, const void *b) {
  const gchk_mutant *x = a, *y = b;
  if (x->at != y->at)
    return x->at < y->at ? -1 : 1;
  if (x->length != y->length)
    return x->length < y->length ? -1 : 1;
  return strcmp(x->text, y->text);
}

/* Each change once, in the order of the source. */
static void sort_mutants(gchk_mutation *mutation) {
  size_t kept = 0;
  if (mutation->mutant_count > 0)
    qsort(mutation->mutants, mutation->mutant_count, sizeof *mutation->mutants, by_place);
  for (size_t i = 0; i < mutation->mutant_count; i++)
    if (i == 0 || by_place(&mutation->mutants[i], &mutation->mutants[kept - 1]) != 0)
      mutation->mutants[kept++] = mutation->mutants[i];
  mutation->mutant_count = mutation->all_count = kept;
}

typedef gchk_status (*read_fn)(gchk_tokens *tokens, const char *path, const char *text, size_t length,
                               gchk_error *error);

static gchk_status find_in_branches(gchk_mutation *mutation, gchk_traps *traps, read_fn read, const char *text,
                                    size_t length, const char *functions, gchk_error *error) {
  gchk_tokens tokens;
  GCHK_TRY(read(&tokens, mutation->path, text, length, error));
  const gchk_status status = find_in_tokens(mutation, text, &tokens, traps, functions, error);
  gchk_tokens_deinit(&tokens);
  return status;
}

/* Which branch of an #if is compiled only the compiler knows: the first and the last are looked through. */
static gchk_status find_in_text(gchk_mutation *mutation, gchk_traps *traps, const char *text, size_t length,
                                const char *functions, gchk_error *error) {
  const gchk_status first = find_in_branches(mutation, traps, gchk_tokens_read, text, length, functions, error);
  if (first != GCHK_OK && first != GCHK_INVALID)
    return first;
  const gchk_status last = find_in_branches(mutation, traps, gchk_tokens_read_last, text, length, functions, NULL);
  if (last != GCHK_OK && last != GCHK_INVALID)
    return gchk_fail_memory(error, mutation->path);
  sort_mutants(mutation);
  return last == GCHK_OK ? GCHK_OK : first;
}

static gchk_status find(gchk_mutation *mutation, gchk_original *original, gchk_traps *traps, const char *path,
                        const char *functions, gchk_error *error) {
  const char *text;
  size_t length = 0;
  GCHK_TRY(gchk_source_text_read(&text, &length, path, mutation->arena, error));
  GCHK_TRY(find_in_text(mutation, traps, text, length, functions, error));
  return gchk_original_init(original, mutation->path, text, length, mutation->arena, error);
}

gchk_status gchk_mutants_find(gchk_mutation **mutation, const char *path, const char *functions, gchk_error *error) {
  gchk_original original;
  gchk_traps traps = {0};
  *mutation = mutation_new(path);
  if (*mutation == NULL)
    return gchk_fail_memory(error, path);
  const gchk_status status = find(*mutation, &original, &traps, path, functions, error);
  if (status == GCHK_OK)
    return GCHK_OK;
  gchk_mutation_free(*mutation);
  *mutation = NULL;
  return status;
}

/* A random `limit` of the mutants, in their order: each of those left is taken with the probability that it wants. */
static void take_sample(gchk_mutation *mutation, uint64_t limit, uint64_t seed) {
  gchk_random random = gchk_random_stream(seed, "mutants");
  size_t taken = 0;
  const size_t all = mutation->mutant_count;
  if (limit == 0 || limit >= all)
    return;
  for (size_t i = 0; i < all && taken < limit; i++)
    if (gchk_random_below(&random, all - i) < limit - taken)
      mutation->mutants[taken++] = mutation->mutants[i];
  mutation->mutant_count = taken;
}

static void count_fates(gchk_mutation *mutation) {
  for (size_t i = 0; i < mutation->mutant_count; i++)
    mutation->fates[mutation->mutants[i].fate]++;
  const size_t caught = mutation->fates[GCHK_CAUGHT], all = caught + mutation->fates[GCHK_SURVIVED];
  mutation->score = all > 0 ? (double)caught / (double)all : (double)NAN;
}

/* A command that does not name the copy makes of every mutant what it makes of the source. */
static gchk_status check_command(const char *path, const char *const *compile, gchk_error *error) {
  for (; *compile != NULL; compile++)
    if (strstr(*compile, "{source}") != NULL)
      return GCHK_OK;
  return gchk_fail(error, GCHK_INVALID,
                   "%s: the command that compiles does not name {source}, the mutated copy: every mutant would be what "
                   "it is without; write {source} for the file, or, where the plug-in has an #include of it, "
                   "#include GCHK_SOURCE in its place and '-DGCHK_SOURCE=\"{source}\"' in the command",
                   path);
}

static gchk_status mutate(gchk_mutation *mutation, const gchk_mutation_options *options, const char *path,
                          gchk_error *error) {
  gchk_original original;
  gchk_traps traps = {0};
  GCHK_TRY(check_command(path, options->compile, error));
  GCHK_TRY(find(mutation, &original, &traps, path, options->functions, error));
  if (options->equivalent != NULL)
    GCHK_TRY(gchk_argued_read(mutation, options->equivalent, error));
  take_sample(mutation, options->limit, options->seed);
  const gchk_status status = gchk_try_mutants(mutation, &original, &traps, options, error);
  count_fates(mutation);
  return status;
}

/* The caller's options, whose struct may be shorter than it is here: what it lacks is 0. False where it is none. */
static bool adopt(gchk_mutation_options *own, const gchk_mutation_options *options) {
  if (options->size < offsetof(gchk_mutation_options, functions) || options->size > sizeof *own)
    return false;
  *own = (gchk_mutation_options){0};
  memcpy(own, options, options->size);
  return own->compile != NULL && own->compile[0] != NULL && own->check != NULL && own->check[0] != NULL;
}

gchk_status gchk_mutate(const char *path, const gchk_mutation_options *options, gchk_mutation **mutation,
                        gchk_error *error) {
  gchk_mutation_options own;
  *mutation = NULL;
  if (!adopt(&own, options))
    return gchk_fail(error, GCHK_INVALID,
                     "the options of gchk_mutate() begin with GCHK_MUTATION_OPTIONS_INIT, and name a command that "
                     "compiles and one that checks");
  gchk_mutation *made = mutation_new(path);
  if (made == NULL)
    return gchk_fail_memory(error, path);
  const gchk_status status = mutate(made, &own, path, error);
  if (status == GCHK_OK || status == GCHK_INTERRUPTED)
    *mutation = made;
  else
    gchk_mutation_free(made);
  return status;
}
