#include "main.h"

#include "measure_tests.h"

TEST_MAIN("measure", judge_tests, twin_tests, twin_match_tests, variable_tests, slack_tests, slack_move_tests,
          raised_slack_tests, move_doubles_tests, reordering_tests, spread_tests, upstream_tests, gentler_tests,
          lost_outputs_tests)
