#include "reconcile/waiting.h"

#include <gtest/gtest.h>

#include <string>

#include "support/world.h"

namespace dagitops::reconcile {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct PauseCase {
  std::string name;
  Duration waited;
  Duration pause;
};

class AskPauses : public testing::TestWithParam<PauseCase> {};

TEST_P(AskPauses, GrowWithTheWaiting) { EXPECT_EQ(AskPause(GetParam().waited), GetParam().pause); }

INSTANTIATE_TEST_SUITE_P(
    All, AskPauses,
    testing::Values(PauseCase{"AtOnce", seconds(0), milliseconds(200)},
                    PauseCase{"JustUnderTenSeconds", milliseconds(9'999), milliseconds(200)},
                    PauseCase{"TenSeconds", seconds(10), seconds(1)}, PauseCase{"HalfAMinute", seconds(30), seconds(2)},
                    PauseCase{"OneMinute", seconds(60), seconds(5)}, PauseCase{"TwoMinutes", seconds(120), seconds(10)},
                    PauseCase{"ADay", hours(24), seconds(10)}, PauseCase{"ClockSetBack", seconds(-1), seconds(10)}),
    [](const auto& row) { return row.param.name; });

TEST(Waiting, IsEagerAgainForWhatIsNew) {
  const WallTime start = support::kNow;
  Waiting waiting;
  EXPECT_FALSE(waiting.any());
  waiting.Note({"a"}, start);
  EXPECT_TRUE(waiting.any());
  EXPECT_EQ(waiting.Pause(start), milliseconds(200));
  waiting.Note({"a"}, start + hours(1));
  EXPECT_EQ(waiting.Pause(start + hours(1)), seconds(10)) << "the same as before";
  waiting.Note({"a", "b"}, start + hours(2));
  EXPECT_EQ(waiting.Pause(start + hours(2)), milliseconds(200));
  waiting.Note({"b"}, start + hours(3));
  EXPECT_EQ(waiting.Pause(start + hours(3)), seconds(10)) << "one less is nothing new";
  waiting.Note({}, start + hours(4));
  EXPECT_FALSE(waiting.any());
  waiting.Note({"b"}, start + hours(5));
  EXPECT_EQ(waiting.Pause(start + hours(5)), milliseconds(200));
}

class UnconfirmedServers : public testing::Test {
 protected:
  UnconfirmedServers() {
    desired.locations = {support::MakeDesired("a", {"1"})};
    observed.servers = {support::Published(support::MakeObserved("a", "1"))};
    observed.webservers = {{"http://one", "", {}, {}, 0}, {"http://two", "", {}, {}, 0}};
    for (ObservedWebserver& webserver : observed.webservers) {
      webserver.locations["a"] = {observed.servers[0].server_id, "", {}};
    }
  }
  std::size_t Count() const { return Unconfirmed(desired, observed).size(); }

  Desired desired;
  Observed observed;
};

TEST_F(UnconfirmedServers, NoneWhereAllAreListed) { EXPECT_EQ(Count(), 0U); }

TEST_F(UnconfirmedServers, AreThoseThatAWebserverDoesNotList) {
  observed.webservers[1].locations.clear();
  EXPECT_EQ(Count(), 1U);
  observed.webservers[0].locations["a"].server_id = "older";
  EXPECT_EQ(Count(), 2U);
}

TEST_F(UnconfirmedServers, AreNotThoseThatAreNotReadyOrNotPublished) {
  observed.webservers[1].locations.clear();
  observed.servers[0].published = false;
  EXPECT_EQ(Count(), 0U);
  observed.servers[0].published = true;
  observed.servers[0].state = ServerState::kBroken;
  EXPECT_EQ(Count(), 0U);
}

TEST_F(UnconfirmedServers, AnExternalServerIsConfirmedByBeingListed) {
  observed.servers[0].external = true;
  observed.servers[0].server_id.clear();
  EXPECT_EQ(Count(), 0U) << "its id is not known";
  observed.webservers[0].locations.clear();
  EXPECT_EQ(Count(), 1U);
}

TEST_F(UnconfirmedServers, AWebserverThatIsDownIsWaitedForEvenWithoutAServer) {
  desired.locations.clear();
  observed.webservers[0].error = "refused";
  EXPECT_EQ(Count(), 1U);
}

TEST_F(UnconfirmedServers, ARestartedServerIsAnotherOne) {
  observed.webservers[1].locations.clear();
  const auto before = Unconfirmed(desired, observed);
  observed.servers[0].server_id = "restarted";
  observed.webservers[0].locations["a"].server_id = "restarted";
  EXPECT_NE(Unconfirmed(desired, observed), before);
}

}  // namespace
}  // namespace dagitops::reconcile
