/*
 * --memory: what a layer uses is bounded, whichever way it takes it; what it, or a library, only reserves is not
 * counted, nor what the process had before.
 */
#define _DEFAULT_SOURCE // MAP_ANONYMOUS
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crash/memory_limit.h"
#include "gradcheck/gradcheck.h"
#include "main.h"

enum { LIMIT_MIB = 64, PIECE = 8 << 20 };

typedef enum way { HEAP, PRIVATE_PAGES, SHARED_PAGES, RESERVE, HALF, TOUCH_WHAT_WAS_THERE } way;

static char *inherited; // what this process has before it forks
static const size_t inherited_size = (size_t)128 << 20;

static void *pages(size_t size, int protection, int flags) {
  void *memory = mmap(NULL, size, protection, flags | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

static bool take(way how) {
  const int both = PROT_READ | PROT_WRITE;
  void *memory = how == HEAP           ? malloc(PIECE)
                 : how == SHARED_PAGES ? pages(PIECE, both, MAP_SHARED)
                                       : pages(PIECE, both, MAP_PRIVATE);
  if (memory == NULL)
    return false;
  memset(memory, 1, PIECE);
  __asm__ volatile("" : : "r"(memory) : "memory"); // or no compiler need write what nobody reads
  return true;
}

// A GPU runtime does the first, OpenBLAS and sanitizers the second (which a machine that promises nothing refuses).
static bool reserve(void) {
  (void)pages((size_t)16 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE);
  return pages((size_t)64 << 30, PROT_NONE, MAP_PRIVATE | MAP_NORESERVE) != NULL;
}

static bool take_half(void) {
  for (size_t i = 0; i < (LIMIT_MIB / 2 << 20) / PIECE; i++)
    if (!take(PRIVATE_PAGES))
      return false;
  return true;
}

static gchk_status misuse(way how, gchk_error *error) {
  static bool has_begun; // in this process
  bool is_there = true;
  if (how == HEAP || how == PRIVATE_PAGES || how == SHARED_PAGES)
    for (size_t i = 0; i < 1024 && is_there; i++) // far beyond the limit: a busy machine may not look for a while
      is_there = take(how);
  else if (how == RESERVE && !has_begun)
    is_there = reserve();
  else if (how == HALF && !has_begun)
    is_there = take_half();
  else if (how == TOUCH_WHAT_WAS_THERE && !has_begun)
    for (size_t i = 0; i < inherited_size; i += 512)
      inherited[i]++;
  has_begun = true;
  return is_there ? GCHK_OK : gchk_fail(error, GCHK_LAYER_FAILED, "there is no memory");
}

static gchk_status forward(const gchk_call *c, gchk_error *error) {
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[1].value)[i] = 2 * ((const double *)c->t[0].value)[i];
  return misuse((way)c->option[0], error);
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[0].grad)[i] = 2 * ((const double *)c->t[1].grad)[i];
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_option_spec options[] = {{"way", 0, 0, 0, ""}};
static const gchk_layer layer = {.name = "greedy",
                                 GCHK_HERE,
                                 .dtype = GCHK_F64,
                                 GCHK_TENSORS(tensors),
                                 GCHK_OPTION_TABLE(options),
                                 .forward = forward,
                                 .backward = backward,
                                 .sizes = "N=3"};

static gchk_result *check(way how) {
  const double value = (double)how;
  const gchk_case one = {.name = "greedy", .layer = &layer, .options = &value};
  gchk_options setting = GCHK_OPTIONS_INIT;
  setting.isolate = true;
  setting.jobs = 1;
  setting.timeout_s = 60;
  setting.memory_mib = LIMIT_MIB;
  gchk_result *result = NULL;
  gchk_error error = {GCHK_OK, ""};
  ck_assert_msg(gchk_check_cases(&one, 1, &setting, &result, &error) == GCHK_OK, "%s", error.message);
  ck_assert_uint_eq(result->case_count, 1);
  return result;
}

START_TEST(what_a_layer_uses_is_bounded) {
  gchk_result *r = check((way)_i);
  const gchk_case_result *c = &r->cases[0];
  ck_assert_int_eq(c->verdict, GCHK_ERROR);
  ck_assert_int_eq(r->exit_code, 3);
  ck_assert_str_eq(c->crash.how, "memory");
  ck_assert_str_eq(c->crash.callback, "forward");
  ck_assert_msg(strstr(c->reason, "--memory allows 64 MiB") != NULL, "%s", c->reason);
  gchk_result_free(r);
}
END_TEST

START_TEST(what_is_reserved_or_was_there_is_not_counted) {
  inherited = pages(inherited_size, PROT_READ | PROT_WRITE, MAP_PRIVATE);
  ck_assert_ptr_nonnull(inherited);
  memset(inherited, 1, inherited_size);
  gchk_result *r = check((way)_i);
  ck_assert_msg(r->cases[0].verdict == GCHK_PASS, "%s", r->cases[0].reason);
  gchk_result_free(r);
  (void)munmap(inherited, inherited_size);
}
END_TEST

// 0 where a child under the limit of a process without /proc can map, touch and use `mib`.
static int map_under(size_t limit_mib, size_t mib) {
  const pid_t pid = fork();
  if (pid == 0) {
    gchk_memory_limit_mappings(limit_mib);
    _exit(pages(mib << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE) != NULL ? 0 : 1);
  }
  int status = -1;
  ck_assert_int_eq(waitpid(pid, &status, 0), pid);
  ck_assert(WIFEXITED(status));
  return WEXITSTATUS(status);
}

// Relative to what the process has, of which it does not know how much that is.
START_TEST(without_proc_mappings_are_limited) {
  inherited = pages(inherited_size, PROT_READ | PROT_WRITE, MAP_PRIVATE);
  ck_assert_ptr_nonnull(inherited);
  ck_assert_int_eq(map_under(LIMIT_MIB, LIMIT_MIB - 8), 0);
  const struct rlimit tiny = {0, RLIM_INFINITY};
  struct rlimit now;
  ck_assert_int_eq(getrlimit(RLIMIT_DATA, &now), 0);
  ck_assert_int_eq(setrlimit(RLIMIT_DATA, &tiny), 0);
  const bool is_kept = pages(PIECE, PROT_READ | PROT_WRITE, MAP_PRIVATE) == NULL; // emulators do not
  ck_assert_int_eq(setrlimit(RLIMIT_DATA, &now), 0);
  if (is_kept)
    ck_assert_int_eq(map_under(LIMIT_MIB, LIMIT_MIB + 8), 1);
  (void)munmap(inherited, inherited_size);
}
END_TEST

static TCase *memory_limit_tests(void) {
  TCase *tests = tcase_create("memory limit");
  tcase_set_timeout(tests, 300);
  tcase_add_loop_test(tests, what_a_layer_uses_is_bounded, HEAP, SHARED_PAGES + 1);
  const way first = excused("reserved addresses, of which it keeps a table") ? HALF : RESERVE;
  tcase_add_loop_test(tests, what_is_reserved_or_was_there_is_not_counted, (int)first, TOUCH_WHAT_WAS_THERE + 1);
  tcase_add_test(tests, without_proc_mappings_are_limited);
  return tests;
}

TEST_MAIN("memory limit", memory_limit_tests)
