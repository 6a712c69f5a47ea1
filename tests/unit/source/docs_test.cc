#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>
#include <string>

#include "support/shared_data.h"

namespace dagitops::git {
namespace {

namespace fs = std::filesystem;

std::set<std::string> Codes(const std::string& text, const std::regex& pattern) {
  std::set<std::string> codes;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) codes.insert((*at)[1]);
  return codes;
}

// docs/git.md explains every code that the sources can give, and no other.
TEST(GitDocs, ExplainEveryErrorCode) {
  std::set<std::string> given;
  for (const auto& entry : fs::directory_iterator(DAGITOPS_SOURCE_DIR "/src/source/git")) {
    if (entry.path().extension() == ".cc")
      given.merge(Codes(support::FileText(entry.path()), std::regex("\"((git|code)-[a-z-]+)\"")));
  }
  EXPECT_GT(given.size(), 40U);
  const std::string document = support::FileText(DAGITOPS_SOURCE_DIR "/docs/git.md");
  EXPECT_EQ(Codes(document, std::regex("`((git|code)-[a-z-]+)`")), given);
}

}  // namespace
}  // namespace dagitops::git
