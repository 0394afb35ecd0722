#include "main.h"

#include "reach_tests.h"

TEST_MAIN("reach", reach_layers_tests, steer_values_tests, source_line_tests, traced_code_tests)
