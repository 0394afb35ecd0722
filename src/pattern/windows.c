/* Windows of a dimension. */
#include "pattern/windows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

enum {
  FEWEST = 4,       /* places of a dimension that is looked at */
  DENSE = 2,        /* outputs that move to one that depends on both halves */
  NEIGHBOURS = 3,   /* blocks that are told apart from their neighbours */
  WORTHWHILE = 4,   /* forwards to an element */
  MOST_ROUNDS = 32, /* for outputs that move now and then, */
  MOST_IN_VAIN = 3, /* one after the other */
  MOST_PLACES = 16  /* of a block, where those of windows are found one by one */
};

/* Of the places of a dimension those of every modulus-th piece of `size`, the first of which is `shift` shorter. */
typedef struct slice {
  const gchk_index_bits *bits;
  size_t dimension, shift, size, modulus, which;
} slice;

static bool is_in_slice(const void *context, uint64_t word) {
  const slice *s = context;
  return (gchk_index_bits_along(s->bits, s->dimension, word) + s->shift) / s->size % s->modulus == s->which;
}

typedef struct search {
  gchk_trial *trial;
  gchk_random *random;
  gchk_dependence *found;
  gchk_windows *windows;
  size_t dimension, places; /* of it */
  unsigned bits;            /* of the number of a block */
  double spent, limit;      /* forwards */
  unsigned char *marks;     /* an output: in which slices of neighbours it moved */
  bool *is_live;            /* an output: small perturbations tell where it is */
  uint32_t *seen[2];        /* an output: the bits that are 0, or 1, in blocks that move it */
  uint32_t *first, *last;   /* an output: of the places that move it */
} search;

/* A trial of a slice; *done as in gchk_trial_run. */
static gchk_status run(search *s, const slice *part, bool *done, gchk_error *error) {
  const gchk_trial_set set = {is_in_slice, part};
  s->spent++;
  return gchk_trial_run(s->trial, &set, done, error);
}

static bool can_afford(const search *s, size_t forwards) {
  return s->spent + (double)forwards <= s->limit;
}

static void forget_marks(const search *s) {
  for (size_t j = 0; j < s->found->output_count; j++)
    s->marks[j] = 0;
}

/* How many outputs have moved in all of `count` slices. */
static size_t mark(const search *s, size_t which, size_t count) {
  size_t in_all = 0;
  for (size_t j = 0; j < s->found->output_count; j++) {
    if (gchk_trial_moved(s->trial, j))
      s->marks[j] |= (unsigned char)(1U << which);
    in_all += s->marks[j] == (1U << count) - 1;
  }
  return in_all;
}

/* Do so many outputs depend on both halves of the dimension that windows cannot be narrow? */
static gchk_status ask_density(search *s, bool *is_dense, gchk_error *error) {
  slice half = {&s->found->bits, s->dimension, .size = (s->places + 1) / 2, .modulus = 2};
  size_t both = 0, moved = 0;
  bool done = true;
  forget_marks(s);
  gchk_trial_perturb(s->trial, GCHK_NEAR, s->random);
  for (; half.which < 2 && done; half.which++) {
    GCHK_TRY(run(s, &half, &done, error));
    both = done ? mark(s, half.which, 2) : both;
  }
  for (size_t j = 0; j < s->found->output_count; j++)
    moved += s->marks[j] != 0;
  *is_dense = DENSE * both > moved;
  return GCHK_OK;
}

/* Of any three neighbouring blocks, does every output depend on two at the most? Whatever else it depends on. */
static gchk_status try_size(search *s, bool *fits, gchk_error *error) {
  slice neighbour = {&s->found->bits, s->dimension, .size = s->windows->places, .modulus = NEIGHBOURS};
  *fits = true;
  forget_marks(s);
  for (gchk_perturbation kind = GCHK_NEAR; kind < GCHK_PERTURBATIONS && *fits; kind++) {
    bool done = true;
    gchk_trial_perturb(s->trial, kind, s->random);
    for (neighbour.which = 0; neighbour.which < NEIGHBOURS && done && *fits; neighbour.which++) {
      GCHK_TRY(run(s, &neighbour, &done, error));
      *fits = !done || mark(s, neighbour.which, NEIGHBOURS) == 0;
    }
  }
  return GCHK_OK;
}

