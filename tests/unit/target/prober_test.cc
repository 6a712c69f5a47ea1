#include "target/local_process/prober.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_code_server_client.h"

namespace dagitops::local_process {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using Kind = ServerAnswer::Kind;

class ProberTest : public testing::Test {
 protected:
  const ServerAnswer& AskInNewRound(const std::string& socket) {
    prober.Begin({socket});
    return prober.Ask(socket);
  }

  support::FakeClock clock;
  support::FakeCodeServerClient client{clock};
  Prober prober{client, clock};
};

TEST_F(ProberTest, DoesNotAskAServerWithoutASocket) {
  client.servers["/a"].id = "1";
  prober.Begin({});
  EXPECT_EQ(prober.Ask("/a").kind, Kind::kNotYet);
  EXPECT_THAT(client.calls, IsEmpty());
}

TEST_F(ProberTest, TellsTheIdOfAServerWhoseDefinitionsLoad) {
  client.servers["/a"].id = "1";
  const ServerAnswer& answer = AskInNewRound("/a");
  EXPECT_EQ(answer.kind, Kind::kLoaded);
  EXPECT_EQ(answer.server_id, "1");
  EXPECT_THAT(client.calls, ElementsAre("Serving /a", "Definitions /a", "ServerId /a"));
}

TEST_F(ProberTest, TellsTheErrorOfOneWhoseDefinitionsDoNot) {
  client.servers["/a"].error = "ImportError";
  const ServerAnswer& answer = AskInNewRound("/a");
  EXPECT_EQ(answer.kind, Kind::kNotLoaded);
  EXPECT_EQ(answer.error, "ImportError");
  EXPECT_EQ(answer.server_id, "");
}

TEST_F(ProberTest, WaitsForOneThatRefusesOrIsNotServing) {
  EXPECT_EQ(AskInNewRound("/a").kind, Kind::kNotYet);
  client.servers["/a"].serving = false;
  EXPECT_EQ(AskInNewRound("/a").kind, Kind::kNotYet);
  client.servers["/a"].serving = true;
  EXPECT_EQ(AskInNewRound("/a").kind, Kind::kLoaded);
}

TEST_F(ProberTest, AsksOneThatDoesNotLoadAgainAfterTenSeconds) {
  client.servers["/a"].error = "no database";
  AskInNewRound("/a");
  client.servers["/a"].error.clear();
  clock.Advance(seconds(9));
  EXPECT_EQ(AskInNewRound("/a").kind, Kind::kNotLoaded);
  clock.Advance(seconds(1));
  EXPECT_EQ(AskInNewRound("/a").kind, Kind::kLoaded);
}

TEST_F(ProberTest, NeverSpendsMuchMoreThanTwoSecondsOnARound) {
  std::set<std::string> sockets;
  for (int i = 0; i < 50; ++i) sockets.insert("/" + std::to_string(i));
  for (const std::string& socket : sockets) client.servers[socket].hangs = true;
  const SteadyTime before = clock.Steady();
  prober.Begin(sockets);
  for (const std::string& socket : sockets) prober.Ask(socket);
  EXPECT_LE(clock.Steady() - before, milliseconds(2300));
  EXPECT_GE(clock.Steady() - before, milliseconds(2000));
}

TEST_F(ProberTest, GivesEveryServerItsTurnInTheEnd) {
  std::vector<std::string> sockets;
  for (int i = 0; i < 20; ++i) sockets.push_back("/" + std::to_string(i));
  for (const std::string& socket : sockets) client.servers[socket].hangs = true;
  for (int round = 0; round < 3; ++round) {
    prober.Begin({sockets.begin(), sockets.end()});
    prober.Sort(sockets);
    for (const std::string& socket : sockets) prober.Ask(socket);
  }
  std::set<std::string> asked(client.calls.begin(), client.calls.end());
  EXPECT_EQ(asked.size(), 20u);
}

TEST_F(ProberTest, GivesSlowDefinitionsMoreTimeAtEachTry) {
  client.servers["/a"].definitions_take = milliseconds(2500);
  EXPECT_EQ(AskInNewRound("/a").kind, Kind::kNotYet) << "0.3 s";
  EXPECT_EQ(AskInNewRound("/a").kind, Kind::kNotYet) << "1 s";
  EXPECT_EQ(AskInNewRound("/a").kind, Kind::kLoaded) << "3 s";
}

TEST_F(ProberTest, NeverWaitsLongerThanThreeSeconds) {
  client.servers["/a"].definitions_take = seconds(100);
  for (int round = 0; round < 10; ++round) {
    const SteadyTime before = clock.Steady();
    EXPECT_EQ(AskInNewRound("/a").kind, Kind::kNotYet);
    EXPECT_LE(clock.Steady() - before, seconds(3));
  }
}

TEST_F(ProberTest, GivesMoreTimeToOneServerOnlyInARound) {
  for (const char* socket : {"/a", "/b", "/c"}) client.servers[socket].definitions_take = milliseconds(900);
  prober.Begin({"/a", "/b", "/c"});
  for (const char* socket : {"/a", "/b", "/c"}) prober.Ask(socket);
  prober.Begin({"/a", "/b", "/c"});
  EXPECT_EQ(prober.Ask("/a").kind, Kind::kLoaded);
  EXPECT_EQ(prober.Ask("/b").kind, Kind::kNotYet);
  std::vector<std::string> order{"/a", "/b", "/c"};
  prober.Sort(order);
  EXPECT_EQ(order.back(), "/a") << "the others come first in the next round";
}

TEST_F(ProberTest, AsksForRunsEveryTwoSeconds) {
  client.servers["/a"].runs = {"r1", "r2"};
  EXPECT_EQ(prober.LastRuns("/a"), -1);
  prober.Begin({"/a"});
  prober.CountRuns("/a");
  EXPECT_EQ(prober.LastRuns("/a"), 2);
  client.servers["/a"].runs.clear();
  prober.Begin({"/a"});
  prober.CountRuns("/a");
  EXPECT_EQ(prober.LastRuns("/a"), 2) << "not asked again yet";
  clock.Advance(seconds(2));
  prober.Begin({"/a"});
  prober.CountRuns("/a");
  EXPECT_EQ(prober.LastRuns("/a"), 0);
}

TEST_F(ProberTest, DoesNotKnowTheRunsOfAServerThatDoesNotTell) {
  client.servers["/a"].runs_fail = true;
  prober.Begin({"/a"});
  prober.CountRuns("/a");
  EXPECT_EQ(prober.LastRuns("/a"), -1);
  EXPECT_FALSE(prober.Runs("/a"));
}

TEST_F(ProberTest, ForgetsAServerThatIsAnotherOneNow) {
  client.servers["/a"].error = "x";
  AskInNewRound("/a");
  clock.Advance(seconds(5));
  EXPECT_EQ(prober.Waited("/a"), seconds(5));
  prober.Forget("/a");
  EXPECT_EQ(prober.Waited("/a"), seconds(0));
  EXPECT_EQ(prober.Last("/a").kind, Kind::kNotYet);
  client.servers["/a"].error.clear();
  EXPECT_EQ(AskInNewRound("/a").kind, Kind::kLoaded);
}

}  // namespace
}  // namespace dagitops::local_process
