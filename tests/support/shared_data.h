#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace dagitops::support {

// Real values files, manifests and payloads that are kept beside the project, not in it. DAGITOPS_SHARED_DATA names
// another place. nullopt where they are not at hand: a test then goes by its own fixtures alone.
inline std::optional<std::filesystem::path> SharedData() {
  const char* named = std::getenv("DAGITOPS_SHARED_DATA");
  const std::filesystem::path path = named != nullptr ? named : DAGITOPS_SOURCE_DIR "/../shared/data";
  return std::filesystem::is_directory(path) ? std::optional(path) : std::nullopt;
}

inline std::string FileText(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace dagitops::support
