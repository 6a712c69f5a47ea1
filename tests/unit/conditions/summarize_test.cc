#include "dagitops/conditions/summarize.h"

#include <gtest/gtest.h>

#include "unit/conditions/pass_fixture.h"

namespace dagitops::conditions {
namespace {

using support::MakeLocation;
using support::MakeRevision;
using support::MakeVersion;
using Summary = Pass;
using Truth = Condition::Truth;

TEST_F(Summary, AllLoadedIsReadyAndSettled) {
  const auto status = Run();
  EXPECT_EQ(Get(status, "Ready").truth, Truth::kTrue);
  EXPECT_EQ(Get(status, "Reconciling").truth, Truth::kFalse);
  EXPECT_EQ(Get(status, "Stalled").truth, Truth::kFalse);
  ASSERT_EQ(status.locations.size(), 1U);
  EXPECT_EQ(status.locations[0].phase, LocationPhase::kLoaded);
  EXPECT_EQ(status.locations[0].pid, 42);
  EXPECT_EQ(status.locations[0].server_id, "id-1");
  EXPECT_EQ(status.locations[0].revision, "r1");
  EXPECT_EQ(status.webservers, std::vector<std::string>{"http://127.0.0.1:3000"});
}

TEST_F(Summary, CandidateIsProgressingAndTellsWhatItWaitsFor) {
  Location().candidate = MakeVersion(MakeLocation("a", "2"), "r2");
  desired.locations = {support::MakeDesired("a", {"1", "2"})};
  auto status = Run();
  EXPECT_EQ(status.locations[0].phase, LocationPhase::kProgressing);
  EXPECT_EQ(status.locations[0].reason, "to be started");
  EXPECT_EQ(status.locations[0].wanted_revision, "r2");
  EXPECT_EQ(status.locations[0].revision, "r1");
  EXPECT_EQ(Get(status, "Reconciling").truth, Truth::kTrue);
  EXPECT_EQ(Get(status, "Ready").truth, Truth::kFalse);
  observed.servers.push_back(support::MakeObserved("a", "2"));
  EXPECT_EQ(Run().locations[0].reason, "ready, waiting for Dagster to load it");
}

TEST_F(Summary, HeldLocationTellsCommitAuthorAndReason) {
  Location().decision = DecisionKind::kHold;
  Location().reason = "ImportError";
  state.locations["a"].failed = FailedVersion{"k", "r2", "Grace <g@example.com>", "ImportError", {}, 1, {}};
  const auto status = Run();
  EXPECT_EQ(status.locations[0].phase, LocationPhase::kHeld);
  EXPECT_EQ(status.locations[0].author, "Grace <g@example.com>");
  EXPECT_EQ(status.locations[0].wanted_revision, "r2");
  EXPECT_EQ(status.locations[0].revision, "r1");
  EXPECT_EQ(Get(status, "Stalled").reason, "LocationsHeld");
}

TEST_F(Summary, AHeldLocationWhoseServerIsBroughtBackIsOnItsWay) {
  Location().decision = DecisionKind::kHold;
  Location().reason = "ImportError";
  observed.servers[0].state = ServerState::kStarting;
  EXPECT_EQ(First().phase, LocationPhase::kHeld);
  EXPECT_EQ(Get(Run(), "Reconciling").message, "on their way: a");
  for (const ServerState now : {ServerState::kReady, ServerState::kFailed, ServerState::kBroken}) {
    observed.servers[0].state = now;
    EXPECT_EQ(Get(Run(), "Reconciling").truth, Truth::kFalse);
  }
}

TEST_F(Summary, LocationThatNeverLoadedIsFailed) {
  effective.locations.clear();
  desired.locations.clear();
  state.locations["a"] = {};
  state.locations["a"].decision = DecisionKind::kHold;
  state.locations["a"].reason = "ImportError";
  const auto status = Run();
  EXPECT_EQ(status.locations[0].phase, LocationPhase::kFailed);
  EXPECT_EQ(status.locations[0].reason, "ImportError");
}

TEST_F(Summary, NotRunnableIsNoFailureButWaitsForAPerson) {
  Location().serving.reset();
  Location().candidate = MakeVersion(MakeLocation("a", "2"), "r2");
  desired.locations = {support::MakeDesired("a", {"2"}, false)};
  desired.locations[0].servers[0].not_runnable = "no code in the repository";
  const auto status = Run();
  EXPECT_EQ(status.locations[0].phase, LocationPhase::kNotRunnable);
  EXPECT_EQ(Get(status, "Stalled").truth, Truth::kTrue);
  EXPECT_EQ(Get(status, "Stalled").reason, "LocationsNotRunnable");
  EXPECT_EQ(Get(status, "Stalled").message, "cannot run here as git has it: a");
}

TEST_F(Summary, WaitingRemovalStalls) {
  Location().decision = DecisionKind::kRemovalWaiting;
  const auto status = Run();
  EXPECT_EQ(status.waiting_removals, std::vector<std::string>{"a"});
  EXPECT_EQ(Get(status, "Stalled").reason, "RemovalWaiting");
}

TEST_F(Summary, LeftAloneServerShowsWhatWasDecided) {
  effective.locations.clear();
  state.locations["a"] = {};
  state.locations["a"].decision = DecisionKind::kRemovalWaiting;
  EXPECT_EQ(Run().locations[0].phase, LocationPhase::kRemovalWaiting);
}

TEST_F(Summary, RemovedLocationIsOnItsWayOut) {
  effective.locations.clear();
  desired.locations.clear();
  state.locations["a"].reason = "removed from git";
  EXPECT_EQ(Run().locations[0].phase, LocationPhase::kRemoving);
  EXPECT_EQ(Get(Run(), "Reconciling").truth, Truth::kTrue);
}

TEST_F(Summary, NobodyWaitsForTheServerOfARemovedLocation) {
  effective.locations.clear();
  desired.locations.clear();
  state.locations["a"].reason = "removed from git";
  observed.servers[0].published = false;
  EXPECT_EQ(Run().locations[0].phase, LocationPhase::kRemoving);
  EXPECT_EQ(Get(Run(), "Reconciling").truth, Truth::kFalse);
  EXPECT_EQ(Get(Run(), "Ready").truth, Truth::kTrue);
}

TEST_F(Summary, ProvenServerThatDiedIsFailed) {
  observed.servers[0].state = ServerState::kFailed;
  observed.servers[0].reason = "ended 5 times";
  const auto status = Run();
  EXPECT_EQ(status.locations[0].phase, LocationPhase::kFailed);
  EXPECT_EQ(status.locations[0].reason, "ended 5 times");
}

TEST_F(Summary, ErrorsMakeItNotReadyAndHumanOnesStall) {
  errors = {{ErrorKind::kRetry, "git-fetch-timeout", "git.example.com", "timed out", ""}};
  EXPECT_EQ(Get(Run(), "Ready").reason, "PassFailed");
  EXPECT_EQ(Get(Run(), "Stalled").truth, Truth::kFalse);
  errors[0].kind = ErrorKind::kStalled;
  EXPECT_EQ(Get(Run(), "Stalled").truth, Truth::kTrue);
}

TEST_F(Summary, FaultThatNoLocationOwnsIsNotReady) {
  const Diagnostic fault{
      Severity::kFault, "unknown-environment", {"dagitops.yaml", 0, 0}, "", "no environment \"x\"", "one of y",
      "ask for y"};
  composition.diagnostics = {fault};
  composition.usable = false;
  for (const char* type : {"Ready", "Stalled"}) {
    EXPECT_EQ(Get(Run(), type).reason, "SharedFault");
    EXPECT_NE(Get(Run(), type).message.find(fault.Text()), std::string::npos);
  }
  composition.diagnostics[0].location = "a";
  EXPECT_EQ(Get(Run(), "Ready").reason, "AllLoaded");
  composition.diagnostics[0].location = "";
  composition.diagnostics[0].severity = Severity::kWarning;
  EXPECT_EQ(Get(Run(), "Ready").reason, "AllLoaded");
}

TEST_F(Summary, DagsterItselfWhoseValuesAreRefusedIsNotReady) {
  desired.environment = "production";
  desired.system.emplace().refused = "system.yaml must hold x";
  const auto status = Run();
  EXPECT_EQ(Get(status, "Ready").reason, "SharedFault");
  EXPECT_NE(Get(status, "Stalled").message.find("environments/production/system.yaml: fault: system-refused"),
            std::string::npos)
      << Get(status, "Stalled").message;
  EXPECT_NE(Get(status, "Stalled").message.find("system.yaml must hold x"), std::string::npos);
}

TEST_F(Summary, PauseIsWhyItIsNotReady) {
  state.paused = true;
  EXPECT_EQ(Get(Run(), "Ready").reason, "Paused");
  EXPECT_NE(Get(Run(), "Ready").message.find("dagitops resume"), std::string::npos);
}

TEST_F(Summary, PassThatGotNowhereStillHasAStatus) {
  const auto status = Summarize({state,
                                 nullptr,
                                 nullptr,
                                 nullptr,
                                 nullptr,
                                 nullptr,
                                 std::nullopt,
                                 {{ErrorKind::kStalled, "state-newer", "state", "newer", ""}},
                                 support::kNow});
  EXPECT_EQ(status.environment, "production");
  EXPECT_EQ(Get(status, "Ready").truth, Truth::kFalse);
  EXPECT_EQ(Get(status, "Stalled").truth, Truth::kTrue);
}

}  // namespace
}  // namespace dagitops::conditions
