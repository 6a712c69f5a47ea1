// What is being done about a location, and what could not be.

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "support/case_name.h"
#include "unit/target/kubernetes/survey_scene.h"

namespace dagitops::kubernetes {
namespace {

using Texts = std::vector<std::string>;
using Status = Release::Status;

class SurveyedWork : public testing::TestWithParam<SurveyCase> {};

TEST_P(SurveyedWork, IsWhatTheFactsComeTo) { ExpectSurvey(GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    Worked, SurveyedWork,
    testing::Values(
        SurveyCase{"FirstDeploy",
                   [](Scene& s) {
                     s.RemoveAll();
                     s.workspace = {};
                     s.TheOperation().running = Scene::Deploy("1");
                   },
                   {"sales@1 starting sales:3030; helm is at it"}},
        SurveyCase{"Upgrade",
                   [](Scene& s) { s.TheOperation().running = Scene::Deploy("2"); },
                   {"sales@1 ready sales:3030 published", "sales@2 starting sales:3030 published; helm is at it"}},
        SurveyCase{"UpgradeToAnotherPort",
                   [](Scene& s) { s.TheOperation().running = Scene::Deploy("2", 4000); },
                   {"sales@1 ready sales:3030 published", "sales@2 starting sales:4000; helm is at it"}},
        // The record is written anew before helm begins; noting the old release in it would make the new one look
        // edited.
        SurveyCase{"UpgradeWhoseRecordIsWritten",
                   [](Scene& s) {
                     s.TheRecord().content = "2";
                     s.TheRecord().applied_version = 0;
                     s.TheOperation().running = Scene::Deploy("2");
                   },
                   {"sales@1 ready sales:3030 published", "sales@2 starting sales:3030 published; helm is at it"}},
        SurveyCase{"UpgradeThatIsPending",
                   [](Scene& s) {
                     s.TheRelease().status = Status::kPending;
                     s.TheOperation().running = Scene::Deploy("2");
                   },
                   {"sales@2 starting sales:3030 published; helm is at it"}},
        SurveyCase{"UpgradeThatIsDeployedAndNotNoted",
                   [](Scene& s) {
                     s.TheRelease().content = s.TheRecord().content = "2";
                     s.TheRelease().version = 4;
                     s.TheRecord().applied_version = 0;
                     s.TheOperation().running = Scene::Deploy("2");
                   },
                   {"sales@2 starting sales:3030 published; helm is at it"}},
        SurveyCase{"UpgradeThatIsDone",
                   [](Scene& s) {
                     s.TheRelease().content = s.TheRecord().content = "2";
                     s.TheRelease().version = s.TheRecord().applied_version = 4;
                     s.TheOperation().done = Scene::Deploy("2");
                   },
                   {"sales@2 ready sales:3030 published"}},
        SurveyCase{"UpgradeThatIsDoneAndNotSeen",
                   [](Scene& s) { s.TheOperation().done = Scene::Deploy("2"); },
                   {"sales@1 ready sales:3030 published", "sales@2 starting sales:3030 published; helm is at it"}},
        SurveyCase{"Heal",
                   [](Scene& s) {
                     s.TheDeployment().generation = s.TheDeployment().observed_generation = 6;
                     s.TheOperation().running = Scene::Deploy("1");
                   },
                   {"sales@1 ready sales:3030 published"}},
        SurveyCase{"NextOneWaits",
                   [](Scene& s) {
                     s.TheOperation().running = Scene::Deploy("2");
                     s.TheOperation().next = Scene::Deploy("3");
                   },
                   {"sales@1 ready sales:3030 published", "sales@3 starting sales:3030 published; helm is at it"}},
        SurveyCase{"Removal",
                   [](Scene& s) {
                     s.Publish({});
                     s.TheOperation().running = Scene::Remove("1");
                   },
                   {"sales@1 stopping sales:3030"}},
        SurveyCase{"RemovalThatIsDone",
                   [](Scene& s) {
                     s.Publish({});
                     s.RemoveAll();
                     s.TheOperation().done = Scene::Remove("1");
                   },
                   {"sales@1 stopping sales:0"}}),
    support::CaseName{});

INSTANTIATE_TEST_SUITE_P(
    Failed, SurveyedWork,
    testing::Values(
        SurveyCase{"FirstDeployIsInvalid",
                   [](Scene& s) {
                     s.RemoveAll();
                     s.workspace = {};
                     s.Fail(Scene::Deploy("1"), ErrorKind::kInvalid);
                   },
                   {"sales@1 failed sales:3030; it went wrong"}},
        SurveyCase{"FirstDeployIsTriedAgain",
                   [](Scene& s) {
                     s.RemoveAll();
                     s.workspace = {};
                     s.Fail(Scene::Deploy("1"), ErrorKind::kRetry);
                   },
                   {"sales@1 starting sales:3030; it went wrong"},
                   {"helm release sales: it went wrong; tried again in 5s"}},
        SurveyCase{"UpgradeIsInvalid",
                   [](Scene& s) { s.Fail(Scene::Deploy("2"), ErrorKind::kInvalid); },
                   {"sales@1 ready sales:3030 published", "sales@2 failed sales:3030 published; it went wrong"}},
        SurveyCase{"UpgradeIsStalled",
                   [](Scene& s) { s.Fail(Scene::Deploy("2"), ErrorKind::kStalled); },
                   {"sales@1 ready sales:3030 published", "sales@2 starting sales:3030 published; it went wrong"},
                   {"helm release sales: it went wrong; tried again in 5s"}},
        SurveyCase{"UpgradeThatHelmGaveUp",
                   [](Scene& s) {
                     s.TheRelease().status = Status::kFailed;
                     s.TheRelease().content = "2";
                     s.Fail(Scene::Deploy("2"), ErrorKind::kInvalid);
                   },
                   {"sales@2 failed sales:3030 published; it went wrong"}},
        SurveyCase{
            "Heal",
            [](Scene& s) {
              s.TheRecord().intact = false;
              s.Fail(Scene::Deploy("1"), ErrorKind::kRetry);
            },
            {"sales@1 ready sales:3030 published; edited: its ConfigMap dagitops-location-sales was changed by hand"},
            {"helm release sales: it went wrong; tried again in 5s"}},
        // It stays as it is: nobody would hear of it otherwise.
        SurveyCase{
            "HealIsInvalid",
            [](Scene& s) {
              s.TheRecord().intact = false;
              s.Fail(Scene::Deploy("1"), ErrorKind::kInvalid);
            },
            {"sales@1 ready sales:3030 published; edited: its ConfigMap dagitops-location-sales was changed by hand"},
            {"helm release sales: it went wrong; tried again in 5s"}},
        SurveyCase{"Removal",
                   [](Scene& s) {
                     s.Publish({});
                     s.Fail(Scene::Remove("1"), ErrorKind::kInvalid);
                   },
                   {"sales@1 ready sales:3030"},
                   {"helm release sales: it went wrong; tried again in 5s"}},
        SurveyCase{"RemovalInTheMiddle",
                   [](Scene& s) {
                     s.Publish({});
                     s.TheRelease().status = Status::kUninstalling;
                     s.Fail(Scene::Remove("1"), ErrorKind::kRetry);
                   },
                   {"sales@ starting sales:3030; it went wrong"},
                   {"helm release sales: it went wrong; tried again in 5s"}}),
    support::CaseName{});

}  // namespace
}  // namespace dagitops::kubernetes
