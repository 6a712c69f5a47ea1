#pragma once

#include <string>
#include <string_view>

namespace dagitops::config {

// A settings file with `key: text` below all the keys above it; an environment is called "production".
inline std::string Document(std::string_view key, const std::string& text) {
  std::string document;
  std::string indent;
  while (true) {
    const std::size_t dot = key.find('.');
    const std::string step(key.substr(0, dot));
    document += indent + (step == "NAME" ? "production" : step) + ":";
    if (dot == std::string_view::npos) return document + " " + text + "\n";
    document += "\n";
    indent += "  ";
    key.remove_prefix(dot + 1);
  }
}

}  // namespace dagitops::config
