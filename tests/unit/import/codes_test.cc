#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>
#include <string>

#include "support/shared_data.h"

namespace dagitops::import {
namespace {

std::set<std::string> Matches(const std::string& text, const std::regex& pattern) {
  std::set<std::string> found;
  for (auto i = std::sregex_iterator(text.begin(), text.end(), pattern); i != std::sregex_iterator(); ++i) {
    found.insert((*i)[1].str());
  }
  return found;
}

// docs/import.md has one heading for each code that src/import can give, and for nothing else.
TEST(ImportCodes, AreAllDocumented) {
  std::set<std::string> given;
  for (const auto& file : std::filesystem::directory_iterator(DAGITOPS_SOURCE_DIR "/src/import")) {
    if (file.path().extension() != ".cc") continue;
    given.merge(Matches(support::FileText(file.path()), std::regex("\"(import-[a-z-]+)\"")));
  }
  const std::string page = support::FileText(DAGITOPS_SOURCE_DIR "/docs/import.md");
  EXPECT_GT(given.size(), 8U);
  EXPECT_EQ(Matches(page, std::regex("\n\\| `(import-[a-z-]+)`")), given);
}

}  // namespace
}  // namespace dagitops::import
