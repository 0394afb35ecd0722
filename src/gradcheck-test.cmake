# gradcheck_add_test(NAME TARGET plugin... | SUITE file... [PREFIX text] [FILTER glob...] [ARGS option...] [BASELINE file]
#                    [TIMEOUT seconds] [LABELS label...] [WORKING_DIRECTORY folder] [SKIP_INCONCLUSIVE])
#
# CTest tests of what plug-ins (targets of gradcheck_add_plugin) or suites (.yaml) have to check: one a layer, with all its
# shapes, which are judged together; of a suite one a case. They are found when CTest starts, by `gradcheck list`, so what is
# built later has its tests without another run of CMake. What cannot be listed, is not built or has nothing to check is a test
# that fails and says why.
#
# A test is called PREFIX and the name of the layer or case; PREFIX is NAME/, of several files NAME/FILE/. It fails by every
# exit status of `gradcheck run` but 0, so also where something is inconclusive (5) or nothing was checked (4).
# SKIP_INCONCLUSIVE: status 5 is a skipped test; ARGS --allow-inconclusive: a passed one.
#
# FILTER: only cases whose names match. ARGS: of `gradcheck run`. BASELINE: a result file (--baseline); a case that it has and
# that is no longer listed is a failing test. LABELS: beside `gradcheck`. A relative WORKING_DIRECTORY is one of the build.
#
# GRADCHECK_PROGRAM is the program; looked for where this package is, then on the PATH.
function(gradcheck_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "SKIP_INCONCLUSIVE" "PREFIX;BASELINE;TIMEOUT;WORKING_DIRECTORY"
    "TARGET;SUITE;FILTER;ARGS;LABELS")
  if(test_UNPARSED_ARGUMENTS OR test_KEYWORDS_MISSING_VALUES OR NOT (test_TARGET OR test_SUITE))
    message(FATAL_ERROR "gradcheck_add_test(${name} TARGET plugin... | SUITE file... [PREFIX ...] [FILTER ...] [ARGS ...] "
      "[BASELINE ...] [TIMEOUT ...] [LABELS ...] [WORKING_DIRECTORY ...] [SKIP_INCONCLUSIVE]): TARGET or SUITE is missing, or "
      "this is not understood: ${test_UNPARSED_ARGUMENTS} ${test_KEYWORDS_MISSING_VALUES}")
  endif()
  if(DEFINED BUILD_TESTING AND NOT BUILD_TESTING)
    return()
  endif()
  if(NOT CMAKE_TESTING_ENABLED)
    message(FATAL_ERROR "gradcheck_add_test(${name}): enable_testing() comes before it, in the top folder; without it there "
      "would be no test")
  endif()
  get_property(folder GLOBAL PROPERTY GRADCHECK_PROGRAM_FOLDER) # functions are known in folders where variables are not
  find_program(GRADCHECK_PROGRAM gradcheck HINTS ${folder} DOC "The program that gradcheck_add_test runs")
  if(NOT GRADCHECK_PROGRAM)
    message(FATAL_ERROR "gradcheck_add_test(${name}): the program gradcheck is not in ${folder} and not on "
      "the PATH; install it (Debian: the package gradcheck), or set GRADCHECK_PROGRAM")
  endif()
  list(LENGTH test_TARGET targets)
  list(LENGTH test_SUITE suites)
  math(EXPR count "${targets} + ${suites}")
  if(test_BASELINE AND count GREATER 1)
    message(FATAL_ERROR "gradcheck_add_test(${name}): a BASELINE is of one file; add a test for each")
  endif()
  set(files)
  foreach(target IN LISTS test_TARGET)
    if(NOT TARGET ${target})
      message(FATAL_ERROR "gradcheck_add_test(${name}): there is no target ${target}; gradcheck_add_plugin makes one")
    endif()
    list(APPEND files $<TARGET_FILE:${target}>)
  endforeach()
  foreach(file IN LISTS test_SUITE test_BASELINE)
    cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
    list(APPEND files ${file})
  endforeach()
  if(test_BASELINE)
    list(POP_BACK files test_BASELINE)
  endif()
  if(NOT DEFINED test_PREFIX)
    set(test_PREFIX ${name}/)
  endif()
  if(NOT DEFINED test_WORKING_DIRECTORY)
    set(test_WORKING_DIRECTORY .)
  endif()
  cmake_path(ABSOLUTE_PATH test_WORKING_DIRECTORY BASE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR} NORMALIZE)
  set(test_LABELS gradcheck ${test_LABELS})
  set(test_FILES ${files})
  set(test_NAME ${name})
  set(test_CMAKE ${CMAKE_COMMAND})
  set(test_PROGRAM ${GRADCHECK_PROGRAM})
  set(content)
  foreach(word NAME FILES PREFIX FILTER ARGS BASELINE TIMEOUT LABELS WORKING_DIRECTORY SKIP_INCONCLUSIVE CMAKE PROGRAM)
    string(APPEND content "set(gradcheck_${word} [==[${test_${word}}]==])\n")
  endforeach()
  string(APPEND content "include([==[${CMAKE_CURRENT_FUNCTION_LIST_DIR}/gradcheck-discover.cmake]==])\n")
  string(MAKE_C_IDENTIFIER "gradcheck_${name}" file)
  set(include ${CMAKE_CURRENT_BINARY_DIR}/${file}.cmake)
  get_property(has_configurations GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(has_configurations) # one file each; CTest says which (-C)
    file(WRITE ${include} "set(gradcheck_include [==[${CMAKE_CURRENT_BINARY_DIR}/${file}]==])\n"
      "include(\"\${gradcheck_include}-\${CTEST_CONFIGURATION_TYPE}.cmake\")\n")
    file(GENERATE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${file}-$<CONFIG>.cmake CONTENT "${content}")
  else()
    file(GENERATE OUTPUT ${include} CONTENT "${content}")
  endif()
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${include})
endfunction()
