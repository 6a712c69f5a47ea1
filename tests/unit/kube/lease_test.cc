#include "dagitops/kube/lease.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/fake_lease_server.h"

namespace dagitops::kube {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

TEST(DecideLease, ByWhatIsSeen) {
  const struct {
    const char* name;
    LeaseSight sight;
    LeaseMove move;
  } rows[] = {
      {"there is none", {false, "", {}, {}}, LeaseMove::kCreate},
      {"it is ours", {true, "me", seconds(15), seconds(0)}, LeaseMove::kRenew},
      {"it is ours and old", {true, "me", seconds(15), seconds(99)}, LeaseMove::kRenew},
      {"given away", {true, "", seconds(1), seconds(0)}, LeaseMove::kTake},
      {"another's", {true, "you", seconds(15), seconds(0)}, LeaseMove::kWait},
      {"another's for nearly its time", {true, "you", seconds(15), Duration(14'999)}, LeaseMove::kWait},
      {"another's that stood still for its time", {true, "you", seconds(15), seconds(15)}, LeaseMove::kTake},
      {"as long as its holder said", {true, "you", seconds(60), seconds(15)}, LeaseMove::kWait},
      {"without any time", {true, "you", seconds(0), seconds(0)}, LeaseMove::kTake},
  };
  for (const auto& row : rows) EXPECT_EQ(DecideLease(row.sight, "me"), row.move) << row.name;
}

constexpr char kPath[] = "/apis/coordination.k8s.io/v1/namespaces/dagster/leases/dagitops-production";

class Leases : public testing::Test {
 protected:
  Lease Make(const std::string& identity) {
    return {{"dagster", "dagitops-production", identity, {}},
            {server, clock,
             [this, identity](bool ours) { told.push_back(identity + (ours ? " has it" : " has it not")); }}};
  }
  // Both look and renew whenever they want to, for so long; in every moment at most one may act.
  void Let(Lease& a, Lease& b, Duration time) {
    const WallTime end = clock.now + time;
    WallTime next_a = clock.now;
    WallTime next_b = clock.now;
    for (; clock.now < end; clock.Advance(Duration(50))) {
      if (a_lives && clock.now >= next_a) next_a = clock.now + a.Step();
      if (clock.now >= next_b) next_b = clock.now + b.Step();
      ASSERT_FALSE(a.Ours() && b.Ours());
      ASSERT_FALSE(a.Left() > Duration(0) && b.Ours()) << "what one began may go on";
    }
  }

  support::FakeClock clock;
  support::FakeLeaseServer server;
  std::vector<std::string> told;
  bool a_lives = true;
};

TEST_F(Leases, TheFirstOneHasItAndTheOtherTellsWho) {
  Lease a = Make("pod-a");
  Lease b = Make("pod-b");
  EXPECT_FALSE(a.Ours());
  EXPECT_THAT(a.Why(), HasSubstr("was not looked at yet"));
  Let(a, b, std::chrono::minutes(2));
  EXPECT_TRUE(a.Ours());
  EXPECT_FALSE(b.Ours());
  EXPECT_EQ(b.Why(), "the lease dagitops-production is held by pod-a");
  EXPECT_EQ(server.spec(kPath).at("holderIdentity"), "pod-a");
  EXPECT_EQ(server.spec(kPath).at("leaseDurationSeconds"), 15);
  EXPECT_EQ(server.spec(kPath).at("leaseTransitions"), 0);
  EXPECT_THAT(std::string(server.spec(kPath).at("renewTime").as_string()),
              testing::MatchesRegex("[0-9-]+T[0-9:]+\\.[0-9]{6}Z"));
}

TEST_F(Leases, ARenewalCostsOneCall) {
  Lease a = Make("pod-a");
  a.Step();
  const int before = server.calls;
  for (int i = 0; i < 10; ++i) {
    clock.Advance(seconds(2));
    EXPECT_EQ(a.Step(), seconds(2));
  }
  EXPECT_EQ(server.calls - before, 10);
  EXPECT_EQ(told, std::vector<std::string>({"pod-a has it not", "pod-a has it"}));
}

TEST_F(Leases, AKilledHolderIsFollowedOnceItsTimeIsUp) {
  Lease a = Make("pod-a");
  Lease b = Make("pod-b");
  Let(a, b, seconds(20));
  a_lives = false;
  Let(a, b, seconds(12));
  EXPECT_FALSE(b.Ours()) << "not yet";
  Let(a, b, seconds(8));
  EXPECT_TRUE(b.Ours());
  EXPECT_EQ(server.spec(kPath).at("leaseTransitions"), 1);
}

TEST_F(Leases, AHolderThatComesBackSeesThatItIsAnothers) {
  Lease a = Make("pod-a");
  Lease b = Make("pod-b");
  Let(a, b, seconds(10));
  a_lives = false;
  Let(a, b, seconds(30));
  ASSERT_TRUE(b.Ours());
  a_lives = true;
  Let(a, b, seconds(30));
  EXPECT_TRUE(b.Ours());
  EXPECT_EQ(a.Why(), "the lease dagitops-production is held by pod-b");
}

TEST_F(Leases, AHolderThatCannotRenewStopsBeforeAnybodyElseMayBegin) {
  Lease a = Make("pod-a");
  a.Step();
  told.clear();
  server.down = true;
  clock.Advance(Duration(9'900));
  a.Step();
  EXPECT_TRUE(a.Ours());
  EXPECT_LE(server.last_deadline, Duration(100)) << "a call that hangs does not keep it";
  EXPECT_TRUE(told.empty());
  clock.Advance(Duration(100));
  EXPECT_FALSE(a.Ours());
  EXPECT_EQ(a.Left(), seconds(5)) << "what was begun may end";
  a.Step();
  EXPECT_EQ(told.back(), "pod-a has it not");
  clock.Advance(seconds(5));
  EXPECT_EQ(a.Left(), Duration(0));
  server.down = false;
  a.Step();
  EXPECT_TRUE(a.Ours());
}

TEST_F(Leases, CountsFromWhenARenewalWasSent) {
  Lease a = Make("pod-a");
  a.Step();
  server.on_call = [&] { clock.Advance(seconds(4)); };
  a.Step();
  EXPECT_EQ(a.Left(), seconds(11)) << "whoever saw it may count from then on";
}

TEST_F(Leases, WhoseAnswerIsLostHasItNoLongerThanFromTheLastOneThatCame) {
  Lease a = Make("pod-a");
  Lease b = Make("pod-b");
  Let(a, b, seconds(10));
  server.loses_answers = true;
  Let(a, b, seconds(30));
  server.loses_answers = false;
  Let(a, b, seconds(60));
  EXPECT_TRUE(a.Ours() || b.Ours());
}

TEST_F(Leases, TwoThatSeeItFreeAtTheSameTime) {
  Lease a = Make("pod-a");
  Lease b = Make("pod-b");
  server.down = true;
  Let(a, b, seconds(3));
  server.down = false;
  Let(a, b, seconds(10));
  EXPECT_NE(a.Ours(), b.Ours());
}

TEST_F(Leases, IsGivenAwayAtTheEnd) {
  Lease b = Make("pod-b");
  {
    Lease a = Make("pod-a");
    a.Step();
  }
  EXPECT_EQ(server.spec(kPath).at("holderIdentity"), "");
  b.Step();
  EXPECT_TRUE(b.Ours()) << "at once";
  EXPECT_EQ(server.spec(kPath).at("leaseTransitions"), 1) << "from one holder to the next";
}

TEST_F(Leases, WhoHasItNotGivesNothingAway) {
  Lease a = Make("pod-a");
  a.Step();
  {
    Lease b = Make("pod-b");
    b.Step();
  }
  EXPECT_EQ(server.spec(kPath).at("holderIdentity"), "pod-a");
}

TEST_F(Leases, IsTakenAgainByTheSameName) {
  {
    Lease a = Make("pod-a");
    a.Step();
    server.down = true;  // as if it was killed
  }
  server.down = false;
  Lease again = Make("pod-a");
  again.Step();
  EXPECT_TRUE(again.Ours()) << "a container that was started anew in its pod";
}

TEST_F(Leases, ANewerOneThatNobodyUnderstandsIsNotTaken) {
  server.leases[kPath] = boost::json::parse(R"({"metadata": {"resourceVersion": "1"}, "spec": {
    "holderIdentity": "other", "leaseDurationSeconds": 3600, "renewTime": "x", "more": 1}})")
                             .as_object();
  Lease a = Make("pod-a");
  for (int i = 0; i < 100; ++i) {
    clock.Advance(seconds(2));
    a.Step();
  }
  EXPECT_FALSE(a.Ours());
}

class Gate final : public Fence {
 public:
  bool Ours() const override { return open; }
  Duration Left() const override { return left; }
  std::string Why() const override { return "it is another's"; }
  bool open = true;
  Duration left = seconds(7);
};

TEST(FencedApiClient, WritesOnlyWhileItMay) {
  Gate gate;
  support::FakeLeaseServer server;
  FencedApiClient api(server, gate);
  const ApiWrite write{ApiWrite::Kind::kCreate, "/x", R"({"metadata": {"name": "a"}})", false, false};
  EXPECT_TRUE(api.Write(write, seconds(30)));
  EXPECT_EQ(server.last_deadline, seconds(7)) << "no longer than the fence is open";
  gate.open = false;
  const auto refused = api.Write(write, seconds(30));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "lease-lost");
  EXPECT_EQ(refused.error().kind, ErrorKind::kRetry);
  EXPECT_THAT(refused.error().Text(), HasSubstr("it is another's"));
  EXPECT_FALSE(api.Delete({"/x/a", "", ""}, seconds(1)));
  EXPECT_EQ(server.leases.size(), 1U);
  EXPECT_TRUE(api.Get("/x/a", seconds(1)));
}

TEST(FencedCommandRunner, BeginsNothingWhileItMayNot) {
  Gate gate;
  support::FakeCommandRunner commands;
  FencedCommandRunner fenced(commands, gate);
  Command command;
  command.arguments = {"helm", "upgrade"};
  EXPECT_TRUE(fenced.Run(command));
  gate.open = false;
  const auto refused = fenced.Run(command);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "lease-lost");
  EXPECT_EQ(refused.error().kind, ErrorKind::kRetry);
  EXPECT_EQ(commands.commands.size(), 1U);
}

}  // namespace
}  // namespace dagitops::kube
