// Servers that are started and stopped, from the plan's item to what is observed of it.

#include <gtest/gtest.h>

#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "target/kubernetes/record.h"
#include "unit/target/kubernetes/target_fixture.h"

namespace dagitops::kubernetes {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

// Desired, as the target is told of it after each pass.
Desired Wants(const std::string& content) {
  Desired desired;
  DesiredLocation location;
  location.name = "sales";
  location.servers.emplace_back();
  location.servers.back().location = "sales";
  location.servers.back().content = content;
  desired.locations = {location};
  return desired;
}

TEST_F(TargetTest, StartsAServerAndObservesItOnTheWay) {
  std::latch release(1);
  helm_.answer = [&](const Command&) -> Result<CommandResult> {
    release.wait();
    CommandResult result;
    result.exit_code = 0;
    result.output = R"({"version": 1})";
    return result;
  };
  Observe();
  ASSERT_TRUE(Target().Apply(StartItem()));
  Observed observed = Observe();
  ASSERT_EQ(observed.servers.size(), 1U);
  EXPECT_EQ(observed.servers[0].content, "1");
  EXPECT_EQ(observed.servers[0].state, ServerState::kStarting);
  ASSERT_TRUE(Target().Apply(StartItem())) << "the same again is the same as once";
  release.count_down();
  AwaitJobs(1);
  observed = Observe();
  EXPECT_EQ(observed.servers.at(0).reason, "helm is at it") << "the release is not seen yet";
  EXPECT_EQ(helm_.commands(), Texts{"upgrade"});
  const Record record = ReadRecord(api_.writes().at(0).body);
  EXPECT_EQ(record.former_ids, std::set<std::string>{"id-1"});
  EXPECT_EQ(record.port, 3030);
}

TEST_F(TargetTest, StartsTheBase) {
  Observe();
  PlanItem item;
  item.action = Action::kStart;
  item.content = "b1";
  item.text = "deployments: []\n";
  ASSERT_TRUE(Target().Apply(item));
  AwaitJobs(1);
  const Observed observed = Observe();
  ASSERT_TRUE(observed.base);
  EXPECT_EQ(observed.base->content, "b1");
  EXPECT_EQ(observed.base->state, ServerState::kStarting);
  EXPECT_EQ(ReadRecord(api_.writes().at(0).body).values, "deployments: []\n");
}

TEST_F(TargetTest, ObservesWhyAServerCouldNotBeStartedUntilItIsTriedAgain) {
  helm_.answer = [](const Command&) -> Result<CommandResult> {
    CommandResult result;
    result.exit_code = 1;
    result.errors = "Error: UPGRADE FAILED: Deployment.apps \"sales\" is invalid: no";
    return result;
  };
  Observe();
  ASSERT_TRUE(Target().Apply(StartItem()));
  AwaitJobs(1);
  const Observed observed = Observe();
  ASSERT_EQ(observed.servers.size(), 1U);
  EXPECT_EQ(observed.servers[0].state, ServerState::kFailed);
  EXPECT_EQ(Target().LookAgain(), 2min);
  ASSERT_TRUE(Target().Maintain(Wants("1")));
  const Status again = Target().Apply(StartItem());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "helm-rejected");
  ASSERT_TRUE(Target().Maintain(Wants("0")));
  EXPECT_TRUE(Observe().servers.empty()) << "nobody wants it any more";
}

TEST_F(TargetTest, LeavesAReleaseOfSomebodyElseAlone) {
  Put("secrets", "sh.helm.release.v1.sales.v1",
      R"({"metadata": {"labels": {"name": "sales", "owner": "helm", "status": "deployed", "version": "1"}}})");
  for (const Action action : {Action::kStart, Action::kStop}) {
    Observe();
    PlanItem item = StartItem();
    item.action = action;
    ASSERT_TRUE(Target().Apply(item));
    AwaitJobs(action == Action::kStart ? 1 : 2);
    const Observed observed = Observe();
    ASSERT_EQ(observed.notes.size(), 1U);
    EXPECT_NE(observed.notes[0].find("there is a release of that name in namespace dagster which is somebody else's"),
              std::string::npos);
    clock_.Advance(1min);
    ASSERT_TRUE(Target().Maintain({}));
  }
  EXPECT_TRUE(helm_.commands().empty());
  EXPECT_TRUE(api_.calls().empty());
}

TEST_F(TargetTest, LeavesAReleaseOfAnotherLocationAlone) {
  Put("secrets", "sh.helm.release.v1.sales.v1", R"({"metadata": {"labels": {"name": "sales", "owner": "helm",
      "status": "deployed", "version": "1", "dagitops.dev/environment": "production",
      "dagitops.dev/location": "dagitops.system"}}})");
  Observe();
  ASSERT_TRUE(Target().Apply(StartItem()));
  AwaitJobs(1);
  ASSERT_EQ(Observe().notes.size(), 1U);
  EXPECT_TRUE(helm_.commands().empty()) << "Dagster itself would become a code server";
}

