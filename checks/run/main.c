#include "main.h"
#include "run_tests.h"

TEST_MAIN("run", worker_tests, part_tests, case_byte_tests)
