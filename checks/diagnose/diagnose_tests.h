/* The test cases of diagnose, one file each. */
#ifndef CHECKS_DIAGNOSE_TESTS_H
#define CHECKS_DIAGNOSE_TESTS_H

#include <check.h>

TCase *diagnose_tests(void);
TCase *blame_option_tests(void);
TCase *localise_tests(void);
TCase *premise_tests(void);
TCase *neighbour_tests(void);
TCase *coincidence_tests(void);

#endif