TEST_F(TargetTest, StopsAServerAndObservesItUntilItIsGone) {
  const std::string secret =
      R"({"metadata": {"labels": {"name": "sales", "owner": "helm", "status": "deployed", "version": "1",
      "dagitops.dev/environment": "production", "dagitops.dev/location": "sales", "dagitops.dev/content": "1"}}})";
  Put("secrets", "sh.helm.release.v1.sales.v1", secret);
  Observe();
  PlanItem item;
  item.action = Action::kStop;
  item.location = "sales";
  item.content = "1";
  ASSERT_TRUE(Target().Apply(item));
  EXPECT_EQ(Observe().servers.at(0).state, ServerState::kStopping);
  AwaitJobs(1);
  EXPECT_EQ(Observe().servers.at(0).state, ServerState::kStopping) << "its release is still seen";
  EXPECT_EQ(helm_.commands(), Texts{"uninstall"});
  EXPECT_EQ(api_.calls(), Texts{"delete /api/v1/namespaces/dagster/configmaps/dagitops-location-sales"});
  Clear("secrets");
  EXPECT_TRUE(Observe().servers.empty());
}

TEST_F(TargetTest, NotesWhatADeployThatWasCutShortHadMade) {
  Put("secrets", "sh.helm.release.v1.sales.v4", R"({"metadata": {"labels": {"name": "sales", "owner": "helm",
      "status": "deployed", "version": "4", "dagitops.dev/environment": "production", "dagitops.dev/location": "sales",
      "dagitops.dev/content": "1"}}})");
  Record record;
  record.location = "sales";
  record.content = "1";
  Put("records", "dagitops-location-sales", ToConfigMap(record, {"dagster", "production"}));
  Observe();
  AwaitJobs(1);
  ASSERT_EQ(api_.writes().size(), 1U);
  EXPECT_EQ(api_.writes()[0].body, AppliedPatch(4, 0));
}

TEST_F(TargetTest, TellsSinceWhenAServerIsSeenToBeReady) {
  const auto put = [this](const std::string& available, const std::string& content) {
    Put("secrets", "sh.helm.release.v1.sales.v1",
        R"({"metadata": {"labels": {"name": "sales", "owner": "helm",
        "status": "deployed", "version": "1", "dagitops.dev/environment": "production",
        "dagitops.dev/location": "sales", "dagitops.dev/content": ")" +
            content + "\"}}}");
    Put("deployments", "sales",
        R"({"metadata": {"labels": {"deployment": "sales", "app.kubernetes.io/instance": "sales"}},
        "spec": {"replicas": 1}, "status": {"replicas": 1, "updatedReplicas": 1, "availableReplicas": )" +
            available + "}}");
    return Observe().servers.at(0).ready_since;
  };
  EXPECT_EQ(put("0", "1"), std::nullopt);
  clock_.Advance(5s);
  const WallTime first = clock_.Now();
  EXPECT_EQ(put("1", "1"), first);
  clock_.Advance(5s);
  EXPECT_EQ(put("1", "1"), first);
  EXPECT_EQ(put("1", "2"), clock_.Now()) << "that is another server";
  EXPECT_EQ(put("0", "2"), std::nullopt);
  clock_.Advance(5s);
  EXPECT_EQ(put("1", "2"), clock_.Now()) << "its pod may be another one";
}

// A log that is being read when the target ends is read to its end before anything of it goes.
TEST_F(TargetTest, EndsWhileALogIsRead) {
  Put("secrets", "sh.helm.release.v1.sales.v1", R"({"metadata": {"labels": {"name": "sales", "owner": "helm",
      "status": "deployed", "version": "1", "dagitops.dev/environment": "production", "dagitops.dev/location": "sales",
      "dagitops.dev/content": "1"}}})");
  Put("deployments", "sales",
      R"({"metadata": {"labels": {"deployment": "sales", "app.kubernetes.io/instance": "sales"}}})");
  Put("servers", "sales-x1", R"({"metadata": {"labels": {"deployment": "sales", "app.kubernetes.io/instance": "sales"}},
      "status": {"containerStatuses": [{"name": "c", "restartCount": 2, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                                        "lastState": {"terminated": {"exitCode": 1}}}]}})");
  std::latch begun(1);
  std::latch release(1);
  api_.on_get = [&](const std::string& path) -> Result<std::string> {
    if (path.find("/log?") == std::string::npos) return std::string("{}");
    begun.count_down();
    release.wait();
    return std::string("why\n");
  };
  Observe();
  begun.wait();
  std::thread ender([&] { target_.reset(); });
  release.count_down();
  ender.join();
  EXPECT_FALSE(api_.calls().empty());
}

TEST_F(TargetTest, HasNothingToDoForWhatIsNoChange) {
  Observe();
  for (const Action action : {Action::kReload, Action::kKeep}) {
    PlanItem item;
    item.action = action;
    EXPECT_TRUE(Target().Apply(item));
  }
  EXPECT_TRUE(api_.calls().empty());
}

}  // namespace
}  // namespace dagitops::kubernetes
