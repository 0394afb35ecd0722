/* The rounds of a block: which points are asked for, and where they lie in memory. */
#include "batch/batch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "batch/batch_replay.h"
#include "batch/batch_settle.h"
#include "batch/batch_steps.h"
#include "core/memory.h"
#include "numeric/rung_formulas.h"

enum {
  FIRST_POINTS = 6, /* an element in the first round */
  FLAT_POINTS = 6,  /* of those that did not move */
  FIXED_POINTS = 4,
  DOUBLES = 6,
  DOUBLES_OF_DRAW = 3,
  EXPONENTS = 7,
  ARRAYS = DOUBLES + GCHK_MAX_DRAWS * DOUBLES_OF_DRAW + EXPONENTS + 2 * FIRST_POINTS + 2 * GCHK_BATCH_MOST_KINDS +
           2 /* places */ + 1 /* flags */
};

enum { STARTED, ASKED_FIRST, ASKED_FLAT, ASKED_SMALLER, ASKED_OPEN, DONE };

/* The next `rows` arrays of `capacity` objects of eight bytes. */
static void *next_of(gchk_batch *b, size_t *used, size_t rows) {
  char *at = (char *)b->space + *used * b->capacity * sizeof(double);
  *used += rows;
  return at;
}

gchk_status gchk_batch_init(gchk_batch *b, size_t capacity, gchk_error *error) {
  static_assert(sizeof(size_t) <= sizeof(double) && sizeof(int64_t) == sizeof(double), "arrays of one size");
  size_t count, used = 0;
  *b = (gchk_batch){.capacity = capacity, .round = DONE};
  if (!gchk_multiply(capacity, ARRAYS, &count) || (b->space = gchk_malloc(count, sizeof(double))) == NULL)
    return gchk_fail_memory(error, "a block of elements");
  double **doubles[] = {&b->x, &b->scale, &b->step, &b->hidden, &b->row, &b->listed_x};
  for (size_t k = 0; k < sizeof doubles / sizeof doubles[0]; k++)
    *doubles[k] = next_of(b, &used, 1);
  for (size_t d = 0; d < GCHK_MAX_DRAWS; d++) {
    b->value[d] = next_of(b, &used, 1);
    b->bound[d] = next_of(b, &used, 1);
    b->rounding[d] = next_of(b, &used, 1);
  }
  int64_t **exponents[] = {&b->top, &b->start, &b->usual, &b->bottom, &b->lowest, &b->highest, &b->exponent};
  for (size_t k = 0; k < sizeof exponents / sizeof exponents[0]; k++)
    *exponents[k] = next_of(b, &used, 1);
  b->values = next_of(b, &used, FIRST_POINTS);
  b->losses = next_of(b, &used, FIRST_POINTS);
  b->more_values = next_of(b, &used, GCHK_BATCH_MOST_KINDS);
  b->more_losses = next_of(b, &used, GCHK_BATCH_MOST_KINDS);
  b->places = next_of(b, &used, 1);
  b->listed = next_of(b, &used, 1);
  b->state = next_of(b, &used, 1);
  b->moves = b->state + capacity;
  b->is_flat_below = b->moves + capacity;
  b->wants = b->is_flat_below + capacity;
  for (size_t i = 0; i < capacity; i++)
    b->places[i] = i;
  return GCHK_OK;
}

void gchk_batch_deinit(gchk_batch *b) {
  free(b->space);
  b->space = NULL;
}

void gchk_batch_start(gchk_batch *b, const gchk_batch_line *line, size_t count) {
  assert(count <= b->capacity && line->draw_count >= 1 && line->draw_count <= GCHK_MAX_DRAWS);
  b->line = *line;
  b->count = count;
  b->round = STARTED;
  memset(b->state, GCHK_BATCH_OPEN, count);
}

/* Asks for `kinds` points of each of `width` elements. */
static bool ask(gchk_batch *b, const size_t *elements, size_t kinds, size_t width, double *values, double *losses) {
  b->asked_element = elements;
  b->asked_kinds = kinds;
  b->asked_width = width;
  b->asked_value = values;
  b->asked_loss = losses;
  return width > 0;
}

/* The points at 2^exponent from x, upper and lower, of `width` elements. */
static void put_pair(const gchk_batch *b, double *to, const double *x, size_t width) {
  gchk_batch_step_to(to, x, b->exponent, 1, b->line.variable_unit, width);
  gchk_batch_step_to(to + width, x, b->exponent, -1, b->line.variable_unit, width);
}

