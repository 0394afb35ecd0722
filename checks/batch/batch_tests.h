/* The test cases of batch, one file each. */
#ifndef CHECKS_BATCH_TESTS_H
#define CHECKS_BATCH_TESTS_H

#include <check.h>

TCase *batch_tests(void);
TCase *batch_still_tests(void);
TCase *judge_batch_tests(void);

#endif
