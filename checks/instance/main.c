#include "main.h"

#include "instance_tests.h"

TEST_MAIN("instance", bind_tests, tensor_tests, validate_tests, expression_tests, sizes_tests, fill_tests, guard_tests,
          index_tests, roles_tests, instance_tests, snapshot_tests, precision_tests, conventions_tests,
          conditions_tests, meaning_tests)
