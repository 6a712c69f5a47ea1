#include <gmock/gmock.h>

#include "support/case_name.h"
#include "unit/doctor/examined.h"

namespace dagitops::doctor {
namespace {

using Case = Broken<MachineFacts>;

class Machine : public testing::TestWithParam<Case> {};

TEST_P(Machine, IsTold) {
  MachineFacts facts = GoodState();
  GetParam().breaks(facts);
  EXPECT_THAT(Findings(ExamineMachine(facts)), testing::ElementsAreArray(GetParam().findings));
}

INSTANTIATE_TEST_SUITE_P(
    Broken, Machine,
    testing::Values(
        Case{"Good", [](MachineFacts&) {}, {}},
        Case{"Served", [](MachineFacts& facts) { facts.holder = std::string("dagitops serve, pid 3"); }, {}},
        Case{"StateFolder",
             [](MachineFacts& facts) { facts.state_folder = Failure("folder-unwritable"); },
             {"error folder-unwritable | /var/lib/dagitops | it failed | a folder that this user may write to | "
              "stateDir: "
              "/var/lib/dagitops  # settings; a folder of this user's"}},
        Case{"Lock",
             [](MachineFacts& facts) { facts.holder = Failure("state-unreadable", "look"); },
             {"error state-unreadable | lock of /var/lib/dagitops | it failed | a lock that can be read | look"}},
        Case{"Source",
             [](MachineFacts& facts) {
               facts.revision = Failure("git-auth-failed", "a token that may read");
               facts.workspace.reset();
             },
             {"error git-auth-failed | https://git.example.com/w.git, branch main | it failed | a repository with that "
              "branch, and "
              "credentials that may read it | a token that may read",
              "skipped workspace | dagitops.yaml | the repository could not be read"}},
        Case{"Workspace",
             [](MachineFacts& facts) {
               (**facts.workspace).faults = {"dagitops.yaml:1:1: bad", "dagitops.yaml:2:1: worse"};
             },
             {"error workspace-invalid | dagitops.yaml | dagitops.yaml:1:1: bad; dagitops.yaml:2:1: worse | a file "
              "without faults | "
              "dagitops lint https://git.example.com/w.git"}}),
    support::CaseName{});

TEST(SettingsUnreadable, IsAReportOfItsOwn) {
  const Report report = SettingsUnreadable(Failure("settings-invalid", "see above"));
  ASSERT_EQ(report.sections.size(), 1);
  EXPECT_THAT(Findings(report.sections[0]),
              testing::ElementsAre("error settings-invalid | subject | it failed | settings without faults | see above",
                                   "skipped environments | everything else | the settings could not be read"));
}

}  // namespace
}  // namespace dagitops::doctor
