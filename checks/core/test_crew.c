/* Work in blocks: each is there once whoever did it, and what becomes of a helper shows nowhere. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/crew.h"
#include "core_tests.h"

enum { BLOCKS = 40, NONE = BLOCKS };

typedef enum fate { WORKS, DIES, HANGS, FAILS } fate;

/* Squares, a block each; helpers meet their fate in one of them. */
typedef struct squares {
  pid_t leader;
  fate of_helpers;
  bool may_fork, waits; // waits: the leader, in a block, for somebody else to have done one
  size_t waits_at;
  bool is_short;    // not long by count
  size_t naps_from; // blocks before this one take no time
  size_t fails_at;  // whoever does it
  size_t asked;     // so often whether anybody may help
  size_t done[BLOCKS], unpacked;
} squares;

static void nap(long ms) {
  (void)nanosleep(&(struct timespec){0, ms * 1000000}, NULL);
}

static gchk_status square(void *context, size_t block, const gchk_block_state *state, gchk_error *error) {
  squares *s = context;
  if (block >= s->naps_from)
    nap(s->naps_from > 0 ? 10 : 2);
  while (s->waits && getpid() == s->leader && block == s->waits_at && gchk_blocks_ahead(state) == 0)
    nap(2);
  if (getpid() != s->leader && s->of_helpers == DIES)
    (void)kill(getpid(), SIGKILL);
  while (getpid() != s->leader && s->of_helpers == HANGS)
    (void)pause();
  if (block == s->fails_at || (getpid() != s->leader && s->of_helpers == FAILS))
    return gchk_fail(error, GCHK_LAYER_FAILED, "block %zu", block);
  s->done[block] = block * block + 1;
  return GCHK_OK;
}

static size_t size(void *context, size_t block) {
  (void)context;
  return sizeof(size_t) + block; // not all alike
}

static void pack(void *context, size_t block, unsigned char *to) {
  const squares *s = context;
  memcpy(to, &s->done[block], sizeof(size_t));
}

static void unpack(void *context, size_t block, unsigned char *from) {
  squares *s = context;
  memcpy(&s->done[block], from, sizeof(size_t));
  s->unpacked++;
}

static bool may_fork(void *context) {
  squares *s = context;
  s->asked++;
  return s->may_fork;
}

static void enter(void *context) {
  const squares *s = context;
  ck_assert_int_ne(getpid(), s->leader);
}

static gchk_status run(squares *s, size_t idle, gchk_error *error) {
  const volatile size_t helpers = idle;
  const gchk_crew crew = {&helpers, may_fork, enter, s};
  const gchk_blocks blocks = {.count = BLOCKS,
                              .run = square,
                              .size = size,
                              .pack = pack,
                              .unpack = unpack,
                              .context = s,
                              .is_long = !s->is_short};
  s->leader = getpid();
  const gchk_status status = gchk_blocks_run(&blocks, &crew, error);
  ck_assert_int_lt(waitpid(-1, NULL, WNOHANG), 0); // nobody is left
  return status;
}

static const size_t crews[] = {0, 1, 2, 7, 1000};

START_TEST(every_block_is_done) {
  squares s = {.of_helpers = (fate)_i, .may_fork = true, .fails_at = NONE};
  for (size_t c = 0; c < sizeof crews / sizeof crews[0]; c++) {
    gchk_error error;
    memset(s.done, 0, sizeof s.done);
    ck_assert_int_eq(run(&s, crews[c], &error), GCHK_OK);
    for (size_t b = 0; b < BLOCKS; b++)
      ck_assert_uint_eq(s.done[b], b * b + 1);
  }
  if (s.of_helpers != WORKS)
    ck_assert_uint_eq(s.unpacked, 0);
}
END_TEST

// Of several that fail the first, as if they were done one after the other.
START_TEST(first_error_counts) {
  static const size_t places[] = {0, 1, BLOCKS / 2, BLOCKS - 1};
  for (size_t c = 0; c < sizeof crews / sizeof crews[0]; c++) {
    squares s = {.may_fork = true, .fails_at = places[_i]};
    gchk_error error;
    char expected[32];
    (void)snprintf(expected, sizeof expected, "block %zu", places[_i]);
    ck_assert_int_eq(run(&s, crews[c], &error), GCHK_LAYER_FAILED);
    ck_assert_str_eq(error.message, expected);
    for (size_t b = 0; b < places[_i]; b++)
      ck_assert_uint_eq(s.done[b], b * b + 1);
  }
}
END_TEST

