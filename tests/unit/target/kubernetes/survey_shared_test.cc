// What is observed of locations that are in the one release for all.

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "support/case_name.h"
#include "unit/target/kubernetes/survey_scene.h"

namespace dagitops::kubernetes {
namespace {

struct SharedCase {
  const char* name;
  std::function<void(Scene&)> change;
  std::vector<std::string> servers;
  std::string release;  // "content state; reason; edited: …", "" where it is not told
  bool unfinished = false;
};

std::string ReleaseLine(const std::optional<ObservedRelease>& release) {
  if (!release) return "";
  std::string line = release->content + " " + StateText(release->state);
  if (!release->reason.empty()) line += "; " + release->reason;
  if (!release->edited.empty()) line += "; edited: " + release->edited;
  return line;
}

class SharedSurvey : public testing::TestWithParam<SharedCase> {};

TEST_P(SharedSurvey, IsObserved) {
  Scene scene;
  scene.ServeFromShared();
  GetParam().change(scene);
  const Survey survey = scene.Make();
  std::vector<std::string> servers;
  for (const ObservedServer& server : survey.servers) servers.push_back(Line(server));
  EXPECT_EQ(servers, GetParam().servers);
  EXPECT_EQ(ReleaseLine(survey.shared), GetParam().release);
  EXPECT_EQ(survey.shared_unfinished, GetParam().unfinished);
  EXPECT_FALSE(survey.base) << "that is another release";
}

constexpr char kHr[] = "hr@8 ready hr:3030";
constexpr char kSales[] = "sales@1 ready sales:3030 published";
constexpr char kChanging[] = "sales@1 starting sales:3030 published; its Deployment is being changed";

void Nothing(Scene&) {}

INSTANTIATE_TEST_SUITE_P(
    Of, SharedSurvey,
    testing::Values(
        SharedCase{"AsItShallBe", Nothing, {kHr, kSales}, "b1 ready"},
        SharedCase{"OneIsChanged",
                   [](Scene& the) {
                     the.BeginSharedChange();
                     the.TheOperation().running = Scene::DeployShared("2");
                   },
                   {kHr, kChanging, "sales@2 starting sales:3030 published; helm is at it"},
                   "b1 ready"},
        SharedCase{"OneIsOrderedAndWaits",
                   [](Scene& the) { the.TheOperation().running = Scene::DeployShared("2"); },
                   {kHr, kSales, "sales@2 starting sales:3030 published; helm is at it"},
                   "b1 ready"},
        SharedCase{"ANewOneIsOrdered",
                   [](Scene& the) {
                     Order order = Scene::DeployShared("4");
                     order.location = "ops";
                     the.operations["ops"].running = order;
                   },
                   {kHr, "ops@4 starting ops:3030; helm is at it", kSales},
                   "b1 ready"},
        SharedCase{"OneIsRemoved",
                   [](Scene& the) {
                     Order order = Scene::Remove("1");
                     order.shared = true;
                     the.TheOperation().running = order;
                   },
                   {kHr, "sales@1 stopping sales:3030 published"},
                   "b1 ready"},
        SharedCase{"HelmWasKilledBeforeItBegan",
                   [](Scene& the) { the.BeginSharedChange(); },
                   {kHr, "sales@1 starting sales:3030 published; a helm that was killed left it half-way"},
                   " starting; a helm that was killed left it half-way"},
        SharedCase{"WeWereKilledBeforeItWasNoted",
                   [](Scene& the) {
                     the.BeginSharedChange();
                     the.releases[kSharedRelease].content = SharedDigest(the.shared);
                   },
                   {kHr, "sales@2 starting sales:3030 published; what helm made of it is being looked at"},
                   "b1 ready",
                   true},
        SharedCase{"ANewOneWasLeftHalfWay",
                   [](Scene& the) {
                     the.BeginSharedChange();
                     the.shared.former.clear();
                   },
                   {kHr, "sales@ failed sales:3030 published; a helm that was killed left it half-way"},
                   " starting; a helm that was killed left it half-way"},
        SharedCase{"ARemovalWasLeftHalfWay",
                   [](Scene& the) {
                     the.shared.locations.erase("sales");
                     the.shared.applied_version = 0;
                   },
                   {kHr, "sales@ failed sales:3030 published; a helm that was killed left it half-way"},
                   " starting; a helm that was killed left it half-way"},
        SharedCase{"OneWasRefused",
                   [](Scene& the) { the.Fail(Scene::DeployShared("2"), ErrorKind::kInvalid); },
                   {kHr, kSales, "sales@2 failed sales:3030 published; it went wrong"},
                   "b1 ready"},
        SharedCase{"TheValuesWereRefused",
                   [](Scene& the) {
                     Order order = Scene::DeployShared("b2");
                     order.location = "";
                     the.operations[""].failed = order;
                     the.operations[""].error = Error{ErrorKind::kInvalid, "c", "s", "they are wrong", ""};
                   },
                   {kHr, kSales},
                   "b2 failed; they are wrong"},
        SharedCase{"ADeploymentWasChangedByHand",
                   [](Scene& the) {
                     the.deployments["dagster-user-deployments-sales"].generation = 6;
                     the.deployments["dagster-user-deployments-sales"].observed_generation = 6;
                   },
                   {kHr, std::string(kSales) + "; edited: its Deployment was changed by hand"},
                   "b1 ready"},
        SharedCase{"ADeploymentChangesWhileHelmWorks",
                   [](Scene& the) {
                     the.deployments["dagster-user-deployments-sales"].generation = 6;
                     the.deployments["dagster-user-deployments-sales"].observed_generation = 6;
                     Order order = Scene::DeployShared("b2");
                     order.location = "";
                     the.operations[""].running = order;
                   },
                   {kHr, kSales},
                   "b2 starting; helm is at it"},
        SharedCase{"AServiceIsGone",
                   [](Scene& the) { the.services.erase("sales"); },
                   {kHr, std::string(kSales) + "; edited: its Service is gone"},
                   "b1 ready"},
        SharedCase{
            "ADeploymentIsGone",
            [](Scene& the) { the.deployments.erase("dagster-user-deployments-sales"); },
            {kHr, "sales@1 starting sales:3030 published; its Deployment is not there; edited: its Deployment is gone"},
            "b1 ready"},
        SharedCase{"TheValuesWereChangedByHand",
                   [](Scene& the) { the.shared.intact = false; },
                   {kHr, kSales},
                   "b1 ready; edited: its ConfigMap dagster-user-deployments-values-yaml was changed by hand"},
        SharedCase{"TheValuesAreGone",
                   [](Scene& the) { the.shared = SharedRecord(); },
                   {"hr@ ready hr:3030; from dagster-user-deployments",
                    "sales@ ready sales:3030 published; from dagster-user-deployments"},
                   " starting; edited: its ConfigMap dagster-user-deployments-values-yaml is gone"},
        SharedCase{"AnotherHelmWasThere",
                   [](Scene& the) { the.releases[kSharedRelease].version = 4; },
                   {kHr, kSales},
                   "b1 ready; edited: its release was changed by another helm"},
        SharedCase{"AHelmFailedOnOneAndTheOthersGoOn",
                   [](Scene& the) {
                     the.BeginSharedChange();
                     the.releases[kSharedRelease].status = Release::Status::kFailed;
                   },
                   {kHr, "sales@1 starting sales:3030 published; a helm that was killed left it half-way"},
                   " starting; a helm that was killed left it half-way"},
        SharedCase{"OneThatGitNeverHad",
                   [](Scene& the) { the.shared.locations["sales"].content.clear(); },
                   {kHr, "sales@ ready sales:3030 published; from dagster-user-deployments"},
                   "b1 ready"},
        SharedCase{"NotOursYet",
                   [](Scene& the) {
                     the.releases[kSharedRelease].environment.clear();
                     the.shared = SharedRecord();
                     the.adopt = {kSharedRelease};
                     the.services.erase("hr");  // nobody reaches that one
                   },
                   {"sales@ ready sales:3030 published; from dagster-user-deployments"},
                   ""},
        SharedCase{"NobodySaidThatItMayBeTaken",
                   [](Scene& the) { the.releases[kSharedRelease].environment.clear(); },
                   {},
                   ""}),
    support::CaseName{});

// `release: per-location` again: what the release for all serves is what is there until a release of its own is.
TEST(SharedSurvey, OneThatGetsAReleaseOfItsOwn) {
  Scene scene;
  scene.ServeFromShared();
  scene.TheOperation().running = Scene::Deploy("9");
  std::vector<std::string> servers;
  for (const ObservedServer& server : scene.Make().servers) servers.push_back(Line(server));
  EXPECT_EQ(servers, (std::vector<std::string>{kHr, kSales, "sales@9 starting sales:3030 published; helm is at it"}));
  Scene own;
  const Scene before = own;
  own.ServeFromShared();
  own.releases["sales"] = before.releases.at("sales");
  own.records = before.records;
  own.deployments["sales-code-sales"] = before.deployments.at("sales-code-sales");
  servers.clear();
  for (const ObservedServer& server : own.Make().servers) servers.push_back(Line(server));
  EXPECT_EQ(servers, (std::vector<std::string>{kHr, kSales})) << "told once, and that is the own one";
}

}  // namespace
}  // namespace dagitops::kubernetes
