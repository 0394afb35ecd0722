#include "main.h"

#include "batch_tests.h"

TEST_MAIN("batch", batch_tests, batch_still_tests, judge_batch_tests)
