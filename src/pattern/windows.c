/* Windows of a dimension. */
#include "pattern/windows.h"

#include <math.h>

#include "core/memory.h"

enum {
  FEWEST = 4,    /* places of a dimension that is looked at */
  TRIALS = 6,    /* a cut: before it and behind it, by each perturbation */
  LEAST_GAIN = 2 /* blocks of a dimension to one of a window */
};

typedef struct cut {
  const gchk_index_bits *bits;
  size_t dimension, place;
  bool is_behind; /* else before it */
} cut;

static bool is_on_side(const void *context, uint64_t word) {
  const cut *c = context;
  return (gchk_index_bits_along(c->bits, c->dimension, word) >= c->place) == c->is_behind;
}

typedef struct search {
  gchk_trial *trial;
  gchk_dependence *found;
  gchk_windows *windows;
  size_t dimension;
} search;

static void note_before(const search *s, size_t block) {
  for (size_t j = 0; j < s->found->output_count; j++)
    if (gchk_trial_moved(s->trial, j) && block - 1 < s->windows->first[j])
      s->windows->first[j] = (uint32_t)(block - 1);
}

static void note_behind(const search *s, size_t block) {
  for (size_t j = 0; j < s->found->output_count; j++)
    if (gchk_trial_moved(s->trial, j) && block > s->windows->last[j])
      s->windows->last[j] = (uint32_t)block;
}

/* Both sides of the cut before `block`; there is nothing behind the last one. */
static gchk_status try_cut(const search *s, size_t block, bool *done, gchk_error *error) {
  cut c = {&s->found->bits, s->dimension, block * s->windows->places, false};
  const gchk_trial_set set = {is_on_side, &c};
  GCHK_TRY(gchk_trial_run(s->trial, &set, done, error));
  if (!*done)
    return GCHK_OK;
  note_before(s, block);
  if (block == s->windows->blocks)
    return GCHK_OK;
  c.is_behind = true;
  GCHK_TRY(gchk_trial_run(s->trial, &set, done, error));
  if (*done)
    note_behind(s, block);
  return GCHK_OK;
}

/* Where trials contradict each other, or there was none that moved the output, it may depend on all blocks. */
static size_t width_of(const search *s, size_t output) {
  gchk_windows *w = s->windows;
  const bool is_seen = w->first[output] != UINT32_MAX;
  if (!is_seen && !s->found->moves[output])
    return 0;
  // What the trials of bits did not see, they tell nothing of.
  if (!s->found->moves[output])
    s->found->left = 0;
  s->found->moves[output] = true;
  return is_seen && w->first[output] <= w->last[output] ? (size_t)(w->last[output] - w->first[output]) + 1 : w->blocks;
}

static void settle(const search *s) {
  gchk_windows *w = s->windows;
  for (size_t j = 0; j < s->found->output_count; j++) {
    const size_t width = width_of(s, j);
    w->width = width > w->width ? width : w->width;
  }
  if (LEAST_GAIN * w->width > w->blocks)
    w->width = 0;
}

/* Do so many outputs depend on both sides of the cut that windows cannot be narrow? */
static bool is_dense(const search *s, size_t block) {
  size_t both = 0, moved = 0;
  for (size_t j = 0; j < s->found->output_count; j++) {
    const bool is_before = s->windows->first[j] < block, is_behind = s->windows->last[j] >= block;
    both += is_before && is_behind;
    moved += is_before || is_behind;
  }
  return LEAST_GAIN * both > moved;
}

/* By one perturbation: the middle first, for it tells whether the others are worth their forwards. */
static gchk_status try_all_cuts(const search *s, bool *is_worth_it, gchk_error *error) {
  const size_t middle = s->windows->blocks / 2;
  bool done;
  GCHK_TRY(try_cut(s, middle, &done, error));
  *is_worth_it = !is_dense(s, middle);
  for (size_t block = 1; block <= s->windows->blocks && done && *is_worth_it; block++)
    if (block != middle)
      GCHK_TRY(try_cut(s, block, &done, error));
  return GCHK_OK;
}

static gchk_status start(const search *s, size_t blocks, gchk_error *error) {
  gchk_windows *w = s->windows;
  const size_t places = s->trial->t->shape.dim[s->dimension], m = s->found->output_count;
  w->places = (places + blocks - 1) / blocks;
  w->blocks = (places + w->places - 1) / w->places;
  w->first = gchk_arena_alloc(s->trial->work->scratch, m, sizeof *w->first);
  w->last = gchk_arena_alloc(s->trial->work->scratch, m, sizeof *w->last);
  if (w->first == NULL || w->last == NULL)
    return gchk_fail_memory(error, "the pattern of a tensor");
  for (size_t j = 0; j < m; j++)
    w->first[j] = UINT32_MAX;
  return GCHK_OK;
}

/* As many blocks as balance what they cost with what they save: the forwards of n/blocks elements or so. */
static size_t blocks_of(const gchk_tensor *t, size_t dimension) {
  const size_t places = t->shape.dim[dimension], best = (size_t)sqrt(2 * (double)t->count);
  const size_t blocks = places < best ? places : best;
  return places >= FEWEST && TRIALS * (blocks + 1) < t->count ? blocks : 0;
}

gchk_status gchk_find_windows(gchk_trial *trial, gchk_random *random, double most, gchk_dependence *found,
                              gchk_error *error) {
  const gchk_tensor *t = trial->t;
  for (size_t d = 0; d < t->shape.rank; d++) {
    const search s = {trial, found, &found->windows[d], d};
    const size_t blocks = blocks_of(t, d);
    const double cost = TRIALS * ((double)blocks + 1);
    if (blocks == 0 || cost > most || gchk_index_bits_along(&found->bits, d, found->left) != 0)
      continue;
    most -= cost;
    bool is_worth_it = true;
    GCHK_TRY(start(&s, blocks, error));
    for (gchk_perturbation kind = GCHK_NEAR; kind < GCHK_PERTURBATIONS && is_worth_it; kind++) {
      gchk_trial_perturb(trial, kind, random);
      GCHK_TRY(try_all_cuts(&s, &is_worth_it, error));
    }
    if (is_worth_it)
      settle(&s);
  }
  return GCHK_OK;
}
