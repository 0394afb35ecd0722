/*
 * Sweeps over allocations. The work is done once; at its allocations the process forks, and the child goes on without
 * that memory. So a refusal costs what comes after it, which is little: most work ends there.
 */
#include "memory/sweep.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memory/call_path.h"
#include "memory/failing.h"
#include "report/render.h"
#include "sanitized.h"

/*
 * What handles a refusal is the code that the path of calls to the allocation leads back through. So an allocation is
 * refused at the first time that it is reached by its path, at the second, when there is something of its kind to take
 * back, and at the 8th, 64th, ... . A sanitizer makes forks and runs dear: there the second is granted.
 *
 * So many refusals apart, the child does the work once more with all the memory.
 */
enum { WHOLE_EVERY = 64, GROWTH = 8, REFUSES_SECOND = !HAS_ADDRESS_SANITIZER };

/* The work may be reading some of the first files when it forks. A child that reads on moves the place for both. */
enum { FILES = 64 };

static size_t refused;  // in a child: the number of the allocation that it goes without
static size_t refusals; // how many were tried, this one included
static failing_decision how;

static bool says_memory(const char *text) {
  return text != NULL && strstr(text, "out of memory") != NULL;
}

static void places_of_reading(off_t place[static FILES]) {
  for (int i = 0; i < FILES; i++) {
    const int flags = fcntl(i, F_GETFL);
    place[i] = flags >= 0 && (flags & O_ACCMODE) == O_RDONLY ? lseek(i, 0, SEEK_CUR) : -1;
  }
}

static void restore_places(const off_t place[static FILES]) {
  for (int i = 0; i < FILES; i++)
    if (place[i] >= 0)
      ck_assert(lseek(i, place[i], SEEK_SET) == place[i]);
}

// The child has told libcheck what it found when it ends with 1.
static void wait_for(pid_t child, size_t n) {
  int status = 0;
  ck_assert(waitpid(child, &status, 0) == child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
    _exit(1);
  ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "allocation %zu: the process ended with status %#x", n,
                (unsigned)status);
}

static bool is_child_without(size_t n, failing_decision decision) {
  off_t place[FILES];
  places_of_reading(place);
  const pid_t child = fork();
  ck_assert(child >= 0);
  if (child == 0) {
    refused = n;
    how = decision;
    return true;
  }
  wait_for(child, n);
  restore_places(place);
  return false;
}

static failing_decision grant(size_t n) {
  (void)n;
  return FAILING_GRANT;
}

static bool is_refused_at(size_t times) {
  if (times == 2)
    return REFUSES_SECOND;
  while (times % GROWTH == 0)
    times /= GROWTH;
  return times == 1;
}

static failing_decision refuse_in_children(size_t n) {
  static const failing_decision ways[] = {FAILING_REFUSE, FAILING_REFUSE_ALL_AFTER};
  if (!is_refused_at(call_path_times()))
    return FAILING_GRANT;
  refusals++;
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
    if (is_child_without(n, ways[i]))
      return ways[i];
  return FAILING_GRANT;
}

static void assert_told(gchk_status status, const char *text, const gchk_error *error) {
  const char *others = how == FAILING_REFUSE ? "" : " and all after it";
  if (status == GCHK_OK)
    ck_assert_msg(says_memory(text), "allocation %zu%s was refused, and nothing says so", refused, others);
  else
    ck_assert_msg(status == GCHK_NO_MEMORY || (status == GCHK_LAYER_FAILED && says_memory(error->message)),
                  "allocation %zu%s: status %d, %s", refused, others, (int)status, error->message);
  ck_assert_msg(status == GCHK_OK || error->message[0] != '\0', "allocation %zu%s: no message", refused, others);
}

/* What the work makes; the caller frees it. A child comes back from here as well. */
static char *make(sweep_work work, void *context, failing_decision (*decide)(size_t n)) {
  gchk_error error = {GCHK_OK, ""};
  char *text = NULL;
  const size_t before = failing_live();
  failing_arm(decide);
  const gchk_status status = work(context, &text, &error);
  failing_disarm();
  if (decide != grant && refused != 0)
    assert_told(status, text, &error);
  else
    ck_assert_msg(status == GCHK_OK && text != NULL, "with all the memory: status %d, %s", (int)status, error.message);
  char *copy = text != NULL ? strdup(text) : NULL;
  free(text);
  ck_assert_msg(failing_live() == before, "allocation %zu: %zu blocks are left", refused, failing_live() - before);
  return copy;
}

static void assert_made_again(sweep_work work, void *context, const char *expected) {
  char *again = make(work, context, grant);
  ck_assert_msg(strcmp(again, expected) == 0, "allocation %zu: what is made after it differs", refused);
  free(again);
}

void sweep_allocations(sweep_work work, void *context) {
  free(make(work, context, grant)); // for what is made once a process
  char *expected = make(work, context, grant);
  const size_t count = failing_count();
  ck_assert_uint_gt(count, 0);
  call_path_reset();
  refusals = 0;
  char *swept = make(work, context, refuse_in_children);
  if (refused == 0)
    ck_assert_uint_eq(failing_count(), count);
  if (refused == 0 || refusals % WHOLE_EVERY == 0 || refused == count)
    assert_made_again(work, context, expected);
  if (refused != 0)
    _exit(0);
  free(swept);
  free(expected);
}

char *sweep_text(gchk_result *result) {
  result->wall_s = 0;
  for (size_t i = 0; i < result->case_count; i++)
    result->cases[i].wall_s = 0;
  return render(result, GCHK_JSON, NULL);
}
