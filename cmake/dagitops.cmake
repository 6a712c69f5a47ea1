# The two shapes of target in this project: a layer and a test program. Sources are always listed by hand.

# Flags that every target of ours shares; third-party headers are system headers, so warnings stay ours.
add_library(dagitops_flags INTERFACE)
target_include_directories(dagitops_flags INTERFACE ${CMAKE_SOURCE_DIR}/include)
target_compile_options(dagitops_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast
                                                -Woverloaded-virtual -Wconversion)
# g++ 12 decides what a warning is; clang builds the fuzz targets only and warns about other things.
target_compile_options(dagitops_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Werror>)

# dagitops_layer(NAME SOURCES a.cc... LAYERS base... THIRD_PARTY targets...)
# A layer is one static library dagitops_<NAME> with an alias dagitops::<NAME>. LAYERS are its public dependencies and
# mirror the include table in docs/architecture.md; THIRD_PARTY are private: their types never reach our headers.
# A layer of headers alone has no SOURCES.
function(dagitops_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LAYERS;THIRD_PARTY")
  list(TRANSFORM arg_LAYERS PREPEND "dagitops::")
  if(arg_SOURCES)
    add_library(dagitops_${name} STATIC ${arg_SOURCES})
    target_link_libraries(dagitops_${name} PUBLIC dagitops_flags ${arg_LAYERS} PRIVATE ${arg_THIRD_PARTY})
    target_include_directories(dagitops_${name} PRIVATE ${CMAKE_SOURCE_DIR}/src)
  else()
    add_library(dagitops_${name} INTERFACE)
    target_link_libraries(dagitops_${name} INTERFACE dagitops_flags ${arg_LAYERS})
  endif()
  add_library(dagitops::${name} ALIAS dagitops_${name})
endfunction()

# dagitops_test(NAME SOURCES x_test.cc... LAYERS workspace... THIRD_PARTY targets... [GROUP core] [TIMEOUT 120] [THREADS])
# One GoogleTest program <NAME>_test, one ctest entry. Its labels are its group (scripts/test --only GROUP), the folder
# below tests/ that it lies in (unit, integration), and `threads` where it starts threads: those run under TSan too.
# For each label there is a target tests-<label> that builds the programs that have it.
# Tests may include private headers of the layers they test (src/ is on the path).
function(dagitops_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "THREADS" "GROUP;TIMEOUT" "SOURCES;LAYERS;THIRD_PARTY")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "dagitops_test(${name}): unknown arguments ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_GROUP)
    set(arg_GROUP core)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  list(TRANSFORM arg_LAYERS PREPEND "dagitops::")
  add_executable(${name}_test ${arg_SOURCES})
  target_link_libraries(${name}_test PRIVATE dagitops_flags ${arg_LAYERS} ${arg_THIRD_PARTY} GTest::gmock GTest::gtest_main)
  target_include_directories(${name}_test PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/tests)
  # Only to the files that ask for it: a path in the command line keeps ccache from serving another checkout.
  foreach(source ${arg_SOURCES})
    file(READ ${source} text)
    if(text MATCHES "DAGITOPS_SOURCE_DIR|shared_data\\.h")
      set_property(SOURCE ${source} APPEND PROPERTY COMPILE_DEFINITIONS DAGITOPS_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    endif()
  endforeach()
  add_test(NAME ${name} COMMAND ${name}_test)
  string(REGEX REPLACE "^${CMAKE_SOURCE_DIR}/tests/([^/]+).*" "\\1" kind ${CMAKE_CURRENT_SOURCE_DIR})
  set(labels ${arg_GROUP} ${kind})
  if(arg_THREADS)
    list(APPEND labels threads)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${labels}" TIMEOUT ${arg_TIMEOUT})
  foreach(label IN LISTS labels)
    if(NOT TARGET tests-${label})
      add_custom_target(tests-${label})
    endif()
    add_dependencies(tests-${label} ${name}_test)
  endforeach()
endfunction()

# dagitops_fuzz(NAME SOURCES x_fuzz.cc LAYERS workspace...)
# One libFuzzer program <NAME>_fuzz (preset fuzz). Its kept inputs are tests/fuzz/corpus/<NAME>/.
# The target fuzzers builds all of them.
function(dagitops_fuzz name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LAYERS;THIRD_PARTY")
  list(TRANSFORM arg_LAYERS PREPEND "dagitops::")
  add_executable(${name}_fuzz ${arg_SOURCES})
  target_link_libraries(${name}_fuzz PRIVATE dagitops_flags ${arg_LAYERS} ${arg_THIRD_PARTY})
  target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
  if(NOT TARGET fuzzers)
    add_custom_target(fuzzers)
  endif()
  add_dependencies(fuzzers ${name}_fuzz)
  target_include_directories(${name}_fuzz PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/tests)
endfunction()
