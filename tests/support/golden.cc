#include "support/golden.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <vector>

#include "dagitops/base/text.h"

#include "support/shared_data.h"

namespace dagitops::support {
namespace {

const std::filesystem::path kRoot = std::filesystem::path(DAGITOPS_SOURCE_DIR) / "tests" / "golden";

std::set<std::string>& Asked() {
  static std::set<std::string> asked;
  return asked;
}

bool Accepting() {
  const char* accept = std::getenv("DAGITOPS_ACCEPT");
  return accept != nullptr && std::string(accept) == "1";
}

std::string LineOf(const std::vector<std::string>& lines, std::size_t i) {
  return i < lines.size() ? Quoted(lines[i]) : "the end";
}

::testing::AssertionResult FirstDifference(const std::string& path, const std::string& wanted,
                                           const std::string& actual) {
  const auto old_lines = Split(wanted, '\n');
  const auto new_lines = Split(actual, '\n');
  std::size_t i = 0;
  while (i < old_lines.size() && i < new_lines.size() && old_lines[i] == new_lines[i]) ++i;
  return ::testing::AssertionFailure() << "tests/golden/" << path << ":" << i + 1 << ": has " << LineOf(old_lines, i)
                                       << ", now " << LineOf(new_lines, i)
                                       << "; DAGITOPS_ACCEPT=1 takes the new text over";
}

}  // namespace

::testing::AssertionResult MatchesGolden(const std::string& path, const std::string& actual) {
  const std::filesystem::path file = kRoot / path;
  Asked().insert(path);
  if (Accepting()) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << actual;
    return ::testing::AssertionSuccess();
  }
  if (!std::filesystem::exists(file)) {
    return ::testing::AssertionFailure() << "there is no tests/golden/" << path << "; DAGITOPS_ACCEPT=1 writes it";
  }
  const std::string wanted = FileText(file);
  return wanted == actual ? ::testing::AssertionSuccess() : FirstDifference(path, wanted, actual);
}

::testing::AssertionResult NoOtherGoldens(const std::string& path) {
  std::vector<std::string> others;
  if (std::filesystem::is_directory(kRoot / path)) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kRoot / path)) {
      const std::string relative = std::filesystem::relative(entry.path(), kRoot).generic_string();
      if (entry.is_regular_file() && !Asked().contains(relative)) others.push_back(relative);
    }
  }
  if (others.empty()) return ::testing::AssertionSuccess();
  if (Accepting()) {
    for (const std::string& other : others) std::filesystem::remove(kRoot / other);
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << "nothing gives these any more: " << Join(others, ", ");
}

std::map<std::string, std::string> ReadFolder(const std::string& folder) {
  std::map<std::string, std::string> files;
  const std::filesystem::path root = std::filesystem::path(DAGITOPS_SOURCE_DIR) / folder;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    files[std::filesystem::relative(entry.path(), root).generic_string()] = FileText(entry.path());
  }
  return files;
}

}  // namespace dagitops::support
