# gradcheck_add_mutation_test(NAME TARGET plugin SOURCE file [ARGS option...] [TIMEOUT seconds] [LABELS label...])
#
# A CTest test that fails where a mistake put into the backward of SOURCE, one of the files of the plug-in (a target of
# gradcheck_add_plugin), passes the check of that plug-in: `gradcheck mutate`. SOURCE is compiled with the plug-in's folders,
# definitions and options, and linked with its other objects and libraries; its twin, where it has one, is --twin.
#
# ARGS: of `gradcheck mutate`, such as --limit 50 --min-score 98%. LABELS: beside `gradcheck`. The plug-in must be built.
function(gradcheck_add_mutation_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "TARGET;SOURCE;TIMEOUT" "ARGS;LABELS")
  if(test_UNPARSED_ARGUMENTS OR test_KEYWORDS_MISSING_VALUES OR NOT test_TARGET OR NOT test_SOURCE)
    message(FATAL_ERROR "gradcheck_add_mutation_test(${name} TARGET plugin SOURCE file [ARGS option...] [TIMEOUT seconds] "
      "[LABELS label...]): TARGET or SOURCE is missing, or this is not understood: ${test_UNPARSED_ARGUMENTS} "
      "${test_KEYWORDS_MISSING_VALUES}")
  endif()
  if(DEFINED BUILD_TESTING AND NOT BUILD_TESTING)
    return()
  endif()
  if(NOT TARGET ${test_TARGET})
    message(FATAL_ERROR "gradcheck_add_mutation_test(${name}): there is no target ${test_TARGET}; gradcheck_add_plugin makes one")
  endif()
  cmake_path(ABSOLUTE_PATH test_SOURCE BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE OUTPUT_VARIABLE source)
  if(NOT EXISTS ${source})
    message(FATAL_ERROR "gradcheck_add_mutation_test(${name}): there is no ${source}")
  endif()
  get_property(folder GLOBAL PROPERTY GRADCHECK_PROGRAM_FOLDER)
  find_program(GRADCHECK_PROGRAM gradcheck HINTS ${folder} REQUIRED)
  set(compiler ${CMAKE_C_COMPILER})
  if(NOT source MATCHES "\\.c$")
    set(compiler ${CMAKE_CXX_COMPILER})
  endif()
  cmake_path(GET source FILENAME file)
  string(REGEX REPLACE "([][+.*()^$?|{}\\\\])" "\\\\\\1" file "${file}")
  set(folders "$<TARGET_PROPERTY:${test_TARGET},INCLUDE_DIRECTORIES>")
  set(definitions "$<TARGET_PROPERTY:${test_TARGET},COMPILE_DEFINITIONS>")
  set(libraries)
  get_target_property(linked ${test_TARGET} LINK_LIBRARIES)
  foreach(library IN LISTS linked)
    if(NOT TARGET ${library})
      list(APPEND libraries "$<IF:$<BOOL:$<FILTER:${library},INCLUDE,^[-/]>>,${library},-l${library}>")
      continue()
    endif()
    get_target_property(type ${library} TYPE)
    if(type STREQUAL INTERFACE_LIBRARY) # as pkg_check_modules makes them
      list(APPEND libraries "$<TARGET_PROPERTY:${library},INTERFACE_LINK_LIBRARIES>")
    else()
      list(APPEND libraries "$<TARGET_FILE:${library}>")
    endif()
  endforeach()
  set(twin)
  if(TARGET ${test_TARGET}_twin)
    set(twin --twin $<TARGET_FILE:${test_TARGET}_twin>)
  endif()
  add_test(NAME ${name} COMMAND ${GRADCHECK_PROGRAM} mutate ${source} ${twin} ${test_ARGS} -- ${compiler} -O1 -shared -fPIC
    "$<$<BOOL:${folders}>:-I$<JOIN:${folders},;-I>>" "$<$<BOOL:${definitions}>:-D$<JOIN:${definitions},;-D>>"
    "$<TARGET_PROPERTY:${test_TARGET},COMPILE_OPTIONS>" {source}
    "$<FILTER:$<TARGET_OBJECTS:${test_TARGET}>,EXCLUDE,/${file}\\.(o|obj)$>" -o {output} ${libraries} COMMAND_EXPAND_LISTS)
  set_tests_properties(${name} PROPERTIES LABELS "gradcheck;${test_LABELS}")
  if(test_TIMEOUT)
    set_tests_properties(${name} PROPERTIES TIMEOUT ${test_TIMEOUT})
  endif()
endfunction()
