#pragma once

#include <string>

namespace dagitops {

// "1 location", "2 locations", "0 locations".
template <class Integer>
std::string Counted(Integer count, const std::string& word) {
  return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
}

}  // namespace dagitops
