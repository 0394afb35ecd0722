#include "main.h"

#include "block_tests.h"

TEST_MAIN("blocks", block_store_tests, element_block_tests, tensor_array_tests)
