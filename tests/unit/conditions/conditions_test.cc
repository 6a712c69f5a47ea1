// The three conditions: their truth, their reason, which programs go by, and their sentence.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/conditions/pass_fixture.h"

namespace dagitops::conditions {
namespace {

using Truth = Condition::Truth;

Error Problem(ErrorKind kind, const std::string& subject = "git.example.com") {
  return {kind, "code", subject, "does not answer", ""};
}

PlanItem Item(Action action) {
  PlanItem item;
  item.action = action;
  return item;
}

class Conditions : public Pass {
 protected:
  // "True Reason: message".
  std::string Say(const std::string& type) const {
    const Condition condition = Get(Run(), type);
    const char* const truth = condition.truth == Truth::kTrue    ? "True"
                              : condition.truth == Truth::kFalse ? "False"
                                                                 : "Unknown";
    return std::string(truth) + " " + condition.reason + ": " + condition.message;
  }
};

TEST_F(Conditions, AreThreeInAFixedOrder) {
  std::vector<std::string> types;
  for (const Condition& condition : Run().conditions) types.push_back(condition.type);
  EXPECT_EQ(types, (std::vector<std::string>{"Ready", "Reconciling", "Stalled"}));
}

TEST_F(Conditions, ReadyCountsWhatIsLoadedAmongWhatShallStay) {
  EXPECT_EQ(Say("Ready"), "True AllLoaded: 1 of 1 locations are loaded as in git");
  Add("b", ServerState::kFailed);
  EXPECT_EQ(Say("Ready"), "False NotAllLoaded: 1 of 2 locations are loaded as in git");
  observed.servers[1].state = ServerState::kReady;
  state.locations["c"].reason = "removed";
  EXPECT_EQ(Say("Ready"), "True AllLoaded: 2 of 2 locations are loaded as in git") << "one that goes is not waited for";
  Location().decision = DecisionKind::kPinned;
  EXPECT_EQ(Say("Ready"), "True AllLoaded: 2 of 2 locations are loaded, 1 of them as pinned and not as in git");
  for (const DecisionKind decision : {DecisionKind::kHold, DecisionKind::kPaused, DecisionKind::kRemovalWaiting}) {
    Location().decision = decision;
    EXPECT_EQ(Say("Ready"), "False NotAllLoaded: 1 of 2 locations are loaded as in git");
  }
}

TEST_F(Conditions, ReadyDoesNotCountAPinnedLocationWhoseServerIsDown) {
  Location().decision = DecisionKind::kPinned;
  observed.servers[0].state = ServerState::kFailed;
  EXPECT_EQ(Say("Ready"), "False NotAllLoaded: 0 of 1 locations are loaded as in git");
}

TEST_F(Conditions, ReadyOfAnEmptyEnvironmentIsTrue) {
  state.locations.clear();
  effective.locations.clear();
  EXPECT_EQ(Say("Ready"), "True AllLoaded: 0 of 0 locations are loaded as in git");
}

TEST_F(Conditions, ReadyIsUnknownBeforeARevisionWasReadAndFalseAfterAnError) {
  PassOutcome outcome{state, nullptr, nullptr, nullptr, nullptr, nullptr, std::nullopt, {}, support::kNow};
  EXPECT_EQ(Get(Summarize(outcome), "Ready").truth, Truth::kUnknown);
  EXPECT_EQ(Get(Summarize(outcome), "Ready").reason, "NotObserved");
  for (const ErrorKind kind : {ErrorKind::kRetry, ErrorKind::kInvalid, ErrorKind::kStalled, ErrorKind::kInternal}) {
    outcome.errors = {Problem(kind), Problem(ErrorKind::kStalled, "other")};
    EXPECT_EQ(Get(Summarize(outcome), "Ready").reason, "PassFailed");
    EXPECT_EQ(Get(Summarize(outcome), "Ready").message, "git.example.com: does not answer") << "the first one";
  }
}

TEST_F(Conditions, ReconcilingNamesWhatIsOnItsWay) {
  EXPECT_EQ(Say("Reconciling"), "False Settled: nothing is on its way");
  Add("b", ServerState::kStarting);
  EXPECT_EQ(Say("Reconciling"), "True Progressing: on their way: b");
  state.locations["c"].reason = "removed";
  observed.servers.push_back(support::Published(support::MakeObserved("c", "1")));
  EXPECT_EQ(Say("Reconciling"), "True Progressing: on their way: b, c");
  observed.servers.back().published = false;
  EXPECT_EQ(Say("Reconciling"), "True Progressing: on their way: b") << "Dagster no longer knows c";
}

TEST_F(Conditions, ReconcilingGoesByThePlanWhereNoLocationMoves) {
  plan.items = {Item(Action::kKeep)};
  EXPECT_EQ(Say("Reconciling"), "False Settled: nothing is on its way");
  plan.items.push_back(Item(Action::kReload));
  EXPECT_EQ(Say("Reconciling"), "True ChangesPending: changes are being applied");
  state.paused = true;
  EXPECT_EQ(Say("Reconciling"), "False Settled: nothing is on its way") << "nothing is applied while paused";
}

TEST_F(Conditions, ReconcilingIsUnknownWhereNobodyCouldLook) {
  PassOutcome outcome{state, nullptr, nullptr, nullptr, nullptr, &plan, std::nullopt, {}, support::kNow};
  EXPECT_EQ(Get(Summarize(outcome), "Reconciling").truth, Condition::Truth::kUnknown);
  EXPECT_EQ(Get(Summarize(outcome), "Reconciling").message, "not looked at: a");
  state.locations["a"].removing = true;
  EXPECT_EQ(Get(Summarize(outcome), "Reconciling").message, "on their way: a") << "it may be published yet";
  state.locations.clear();
  EXPECT_EQ(Get(Summarize(outcome), "Reconciling").reason, "Settled") << "an empty plan was made";
  outcome.plan = nullptr;
  EXPECT_EQ(Get(Summarize(outcome), "Reconciling").reason, "ChangesPending") << "no plan was made";
}

TEST_F(Conditions, StalledTellsTheErrorThatAPersonMustMendFirst) {
  EXPECT_EQ(Say("Stalled"), "False NothingWaits: nothing waits for a person");
  Location().decision = DecisionKind::kHold;
  EXPECT_EQ(Say("Stalled"), "True LocationsHeld: not as in git: a");
  Add("b");
  effective.locations[1].decision = DecisionKind::kRemovalWaiting;
  EXPECT_EQ(Say("Stalled"), "True RemovalWaiting: waits for approval to remove b");
  for (const ErrorKind kind : {ErrorKind::kStalled, ErrorKind::kInvalid}) {
    errors = {Problem(ErrorKind::kRetry, "passing"), Problem(kind)};
    EXPECT_EQ(Say("Stalled"), "True NeedsAttention: git.example.com: does not answer");
  }
  for (const ErrorKind kind : {ErrorKind::kRetry, ErrorKind::kInternal}) {
    errors = {Problem(kind)};
    EXPECT_EQ(Say("Stalled"), "True RemovalWaiting: waits for approval to remove b");
  }
}

TEST_F(Conditions, NameFiveLocationsAndCountTheRest) {
  for (const char* name : {"b", "c", "d", "e"}) Add(name);
  for (EffectiveLocation& location : effective.locations) location.decision = DecisionKind::kRemovalWaiting;
  EXPECT_EQ(Say("Stalled"), "True RemovalWaiting: waits for approval to remove a, b, c, d, e");
  Add("f");
  effective.locations.back().decision = DecisionKind::kRemovalWaiting;
  EXPECT_EQ(Say("Stalled"), "True RemovalWaiting: waits for approval to remove a, b, c, d, e and 1 more");
  EXPECT_EQ(Run().waiting_removals.size(), 6U) << "the list itself is whole";
}

TEST_F(Conditions, ComeWithWhatThePassKnew) {
  state.applied = support::MakeRevision("r0");
  state.paused = true;
  composition.diagnostics.resize(2);
  observed.notes = {"dagster-daemon restarted 3 times"};
  const EnvironmentStatus status = Run();
  EXPECT_EQ(status.environment, "production");
  EXPECT_EQ(status.observed, support::MakeRevision("r1"));
  EXPECT_EQ(status.applied, support::MakeRevision("r0"));
  EXPECT_TRUE(status.paused);
  EXPECT_EQ(status.diagnostics.size(), 2U);
  EXPECT_EQ(status.notes, observed.notes);
  EXPECT_EQ(status.updated, support::kNow);
}

}  // namespace
}  // namespace dagitops::conditions
