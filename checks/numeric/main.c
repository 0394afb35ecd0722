#include "main.h"

#include "numeric_tests.h"

TEST_MAIN("numeric", steps_tests, stencil_tests, noise_tests, differentiate_tests, kink_tests, contradiction_tests,
          per_output_tests, treads_tests, expect_tests, scatter_tests, jump_tests)
