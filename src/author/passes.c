/*
 * A name is cut into words (at "_", at digits' ends and where a capital follows); the one that says which way is taken
 * out, and what is left, in small letters, is the layer: layernorm_forward_cpu and LayerNormBackwardCPU are
 * "layernormcpu" both.
 */
#include "author/passes.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "core/name_table.h"

typedef enum way { PLAIN, FORWARD, BACKWARD, WAYS } way;

static const struct {
  const char *word;
  way way;
} directions[] = {
    {"forward", FORWARD},    {"fwd", FORWARD},   {"fw", FORWARD},        {"fprop", FORWARD},
    {"backward", BACKWARD},  {"bwd", BACKWARD},  {"bw", BACKWARD},       {"bprop", BACKWARD},
    {"backprop", BACKWARD},  {"grad", BACKWARD}, {"gradient", BACKWARD}, {"forwards", FORWARD},
    {"backwards", BACKWARD},
};
enum { DIRECTIONS = sizeof directions / sizeof directions[0], LONGEST = 96 };

/* A function's name without the word of its direction. */
typedef struct stem {
  way way;
  char name[LONGEST]; /* as it is written */
  char key[LONGEST];  /* small letters and digits */
} stem;

static size_t word_length(const char *at) {
  size_t length = 1;
  if (at[0] == '_')
    return 1;
  if (isupper((unsigned char)at[0]) && isupper((unsigned char)at[1]))
    while (isupper((unsigned char)at[length]) && !islower((unsigned char)at[length + 1]))
      length++;
  else
    while (islower((unsigned char)at[length]))
      length++;
  return length;
}

static way direction_of(const char *word, size_t length) {
  for (size_t i = 0; i < DIRECTIONS; i++) {
    size_t k = 0;
    while (k < length && tolower((unsigned char)word[k]) == directions[i].word[k])
      k++;
    if (k == length && directions[i].word[k] == '\0')
      return directions[i].way;
  }
  return PLAIN;
}

static void take_out(stem *s, const char *name, size_t at, size_t length) {
  const char *rest = name + at + length;
  int before = (int)at;
  while (before > 0 && name[before - 1] == '_')
    before--;
  while (before == 0 && *rest == '_')
    rest++;
  (void)snprintf(s->name, sizeof s->name, "%.*s%s", before, name, rest);
}

static void find_stem(stem *s, const char *name) {
  s->way = PLAIN;
  (void)snprintf(s->name, sizeof s->name, "%s", name);
  const size_t all = strlen(name);
  if (all < LONGEST)
    for (size_t at = 0, length; at < all && s->way == PLAIN; at += length) {
      length = word_length(name + at);
      s->way = direction_of(name + at, length);
      if (s->way != PLAIN)
        take_out(s, name, at, length);
    }
  size_t used = 0;
  for (const char *c = s->name; *c != '\0'; c++)
    if (isalnum((unsigned char)*c))
      s->key[used++] = (char)tolower((unsigned char)*c);
  s->key[used] = '\0';
}

bool gchk_name_says_backward(const char *name) {
  stem s;
  find_stem(&s, name);
  return s.way == BACKWARD;
}

bool gchk_name_says_forward(const char *name) {
  stem s;
  find_stem(&s, name);
  return s.way == FORWARD;
}

typedef struct pairing {
  gchk_passes_list *list;
  const gchk_c_source *source;
  const char *usual;
  stem *stems;
  bool *is_used;
  gchk_name_table of_way[WAYS];
  gchk_arena *arena;
} pairing;

static const gchk_c_function *function_of(pairing *p, way which, const char *key) {
  size_t number;
  if (!gchk_name_table_find(&p->of_way[which], key, &number))
    return NULL;
  p->is_used[number] = true;
  return &p->source->functions[number];
}

static const gchk_c_function *forward_of(pairing *p, const char *key) {
  const gchk_c_function *forward = function_of(p, FORWARD, key);
  return forward != NULL ? forward : function_of(p, PLAIN, key);
}