START_TEST(helpers_help) {
  squares s = {.may_fork = true, .waits = true, .fails_at = NONE};
  gchk_error error;
  ck_assert_int_eq(run(&s, 3, &error), GCHK_OK);
  ck_assert_uint_gt(s.unpacked, 0);
}
END_TEST

// Blocks of 2 ms, 40 of them: after the first, it shows.
START_TEST(what_takes_long_is_helped) {
  squares s = {.may_fork = true, .is_short = true, .waits = true, .waits_at = 1, .fails_at = NONE};
  gchk_error error;
  ck_assert_int_eq(run(&s, 3, &error), GCHK_OK);
  ck_assert_uint_gt(s.unpacked, 0);
  // Later too: once it does, and though nothing was to be seen of it.
  s = (squares){.may_fork = true, .is_short = true, .naps_from = 5, .waits = true, .waits_at = 15, .fails_at = NONE};
  ck_assert_int_eq(run(&s, 1, &error), GCHK_OK);
  ck_assert_uint_gt(s.unpacked, 0);
  for (size_t b = 0; b < BLOCKS; b++)
    ck_assert_uint_eq(s.done[b], b * b + 1);
}
END_TEST

START_TEST(nobody_is_called_for_a_moment) {
  gchk_error error;
  size_t asked = 1;
  for (int tries = 0; asked > 0 && tries < 100; tries++) { // the machine may be busy
    squares s = {.may_fork = true, .is_short = true, .naps_from = BLOCKS - 1, .fails_at = NONE};
    ck_assert_int_eq(run(&s, 3, &error), GCHK_OK);
    asked = s.asked;
  }
  ck_assert_uint_eq(asked, 0);
  squares s = {.may_fork = true, .is_short = true, .fails_at = NONE};
  ck_assert_int_eq(run(&s, 0, &error), GCHK_OK); // long, but nobody is idle
  ck_assert_uint_eq(s.asked, 0);
}
END_TEST

START_TEST(nobody_helps_where_nobody_may) {
  squares s = {.fails_at = NONE};
  gchk_error error;
  ck_assert_int_eq(run(&s, 3, &error), GCHK_OK);
  ck_assert_uint_eq(s.unpacked, 0);
  ck_assert_uint_eq(s.asked, 1);
  const gchk_blocks none = {.run = square, .size = size, .pack = pack, .unpack = unpack, .context = &s};
  ck_assert_int_eq(gchk_blocks_run(&none, NULL, &error), GCHK_OK);
}
END_TEST

/* The largest square of all blocks so far, which helpers hand over in one place each. */
static gchk_status raise_largest(void *context, size_t block, const gchk_block_state *state, gchk_error *error) {
  squares *s = context;
  const size_t before = s->done[0];
  const gchk_status status = square(s, block, state, error);
  const size_t here = s->done[block];
  s->done[0] = here > before ? here : before;
  return status;
}

static size_t size_of_largest(void *context, size_t block) {
  (void)context;
  (void)block;
  return sizeof(size_t);
}

static void pack_largest(void *context, size_t block, unsigned char *to) {
  const squares *s = context;
  (void)block;
  memcpy(to, s->done, sizeof(size_t));
}

static void unpack_largest(void *context, size_t block, unsigned char *from) {
  squares *s = context;
  size_t largest;
  memcpy(&largest, from, sizeof largest);
  s->done[0] = largest > s->done[0] ? largest : s->done[0];
  s->unpacked += block > 0;
}

START_TEST(blocks_that_add_up_have_one_place_a_helper) {
  for (size_t c = 0; c < sizeof crews / sizeof crews[0]; c++) {
    const volatile size_t helpers = crews[c];
    squares s = {.leader = getpid(), .of_helpers = (fate)_i, .may_fork = true, .fails_at = NONE};
    const gchk_crew crew = {&helpers, may_fork, enter, &s};
    const gchk_blocks blocks = {.count = BLOCKS,
                                .run = raise_largest,
                                .size = size_of_largest,
                                .pack = pack_largest,
                                .unpack = unpack_largest,
                                .context = &s,
                                .is_long = true,
                                .is_cumulative = true};
    gchk_error error;
    ck_assert_int_eq(gchk_blocks_run(&blocks, &crew, &error), GCHK_OK);
    ck_assert_uint_eq(s.done[0], (BLOCKS - 1) * (BLOCKS - 1) + 1);
    ck_assert(s.of_helpers == WORKS || s.unpacked == 0);
  }
}
END_TEST

