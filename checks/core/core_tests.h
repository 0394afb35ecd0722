/* The test cases of core, one file each. */
#ifndef CHECKS_CORE_TESTS_H
#define CHECKS_CORE_TESTS_H

#include <check.h>

TCase *status_tests(void);
TCase *memory_tests(void);
TCase *arena_tests(void);
TCase *random_tests(void);
TCase *name_table_tests(void);
TCase *text_tests(void);
TCase *input_file_tests(void);
TCase *loaded_object_tests(void);
TCase *statistics_tests(void);
TCase *mean_square_tests(void);
TCase *vector_exp_tests(void);
TCase *format_17_tests(void);
TCase *large_pages_tests(void);
TCase *digest_tests(void);
TCase *file_digest_tests(void);
TCase *crew_tests(void);

#endif
