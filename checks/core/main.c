#include "main.h"
#include "core_tests.h"

TEST_MAIN("core", core_tests, random_tests, sizes_tests, fill_tests, instance_tests)
