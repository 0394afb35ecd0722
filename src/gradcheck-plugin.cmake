# gradcheck_add_plugin(NAME SOURCES file... [LINK library...] [NO_TWIN] [REACH])
#
# Builds NAME.so, a plug-in for `gradcheck run NAME.so`, and NAME.twin.so beside it: the same sources in double (see
# gradcheck/as_double.h), which gradcheck finds by itself and differences in place of the f32 layers. The targets are NAME and
# NAME_twin; definitions, options, folders and libraries that NAME is given later are the twin's too. SOURCES must hold the float
# code itself: a library of LINK is the same for both, in float. NO_TWIN: the plug-in has f64 layers alone. REACH: it tells which
# branches of its code ran (GCC and clang, amd64).
#
# Neither links libgradcheck: what they call of it they find in the program that loads them.
function(gradcheck_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 plugin "NO_TWIN;REACH" "" "SOURCES;LINK")
  if(NOT plugin_SOURCES OR plugin_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "gradcheck_add_plugin(${name} SOURCES file... [LINK library...] [NO_TWIN] [REACH]): "
      "SOURCES is missing, or this is not understood: ${plugin_UNPARSED_ARGUMENTS}")
  endif()
  set(targets ${name})
  if(NOT plugin_NO_TWIN)
    list(APPEND targets ${name}_twin)
  endif()
  foreach(target ${targets})
    add_library(${target} MODULE ${plugin_SOURCES})
    set_target_properties(${target} PROPERTIES PREFIX "" SUFFIX .so OUTPUT_NAME ${name} POSITION_INDEPENDENT_CODE ON)
    target_include_directories(${target} PRIVATE
      $<TARGET_PROPERTY:gradcheck::gradcheck,INTERFACE_INCLUDE_DIRECTORIES>)
    # Both define the same names: each calls its own, whatever else is loaded.
    target_link_options(${target} PRIVATE -Wl,-Bsymbolic)
    target_link_libraries(${target} PRIVATE ${plugin_LINK} m)
  endforeach()
  if(plugin_REACH)
    target_compile_options(${name} PRIVATE -g -fsanitize-coverage=trace-pc,trace-cmp)
  endif()
  if(plugin_NO_TWIN)
    return()
  endif()
  set_target_properties(${name}_twin PROPERTIES SUFFIX .twin.so LIBRARY_OUTPUT_DIRECTORY $<TARGET_FILE_DIR:${name}>)
  target_compile_options(${name}_twin PRIVATE "SHELL:-include gradcheck/as_double.h"
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique> "$<TARGET_PROPERTY:${name},COMPILE_OPTIONS>")
  target_compile_definitions(${name}_twin PRIVATE "$<TARGET_PROPERTY:${name},COMPILE_DEFINITIONS>")
  target_include_directories(${name}_twin PRIVATE "$<TARGET_PROPERTY:${name},INCLUDE_DIRECTORIES>")
  target_link_libraries(${name}_twin PRIVATE "$<TARGET_PROPERTY:${name},LINK_LIBRARIES>")
endfunction()
