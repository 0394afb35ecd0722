/* The test cases of crash. */
#ifndef CHECKS_CRASH_TESTS_H
#define CHECKS_CRASH_TESTS_H

#include <check.h>

TCase *stderr_tail_tests(void);
TCase *sanitizer_report_tests(void);
TCase *near_buffer_tests(void);
TCase *crash_box_tests(void);
TCase *supervise_tests(void);
TCase *patience_tests(void);
TCase *held_tests(void);

#endif