/*
 * The bits of a block's number are those of the Gray code: two neighbours differ in one alone. Bit b of i is 1 where
 * (i + 2^b)/2^(b+1) is odd.
 */
static gchk_status try_bits(search *s, gchk_perturbation kind, gchk_random *random, gchk_error *error) {
  const size_t block = s->windows->places;
  bool done = true;
  gchk_trial_perturb(s->trial, kind, random);
  for (unsigned bit = 0; bit < s->bits && done; bit++) {
    slice half = {&s->found->bits, s->dimension, .shift = block << bit, .size = 2 * block << bit, .modulus = 2};
    for (; half.which < 2 && done; half.which++) {
      GCHK_TRY(run(s, &half, &done, error));
      for (size_t j = 0; done && j < s->found->output_count; j++)
        if (gchk_trial_moved(s->trial, j))
          s->seen[half.which][j] |= UINT32_C(1) << bit;
    }
  }
  return GCHK_OK;
}

static bool has_all_bits(const search *s, size_t output) {
  return (s->seen[0][output] | s->seen[1][output]) == (UINT32_C(1) << s->bits) - 1;
}

static void note_live(const search *s) {
  for (size_t j = 0; j < s->found->output_count; j++)
    s->is_live[j] = has_all_bits(s, j);
}

static size_t from_gray(uint32_t code) {
  for (unsigned shift = 16; shift > 0; shift /= 2)
    code ^= code >> shift;
  return code;
}

/*
 * First and last block of an output. Of one that no small perturbation moves a bit may have been seen on one side where
 * it is either's, and then the block is that or the next one. False: it is in no two neighbours.
 */
static bool place_output(const search *s, size_t output) {
  gchk_windows *w = s->windows;
  const uint32_t ones = s->seen[1][output], either = ones & s->seen[0][output];
  const size_t a = from_gray(ones), b = from_gray(ones ^ either), most = w->blocks - 1;
  if ((either & (either - 1)) != 0 || a > most || b > most || (either != 0 && a + 1 != b && b + 1 != a))
    return false;
  size_t first = a < b ? a : b, last = a < b ? b : a;
  if (either == 0 && !s->is_live[output]) {
    first -= first > 0;
    last += last < most;
  }
  w->first[output] = (uint32_t)first;
  w->last[output] = (uint32_t)last;
  w->width = last - first + 1 > w->width ? last - first + 1 : w->width;
  return true;
}

static bool is_moved(const search *s, size_t output) {
  return s->found->moves[output] || s->marks[output] != 0 || (s->seen[0][output] | s->seen[1][output]) != 0;
}

/* Outputs of which some bit was not seen. */
static size_t count_open(const search *s) {
  size_t open = 0;
  for (size_t j = 0; j < s->found->output_count; j++)
    open += is_moved(s, j) && !has_all_bits(s, j);
  return open;
}

/* Dead and saturated outputs move now and then: those of several elements, when these are moved so or otherwise. */
static gchk_status try_more(search *s, gchk_error *error) {
  size_t open = count_open(s), in_vain = 0;
  for (size_t round = 0; round < MOST_ROUNDS && open > 0 && in_vain < MOST_IN_VAIN; round++) {
    if (!can_afford(s, (size_t)2 * 2 * s->bits))
      return GCHK_OK;
    const size_t before = open;
    gchk_random same = *s->random;
    GCHK_TRY(try_bits(s, GCHK_UP_OR_DOWN, s->random, error));
    GCHK_TRY(try_bits(s, GCHK_DOWN_OR_UP, &same, error));
    open = count_open(s);
    in_vain = open < before ? 0 : in_vain + 1;
  }
  return GCHK_OK;
}

/* *found: every output is in one block, or in few that follow one another. */
static gchk_status find_blocks(search *s, bool *found, gchk_error *error) {
  gchk_windows *w = s->windows;
  w->blocks = (s->places + w->places - 1) / w->places;
  w->width = 0;
  s->bits = 0;
  for (size_t last = w->blocks - 1; last > 0; last >>= 1)
    s->bits++;
  for (size_t j = 0; j < s->found->output_count; j++)
    s->seen[0][j] = s->seen[1][j] = 0;
  for (gchk_perturbation kind = GCHK_NEAR; kind < GCHK_PERTURBATIONS; kind++) {
    GCHK_TRY(try_bits(s, kind, s->random, error));
    if (kind == GCHK_NEAR)
      note_live(s);
  }
  GCHK_TRY(try_more(s, error));
  *found = true;
  for (size_t j = 0; j < s->found->output_count && *found; j++)
    *found = !is_moved(s, j) || (has_all_bits(s, j) && place_output(s, j));
  return GCHK_OK;
}

