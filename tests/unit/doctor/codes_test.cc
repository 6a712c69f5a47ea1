// docs/doctor.md explains every code that the sources can give, and no other.
#include <gmock/gmock.h>

#include <filesystem>
#include <regex>
#include <set>
#include <string>

#include "support/shared_data.h"

namespace dagitops::doctor {
namespace {

namespace fs = std::filesystem;

std::set<std::string> Matches(const std::string& text, const std::regex& pattern) {
  std::set<std::string> codes;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) codes.insert((*at)[1]);
  return codes;
}

// Those that are put together, and those of edges that only doctor asks.
const std::set<std::string> kOthers{
    "right-missing",    "right-to-give-missing", "webserver-missing",  "daemon-missing",        "webserver-not-ready",
    "daemon-not-ready", "folder-unwritable",     "git-branch-missing", "git-repository-empty",  "environment-unknown",
    "chart-unreadable", "chart-invalid",         "helm-missing",       "dagster-not-importable"};

TEST(DoctorPage, ExplainsEveryCode) {
  std::set<std::string> given = kOthers;
  for (const auto& entry : fs::directory_iterator(DAGITOPS_SOURCE_DIR "/src/doctor")) {
    if (entry.path().extension() == ".cc")
      given.merge(Matches(support::FileText(entry.path()), std::regex("Level::k(?:Error|Warning),\\s*\"([a-z-]+)\"")));
  }
  EXPECT_GT(given.size(), 30U);
  const std::string page = support::FileText(DAGITOPS_SOURCE_DIR "/docs/doctor.md");
  EXPECT_THAT(Matches(page, std::regex("\\n\\| `([a-z-]+)` \\|")), testing::ContainerEq(given));
}

}  // namespace
}  // namespace dagitops::doctor
