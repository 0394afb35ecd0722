#include "main.h"

#include "measure_tests.h"

TEST_MAIN("measure", judge_tests, sample_tests, screen_tests)
