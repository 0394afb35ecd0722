/* A block is open until a helper has left what it comes to, or the leader has passed it. */
#include "core/crew.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/memory.h"

// What is left must take the leader so long: forks, pages that are copied and work that two begin cost some 10 ms.
static const double worth_s = 0.05;

enum { OPEN = 0, PASSED, LEFT }; // LEFT + i: by the i-th helper
enum { MOST_HELPERS = 253 };

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
  size_t *place; // where in them a block's begins, or a helper's
  size_t bytes;
  size_t helper_count;
  pid_t helpers[MOST_HELPERS];
} shift;

static size_t round_up(size_t bytes) {
  const size_t unit = _Alignof(max_align_t);
  return (bytes + unit - 1) / unit * unit;
}

static size_t place_of(const shift *s, size_t block, size_t helper) {
  return s->place[s->blocks->is_cumulative ? helper : block];
}

// For so many helpers. False where memory is short: then nobody helps.
static bool lay_out(shift *s, size_t front, size_t helpers) {
  const size_t count = s->blocks->count, place_count = s->blocks->is_cumulative ? helpers : count;
  const size_t head = round_up(sizeof *s->board), stages = round_up(count * sizeof *s->stages);
  size_t places = 0;
  s->place = gchk_calloc(place_count, sizeof *s->place);
  for (size_t i = 0; s->place != NULL && i < place_count; i++) {
    s->place[i] = places;
    places += round_up(s->blocks->size(s->blocks->context, s->blocks->is_cumulative ? front : i));
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

static void leave(shift *s, size_t block, size_t self) {
  unsigned char open = OPEN;
  s->blocks->pack(s->blocks->context, block, s->places + place_of(s, block, self));
  (void)atomic_fetch_add(&s->board->ahead, 1);
  if (!atomic_compare_exchange_strong(&s->stages[block], &open, (unsigned char)(LEFT + self)))
    (void)atomic_fetch_sub(&s->board->ahead, 1);
}

_Noreturn static void help(shift *s, size_t self) {
  const pid_t pid = getpid();
  size_t block;
  s->crew->enter(s->crew->context);
  while (take(s, &block)) {
    const gchk_block_state state = {&s->stages[block], NULL};
    gchk_error unused;
    // An error the leader will meet; and of what the layer has forked nothing is taken.
    if (s->blocks->run(s->blocks->context, block, &state, &unused) != GCHK_OK || getpid() != pid)
      break;
    leave(s, block, self);
  }
  _exit(EXIT_SUCCESS);
}

#ifdef MADV_WIPEONFORK
// Says of the pages that blocks write whether helpers are to find zeros there; what the system does not know it copies.
static void advise(const shift *s, int advice) {
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  for (size_t i = 0; i < s->blocks->written_count; i++) {
    const gchk_written *w = &s->blocks->written[i];
    const uintptr_t from = (uintptr_t)w->data, before = (page - from % page) % page;
    if (w->bytes > before + page)
      (void)madvise((char *)w->data + before, (w->bytes - before) / page * page, advice);
  }
}
#endif

static void fork_helpers(shift *s, size_t wanted) {
  while (s->helper_count < wanted) {
    const pid_t pid = fork();
    if (pid == 0)
      help(s, s->helper_count);
    if (pid < 0)
      return;
    s->helpers[s->helper_count++] = pid;
  }
}

static void call_helpers(shift *s, size_t wanted) {
  (void)fflush(NULL); // or a helper that calls exit would write it once more
#ifdef MADV_WIPEONFORK
  advise(s, MADV_WIPEONFORK);
  fork_helpers(s, wanted);
  advise(s, MADV_KEEPONFORK);
#else
  fork_helpers(s, wanted);
#endif
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
  unsigned char stage = OPEN;
  if (!is_alone)
    atomic_store(&s->board->front, block);
  gchk_status status = GCHK_OK;
  if (!gchk_block_is_done(&state))
    status = s->blocks->run(s->blocks->context, block, &state, error);
  if (status != GCHK_OK || is_alone || atomic_compare_exchange_strong(&s->stages[block], &stage, PASSED))
    return status;
  s->blocks->unpack(s->blocks->context, block, s->places + place_of(s, block, stage - (size_t)LEFT));
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
      if (crew->may_fork(crew->context) && lay_out(&s, b, wanted))
        call_helpers(&s, wanted);
    }
    status = lead_block(&s, b, error);
  }
  dismiss_helpers(&s);
  return status;
}
