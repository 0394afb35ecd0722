/* The test cases of run. */
#ifndef CHECKS_RUN_TESTS_H
#define CHECKS_RUN_TESTS_H

#include <check.h>

TCase *worker_tests(void);
TCase *part_tests(void);
TCase *case_byte_tests(void);

#endif