static bool has_forward(const pairing *p, const char *key) {
  size_t number;
  return gchk_name_table_find(&p->of_way[FORWARD], key, &number);
}

/* crossentropysoftmax: softmax, then crossentropy; which of the two is first, what they read and write tells later. */
static bool find_two(pairing *p, gchk_passes *passes, const char *key) {
  char first[LONGEST];
  for (size_t cut = 1; key[cut] != '\0'; cut++) {
    (void)snprintf(first, sizeof first, "%.*s", (int)cut, key);
    if (!has_forward(p, first) || !has_forward(p, key + cut))
      continue;
    passes->forward[0] = function_of(p, FORWARD, first);
    passes->forward[1] = function_of(p, FORWARD, key + cut);
    passes->forward_count = 2;
    return passes->forward[0] != NULL && passes->forward[1] != NULL;
  }
  return false;
}

static void leave_out(pairing *p, const gchk_c_function *f, const char *why) {
  p->list->left_out[p->list->left_out_count++] =
      gchk_arena_printf(p->arena, "%s:%d: %s %s", p->source->path, f->line, f->name, why);
}

static const gchk_c_function *problem_of(const gchk_passes *passes) {
  for (size_t i = 0; i < passes->forward_count; i++)
    if (passes->forward[i]->problem != NULL)
      return passes->forward[i];
  return passes->backward->problem != NULL ? passes->backward : NULL;
}

static void pair(pairing *p, size_t i) {
  assert(p->source->functions != NULL);
  const gchk_c_function *backward = &p->source->functions[i];
  const stem *s = &p->stems[i];
  gchk_passes passes = {.backward = backward,
                        .name = s->name[0] != '\0' ? gchk_arena_strdup(p->arena, s->name) : p->usual};
  passes.forward[0] = forward_of(p, s->key);
  passes.forward_count = 1;
  p->is_used[i] = true;
  if (passes.forward[0] == NULL && !find_two(p, &passes, s->key)) {
    if (s->key[0] != '\0')
      leave_out(p, backward, "has no forward here");
    return;
  }
  const gchk_c_function *broken = problem_of(&passes);
  if (broken != NULL)
    leave_out(p, broken, broken->problem);
  else
    p->list->at[p->list->count++] = passes;
}

static bool find_stems(pairing *p) {
  for (size_t i = 0; i < p->source->function_count; i++) {
    size_t first;
    find_stem(&p->stems[i], p->source->functions[i].name);
    if (!gchk_name_table_add(&p->of_way[p->stems[i].way], p->stems[i].key, i, &first))
      return false;
  }
  return true;
}

gchk_status gchk_passes_find(gchk_passes_list *list, const gchk_c_source *source, const char *usual, gchk_arena *arena,
                             gchk_error *error) {
  const size_t count = source->function_count;
  *list = (gchk_passes_list){.at = gchk_arena_alloc(arena, count + 1, sizeof *list->at),
                             .left_out = gchk_arena_alloc(arena, count + 1, sizeof *list->left_out)};
  pairing p = {.list = list,
               .source = source,
               .usual = usual,
               .stems = gchk_arena_alloc(arena, count + 1, sizeof *p.stems),
               .is_used = gchk_arena_alloc(arena, count + 1, sizeof *p.is_used),
               .arena = arena};
  assert(count == 0 || source->functions != NULL);
  const bool is_fine = !gchk_arena_has_failed(arena) && find_stems(&p);
  for (size_t i = 0; is_fine && i < count; i++)
    if (p.stems[i].way == BACKWARD)
      pair(&p, i);
  for (size_t i = 0; is_fine && i < count; i++) {
    if (!p.is_used[i] && p.stems[i].way == FORWARD)
      leave_out(&p, &source->functions[i], "has no backward here");
    else if (!p.is_used[i])
      list->other_count++;
  }
  for (size_t i = 0; i < WAYS; i++)
    gchk_name_table_deinit(&p.of_way[i]);
  return is_fine && !gchk_arena_has_failed(arena) ? GCHK_OK : gchk_fail_memory(error, source->path);
}
