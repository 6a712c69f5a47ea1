#include "target/kubernetes/operations.h"

#include <gtest/gtest.h>

#include <latch>
#include <string>
#include <utility>
#include <vector>

#include "support/case_name.h"
#include "support/world.h"

namespace dagitops::kubernetes {
namespace {

using namespace std::chrono_literals;
using support::kNow;

Order Deploy(const std::string& content, const std::string& location = "sales") {
  Order order;
  order.location = location;
  order.content = content;
  return order;
}
Order Remove(const std::string& content = "1") {
  Order order = Deploy(content);
  order.kind = Order::Kind::kRemove;
  return order;
}

Error Failure(ErrorKind kind) { return {kind, "code", "subject", "it went wrong", ""}; }

std::string Text(const Order& order) {
  return (order.kind == Order::Kind::kRemove ? "remove " : "deploy ") + order.location + "@" + order.content;
}

// Jobs that nobody carries out, so that a test says when each ends and how.
class Operated : public testing::Test {
 protected:
  void End(Result<int> result, const std::string& location = "sales") {
    EXPECT_TRUE(operations.Finish({"release/" + location, std::move(result)}, now));
  }
  void Confirm(int version) { operations.Confirm({{"sales", version}}, now); }
  const Operation& Sales() { return operations.all().at("sales"); }
  // Deploys `content` until it fails with this.
  void Fail(const std::string& content, ErrorKind kind) {
    EXPECT_TRUE(operations.Submit(Deploy(content)));
    End(Failure(kind));
  }

