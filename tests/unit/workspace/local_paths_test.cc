#include "dagitops/workspace/local_paths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dagitops/workspace/composer.h"

#include "support/case_name.h"
#include "support/diagnostic_lines.h"
#include "support/tree_builder.h"

namespace dagitops::workspace {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Composition Compose(const std::string& local) {
  dagitops::testing::TreeBuilder tree;
  tree.Set("dagitops.yaml", "environments: {production: {}}\n");
  tree.Set("locations/a.yaml", "dagitops:\n  codeSource: {moduleName: m}\n  local: " + local + "\n");
  return Composer().Compose(tree.Build(), "production");
}

// The repository of all cases.
const std::map<std::string, FolderNames> kFolders{
    {".", {{"code", true}, {"dagitops.yaml", false}, {"locations", true}}},
    {"code", {{"churn", true}, {"sales", true}, {"setup.py", false}}},
    {"code/sales", {{"definitions.py", false}, {"requirements.txt", false}, {"req", true}}},
    {"code/sales/req", {{"base.txt", false}}}};

struct PathCase {
  std::string name;
  std::string local;  // YAML
  std::string found;  // "" for no warning
  std::string fix;
};

class LocalPaths : public ::testing::TestWithParam<PathCase> {};

TEST_P(LocalPaths, AreToldWhereTheyAreNotThere) {
  const Diagnostics told = LintLocalPaths(Compose(GetParam().local), kFolders);
  ASSERT_EQ(told.size(), GetParam().found.empty() ? 0U : 1U);
  if (told.empty()) return;
  EXPECT_THAT(dagitops::testing::Lines(told), ElementsAre(HasSubstr("warning local-path-missing locations/a.yaml:3:")));
  EXPECT_THAT(told[0].found, HasSubstr(GetParam().found));
  EXPECT_THAT(told[0].fix, HasSubstr(GetParam().fix));
  EXPECT_EQ(told[0].location, "a");
}

INSTANTIATE_TEST_SUITE_P(
    Cases, LocalPaths,
    ::testing::Values(
        PathCase{"Folder", "{path: code/sales}", "", ""}, PathCase{"Root", "{path: .}", "", ""},
        PathCase{"NoPath", "{python: /opt/py}", "", ""},
        PathCase{"Requirements", "{path: code/sales, requirements: requirements.txt}", "", ""},
        PathCase{"RequirementsInAFolder", "{path: code/sales, requirements: req/base.txt}", "", ""},
        PathCase{"Typo", "{path: code/sale}", "no folder \"code/sale\"", "did you mean \"code/sales\"?"},
        PathCase{"TypoAbove", "{path: cod/sales}", "no folder \"cod/sales\"", "did you mean \"code\"?"},
        PathCase{"NothingNear", "{path: code/nope}", "no folder \"code/nope\"", "commit the folder"},
        PathCase{"FileInItsPlace", "{path: code/setup.py}", "no folder \"code/setup.py\"", "commit the folder"},
        PathCase{"NoRequirements", "{path: code/sales, requirements: requirement.txt}",
                 "no file \"code/sales/requirement.txt\"", "did you mean \"code/sales/requirements.txt\"?"},
        PathCase{"RequirementsAreAFolder", "{path: code/sales, requirements: req}", "no file \"code/sales/req\"", ""},
        PathCase{"FolderBeforeRequirements", "{path: code/nope, requirements: x.txt}", "no folder", ""}),
    support::CaseName{});

TEST(LocalPathsOf, ACompositionAreLookedForInTheFoldersOnTheWay) {
  EXPECT_THAT(FoldersOfLocalPaths(Compose("{path: code/sales, requirements: req/base.txt}")),
              ElementsAre(".", "code", "code/sales", "code/sales/req"));
  EXPECT_THAT(FoldersOfLocalPaths(Compose("{python: /opt/py}")), IsEmpty());
}

TEST(LocalPathsOf, ALocationThatSaysWhyAreIgnored) {
  const std::string ignore =
      "{path: gone}\n  lint: {ignore: [{code: local-path-missing, reason: runs in a cluster only}]}";
  const Composition composition = Compose(ignore);
  EXPECT_THAT(composition.diagnostics, IsEmpty());
  EXPECT_THAT(LintLocalPaths(composition, kFolders), IsEmpty());
}

}  // namespace
}  // namespace dagitops::workspace
