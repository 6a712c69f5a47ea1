# dagitops_embed_schemas(OUT file.json...): writes a source file that defines dagitops::schema::EmbeddedText(index), the
# text of each schema in the order given, so that the binary needs no files beside it.
function(dagitops_embed_schemas out)
  set(texts "")
  foreach(file ${ARGN})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} text)
    string(APPEND texts "    R\"dagitops(${text})dagitops\",\n")
  endforeach()
  file(CONFIGURE OUTPUT ${out} @ONLY CONTENT [[// Made by cmake/embed_schemas.cmake out of schemas/.
#include "schema/embedded.h"

namespace dagitops::schema {

std::string_view EmbeddedText(std::size_t index) {
  static constexpr std::string_view kTexts[] = {
@texts@  };
  return kTexts[index];
}

}  // namespace dagitops::schema
]])
endfunction()