/* What the trials of bits of the whole index did not see, they tell nothing of. */
static void note_moves(const search *s) {
  for (size_t j = 0; j < s->found->output_count; j++)
    if (is_moved(s, j) && !s->found->moves[j]) {
      s->found->left = 0;
      s->found->moves[j] = true;
    }
}

/* The k-th of as many places as there are in a window's blocks, at the most, is one place of an output. */
static void note_place(const search *s, size_t output, size_t k) {
  const gchk_windows *w = s->windows;
  const size_t period = w->width * w->places, from = w->first[output] * w->places;
  const uint32_t place = (uint32_t)(from + (k + period - from % period) % period);
  s->first[output] = place < s->first[output] ? place : s->first[output];
  s->last[output] = place > s->last[output] ? place : s->last[output];
}

static gchk_status try_places(search *s, gchk_perturbation kind, gchk_random *random, gchk_error *error) {
  const size_t period = s->windows->width * s->windows->places;
  slice place = {&s->found->bits, s->dimension, .size = 1, .modulus = period};
  bool done = true;
  gchk_trial_perturb(s->trial, kind, random);
  for (; place.which < period && done; place.which++) {
    GCHK_TRY(run(s, &place, &done, error));
    for (size_t j = 0; done && j < s->found->output_count; j++)
      if (gchk_trial_moved(s->trial, j))
        note_place(s, j, place.which);
  }
  return GCHK_OK;
}

/* From now on an output is live where no far perturbation shows a place that small ones did not. */
static void note_live_places(const search *s, const uint32_t *first, const uint32_t *last) {
  for (size_t j = 0; j < s->found->output_count; j++)
    s->is_live[j] = first[j] <= last[j] && first[j] == s->first[j] && last[j] == s->last[j];
}

/* First and last place of an output, which if it is not live may be in a window as long as the longest. */
static void settle_output(const search *s, size_t output, size_t longest) {
  gchk_windows *w = s->windows;
  const size_t end = (w->last[output] + (size_t)1) * w->places;
  size_t first = w->first[output] * w->places, last = (end < s->places ? end : s->places) - 1;
  if (s->first[output] <= s->last[output]) {
    const size_t more = s->is_live[output] ? s->last[output] - s->first[output] : longest - 1;
    first = s->last[output] > first + more ? s->last[output] - more : first;
    last = s->first[output] + more < last ? s->first[output] + more : last;
  }
  w->first[output] = (uint32_t)first;
  w->last[output] = (uint32_t)last;
  if (s->found->moves[output] && last - first + 1 > w->width)
    w->width = last - first + 1;
}

/* Places in place of blocks. */
static void settle_places(const search *s) {
  gchk_windows *w = s->windows;
  size_t longest = 0;
  for (size_t j = 0; j < s->found->output_count; j++)
    if (s->first[j] <= s->last[j] && s->last[j] - s->first[j] + (size_t)1 > longest)
      longest = s->last[j] - s->first[j] + (size_t)1;
  w->width = 0;
  for (size_t j = 0; j < s->found->output_count; j++)
    settle_output(s, j, longest);
  w->places = 1;
  w->blocks = s->places;
}

static gchk_status find_places(search *s, gchk_error *error) {
  const size_t m = s->found->output_count;
  uint32_t *near = gchk_calloc(m, 2 * sizeof *near);
  if (near == NULL)
    return gchk_fail_memory(error, "the pattern of a tensor");
  for (size_t j = 0; j < m; j++) {
    s->first[j] = UINT32_MAX;
    s->last[j] = 0;
  }
  gchk_status status = try_places(s, GCHK_NEAR, s->random, error);
  memcpy(near, s->first, m * sizeof *near);
  memcpy(near + m, s->last, m * sizeof *near);
  gchk_random same = *s->random;
  if (status == GCHK_OK)
    status = try_places(s, GCHK_UP_OR_DOWN, s->random, error);
  if (status == GCHK_OK)
    status = try_places(s, GCHK_DOWN_OR_UP, &same, error);
  note_live_places(s, near, near + m);
  free(near);
  if (status == GCHK_OK)
    settle_places(s);
  return status;
}

