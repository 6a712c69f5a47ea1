#include "dagitops/server/status_routes.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace dagitops::server {
namespace {

constexpr SteadyTime kStart{1'000'000};
constexpr SteadyTime kLater = kStart + kStuckAfter + Duration(1);

reconcile::PassRecord Good(SteadyTime turned = kStart) { return {turned, ""}; }

TEST(Healthz, IsGoodWhilePassesBegin) {
  EXPECT_EQ(Healthz({}, kLater).status, 200);
  EXPECT_EQ(Healthz({{"production", Good()}}, kStart + kStuckAfter).status, 200);
  EXPECT_EQ(Healthz({{"production", Good()}}, kStart).body, "ok\n");
}

TEST(Healthz, NamesTheLoopThatStandsStill) {
  const Response response = Healthz({{"production", Good()}, {"staging", Good(kLater)}}, kLater);
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body, "production: no pass has begun for 5m\n");
}

TEST(Healthz, IsAboutTheLoopAndNotAboutTheWorld) {
  EXPECT_EQ(Healthz({{"production", {kStart, "the cluster is gone"}}}, kStart).status, 200);
}

TEST(Readyz, IsGoodOnceEveryTargetWasObserved) {
  EXPECT_EQ(Readyz({{"production", Good()}, {"staging", Good()}}).status, 200);
}

TEST(Readyz, TellsWhatEachIsWaitingFor) {
  const Response response =
      Readyz({{"a", {kStart, "no pass has ended yet"}}, {"b", Good()}, {"c", {kStart, "nobody listens"}}});
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body, "a: no pass has ended yet\nc: nobody listens\n");
}

TEST(StatusRoutes, AreThreeThatTakeNoBody) {
  const support::FakeClock clock;
  const Records stuck{{"production", {clock.Steady() - kStuckAfter - Duration(1), "why"}}};
  const auto routes = StatusRoutes({[&] { return stuck; }, [] { return std::string("x 1\n"); }, clock});
  ASSERT_EQ(routes.size(), 3U);
  const std::vector<std::string> paths{"/healthz", "/readyz", "/metrics"};
  const std::vector<int> statuses{503, 503, 200};
  for (std::size_t i = 0; i < routes.size(); ++i) {
    EXPECT_EQ(routes[i].method, "GET");
    EXPECT_EQ(routes[i].path, paths[i]);
    EXPECT_EQ(routes[i].max_body, 0U);
    EXPECT_EQ(routes[i].handle({}).status, statuses[i]);
  }
  EXPECT_EQ(routes[2].handle({}).body, "x 1\n");
  EXPECT_EQ(routes[2].handle({}).content_type, "text/plain; version=0.0.4; charset=utf-8");
}

}  // namespace
}  // namespace dagitops::server
