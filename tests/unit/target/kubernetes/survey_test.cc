#include "target/kubernetes/survey.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "support/case_name.h"
#include "target/kubernetes/names.h"
#include "unit/target/kubernetes/survey_scene.h"

namespace dagitops::kubernetes {
namespace {

using namespace std::chrono_literals;
using support::kNow;
using Texts = std::vector<std::string>;
using Status = Release::Status;

class Surveyed : public testing::TestWithParam<SurveyCase> {};

TEST_P(Surveyed, IsWhatTheFactsComeTo) { ExpectSurvey(GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    Settled, Surveyed,
    testing::Values(SurveyCase{"Nothing",
                               [](Scene& s) {
                                 s = Scene();
                                 s.RemoveAll();
                                 s.workspace = {};
                               },
                               {}},
                    SurveyCase{"Runs", [](Scene&) {}, {"sales@1 ready sales:3030 published"}},
                    SurveyCase{"NotPublished", [](Scene& s) { s.workspace = {}; }, {"sales@1 ready sales:3030"}},
                    SurveyCase{"Retired",
                               [](Scene& s) {
                                 s.Publish({});
                                 s.workspace.retired["sales:3030"] = kNow - 5s;
                               },
                               {"sales@1 ready sales:3030 retired"}},
                    SurveyCase{"PublishedAgain",
                               [](Scene& s) { s.workspace.retired["sales:3030"] = kNow - 5s; },
                               {"sales@1 ready sales:3030 published"}},
                    SurveyCase{"OfAnotherEnvironment",
                               [](Scene& s) {
                                 s.TheRelease().environment = "staging";
                                 s.records.clear();
                               },
                               {}},
                    SurveyCase{"OfSomebodyElse",
                               [](Scene& s) {
                                 s.TheRelease().environment = "";
                                 s.records.clear();
                               },
                               {}},
                    SurveyCase{"Uninstalled",
                               [](Scene& s) {
                                 s.TheRelease().status = Status::kGone;
                                 s.records.clear();
                               },
                               {}},
                    SurveyCase{"PodIsOfAnotherRelease",
                               [](Scene& s) {
                                 s.ThePod().release = "theirs";
                                 s.ThePod().checksum = "x";
                               },
                               {"sales@1 ready sales:3030 published"}},
                    SurveyCase{"Starts",
                               [](Scene& s) {
                                 s.TheDeployment().available = 0;
                                 s.ThePod().ready = false;
                               },
                               {"sales@1 starting sales:3030 published; its pod is not ready yet"}},
                    SurveyCase{"PortOfTheDeployment",
                               [](Scene& s) { s.TheDeployment().port = 4000; },
                               {"sales@1 ready sales:4000"}},
                    SurveyCase{"PortOfTheRecord",
                               [](Scene& s) { s.TheDeployment().port = 0; },
                               {"sales@1 ready sales:3030 published"}}),
    support::CaseName{});

INSTANTIATE_TEST_SUITE_P(
    ByHand, Surveyed,
    testing::Values(
        SurveyCase{"RecordIsGone",
                   [](Scene& s) { s.records.clear(); },
                   {"sales@1 ready sales:3030 published; edited: its ConfigMap dagitops-location-sales is gone"}},
        SurveyCase{
            "Values",
            [](Scene& s) { s.TheRecord().intact = false; },
            {"sales@1 ready sales:3030 published; edited: its ConfigMap dagitops-location-sales was changed by hand"}},
        SurveyCase{"OtherHelm",
                   [](Scene& s) { s.TheRelease().version = 4; },
                   {"sales@1 ready sales:3030 published; edited: its release was changed by another helm"}},
        SurveyCase{"Deployment",
                   [](Scene& s) { s.TheDeployment().generation = s.TheDeployment().observed_generation = 6; },
                   {"sales@1 ready sales:3030 published; edited: its Deployment was changed by hand"}},
        SurveyCase{"NoService",
                   [](Scene& s) { s.services.clear(); },
                   {"sales@1 ready sales:3030 published; edited: its Service is gone"}},
        SurveyCase{
            "NoDeployment",
            [](Scene& s) { s.deployments.clear(); },
            {"sales@1 starting sales:3030 published; its Deployment is not there; edited: its Deployment is gone"}},
        SurveyCase{
            "ScaledToNothing",
            [](Scene& s) {
              s.TheDeployment().generation = s.TheDeployment().observed_generation = 6;
              s.TheDeployment().wanted = 0;
            },
            {"sales@1 failed sales:3030 published; its deployment is scaled to 0 replicas; edited: its Deployment was "
             "changed by hand"}},
        SurveyCase{"HelmUninstall",
                   [](Scene& s) { s.RemoveRelease(); },
                   {"sales@ failed sales:3030 published; a helm that was killed left it half-way"}},
        // The copies of two collections need not be of the same moment.
        SurveyCase{"DeploymentIsNotSeenYet",
                   [](Scene& s) { s.TheDeployment().generation = s.TheDeployment().observed_generation = 4; },
                   {"sales@1 starting sales:3030 published; its Deployment is being changed"}}),
    support::CaseName{});

INSTANTIATE_TEST_SUITE_P(
    ToBeAdopted, Surveyed,
    testing::Values(
        SurveyCase{
            "Serves", [](Scene& s) { s.ServeFromOldRelease(); }, {"sales@ ready sales:3030 published; from old"}},
        SurveyCase{"CountsAsPublishedWhateverOurFileSays",
                   [](Scene& s) {
                     s.ServeFromOldRelease();
                     s.workspace = {};
                     s.workspace.retired["sales:3030"] = kNow;
                   },
                   {"sales@ ready sales:3030 published; from old"}},
        SurveyCase{"CountsAsOurFileSaysOnceWeWroteIt",
                   [](Scene& s) {
                     s.ServeFromOldRelease();
                     s.Publish({});
                     s.workspace.written = "digest";
                   },
                   {"sales@ ready sales:3030; from old"}},
        SurveyCase{"HasNoPod",
                   [](Scene& s) {
                     s.ServeFromOldRelease();
                     s.deployments["old-sales"].available = 0;
                   },
                   {"sales@ starting sales:3030 published; from old"}},
        SurveyCase{"HasNoService",
                   [](Scene& s) {
                     s.ServeFromOldRelease();
                     s.services.clear();
                   },
                   {}},
        SurveyCase{"OfAnotherRelease",
                   [](Scene& s) {
                     s.ServeFromOldRelease();
                     s.adopt = {"older"};
                   },
                   {}},
        SurveyCase{
            "ServesWhileOursComesUp",
            [](Scene& s) {
              s.ServeFromOldRelease();
              s.TheOperation().running = Scene::Deploy("2");
            },
            {"sales@ ready sales:3030 published; from old", "sales@2 starting sales:3030 published; helm is at it"}},
        SurveyCase{
            "ServesWhereOursDidNotComeUp",
            [](Scene& s) {
              s.ServeFromOldRelease();
              s.Fail(Scene::Deploy("2"), ErrorKind::kInvalid);
            },
            {"sales@ ready sales:3030 published; from old", "sales@2 failed sales:3030 published; it went wrong"}},
        SurveyCase{"ServesWhereWeWereKilled",
                   [](Scene& s) {
                     const Record record = s.TheRecord();
                     s.ServeFromOldRelease();
                     s.TheRecord() = record;
                   },
                   {"sales@ ready sales:3030 published; from old",
                    "sales@ failed sales:3030 published; a helm that was killed left it half-way"}},
        SurveyCase{"IsToldNoMoreOnceOursIsThere",
                   [](Scene& s) {
                     s.adopt = {"old"};
                     s.services["sales"] = {"sales", "sales", 3030};
                     s.deployments["old-sales"] = s.TheDeployment();
                     s.deployments["old-sales"].release = "old";
                   },
                   {"sales@1 ready sales:3030 published"}},
        SurveyCase{"TookItsServiceBack",
                   [](Scene& s) {
                     s.adopt = {"old"};
                     s.services["sales"] = {"old", "sales", 3030};
                   },
                   {"sales@1 ready sales:3030 published; edited: its Service was taken back by release old"}}),
    support::CaseName{});

INSTANTIATE_TEST_SUITE_P(
    CutShort, Surveyed,
    testing::Values(
        SurveyCase{
            "BeforeHelmBegan",
            [](Scene& s) {
              s.TheRecord().content = "2";
              s.TheRecord().applied_version = 0;
              s.TheRecord().applied_generation = 0;
            },
            {"sales@1 starting sales:3030 published; what helm made of it is being looked at; edited: its ConfigMap "
             "dagitops-location-sales is of another version"},
            {},
            {"sales"}},
        SurveyCase{"BeforeItWasNoted",
                   [](Scene& s) {
                     s.TheRecord().applied_version = 0;
                     s.TheRecord().applied_generation = 0;
                   },
                   {"sales@1 starting sales:3030 published; what helm made of it is being looked at"},
                   {},
                   {"sales"}},
        SurveyCase{"InTheMiddleOfHelm",
                   [](Scene& s) {
                     s.TheRelease().status = Status::kPending;
                     s.TheRelease().content = "2";
                   },
                   {"sales@ failed sales:3030 published; a helm that was killed left it half-way"}},
        SurveyCase{"InTheMiddleOfARemoval",
                   [](Scene& s) {
                     s.TheRelease().status = Status::kUninstalling;
                     s.deployments.clear();
                   },
                   {"sales@ failed sales:3030 published; a helm that was killed left it half-way"}},
        SurveyCase{"AfterHelmFailed",
                   [](Scene& s) {
                     s.TheRelease().status = Status::kFailed;
                     s.records.clear();
                   },
                   {"sales@ failed sales:3030 published; a helm that was killed left it half-way"}}),
    support::CaseName{});

TEST(SurveyServer, HasTheFormerIdsOfItsRecordOnlyWhereThatIsOfTheSameVersion) {
  Scene scene;
  EXPECT_EQ(scene.Make().servers.at(0).former_ids, std::set<std::string>{"id-0"});
  scene.TheRecord().content = "2";
  EXPECT_TRUE(scene.Make().servers.at(0).former_ids.empty());
}

TEST(SurveyServer, HasTheNameThatIsPublishedOrElseRemembered) {
  Scene scene;
  scene.TheRecord().location_name = "Remembered";
  scene.Publish({{"Published", "sales", 3030, "", false, {}}});
  EXPECT_EQ(scene.Make().servers.at(0).address.location_name, "Published");
  scene.Publish({});
  EXPECT_EQ(scene.Make().servers.at(0).address.location_name, "Remembered");
  scene.records.clear();
  EXPECT_EQ(scene.Make().servers.at(0).address.location_name, "sales");
}

TEST(SurveyServer, IsFoundByTheShortNameOfItsRelease) {
  Scene scene;
  scene.RemoveAll();
  const std::string location(60, 'a');
  Release release;
  release.name = ReleaseName(location);
  release.location = location;
  release.environment = "production";
  release.status = Status::kDeployed;
  scene.releases[release.name] = release;
  ASSERT_EQ(scene.Make().servers.size(), 1U);
  EXPECT_EQ(scene.Make().servers[0].location, location);
}

TEST(SurveyServer, TellsOftenItsContainersWereRestarted) {
  Scene scene;
  ContainerTrouble trouble;
  trouble.restarts = 2;
  scene.ThePod().containers = {trouble, trouble};
  EXPECT_EQ(scene.Make().servers.at(0).restarts, 4);
}

// A container that ended twice: its log says why.
struct LogScene : Scene {
  LogScene() {
    TheDeployment().available = 0;
    ThePod().ready = false;
    ContainerTrouble trouble;
    trouble.container = "server";
    trouble.reason = "CrashLoopBackOff";
    trouble.exit_code = 1;
    trouble.restarts = 2;
    ThePod().containers = {trouble};
  }
};

TEST(SurveyLogs, AreWantedBeforeAFailureIsTold) {
  LogScene scene;
  const LogWanted wanted{"sales-x1", "server", 2};
  Survey survey = scene.Make();
  EXPECT_EQ(survey.logs, std::vector<LogWanted>{wanted});
  EXPECT_EQ(StateText(survey.servers.at(0).state), "starting") << "it is decided once the reason is known";
  scene.logs[wanted] = "KeyError: 'DB_URL'";
  survey = scene.Make();
  EXPECT_TRUE(survey.logs.empty());
  EXPECT_EQ(Line(survey.servers.at(0)),
            "sales@1 failed sales:3030 published; container server ended with exit code 1 2 times: KeyError: 'DB_URL'");
  scene.logs[wanted] = "";
  EXPECT_EQ(Line(scene.Make().servers.at(0)),
            "sales@1 failed sales:3030 published; container server ended with exit code 1 2 times");
}

TEST(SurveyLooksAgain, AtTheFirstOfWhatOnlyTimeBrings) {
  Scene scene;
  EXPECT_EQ(scene.Make().look_again, std::nullopt);
  scene.TheDeployment().available = 0;
  scene.ThePod().ready = false;
  EXPECT_EQ(scene.Make().look_again, 9min) << "the deadline of its rollout";
  scene.Fail(Scene::Deploy("2"), ErrorKind::kRetry);
  EXPECT_EQ(scene.Make().look_again, 4500ms);
}

TEST(SurveySystem, IsFoundByTheNameThatItWasGiven) {
  Scene scene;
  EXPECT_FALSE(scene.Make().system);
  Release& system = scene.releases["dagster"];
  system.name = "dagster";
  system.environment = "production";
  system.status = Status::kDeployed;
  system.content = "s1";
  EXPECT_FALSE(scene.Make().system) << "it is of our environment, and not Dagster itself";
  system.location = kSystemKey;
  const Survey survey = scene.Make();
  ASSERT_TRUE(survey.system);
  EXPECT_EQ(survey.system->content, "s1");
  EXPECT_EQ(survey.servers.size(), 1U) << "it is no location";
}

// The base release: content, state and reason, and the notes.
struct BaseCase {
  const char* name;
  std::function<void(Scene&)> change;
  std::string base;
  Texts notes = {};
};
class SurveyedBase : public testing::TestWithParam<BaseCase> {};

TEST_P(SurveyedBase, IsWhatTheFactsComeTo) {
  Scene scene;
  Release& base = scene.releases["dagitops-base"];
  base.name = "dagitops-base";
  base.environment = "production";
  base.status = Status::kDeployed;
  base.content = "b1";
  GetParam().change(scene);
  const Survey survey = scene.Make();
  EXPECT_EQ(
      survey.base ? survey.base->content + " " + StateText(survey.base->state) + " " + survey.base->reason : "none",
      GetParam().base);
  EXPECT_EQ(survey.notes, GetParam().notes);
  EXPECT_EQ(survey.servers.size(), 1U) << "the base is no location";
}

Order Base(const std::string& content) {
  Order order;
  order.content = content;
  return order;
}

void FailBase(Scene& scene, ErrorKind kind) {
  scene.operations[""].failed = Base("b2");
  scene.operations[""].error = Error{kind, "code", "helm release dagitops-base", "no", ""};
}

INSTANTIATE_TEST_SUITE_P(
    All, SurveyedBase,
    testing::Values(
        BaseCase{"IsThere", [](Scene&) {}, "b1 ready "},
        BaseCase{"IsNot", [](Scene& s) { s.releases.erase("dagitops-base"); }, "none"},
        BaseCase{"IsSomebodyElses", [](Scene& s) { s.releases["dagitops-base"].environment = "staging"; }, "none"},
        BaseCase{"IsPending", [](Scene& s) { s.releases["dagitops-base"].status = Status::kPending; }, "none"},
        BaseCase{"HasFailed", [](Scene& s) { s.releases["dagitops-base"].status = Status::kFailed; }, "none"},
        BaseCase{"IsMade", [](Scene& s) { s.operations[""].running = Base("b2"); }, "b2 starting helm is at it"},
        BaseCase{"IsNotSeenYet", [](Scene& s) { s.operations[""].done = Base("b2"); }, "b2 starting helm is at it"},
        BaseCase{"IsRefused",
                 [](Scene& s) { FailBase(s, ErrorKind::kInvalid); },
                 "b2 failed no",
                 {"helm release dagitops-base: no"}},
        BaseCase{"IsTriedAgain",
                 [](Scene& s) { FailBase(s, ErrorKind::kRetry); },
                 "b2 starting no",
                 {"helm release dagitops-base: no"}}),
    support::CaseName{});

}  // namespace
}  // namespace dagitops::kubernetes
