#include "main.h"

#include "core_tests.h"

TEST_MAIN("core", status_tests, memory_tests, arena_tests, random_tests, name_table_tests, text_tests, input_file_tests,
          loaded_object_tests, statistics_tests, mean_square_tests, vector_exp_tests, format_17_tests,
          large_pages_tests, digest_tests, file_digest_tests, crew_tests)