  WallTime now = kNow;
  std::vector<std::string> prepared;
  Jobs jobs{0, [] {}};
  Jobs checks{0, [] {}};
  Operations operations{{jobs, checks},
                        [this](const Order& order) { prepared.push_back(Text(order)); },
                        [](const Order&) -> Result<int> { return 1; }};
};

using Texts = std::vector<std::string>;

TEST_F(Operated, StartsAtOnceWhatNobodyIsAt) {
  EXPECT_TRUE(operations.Submit(Deploy("1")));
  EXPECT_TRUE(operations.Submit(Deploy("1", "forecast")));
  EXPECT_TRUE(operations.Submit(Deploy("b", "")));
  EXPECT_EQ(prepared, (Texts{"deploy sales@1", "deploy forecast@1", "deploy @b"}));
  EXPECT_TRUE(jobs.Has("release/sales"));
  EXPECT_TRUE(jobs.Has("release/"));
  EXPECT_EQ(Sales().running->content, "1");
}

TEST_F(Operated, GivesWhatIsCheckedFirstToOtherThreads) {
  Order order = Deploy("1");
  order.checked_first = true;
  operations.Submit(order);
  EXPECT_FALSE(jobs.Has("release/sales")) << "it takes as long as its code does to load";
  EXPECT_TRUE(checks.Has("release/sales"));
}

TEST_F(Operated, LeavesAloneWhatRunsAlready) {
  operations.Submit(Deploy("1"));
  EXPECT_TRUE(operations.Submit(Deploy("1")));
  EXPECT_EQ(prepared.size(), 1U);
  EXPECT_FALSE(Sales().next);
}

TEST_F(Operated, KeepsOnlyTheNewestOfWhatWaits) {
  operations.Submit(Deploy("1"));
  operations.Submit(Deploy("2"));
  operations.Submit(Deploy("3"));
  EXPECT_EQ(Text(*Sales().next), "deploy sales@3");
  operations.Submit(Deploy("1"));
  EXPECT_FALSE(Sales().next) << "what runs is what is wanted again";
  operations.Submit(Remove("1"));
  EXPECT_EQ(Text(*Sales().next), "remove sales@1") << "to remove it is not to deploy it";
}

TEST_F(Operated, GoesOnWithWhatWaitsOnceTheFirstIsSeen) {
  operations.Submit(Deploy("1"));
  operations.Submit(Deploy("2"));
  End(7);
  EXPECT_EQ(prepared.size(), 1U) << "what it starts from is not known yet";
  Confirm(6);
  EXPECT_EQ(prepared.size(), 1U);
  Confirm(7);
  EXPECT_EQ(prepared, (Texts{"deploy sales@1", "deploy sales@2"}));
  EXPECT_FALSE(Sales().next);
}

TEST_F(Operated, GoesOnWithWhatWaitsAlsoAfterAFailure) {
  operations.Submit(Deploy("1"));
  operations.Submit(Deploy("2"));
  End(Failure(ErrorKind::kInvalid));
  Confirm(0);
  EXPECT_EQ(Sales().running->content, "2");
  EXPECT_FALSE(Sales().failed) << "nobody wants that one any more";
}

TEST_F(Operated, CountsAsRunningUntilItIsSeen) {
  operations.Submit(Deploy("1"));
  End(7);
  ASSERT_TRUE(Sales().done);
  EXPECT_EQ(Sales().done_version, 7);
  EXPECT_TRUE(operations.Submit(Deploy("1")));
  EXPECT_EQ(prepared.size(), 1U);
  operations.Submit(Deploy("2"));
  EXPECT_EQ(Sales().next->content, "2");
  now += 29s;
  Confirm(6);
  EXPECT_TRUE(Sales().done);
  now += 1s;
  Confirm(6);
  EXPECT_FALSE(Sales().done) << "it was changed again by somebody, or the local copy lags: what is seen counts";
}

TEST_F(Operated, IsSeenByALaterVersionToo) {
  operations.Submit(Deploy("1"));
  End(7);
  Confirm(9);
  EXPECT_FALSE(Sales().done);
}

TEST_F(Operated, ConfirmsARemovalByItsAbsence) {
  operations.Submit(Remove());
  End(0);
  Confirm(7);
  EXPECT_TRUE(Sales().done);
  Confirm(0);
  EXPECT_TRUE(Sales().done) << "its record is there";
  operations.Confirm({{"forecast", 3}}, now);
  EXPECT_FALSE(Sales().done);
}

TEST_F(Operated, ForgetsWhatIsOver) {
  operations.Submit(Deploy("1"));
  End(7);
  operations.Forget({}, now);
  EXPECT_NE(operations.Find("sales"), nullptr) << "not seen yet";
  Confirm(7);
  operations.Forget({}, now);
  EXPECT_EQ(operations.Find("sales"), nullptr);
}

TEST_F(Operated, GivesTheErrorOfWhatHasFailedBackAndTriesSomethingElse) {
  Fail("1", ErrorKind::kInvalid);
  const Status again = operations.Submit(Deploy("1"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error(), Failure(ErrorKind::kInvalid));
  EXPECT_EQ(prepared.size(), 1U);
  EXPECT_TRUE(operations.Submit(Deploy("2")));
  EXPECT_EQ(Sales().running->content, "2");
  EXPECT_FALSE(Sales().failed);
  EXPECT_FALSE(Sales().error);
}

TEST_F(Operated, ForgetsAFailureNobodyWantsAnyMore) {
  Fail("1", ErrorKind::kInvalid);
  operations.Forget({{"sales", "1"}}, now);
  EXPECT_FALSE(operations.Submit(Deploy("1")));
  operations.Forget({{"sales", "0"}}, now);
  EXPECT_FALSE(Sales().failed);
  EXPECT_TRUE(operations.Submit(Deploy("1"))) << "wanted anew, tried anew";
}

TEST_F(Operated, KeepsTheFailureOfARemovalUntilItsTime) {
  operations.Submit(Remove());
  End(Failure(ErrorKind::kRetry));
  operations.Forget({}, now);
  EXPECT_TRUE(Sales().failed) << "nobody wants a location that is to be removed";
  operations.Forget({}, now + 1s);
  EXPECT_FALSE(Sales().failed);
}

struct RetryCase {
  const char* name;
  ErrorKind kind;
  int failures;
  Duration wait;
};
class RetryTime : public Operated, public testing::WithParamInterface<RetryCase> {};

TEST_P(RetryTime, DependsOnTheKindAndOnHowOften) {
  for (int i = 0; i < GetParam().failures; ++i) {
    Fail("1", GetParam().kind);
    if (i + 1 < GetParam().failures) operations.Forget({{"sales", "1"}}, Sales().retry_at);
  }
  EXPECT_EQ(operations.LookAgain(now), GetParam().wait);
  const std::map<std::string, std::string> wanted{{"sales", "1"}};
  operations.Forget(wanted, now + GetParam().wait - 1ms);
  EXPECT_TRUE(Sales().failed);
  operations.Forget(wanted, now + GetParam().wait);
  EXPECT_FALSE(Sales().failed);
  EXPECT_EQ(operations.LookAgain(now), std::nullopt);
  EXPECT_TRUE(operations.Submit(Deploy("1")));
}

INSTANTIATE_TEST_SUITE_P(All, RetryTime,
                         testing::Values(RetryCase{"First", ErrorKind::kRetry, 1, 1s},
                                         RetryCase{"Second", ErrorKind::kRetry, 2, 2s},
                                         RetryCase{"Sixth", ErrorKind::kRetry, 6, 32s},
                                         RetryCase{"Seventh", ErrorKind::kRetry, 7, 60s},
                                         RetryCase{"Hundredth", ErrorKind::kRetry, 100, 60s},
                                         RetryCase{"Stalled", ErrorKind::kStalled, 1, 1s},
                                         RetryCase{"Internal", ErrorKind::kInternal, 3, 4s},
                                         RetryCase{"Invalid", ErrorKind::kInvalid, 1, 2min},
                                         RetryCase{"InvalidAgain", ErrorKind::kInvalid, 5, 2min}),
                         support::CaseName{});

TEST_F(Operated, CountsFromOneAgainAfterASuccess) {
  for (int i = 0; i < 5; ++i) {
    Fail("1", ErrorKind::kRetry);
    operations.Forget({{"sales", "1"}}, Sales().retry_at);
  }
  operations.Submit(Deploy("1"));
  End(3);
  Confirm(3);
  Fail("2", ErrorKind::kRetry);
  EXPECT_EQ(operations.LookAgain(now), 1s);
}

TEST_F(Operated, LooksAgainAtTheFirstOfTheirTimes) {
  operations.Submit(Deploy("1", "forecast"));
  End(Failure(ErrorKind::kInvalid), "forecast");
  Fail("1", ErrorKind::kRetry);
  EXPECT_EQ(operations.LookAgain(now), 1s);
}

TEST_F(Operated, TakesOnlyJobsOfItsOwn) {
  EXPECT_FALSE(operations.Finish({"pod/web-1", 0}, now));
  EXPECT_TRUE(operations.all().empty());
}

TEST_F(Operated, CarriesItsOrderToTheJob) {
  std::vector<std::string> executed;
  std::latch ended(1);
  Jobs working(1, [&] { ended.count_down(); });
  Operations busy(
      {working, working}, [](const Order&) {},
      [&](const Order& order) -> Result<int> {
        executed.push_back(Text(order));
        return 4;
      });
  busy.Submit(Deploy("1"));
  ended.wait();
  const std::vector<Jobs::Finished> finished = working.Take();
  ASSERT_EQ(finished.size(), 1U);
  EXPECT_EQ(executed, Texts{"deploy sales@1"});
  EXPECT_TRUE(busy.Finish(finished[0], now));
  EXPECT_EQ(busy.Find("sales")->done_version, 4);
}

}  // namespace
}  // namespace dagitops::kubernetes