/* The points at 2^(start + offset) of all elements. */
static void put_around_start(gchk_batch *b, int offset, double *to) {
  for (size_t i = 0; i < b->count; i++)
    b->exponent[i] = b->start[i] + offset;
  put_pair(b, to, b->x, b->count);
}

static bool ask_three(gchk_batch *b) {
  gchk_batch_find_steps(b);
  for (int k = 0; k < FIRST_POINTS / 2; k++)
    put_around_start(b, (1 - k) * GCHK_RUNG, b->values + (size_t)(2 * k) * b->count);
  return ask(b, b->places, FIRST_POINTS, b->count, b->values, b->losses);
}

static bool ask_fixed(gchk_batch *b) {
  for (size_t k = 0; k < FIXED_POINTS; k++) {
    double h = (k % 2 == 0 ? 1 : -1) * (k < 2 ? 2 * b->line.fixed_step : b->line.fixed_step);
    gchk_batch_step_by(b->values + k * b->count, b->x, h, b->line.variable_unit, b->count);
  }
  return ask(b, b->places, FIXED_POINTS, b->count, b->values, b->losses);
}

/* Asks for `pairs` pairs of points of each listed element, at 2^exponent(element, pair). */
static bool ask_listed(gchk_batch *b, size_t width, size_t pairs,
                       int64_t (*exponent)(const gchk_batch *b, size_t element, size_t pair)) {
  for (size_t j = 0; j < width; j++)
    b->listed_x[j] = b->x[b->listed[j]];
  for (size_t k = 0; k < pairs; k++) {
    for (size_t j = 0; j < width; j++)
      b->exponent[j] = exponent(b, b->listed[j], k);
    put_pair(b, b->more_values + 2 * k * width, b->listed_x, width);
  }
  return ask(b, b->listed, 2 * pairs, width, b->more_values, b->more_losses);
}

/* Those that did not move at the first step are asked further out. */
static bool ask_flat(gchk_batch *b) {
  size_t width = 0;
  for (size_t i = 0; i < b->count; i++)
    if (!b->moves[i])
      b->listed[width++] = i;
  return ask_listed(b, width, FLAT_POINTS / 2, gchk_batch_flat_exponent);
}

/* Smaller steps come first, and are enough most often. */
static bool ask_smaller(gchk_batch *b) {
  size_t width = 0;
  for (size_t i = 0; i < b->count; i++)
    if ((b->wants[i] & GCHK_WANTS_SMALLER) != 0)
      b->listed[width++] = i;
  return ask_listed(b, width, GCHK_REPLAY_SMALLER, gchk_batch_replay_exponent);
}

static bool ask_open(gchk_batch *b) {
  size_t width = 0;
  for (size_t i = 0; i < b->count; i++)
    if (b->state[i] == GCHK_BATCH_OPEN && (b->wants[i] & (GCHK_WANTS_LARGER | GCHK_WANTS_ALL_LARGER)) != 0)
      b->listed[width++] = i;
  return ask_listed(b, width, GCHK_REPLAY_PAIRS, gchk_batch_replay_exponent);
}

/* Takes in what was asked for in a round. */
static void take_in(gchk_batch *b) {
  if (b->round == ASKED_FIRST && b->line.fixed_step > 0)
    gchk_batch_settle_fixed(b);
  else if (b->round == ASKED_FIRST)
    gchk_batch_settle_three(b);
  else if (b->round == ASKED_FLAT)
    gchk_batch_settle_flat(b);
  else if (b->round == ASKED_SMALLER || b->round == ASKED_OPEN)
    gchk_batch_replay(b);
}

bool gchk_batch_next(gchk_batch *b) {
  bool is_fixed = b->line.fixed_step > 0, is_asked = false;
  take_in(b);
  // A round that has nothing to ask for is passed over.
  while (!is_asked && b->round != DONE) {
    b->round++;
    if (b->round == ASKED_FIRST)
      is_asked = is_fixed ? ask_fixed(b) : ask_three(b);
    else if (b->round == ASKED_FLAT && !is_fixed)
      is_asked = ask_flat(b);
    else if (b->round == ASKED_SMALLER && !is_fixed)
      is_asked = ask_smaller(b);
    else if (b->round == ASKED_OPEN && !is_fixed)
      is_asked = ask_open(b);
  }
  return is_asked;
}

size_t gchk_batch_first_points(const gchk_batch *b, const double **values, const double **losses) {
  *values = b->values;
  *losses = b->losses;
  return b->line.fixed_step > 0 ? FIXED_POINTS : FIRST_POINTS;
}
