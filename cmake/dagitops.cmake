# The two shapes of target in this project: a layer and a test program. Sources are always listed by hand.

# Flags that every target of ours shares; third-party headers are system headers, so warnings stay ours.
add_library(dagitops_flags INTERFACE)
target_include_directories(dagitops_flags INTERFACE ${CMAKE_SOURCE_DIR}/include)
target_compile_options(dagitops_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast
                                                -Woverloaded-virtual -Wconversion -Werror)

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

# dagitops_test(NAME SOURCES x_test.cc... LAYERS workspace... THIRD_PARTY targets... [GROUP core])
# One GoogleTest program <NAME>_test, one ctest entry, labelled with its group (scripts/test --only GROUP). Tests may include private headers of
# the layers they test (src/ is on the path).
function(dagitops_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "GROUP;TIMEOUT" "SOURCES;LAYERS;THIRD_PARTY")
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
  target_compile_definitions(${name}_test PRIVATE DAGITOPS_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${name}_test)
  set_tests_properties(${name} PROPERTIES LABELS ${arg_GROUP} TIMEOUT ${arg_TIMEOUT})
endfunction()
