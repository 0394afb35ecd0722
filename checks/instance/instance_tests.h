/* The test cases of instance, one file each. */
#ifndef CHECKS_INSTANCE_TESTS_H
#define CHECKS_INSTANCE_TESTS_H

#include <check.h>

TCase *bind_tests(void);
TCase *tensor_tests(void);
TCase *validate_tests(void);
TCase *expression_tests(void);
TCase *sizes_tests(void);
TCase *fill_tests(void);
TCase *guard_tests(void);
TCase *index_tests(void);
TCase *roles_tests(void);
TCase *instance_tests(void);
TCase *snapshot_tests(void);
TCase *precision_tests(void);
TCase *conventions_tests(void);
TCase *conditions_tests(void);
TCase *meaning_tests(void);

#endif
