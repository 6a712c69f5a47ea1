#pragma once

#include <cstddef>
#include <string_view>

namespace dagitops::schema {

// The text of the schema at `index`, in the order of enum Schema. Defined in a file that the build makes of schemas/.
std::string_view EmbeddedText(std::size_t index);

}  // namespace dagitops::schema
