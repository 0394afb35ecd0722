/* A block is open until a helper has left what it comes to, or the leader has passed it. */
#include "blocks/crew.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/memory.h"

// What is left must take the leader so long: forks, pages that are copied and work that two begin cost some 10 ms.
static const double worth_s = 0.05;

enum { OPEN = 0, LEFT, PASSED };
enum { MOST_HELPERS = 255 };

struct gchk_block_state {
  const atomic_uchar *stage;
  const atomic_size_t *ahead;
};

bool gchk_block_is_done(const gchk_block_state *state) {
  return state->stage != NULL && atomic_load_explicit(state->stage, memory_order_acquire) != OPEN;
}

size_t gchk_blocks_ahead(const gchk_block_state *state) {
  return state != NULL && state->ahead != NULL ? atomic_load(state->ahead) : 0;
}

/* In memory that the processes share: stages and places behind it. */
typedef struct board {
  atomic_size_t front; // the block that the leader does
  atomic_size_t back;  // those from here on are taken
  atomic_size_t ahead; // how many are left and not passed
} board;

typedef struct shift {
  const gchk_blocks *blocks;
  const gchk_crew *crew;
  board *board; // NULL: the leader is alone
  atomic_uchar *stages;
  unsigned char *places;
  size_t *place; // where in them a block's begins
  size_t bytes;
  size_t helper_count;
  pid_t helpers[MOST_HELPERS];
} shift;

static size_t round_up(size_t bytes) {
  const size_t unit = _Alignof(max_align_t);
  return (bytes + unit - 1) / unit * unit;
}

// False where memory is short: then nobody helps.
static bool lay_out(shift *s, size_t front) {
  const size_t count = s->blocks->count;
  const size_t head = round_up(sizeof *s->board), stages = round_up(count * sizeof *s->stages);
  size_t places = 0;
  s->place = gchk_calloc(count, sizeof *s->place);
  for (size_t b = 0; s->place != NULL && b < count; b++) {
    s->place[b] = places;
    places += round_up(s->blocks->size(s->blocks->context, b));
  }
  s->bytes = head + stages + places;
  void *memory =
      s->place != NULL ? mmap(NULL, s->bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) : MAP_FAILED;
  if (memory == MAP_FAILED)
    return false;
  unsigned char *bytes = memory;
  s->board = memory;
  s->stages = (atomic_uchar *)(bytes + head);
  s->places = bytes + head + stages;
  atomic_store(&s->board->front, front);
  atomic_store(&s->board->back, count);
  return true;
}

// The next block from the end; false where the leader is there already.
static bool take(shift *s, size_t *block) {
  size_t back = atomic_load(&s->board->back);
  do {
    if (back == 0 || back - 1 <= atomic_load(&s->board->front))
      return false;
  } while (!atomic_compare_exchange_weak(&s->board->back, &back, back - 1));
  *block = back - 1;
  return true;
}

static void leave(shift *s, size_t block) {
  unsigned char open = OPEN;
  s->blocks->pack(s->blocks->context, block, s->places + s->place[block]);
  (void)atomic_fetch_add(&s->board->ahead, 1);
  if (!atomic_compare_exchange_strong(&s->stages[block], &open, LEFT))
    (void)atomic_fetch_sub(&s->board->ahead, 1);
}

_Noreturn static void help(shift *s) {
  const pid_t self = getpid();
  size_t block;
  s->crew->enter(s->crew->context);
  while (take(s, &block)) {
    const gchk_block_state state = {&s->stages[block], NULL};
    gchk_error unused;
    // An error the leader will meet; and of what the layer has forked nothing is taken.
    if (s->blocks->run(s->blocks->context, block, &state, &unused) != GCHK_OK || getpid() != self)
      break;
    leave(s, block);
  }
  _exit(EXIT_SUCCESS);
}

static void call_helpers(shift *s, size_t wanted) {
  (void)fflush(NULL); // or a helper that calls exit would write it once more
  while (s->helper_count < wanted) {
    const pid_t pid = fork();
    if (pid == 0)
      help(s);
    if (pid < 0)
      return;
    s->helpers[s->helper_count++] = pid;
  }
}

static void dismiss_helpers(shift *s) {
  for (size_t i = 0; i < s->helper_count; i++) {
    // One that is gone may have been waited for by the layer, and its number be another's.
    if (waitpid(s->helpers[i], NULL, WNOHANG) != 0)
      continue;
    (void)kill(s->helpers[i], SIGKILL);
    while (waitpid(s->helpers[i], NULL, 0) < 0 && errno == EINTR)
      continue;
  }
  if (s->board != NULL)
    (void)munmap(s->board, s->bytes);
  free(s->place);
}

static gchk_status lead_block(shift *s, size_t block, gchk_error *error) {
  const bool is_alone = s->board == NULL;
  const gchk_block_state state = {is_alone ? NULL : &s->stages[block], is_alone ? NULL : &s->board->ahead};
  unsigned char open = OPEN;
  if (!is_alone)
    atomic_store(&s->board->front, block);
  gchk_status status = GCHK_OK;
  if (!gchk_block_is_done(&state))
    status = s->blocks->run(s->blocks->context, block, &state, error);
  if (status != GCHK_OK || is_alone || atomic_compare_exchange_strong(&s->stages[block], &open, PASSED))
    return status;
  s->blocks->unpack(s->blocks->context, block, s->places + s->place[block]);
  (void)atomic_fetch_sub(&s->board->ahead, 1);
  return GCHK_OK;
}

// Of so many blocks that are left, the leader's next among them.
static size_t helpers_wanted(const gchk_crew *crew, size_t left) {
  size_t wanted = *crew->idle;
  wanted = wanted < MOST_HELPERS ? wanted : MOST_HELPERS;
  return wanted < left ? wanted : left - 1;
}

// Blocks are taken to be alike: those that are left take as long as those that are done.
static bool is_worth_help(const gchk_blocks *blocks, size_t done, double began) {
  return blocks->is_long ||
         (done > 0 && (gchk_now() - began) * (double)(blocks->count - done) >= worth_s * (double)done);
}

gchk_status gchk_blocks_run(const gchk_blocks *blocks, const gchk_crew *crew, gchk_error *error) {
  shift s = {.blocks = blocks, .crew = crew};
  gchk_status status = GCHK_OK;
  const double began = crew != NULL ? gchk_now() : 0;
  bool may_ask = crew != NULL;
  for (size_t b = 0; b < blocks->count && status == GCHK_OK; b++) {
    const size_t wanted = may_ask && is_worth_help(blocks, b, began) ? helpers_wanted(crew, blocks->count - b) : 0;
    if (wanted > 0) {
      may_ask = false;
      if (crew->may_fork(crew->context) && lay_out(&s, b))
        call_helpers(&s, wanted);
    }
    status = lead_block(&s, b, error);
  }
  dismiss_helpers(&s);
  return status;
}
