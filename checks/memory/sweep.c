/* Sweeps over allocations. */
#include "memory/sweep.h"

#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "memory/failing.h"
#include "report/render.h"
#include "sanitized.h"

typedef struct sweep {
  sweep_work work;
  void *context;
  char *expected; // what the work makes with all the memory
} sweep;

static bool says_memory(const char *text) {
  return text != NULL && strstr(text, "out of memory") != NULL;
}

/*
 * After so many refusals the work is done once with all the memory. A sanitizer makes each run some ten times as long:
 * there every fifth allocation is refused, and every one in the other builds.
 */
enum { WHOLE_EVERY = 8, STRIDE = HAS_ADDRESS_SANITIZER ? 5 : 1 };

static char *run_whole(const sweep *s) {
  gchk_error error = {GCHK_OK, ""};
  char *text = NULL;
  const size_t before = failing_live();
  failing_arm(SIZE_MAX, false);
  const gchk_status status = s->work(s->context, &text, &error);
  failing_disarm();
  ck_assert_msg(status == GCHK_OK && text != NULL, "with all the memory: status %d, %s", (int)status, error.message);
  char *copy = strdup(text);
  free(text);
  ck_assert_msg(failing_live() == before, "with all the memory %zu blocks are left", failing_live() - before);
  return copy;
}

static void run_refused(const sweep *s, size_t n, bool all_after) {
  gchk_error error = {GCHK_OK, ""};
  char *text = NULL;
  const char *how = all_after ? " and all after it" : "";
  const size_t before = failing_live();
  failing_arm(n, all_after);
  const gchk_status status = s->work(s->context, &text, &error);
  failing_disarm();
  if (status == GCHK_OK)
    ck_assert_msg(says_memory(text), "allocation %zu%s was refused, and nothing says so", n, how);
  else
    ck_assert_msg(status == GCHK_NO_MEMORY || (status == GCHK_LAYER_FAILED && says_memory(error.message)),
                  "allocation %zu%s: status %d, %s", n, how, (int)status, error.message);
  ck_assert_msg(status == GCHK_OK || error.message[0] != '\0', "allocation %zu%s: no message", n, how);
  free(text);
  ck_assert_msg(failing_live() == before, "allocation %zu%s: %zu blocks are left", n, how, failing_live() - before);
}

static void run_after(const sweep *s, size_t n) {
  char *after = run_whole(s);
  ck_assert_msg(strcmp(after, s->expected) == 0, "allocation %zu: what is made after it differs", n);
  free(after);
}

void sweep_allocations(sweep_work work, void *context) {
  sweep s = {.work = work, .context = context};
  free(run_whole(&s)); // for what is made once a process
  s.expected = run_whole(&s);
  const size_t count = failing_count();
  ck_assert_uint_gt(count, 0);
  for (size_t n = 1, runs = 1; n <= count; n += STRIDE, runs++) {
    run_refused(&s, n, false);
    run_refused(&s, n, true);
    if (runs % WHOLE_EVERY == 0 || n + STRIDE > count)
      run_after(&s, n);
  }
  free(s.expected);
}

char *sweep_text(gchk_result *result) {
  result->wall_s = 0;
  for (size_t i = 0; i < result->case_count; i++)
    result->cases[i].wall_s = 0;
  return render(result, GCHK_JSON, NULL);
}
