# myelin_embed(target NAMESPACE name FILES ...): puts files into the program, found again by name:
#   #include "embedded/<name>.h"     (with :: in the name written as _)
#   std::span<const std::byte> bytes = name::embedded_file("inter.ttf");   // empty when there is no such file
# The bytes become one string literal each: compilers read those about ten times faster than lists of numbers.
function(myelin_embed target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "NAMESPACE" "FILES")
  string(REPLACE "::" "_" base ${arg_NAMESPACE})
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/embed/embedded)
  set(files)
  foreach(file IN LISTS arg_FILES)
    get_filename_component(file ${file} ABSOLUTE)
    list(APPEND files ${file})
  endforeach()
  add_custom_command(OUTPUT ${folder}/${base}.cpp ${folder}/${base}.h
    COMMAND ${CMAKE_COMMAND} "-DFILES=${files}" -DNAMESPACE=${arg_NAMESPACE} -DOUTPUT=${folder}/${base}
      -P ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake
    COMMENT "Embedding ${base}" VERBATIM)
  target_sources(${target} PRIVATE ${folder}/${base}.cpp ${folder}/${base}.h)
  set_source_files_properties(${folder}/${base}.cpp PROPERTIES COMPILE_OPTIONS "-w;-O0")
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/embed)
endfunction()