/* 1, 2, 3, 4, 6, 8, 12, ... */
static size_t next_size(size_t size) {
  return size < 2 ? size + 1 : (size & (size - 1)) == 0 ? size / 2 * 3 : size / 3 * 4;
}

/* Forwards that find blocks of one size, at the most, where outputs move whenever their places do. */
static size_t cost_of_size(const search *s) {
  size_t bits = 1;
  for (size_t left = s->places; left > 1; left >>= 1)
    bits++;
  return GCHK_PERTURBATIONS * (NEIGHBOURS + 2 * bits);
}

/* Blocks of this many places; *found as in find_blocks. */
static gchk_status try_blocks(search *s, size_t places, bool *found, gchk_error *error) {
  bool fits;
  s->windows->places = places;
  GCHK_TRY(try_size(s, &fits, error));
  return fits ? find_blocks(s, found, error) : GCHK_OK;
}

/* By the smallest block that does. */
static gchk_status find_along(search *s, gchk_error *error) {
  const gchk_windows *w = s->windows;
  bool is_dense, found = false;
  GCHK_TRY(ask_density(s, &is_dense, error));
  for (size_t size = 1; 2 * size <= s->places && !is_dense && !found && can_afford(s, cost_of_size(s));
       size = next_size(size))
    GCHK_TRY(try_blocks(s, size, &found, error));
  note_moves(s);
  if (found && w->width > 1 && w->places > 1 && w->places <= MOST_PLACES &&
      can_afford(s, GCHK_PERTURBATIONS * w->width * w->places))
    GCHK_TRY(find_places(s, error));
  if (!found || 3 * w->width > 2 * w->blocks)
    s->windows->width = 0;
  return GCHK_OK;
}

static gchk_status allocate(search *s, gchk_error *error) {
  gchk_windows *w = s->windows;
  const size_t m = s->found->output_count;
  w->first = gchk_arena_alloc(s->trial->work->scratch, m, sizeof *w->first);
  w->last = gchk_arena_alloc(s->trial->work->scratch, m, sizeof *w->last);
  s->marks = gchk_calloc(m, sizeof *s->marks);
  s->is_live = gchk_calloc(m, sizeof *s->is_live);
  s->seen[0] = gchk_calloc(m, sizeof *s->seen[0]);
  s->seen[1] = gchk_calloc(m, sizeof *s->seen[1]);
  s->first = gchk_calloc(m, sizeof *s->first);
  s->last = gchk_calloc(m, sizeof *s->last);
  if (s->first == NULL || s->last == NULL || w->first == NULL || w->last == NULL || s->marks == NULL ||
      s->seen[0] == NULL || s->seen[1] == NULL)
    return gchk_fail_memory(error, "the pattern of a tensor");
  return GCHK_OK;
}

static void release(search *s) {
  free(s->marks);
  free(s->is_live);
  free(s->seen[0]);
  free(s->seen[1]);
  free(s->first);
  free(s->last);
}

gchk_status gchk_find_windows(gchk_trial *trial, gchk_random *random, double most, gchk_dependence *found,
                              gchk_error *error) {
  const gchk_tensor *t = trial->t;
  for (size_t d = 0; d < t->shape.rank; d++) {
    search s = {trial, random, found, &found->windows[d], .dimension = d, .places = t->shape.dim[d]};
    s.limit = fmin(most, WORTHWHILE * (double)t->count);
    if (s.places < FEWEST || s.places > INT32_MAX || !can_afford(&s, 2 + 2 * cost_of_size(&s)) ||
        gchk_index_bits_along(&found->bits, d, found->left) != 0)
      continue;
    gchk_status status = allocate(&s, error);
    if (status == GCHK_OK)
      status = find_along(&s, error);
    release(&s);
    GCHK_TRY(status);
    most -= s.spent;
  }
  return GCHK_OK;
}
