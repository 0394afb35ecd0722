/*
 * A move is a block. What a helper hands over are its numbers as they are, raised by some of the moves, all of which
 * are made by somebody: so the larger of its numbers and of those here is right, whenever it wrote them.
 */
#include "measure/slack_moves.h"

#include <assert.h>
#include <string.h>

#include "core/memory.h"
#include "instance/roles.h"
#include "measure/move_doubles.h"
#include "measure/work_calls.h"

// Values and gradients, of some 50 ms: what is less a clock must show to be worth help.
static const double long_by_count = 1e7;

typedef struct making {
  gchk_case_work *work;
  const gchk_moves *moves;
  uint64_t calls[GCHK_MOST_MOVES]; // of each move
} making;

static gchk_status make(void *context, size_t move, const gchk_block_state *state, gchk_error *error) {
  making *m = context;
  const uint64_t before = gchk_work_calls(m->work);
  const gchk_status status = m->moves->make(m->moves->context, move, state, error);
  m->calls[move] = gchk_work_calls(m->work) - before;
  return status;
}

static size_t count_of(const making *m, size_t i) {
  return m->work->tensors[i % m->work->tensor_count].total;
}

static size_t size(void *context, size_t move) {
  const making *m = context;
  size_t numbers = 0;
  (void)move;
  for (size_t i = 0; i < m->moves->most_count; i++)
    numbers += count_of(m, i);
  return sizeof m->calls + numbers * sizeof(double);
}

static void pack(void *context, size_t move, unsigned char *to) {
  const making *m = context;
  (void)move;
  memcpy(to, m->calls, sizeof m->calls);
  to += sizeof m->calls;
  for (size_t i = 0; i < m->moves->most_count; i++) {
    memcpy(to, m->moves->most[i], count_of(m, i) * sizeof(double));
    to += count_of(m, i) * sizeof(double);
  }
}

static void unpack(void *context, size_t move, unsigned char *from) {
  making *m = context;
  memcpy(&m->calls[move], from + move * sizeof m->calls[0], sizeof m->calls[0]);
  from += sizeof m->calls;
  for (size_t i = 0; i < m->moves->most_count; i++) {
    gchk_raise_to_others(m->moves->most[i], (const double *)(const void *)from, count_of(m, i));
    from += count_of(m, i) * sizeof(double);
  }
}

// Backward begins with gradients of zero.
static void find_written(const gchk_case_work *work, const gchk_moves *moves, gchk_written *written, size_t *count) {
  const gchk_instance *instance = work->instance;
  for (size_t i = 0; moves->writes_values && i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    if (t->grad != NULL)
      written[(*count)++] = (gchk_written){t->grad, instance->grads[i].bytes};
    if (gchk_role_is_moved(t->role))
      written[(*count)++] = (gchk_written){t->value, instance->values[i].bytes};
  }
}

// All moves together.
static double count_numbers(const gchk_case_work *work, const gchk_moves *moves) {
  double numbers = 0;
  for (size_t i = 0; i < work->instance->tensor_count; i++)
    numbers += (double)work->instance->t[i].count;
  for (size_t k = 0; k < work->tensor_count; k++)
    numbers += (double)work->tensors[k].total;
  return numbers * (double)moves->count;
}

gchk_status gchk_make_moves(gchk_case_work *work, const gchk_moves *moves, gchk_error *error) {
  assert(moves->count <= GCHK_MOST_MOVES);
  making m = {.work = work, .moves = moves};
  const bool is_long = count_numbers(work, moves) >= long_by_count;
  size_t written_count = 0;
  gchk_written *written = gchk_arena_alloc(work->scratch, 2 * work->instance->tensor_count, sizeof *written);
  if (written == NULL)
    return gchk_fail_memory(error, "the conditioning of gradients");
  find_written(work, moves, written, &written_count);
  const gchk_blocks blocks = {.count = moves->count,
                              .run = make,
                              .size = size,
                              .pack = pack,
                              .unpack = unpack,
                              .context = &m,
                              .is_long = is_long,
                              .is_cumulative = true,
                              .written = written,
                              .written_count = written_count};
  const uint64_t before = gchk_work_calls(work);
  const gchk_status status = gchk_blocks_run(&blocks, work->crew, error);
  uint64_t calls = 0;
  for (size_t i = 0; i < moves->count; i++)
    calls += m.calls[i];
  // What was begun here and left, since a helper was through first, counts once.
  work->other_calls += before + calls - gchk_work_calls(work);
  return status;
}
