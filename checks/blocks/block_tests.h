/* The test cases of blocks, one file each. */
#ifndef CHECKS_BLOCK_TESTS_H
#define CHECKS_BLOCK_TESTS_H

#include <check.h>

TCase *block_store_tests(void);
TCase *element_block_tests(void);
TCase *tensor_array_tests(void);

#endif
