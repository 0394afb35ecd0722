#include "main.h"

#include "diagnose_tests.h"

TEST_MAIN("diagnose", diagnose_tests, blame_option_tests, localise_tests, premise_tests, neighbour_tests,
          coincidence_tests)
