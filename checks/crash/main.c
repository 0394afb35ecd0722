#include "main.h"

#include "crash_tests.h"

TEST_MAIN("crash", stderr_tail_tests, sanitizer_report_tests, near_buffer_tests, crash_box_tests, supervise_tests,
          patience_tests, held_tests)
