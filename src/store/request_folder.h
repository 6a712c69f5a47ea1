#pragma once

#include <string>
#include <string_view>

namespace dagitops {

// Where requests and answers lie; both sides use these names.
inline std::string RequestFolder(const std::string& dir) { return dir + "/requests"; }
inline std::string AnswerFolder(const std::string& dir) { return dir + "/answers"; }
inline std::string RequestPath(const std::string& dir, std::string_view id) {
  return RequestFolder(dir) + "/" + std::string(id) + ".json";
}
inline std::string AnswerPath(const std::string& dir, std::string_view id) {
  return AnswerFolder(dir) + "/" + std::string(id) + ".json";
}

}  // namespace dagitops
