/* The sweep itself: work that answers to a refusal as it should goes through it, and work that does not ends it. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "main.h"
#include "memory/failing.h"
#include "memory/sweep.h"

typedef enum mistake { RIGHT, LEAKS, HIDES, OTHER_STATUS, NO_MESSAGE, CRASHES, REMEMBERS } mistake;

static gchk_status out_of_memory(mistake m, gchk_error *error) {
  if (m == NO_MESSAGE)
    return GCHK_NO_MEMORY;
  return gchk_fail(error, m == OTHER_STATUS ? GCHK_INVALID : GCHK_NO_MEMORY, "out of memory for a test");
}

/* A block that other calls lead to than to those before it. */
static void *last_block(void) {
  void *volatile block = malloc(8);
  return block;
}

/* Blocks of which the last is the one that mistakes are made with. */
static gchk_status work(void *context, char **text, gchk_error *error) {
  enum { LAST = 5 };
  static bool was_refused;
  const mistake m = *(const mistake *)context;
  void *block[LAST + 1] = {NULL};
  size_t count = 0;
  while (count <= LAST && (block[count] = count < LAST ? malloc(8) : last_block()) != NULL)
    count++;
  const bool is_last = count == LAST;
  if (m == CRASHES && is_last)
    abort();
  was_refused |= m == REMEMBERS && is_last;
  failing_disarm();
  if (count > LAST || (m == HIDES && is_last))
    *text = strdup(was_refused ? "something else" : "made");
  for (size_t i = m == LEAKS && is_last ? 1 : 0; i < count; i++)
    free(block[i]);
  return *text != NULL ? GCHK_OK : out_of_memory(m, error);
}

static int status_of_sweep(mistake m) {
  int status = 0;
  const pid_t child = fork();
  if (child == 0) {
    sweep_allocations(work, &m);
    _exit(0);
  }
  ck_assert(child > 0 && waitpid(child, &status, 0) == child);
  return status;
}

START_TEST(right_work_goes_through) {
  ck_assert_int_eq(status_of_sweep(RIGHT), 0);
}
END_TEST

START_TEST(a_mistake_ends_the_sweep) {
  const int status = status_of_sweep((mistake)_i);
  ck_assert(WIFEXITED(status));
  ck_assert_int_eq(WEXITSTATUS(status), 1);
}
END_TEST

static TCase *sweeps(void) {
  TCase *tc = tcase_create("sweep");
  tcase_add_test(tc, right_work_goes_through);
  tcase_add_loop_test(tc, a_mistake_ends_the_sweep, LEAKS, REMEMBERS + 1);
  return tc;
}

TEST_MAIN("sweep", sweeps)
