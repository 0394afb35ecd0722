/* The main of every libcheck test: `TEST_MAIN("core", errors, sizes)` runs the test cases that these functions make. */
#ifndef CHECKS_MAIN_H
#define CHECKS_MAIN_H

#include <check.h>
#include <stdlib.h>

#include "excused.h"

static inline int run_test_cases(const char *name, TCase *(*const *make)(void), size_t count) {
  (void)setenv("CK_DEFAULT_TIMEOUT", "120", 0); // libcheck's own four seconds are a question of the machine's load
  Suite *suite = suite_create(name);
  for (size_t i = 0; i < count; i++)
    suite_add_tcase(suite, make[i]());
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  int run = srunner_ntests_run(runner);
  srunner_free(runner);
  return failed == 0 && run > 0 ? status_of_passed() : EXIT_FAILURE;
}

#define TEST_MAIN(name, ...)                                                                                           \
  int main(void) {                                                                                                     \
    TCase *(*const make[])(void) = {__VA_ARGS__};                                                                      \
    return run_test_cases(name, make, sizeof(make) / sizeof(make[0]));                                                 \
  }

#endif
