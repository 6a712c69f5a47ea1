#include "dagitops/decide/judge.h"

#include <gtest/gtest.h>

#include <functional>

#include "support/case_name.h"
#include "support/locations.h"

namespace dagitops::decide {
namespace {

using support::MakeLocation;
using support::MakeVersion;

const WallTime kNow{std::chrono::seconds(1'000'000)};
constexpr char kUrl[] = "http://127.0.0.1:3000";

// One location whose wanted server is ready, published and loaded by one webserver.
struct World {
  Desired desired;
  Observed observed;
  JudgeOptions options;

  World() {
    DesiredServer wanted;
    wanted.location = "a";
    wanted.content = "c2";
    DesiredLocation location;
    location.name = "a";
    location.location_name = "A";
    location.servers = {wanted};
    desired.locations = {location};
    ObservedServer server;
    server.location = "a";
    server.content = "c2";
    server.state = ServerState::kReady;
    server.server_id = "id2";
    server.published = true;
    observed.now = kNow;
    observed.servers = {server};
    observed.webservers = {{kUrl, "", {{"A", {"id2", "", {}}}}, {}, 0}};
  }

  LoadedLocation& Loaded() { return observed.webservers[0].locations["A"]; }
  ObservedServer& Server() { return observed.servers[0]; }
};

struct Case {
  std::string name;
  std::function<void(World&)> change;
  Verdict::Kind kind;
  std::string reason;  // part of it
};

class JudgeTable : public testing::TestWithParam<Case> {};

TEST_P(JudgeTable, TellsProvenBadAndPendingApart) {
  World world;
  GetParam().change(world);
  const auto verdicts = Judge(world.desired, world.observed, world.options);
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_EQ(verdicts[0].kind, GetParam().kind) << verdicts[0].reason;
  EXPECT_NE(verdicts[0].reason.find(GetParam().reason), std::string::npos) << verdicts[0].reason;
}

using Kind = Verdict::Kind;

INSTANTIATE_TEST_SUITE_P(
    Cases, JudgeTable,
    testing::Values(
        Case{"LoadedFromTheNewServer", [](World&) {}, Kind::kProven, ""},
        Case{"NotStarted", [](World& w) { w.observed.servers.clear(); }, Kind::kPending, "to be started"},
        Case{"OtherContentRuns", [](World& w) { w.Server().content = "c1"; }, Kind::kPending, "to be started"},
        Case{"Starting", [](World& w) { w.Server().state = ServerState::kStarting; }, Kind::kPending, "starting"},
        Case{"Broken",
             [](World& w) {
               w.Server().state = ServerState::kBroken;
               w.Server().reason = "ImportError";
             },
             Kind::kBad, "ImportError"},
        Case{"Failed",
             [](World& w) {
               w.Server().state = ServerState::kFailed;
               w.Server().reason = "exit 1";
             },
             Kind::kBad, "exit 1"},
        Case{"NotPublished", [](World& w) { w.Server().published = false; }, Kind::kPending, "to be published"},
        Case{"NoWebserver", [](World& w) { w.observed.webservers.clear(); }, Kind::kPending, "webserver"},
        Case{"WebserverSilent", [](World& w) { w.observed.webservers[0].error = "refused"; }, Kind::kPending,
             "refused"},
        Case{"NotListed", [](World& w) { w.observed.webservers[0].locations.clear(); }, Kind::kPending, "to list it"},
        Case{"ListedFromTheOldServer", [](World& w) { w.Loaded().server_id = "id1"; }, Kind::kPending, "new server"},
        Case{"SecondWebserverLags",
             [](World& w) {
               w.observed.webservers.push_back({"http://127.0.0.1:3001", "", {}, {}, 0});
             },
             Kind::kPending, "3001"},
        Case{"ErrorSinceJustNow",
             [](World& w) {
               w.Loaded().error = "boom";
               w.Loaded().error_since = kNow - std::chrono::seconds(5);
             },
             Kind::kPending, "boom"},
        Case{"ErrorForTooLong",
             [](World& w) {
               w.Loaded().error = "boom";
               w.Loaded().error_since = kNow - std::chrono::seconds(60);
             },
             Kind::kBad, "boom"},
        Case{"ReadinessAsksNoWebserver",
             [](World& w) {
               w.observed.webservers.clear();
               w.options.verify = EnvironmentOptions::Verify::kReadiness;
             },
             Kind::kProven, ""},
        Case{"UnknownIdBeforeTheWebserverReadTheFile",
             [](World& w) {
               w.Server().server_id = "";
               w.Loaded().server_id = "that of the old server";
             },
             Kind::kPending, "to load the new server"},
        Case{"UnknownIdAfterAReloadThatFailed",
             [](World& w) {
               w.Server().server_id = "";
               w.observed.webservers[0].reloaded = kNow;
               w.observed.webservers[0].reload_failed = true;
             },
             Kind::kPending, "to load the new server"},
        Case{"UnknownIdAfterTheWebserverReadTheFile",
             [](World& w) {
               w.Server().server_id = "";
               w.observed.webservers[0].reloaded = kNow;
             },
             Kind::kProven, ""},
        Case{"UnknownIdAndStillListedFromOneOfBefore",
             [](World& w) {
               w.Server().server_id = "";
               w.Server().former_ids = {"id1", "id2"};
               w.observed.webservers[0].reloaded = kNow;
             },
             Kind::kPending, "to load the new server"},
        Case{"UnknownIdAndListedFromNoneOfBefore",
             [](World& w) {
               w.Server().server_id = "";
               w.Server().former_ids = {"id1"};
             },
             Kind::kPending, "to load the new server"},
        Case{"UnknownIdAndListedFromNoneOfBeforeSinceItIsReady",
             [](World& w) {
               w.Server().server_id = "";
               w.Server().former_ids = {"id1"};
               w.Server().ready_since = kNow;
               w.Loaded().reloaded = kNow;
             },
             Kind::kProven, ""},
        Case{"UnknownIdAndListedFromNoneOfBeforeByOneThatTakesNoRequests",
             [](World& w) {
               w.Server().server_id = "";
               w.Server().former_ids = {"id1"};
               w.observed.webservers[0].read_only = true;
             },
             Kind::kProven, ""},
        Case{"UnknownIdAndListedFromNoneOfBeforeWhereReadingAnewWouldImportItsCodeAnew",
             [](World& w) {
               w.Server().server_id = "";
               w.Server().former_ids = {"id1"};
               w.desired.locations[0].servers[0].reimports = true;
             },
             Kind::kProven, ""},
        Case{"UnknownIdReloadedBeforeItWasReady",
             [](World& w) {
               w.Server().server_id = "";
               w.Server().ready_since = kNow;
               w.observed.webservers[0].reloaded = kNow - std::chrono::seconds(1);
             },
             Kind::kPending, "to load the new server"},
        Case{"NotRunnable", [](World& w) { w.desired.locations[0].servers[0].not_runnable = "no path"; },
             Kind::kPending, "no path"}),
    support::CaseName());

Effective WithCandidate(const std::string& tag) {
  Effective effective;
  effective.locations.push_back(
      {"a", DecisionKind::kFollow, "", std::nullopt, MakeVersion(MakeLocation("a", tag), "r2"), {}});
  return effective;
}

TEST(Record, ProvenCandidateBecomesLastGoodAndClearsTheFailure) {
  EnvironmentState state;
  state.locations["a"].failed = FailedVersion{"x", "", "", "", kNow, 3, kNow};
  state = Record(std::move(state), WithCandidate("2"), {{"a", Kind::kProven, ""}}, kNow);
  EXPECT_EQ(state.locations["a"].last_good->location.digest, "a-2");
  EXPECT_FALSE(state.locations["a"].failed);
}

TEST(Record, BadCandidateIsRememberedWithReasonAndAuthor) {
  const auto state = Record({}, WithCandidate("2"), {{"a", Kind::kBad, "ImportError"}}, kNow);
  const FailedVersion& failed = *state.locations.at("a").failed;
  EXPECT_EQ(failed.reason, "ImportError");
  EXPECT_EQ(failed.revision, "r2");
  EXPECT_EQ(failed.author, "Ada <Ada@example.com>");
  EXPECT_EQ(failed.retry_after, kNow + std::chrono::minutes(1));
  EXPECT_FALSE(state.locations.at("a").last_good);
}

TEST(Record, RetriesOfTheSameVersionGrowFurtherApart) {
  EnvironmentState state;
  std::vector<long long> minutes;
  for (int i = 0; i < 6; ++i) {
    state = Record(std::move(state), WithCandidate("2"), {{"a", Kind::kBad, "x"}}, kNow);
    const Duration wait = state.locations["a"].failed->retry_after - kNow;
    minutes.push_back(std::chrono::duration_cast<std::chrono::minutes>(wait).count());
  }
  EXPECT_EQ(minutes, (std::vector<long long>{1, 2, 4, 8, 10, 10}));
  state = Record(std::move(state), WithCandidate("3"), {{"a", Kind::kBad, "x"}}, kNow);
  EXPECT_EQ(state.locations["a"].failed->attempts, 1) << "another version starts anew";
}

TEST(Record, PendingChangesNothing) {
  EXPECT_EQ(Record({}, WithCandidate("2"), {{"a", Kind::kPending, "starting"}}, kNow), EnvironmentState{});
}

TEST(Forget, OnlyWhatHasNothingRunning) {
  EnvironmentState state = support::MakeState({MakeLocation("a"), MakeLocation("b"), MakeLocation("c")});
  state.approved_removals = {"a", "b"};
  Effective effective;
  effective.removals = {{"a", {}}, {"b", {}}};
  Observed observed;
  observed.servers.emplace_back();
  observed.servers[0].location = "b";
  state = Forget(std::move(state), effective, observed);
  EXPECT_FALSE(state.locations.contains("a"));
  EXPECT_TRUE(state.locations.contains("b"));
  EXPECT_TRUE(state.locations.contains("c"));
  EXPECT_EQ(state.approved_removals, std::vector<std::string>{"b"});
}

TEST(Forget, WhatRunsFromSomebodyElsesReleaseOnceItIsNotPublished) {
  EnvironmentState state = support::MakeState({MakeLocation("a")});
  Effective effective;
  effective.removals = {{"a", {}}};
  Observed observed;
  observed.servers.emplace_back();
  observed.servers[0].location = "a";
  observed.servers[0].foreign = "old";
  observed.servers[0].published = true;
  state = Forget(std::move(state), effective, observed);
  EXPECT_TRUE(state.locations.contains("a"));
  observed.servers[0].published = false;
  EXPECT_FALSE(Forget(std::move(state), effective, observed).locations.contains("a"));
}

}  // namespace
}  // namespace dagitops::decide
