/* The test cases of the tests of this folder. */
#ifndef CHECKS_REACH_TESTS_H
#define CHECKS_REACH_TESTS_H

#include <check.h>

TCase *reach_layers_tests(void);
TCase *steer_values_tests(void);
TCase *source_line_tests(void);
TCase *traced_code_tests(void);

#endif
