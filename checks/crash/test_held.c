/* What a process would share with its forks. */
#include "crash/held.h"

#include <check.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crash_tests.h"
#include "excused.h"

START_TEST(a_descriptor_is_held) {
  const gchk_held held = gchk_held_now();
  int ends[2];
  ck_assert(gchk_holds_no_more_than(&held));
  ck_assert_int_eq(pipe(ends), 0);
  ck_assert(!gchk_holds_no_more_than(&held));
  (void)close(ends[0]);
  (void)close(ends[1]);
  ck_assert(gchk_holds_no_more_than(&held));
}
END_TEST

START_TEST(a_shared_mapping_is_held) {
  enum { SIZE = 4096 };
  const gchk_held held = gchk_held_now();
  void *own = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ck_assert(gchk_holds_no_more_than(&held));
  void *shared = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ck_assert(!gchk_holds_no_more_than(&held));
  (void)munmap(shared, SIZE);
  (void)munmap(own, SIZE);
  ck_assert(gchk_holds_no_more_than(&held));
}
END_TEST

START_TEST(a_child_is_held) {
  const gchk_held held = gchk_held_now();
  const pid_t child = fork();
  if (child == 0)
    _exit(EXIT_SUCCESS);
  ck_assert(!gchk_holds_no_more_than(&held));
  ck_assert_int_eq(waitpid(child, NULL, 0), child);
  ck_assert(gchk_holds_no_more_than(&held));
}
END_TEST

START_TEST(what_cannot_be_told_is_more) {
  gchk_held held = gchk_held_now();
  held.is_known = false;
  ck_assert(!gchk_holds_no_more_than(&held));
}
END_TEST

TCase *held_tests(void) {
  TCase *tests = tcase_create("held");
  if (!excused("a process of one thread")) {
    tcase_add_test(tests, a_descriptor_is_held);
    tcase_add_test(tests, a_shared_mapping_is_held);
    tcase_add_test(tests, a_child_is_held);
  }
  tcase_add_test(tests, what_cannot_be_told_is_more);
  return tests;
}
