/* The test cases of src/start. */
#ifndef CHECKS_START_TESTS_H
#define CHECKS_START_TESTS_H

#include <check.h>

TCase *shorten_tests(void);

#endif
