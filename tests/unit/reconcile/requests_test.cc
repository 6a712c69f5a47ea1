#include "dagitops/reconcile/requests.h"

#include <gtest/gtest.h>

#include "support/fake_source.h"
#include "support/locations.h"

namespace dagitops::reconcile {
namespace {

class Requests : public testing::Test {
 protected:
  Requests() {
    commit = source.Commit({});
    state = support::MakeState({support::MakeLocation("a"), support::MakeLocation("b")}, commit);
    state.locations["a"].failed.emplace().reason = "ImportError";
  }

  RequestOutcome Carry(Request::Kind kind, std::vector<std::string> locations = {}, std::string revision = "") {
    return CarryOut({"q1", kind, "production", std::move(locations), std::move(revision)}, state, {source});
  }

  support::FakeSource source;
  std::string commit;
  EnvironmentState state;
};

TEST_F(Requests, APlainApplyFollowsAgainAndGivesFailedVersionsAnotherTry) {
  state.pinned = source.head.revision;
  const RequestOutcome outcome = Carry(Request::Kind::kApply);
  EXPECT_TRUE(outcome.answer.accepted);
  EXPECT_FALSE(outcome.state.pinned);
  EXPECT_FALSE(outcome.state.locations.at("a").failed);
}

TEST_F(Requests, ApplyAtARevisionPinsAndGivesFailedVersionsAnotherTry) {
  const RequestOutcome outcome = Carry(Request::Kind::kApply, {}, commit);
  EXPECT_TRUE(outcome.answer.accepted);
  EXPECT_EQ(outcome.state.pinned->id, commit);
  EXPECT_FALSE(outcome.state.locations.at("a").failed);
}

TEST_F(Requests, ARefusedApplyChangesNothing) {
  const RequestOutcome outcome = Carry(Request::Kind::kApply, {}, "ffffffff");
  EXPECT_FALSE(outcome.answer.accepted);
  EXPECT_EQ(outcome.state, state);
}

TEST_F(Requests, PauseAndResumeAreOfTheWholeEnvironment) {
  const RequestOutcome paused = Carry(Request::Kind::kPause);
  EXPECT_TRUE(paused.answer.accepted);
  EXPECT_TRUE(paused.state.paused);
  state = paused.state;
  EXPECT_FALSE(Carry(Request::Kind::kResume).state.paused);
}

TEST_F(Requests, PauseOfOneLocationIsRefusedAndPausesNothing) {
  for (const bool paused : {false, true}) {
    state.paused = paused;
    const RequestOutcome outcome = Carry(paused ? Request::Kind::kResume : Request::Kind::kPause, {"a", "b"});
    EXPECT_FALSE(outcome.answer.accepted);
    EXPECT_EQ(outcome.state, state);
    EXPECT_NE(outcome.answer.message.find("a, b"), std::string::npos) << outcome.answer.message;
    EXPECT_NE(outcome.answer.message.find("whole environment"), std::string::npos) << outcome.answer.message;
  }
}

}  // namespace
}  // namespace dagitops::reconcile
