#include "main.h"

#include "naming.h"

TEST_MAIN("routes", attention_tests, recurrent_tests, normaliser_tests, output_tests, small_mistake_tests, turned_tests)