enum { WRITTEN = 1 << 18, FIRST = 12345 };

/*
 * A long array of which a block writes some, and reads it: what helpers find there at first is nobody's business. But
 * the first and the last number, on the same pages as some that are written, are what blocks are made of.
 */
typedef struct written {
  size_t *numbers;
  size_t found_wrong;
} written;

static gchk_status write_some(void *context, size_t block, const gchk_block_state *state, gchk_error *error) {
  const written *w = context;
  const size_t some = WRITTEN / BLOCKS;
  (void)state;
  (void)error;
  nap(2);
  for (size_t i = 1 + block * some; i < 1 + (block + 1) * some; i++)
    w->numbers[i] = block + w->numbers[0] + w->numbers[WRITTEN - 1];
  return GCHK_OK;
}

static size_t size_of_some(void *context, size_t block) {
  (void)context;
  (void)block;
  return WRITTEN / BLOCKS * sizeof(size_t);
}

static void pack_some(void *context, size_t block, unsigned char *to) {
  const written *w = context;
  memcpy(to, w->numbers + 1 + block * (WRITTEN / BLOCKS), size_of_some(context, block));
}

static void unpack_some(void *context, size_t block, unsigned char *from) {
  const written *w = context;
  memcpy(w->numbers + 1 + block * (WRITTEN / BLOCKS), from, size_of_some(context, block));
}

/* The leader keeps what it has, on every page, also at the ends of the memory and once helpers are gone. */
START_TEST(what_blocks_write_stays_the_leaders) {
  const volatile size_t helpers = 3;
  const gchk_crew crew = {&helpers, may_fork, enter, &(squares){.may_fork = true}};
  written w = {.numbers = calloc(WRITTEN, sizeof *w.numbers)};
  ck_assert_ptr_nonnull(w.numbers);
  for (size_t i = 0; i < WRITTEN; i++)
    w.numbers[i] = FIRST;
  const gchk_written range = {w.numbers + 1, (WRITTEN - 2) * sizeof *w.numbers};
  const gchk_blocks blocks = {.count = BLOCKS,
                              .run = write_some,
                              .size = size_of_some,
                              .pack = pack_some,
                              .unpack = unpack_some,
                              .context = &w,
                              .is_long = true,
                              .written = &range,
                              .written_count = 1};
  gchk_error error;
  ck_assert_int_eq(gchk_blocks_run(&blocks, &crew, &error), GCHK_OK);
  for (size_t i = 0; i < WRITTEN; i++) {
    const size_t block = i > 0 ? (i - 1) / (WRITTEN / BLOCKS) : BLOCKS;
    w.found_wrong += w.numbers[i] != (block < BLOCKS ? block + 2 * FIRST : FIRST);
  }
  ck_assert_uint_eq(w.found_wrong, 0);
  const pid_t child = fork(); // who is forked afterwards finds all
  if (child == 0)
    _exit(w.numbers[1] == 2 * FIRST && w.numbers[WRITTEN / 2] >= 2 * FIRST ? EXIT_SUCCESS : EXIT_FAILURE);
  int status = -1;
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  ck_assert_int_eq(status, 0);
  free(w.numbers);
}
END_TEST

TCase *crew_tests(void) {
  TCase *tests = tcase_create("crew");
  tcase_add_loop_test(tests, every_block_is_done, WORKS, FAILS + 1);
  tcase_add_loop_test(tests, first_error_counts, 0, 4);
  tcase_add_test(tests, helpers_help);
  tcase_add_test(tests, what_takes_long_is_helped);
  tcase_add_test(tests, nobody_is_called_for_a_moment);
  tcase_add_test(tests, nobody_helps_where_nobody_may);
  tcase_add_loop_test(tests, blocks_that_add_up_have_one_place_a_helper, WORKS, HANGS + 1);
  tcase_add_test(tests, what_blocks_write_stays_the_leaders);
  return tests;
}
