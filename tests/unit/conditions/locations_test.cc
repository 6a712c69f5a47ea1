// One location's line of the status: its phase, its reason, and whose commit it was.
#include "conditions/locations.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "support/case_name.h"
#include "support/edit.h"
#include "unit/conditions/pass_fixture.h"

namespace dagitops::conditions {
namespace {

using support::MakeLocation;
using support::MakeObserved;
using support::MakeRevision;
using support::MakeVersion;

// What was decided, and how the proven server is: the phase and the reason.
struct Case {
  const char* name;
  DecisionKind decision;
  const char* decided;  // the decision's reason
  ServerState server;
  const char* said;  // by the server
  LocationPhase phase;
  const char* reason;
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class Served : public Pass, public testing::WithParamInterface<Case> {};

TEST_P(Served, TellsTheDecisionAndTheTroubleOfItsServer) {
  Location().decision = GetParam().decision;
  Location().reason = GetParam().decided;
  observed.servers[0].state = GetParam().server;
  observed.servers[0].reason = GetParam().said;
  EXPECT_EQ(First().phase, GetParam().phase);
  EXPECT_EQ(First().reason, GetParam().reason);
}

using D = DecisionKind;
using S = ServerState;
using P = LocationPhase;

INSTANTIATE_TEST_SUITE_P(
    Follow, Served,
    testing::Values(Case{"Ready", D::kFollow, "", S::kReady, "", P::kLoaded, ""},
                    Case{"ReadyAfterAnEnd", D::kFollow, "", S::kReady, "ended once", P::kLoaded, ""},
                    Case{"Preparing", D::kFollow, "", S::kPreparing, "", P::kProgressing, "is being prepared"},
                    Case{"Starting", D::kFollow, "", S::kStarting, "", P::kProgressing, "is starting"},
                    Case{"StartingAgain", D::kFollow, "", S::kStarting, "ended once", P::kProgressing, "ended once"},
                    Case{"Stopping", D::kFollow, "", S::kStopping, "", P::kProgressing, "is stopping"},
                    Case{"Broken", D::kFollow, "", S::kBroken, "ImportError", P::kFailed, "ImportError"},
                    Case{"BrokenWithoutAWord", D::kFollow, "", S::kBroken, "", P::kFailed, "does not load"},
                    Case{"Failed", D::kFollow, "", S::kFailed, "ended 5 times", P::kFailed, "ended 5 times"},
                    Case{"FailedWithoutAWord", D::kFollow, "", S::kFailed, "", P::kFailed, "has failed"}),
    support::CaseName{});

INSTANTIATE_TEST_SUITE_P(
    Others, Served,
    testing::Values(Case{"Held", D::kHold, "bad", S::kReady, "", P::kHeld, "bad"},
                    Case{"HeldAndFailed", D::kHold, "bad", S::kFailed, "ended", P::kHeld, "bad; its server: ended"},
                    Case{"HeldAndStarting", D::kHold, "bad", S::kStarting, "", P::kHeld,
                         "bad; its server: is starting"},
                    Case{"Paused", D::kPaused, "", S::kReady, "", P::kPaused, ""},
                    Case{"PausedAndFailed", D::kPaused, "", S::kFailed, "ended", P::kPaused, "its server: ended"},
                    Case{"Waiting", D::kRemovalWaiting, "gone", S::kReady, "", P::kRemovalWaiting, "gone"},
                    Case{"WaitingAndBroken", D::kRemovalWaiting, "gone", S::kBroken, "x", P::kRemovalWaiting,
                         "gone; its server: x"},
                    Case{"Pinned", D::kPinned, "pinned at r1", S::kReady, "", P::kPinned, "pinned at r1"},
                    Case{"PinnedAndStarting", D::kPinned, "pinned at r1", S::kStarting, "", P::kPinned,
                         "pinned at r1; its server: is starting"},
                    Case{"PinnedAndFailed", D::kPinned, "pinned at r1", S::kFailed, "ended", P::kFailed,
                         "pinned at r1; its server: ended"},
                    Case{"PinnedAndBroken", D::kPinned, "pinned at r1", S::kBroken, "", P::kFailed,
                         "pinned at r1; its server: does not load"}),
    support::CaseName{});

// A candidate that is not proven yet.
class Candidate : public Pass {
 protected:
  Candidate() {
    Location().candidate = MakeVersion(MakeLocation("a", "2"), "r2");
    desired.locations = {support::MakeDesired("a", {"1", "2"})};
  }
};

TEST_F(Pass, IsOnItsWayWhereSomethingTookItsServerAway) {
  observed.servers.clear();
  EXPECT_EQ(First().phase, LocationPhase::kProgressing);
  EXPECT_EQ(First().reason, "its server is not there");
  EXPECT_EQ(Get(Run(), "Reconciling").truth, Condition::Truth::kTrue);
}

TEST_F(Candidate, TellsWhatItsServerWaitsFor) {
  const struct {
    ServerState state;
    const char* said;
    const char* reason;
  } rows[] = {{S::kPreparing, "", "is being prepared"},
              {S::kPreparing, "installing dagster", "installing dagster"},
              {S::kStarting, "", "is starting"},
              {S::kStarting, "ended; to be started", "ended; to be started"},
              {S::kReady, "", "ready, waiting for Dagster to load it"},
              {S::kReady, "ended once", "ready, waiting for Dagster to load it"},
              {S::kBroken, "ImportError", "ImportError"},
              {S::kFailed, "", "has failed"}};
  observed.servers.push_back(MakeObserved("a", "2"));
  for (const auto& row : rows) {
    observed.servers[1].state = row.state;
    observed.servers[1].reason = row.said;
    EXPECT_EQ(First().phase, P::kProgressing);
    EXPECT_EQ(First().reason, row.reason);
  }
}

TEST_F(Candidate, IsNotJudgedByTheOldServer) {
  observed.servers[0].state = S::kFailed;
  observed.servers[0].reason = "ended";
  EXPECT_EQ(First().phase, P::kProgressing);
  EXPECT_EQ(First().reason, "to be started");
}

TEST_F(Candidate, OfAHeldLocationStaysHeldWhileItIsTriedAgain) {
  Location().decision = D::kHold;
  Location().reason = "ImportError";
  EXPECT_EQ(First().phase, P::kHeld);
  EXPECT_EQ(First().reason, "ImportError");
  state.locations["a"].last_good.reset();
  EXPECT_EQ(First().phase, P::kFailed) << "nothing of it ever loaded";
}

TEST_F(Candidate, ThatNothingIsKnownOfIsOnItsWay) {
  desired.locations.clear();
  EXPECT_EQ(First().phase, P::kProgressing) << "not rendered yet";
  desired.locations = {support::MakeDesired("a", {})};
  EXPECT_EQ(First().phase, P::kProgressing);
}

TEST_F(Candidate, IsTheServerShownOnceItIsPublished) {
  observed.servers.push_back(MakeObserved("a", "2"));
  EXPECT_EQ(First().server_id, "id-1");
  observed.servers[1].published = true;
  EXPECT_EQ(First().server_id, "id-2");
  observed.servers.erase(observed.servers.begin());
  observed.servers[0].published = false;
  EXPECT_EQ(First().server_id, "id-2") << "better than none";
}

TEST_F(Pass, LocationSaysWhoseCommitMadeTheWantedVersion) {
  support::Edit(Location().serving, [](Version& serving) {
    serving.location.settings.location_name = "A";
    serving.location.settings.owner = "team-a";
    serving.revision = MakeRevision("r9", "Zoe");
    serving.changed_in = MakeRevision("r5", "Grace");
  });
  EXPECT_EQ(First().location_name, "A");
  EXPECT_EQ(First().owner, "team-a");
  EXPECT_EQ(First().author, "Grace <Grace@example.com>");
  EXPECT_EQ(First().wanted_revision, "r5") << "the commit that changed it, not the newest of the branch";
  support::Edit(Location().serving, [](Version& serving) { serving.changed_in = {}; });
  EXPECT_EQ(First().author, "") << "whoever made the head need not have touched it";
  EXPECT_EQ(First().wanted_revision, "r9");
}

TEST_F(Pass, LocationShowsTheFailedVersionAsTheWantedOne) {
  state.locations["a"].failed = FailedVersion{"k", "r7", "", "bad", {}, 1, {}};
  EXPECT_EQ(First().wanted_revision, "r7");
  EXPECT_EQ(First().author, "Ada <Ada@example.com>") << "whose commit it was may be unknown";
  EXPECT_EQ(First().revision, "r1");
}

TEST_F(Pass, LocationWithNothingToRenderShowsItsRecord) {
  effective.locations.clear();
  const struct {
    DecisionKind decision;
    LocationPhase phase;
  } rows[] = {{D::kFollow, P::kRemoving},
              {D::kHold, P::kFailed},
              {D::kPinned, P::kPinned},
              {D::kPaused, P::kPaused},
              {D::kRemovalWaiting, P::kRemovalWaiting}};
  for (const auto& row : rows) {
    state.locations["a"].decision = row.decision;
    state.locations["a"].reason = "why";
    EXPECT_EQ(First().phase, row.phase);
    EXPECT_EQ(First().reason, "why");
    EXPECT_EQ(First().author, "Ada <Ada@example.com>") << "of the last good version";
  }
}

TEST_F(Pass, LocationsStandInPublishedOrderAndThenThoseThatHaveNothingToRun) {
  Add("z");
  Add("b");
  state.locations["c"].reason = "removed";
  state.locations["y"].reason = "removed";
  std::vector<std::string> names;
  for (const LocationStatus& location : Run().locations) names.push_back(location.name);
  EXPECT_EQ(names, (std::vector<std::string>{"a", "z", "b", "c", "y"}));
}

TEST_F(Pass, LocationWithoutARecordIsShownToo) {
  state.locations.clear();
  EXPECT_EQ(First().phase, P::kLoaded);
  EXPECT_EQ(First().revision, "") << "nothing of it is proven";
  EXPECT_EQ(First().wanted_revision, "r1");
  Location().serving.reset();
  EXPECT_EQ(First().location_name, "a") << "its own name, where no version says another";
  EXPECT_EQ(First().author, "");
}

}  // namespace
}  // namespace dagitops::conditions
