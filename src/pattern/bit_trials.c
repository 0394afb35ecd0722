/* What the bits of an index tell. */
#include "pattern/bit_trials.h"

#include <stdlib.h>

#include "core/memory.h"

typedef struct search {
  gchk_trial *trial;
  gchk_dependence *found;
  uint64_t *seen[2]; /* an output: the bits b for which it moved when elements with b = 0, or b = 1, were perturbed */
} search;

typedef struct half {
  unsigned bit, side;
} half;

static bool is_in_half(const void *context, uint64_t word) {
  const half *h = context;
  return ((word >> h->bit) & 1) == h->side;
}

size_t gchk_bit_trials_cost(const gchk_tensor *t) {
  gchk_index_bits bits;
  return gchk_index_bits_init(&bits, &t->shape) ? (size_t)bits.count * 2 * GCHK_PERTURBATIONS : 0;
}

static void note_free(search *s) {
  for (size_t j = 0; j < s->found->output_count; j++)
    s->found->left &= ~(s->seen[0][j] & s->seen[1][j]);
}

/* An output that moved, and in neither trial of a bit, may depend on either. */
static void note_unknown(search *s) {
  for (size_t j = 0; j < s->found->output_count; j++) {
    const uint64_t known = s->seen[0][j] | s->seen[1][j];
    s->found->moves[j] = known != 0;
    if (known != 0)
      s->found->left &= known;
  }
}

static gchk_status try_half(search *s, unsigned bit, unsigned side, bool *done, gchk_error *error) {
  const half h = {bit, side};
  const gchk_trial_set set = {is_in_half, &h};
  GCHK_TRY(gchk_trial_run(s->trial, &set, done, error));
  for (size_t j = 0; *done && j < s->found->output_count; j++)
    if (gchk_trial_moved(s->trial, j))
      s->seen[side][j] |= UINT64_C(1) << bit;
  return GCHK_OK;
}

static gchk_status try_bits(search *s, gchk_error *error) {
  bool done = true;
  for (unsigned bit = 0; bit < s->found->bits.count && done; bit++) {
    if (((s->found->left >> bit) & 1) == 0)
      continue;
    for (unsigned side = 0; side < 2 && done; side++)
      GCHK_TRY(try_half(s, bit, side, &done, error));
    note_free(s);
  }
  return GCHK_OK;
}

static gchk_status try_all_bits(search *s, gchk_random *random, gchk_error *error) {
  for (gchk_perturbation kind = GCHK_NEAR; kind < GCHK_PERTURBATIONS && s->found->left != 0; kind++) {
    gchk_trial_perturb(s->trial, kind, random);
    GCHK_TRY(try_bits(s, error));
  }
  note_unknown(s);
  for (size_t j = 0; j < s->found->output_count; j++)
    s->found->value[j] = s->seen[1][j] & s->found->left;
  return GCHK_OK;
}

static gchk_status start(search *s, gchk_error *error) {
  gchk_dependence *found = s->found;
  gchk_arena *arena = s->trial->work->scratch;
  const size_t m = found->output_count;
  found->left = found->bits.count == 0 ? 0 : ~UINT64_C(0) >> (64 - found->bits.count);
  found->value = gchk_arena_alloc(arena, m, sizeof *found->value);
  found->moves = gchk_arena_alloc(arena, m, sizeof *found->moves);
  s->seen[0] = gchk_calloc(m, sizeof *s->seen[0]);
  s->seen[1] = gchk_calloc(m, sizeof *s->seen[1]);
  if (found->value == NULL || found->moves == NULL || s->seen[0] == NULL || s->seen[1] == NULL)
    return gchk_fail_memory(error, "the pattern of a tensor");
  return GCHK_OK;
}

gchk_status gchk_find_bits(gchk_trial *trial, gchk_random *random, gchk_dependence *found, gchk_error *error) {
  search s = {.trial = trial, .found = found};
  gchk_status status = start(&s, error);
  if (status == GCHK_OK)
    status = try_all_bits(&s, random, error);
  free(s.seen[0]);
  free(s.seen[1]);
  return status;
}
