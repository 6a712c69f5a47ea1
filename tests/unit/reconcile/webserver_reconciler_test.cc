#include "dagitops/reconcile/webserver_reconciler.h"

#include <gtest/gtest.h>

#include <functional>

#include "support/fake_clock.h"

namespace dagitops::reconcile {
namespace {

constexpr char kUrl[] = "http://127.0.0.1:3000";
constexpr Duration kFresh = std::chrono::seconds(20);

// A webserver that lists `listed`; what happens while it reloads is the test's to say.
struct Gateway final : DagsterGateway {
  ObservedWebserver Locations(const std::string& url, Duration) override {
    ++asked;
    ObservedWebserver webserver;
    webserver.url = url;
    webserver.locations = listed;
    return webserver;
  }
  Status ReloadWorkspace(const std::string&, Duration) override {
    ++reloads;
    if (while_reloading) while_reloading();
    if (denied) return *denied;
    return Ok();
  }
  Status ReloadLocation(const std::string&, const std::string&, Duration) override { return Ok(); }
  Result<DagsterInstance> Instance(const std::string&, Duration) override { return DagsterInstance{}; }
  Result<RunsInside> Runs(const std::string&, Duration) override {
    if (!runs) return Error{ErrorKind::kRetry, "webserver-error", kUrl, "down", ""};
    return *runs;
  }

  std::map<std::string, LoadedLocation> listed;
  std::optional<RunsInside> runs;
  std::function<void()> while_reloading;
  std::optional<Error> denied;
  int asked = 0;
  int reloads = 0;
};

class Webservers : public testing::Test {
 protected:
  // What a pass sees.
  ObservedWebserver See() { return webservers.Observe({{kUrl}}, kFresh).at(0); }
  ObservedWebserver SeeAnswered() {
    See();
    webservers.Reconcile();
    return See();
  }

  Gateway gateway;
  support::FakeClock clock;
  int worker = 0;
  int environment = 0;
  WebserverReconciler webservers{gateway, clock, {[this] { ++worker; }, [this] { ++environment; }}};
};

TEST_F(Webservers, ArePassedByUntilTheyHaveAnswered) {
  EXPECT_NE(See().error, "") << "nothing is known yet";
  EXPECT_EQ(gateway.asked, 0) << "a pass asks nobody itself";
  EXPECT_EQ(worker, 1);
  webservers.Reconcile();
  EXPECT_EQ(environment, 1);
  EXPECT_EQ(See().error, "");
}

TEST_F(Webservers, AreNotAskedForRunsUnlessToldTo) {
  gateway.runs = RunsInside{true, {{"a", 1}}};
  EXPECT_EQ(SeeAnswered().runs, std::nullopt);
}

TEST_F(Webservers, KeepWhatTheyLastSaidOfRunsAndWhen) {
  WebserverReconciler asks{gateway, clock, {[] {}, [] {}}, WebserverReconciler::Runs::kAsked};
  const auto see = [&] {
    asks.Observe({{kUrl}}, Duration(0));
    asks.Reconcile();
    return asks.Observe({{kUrl}}, kFresh).at(0);
  };
  gateway.runs = RunsInside{true, {{"a", 1}}};
  const WallTime asked = clock.now;
  EXPECT_EQ(see().runs, gateway.runs);
  clock.now += kFresh;
  gateway.runs.reset();
  const ObservedWebserver silent = see();
  EXPECT_EQ(silent.runs, (RunsInside{true, {{"a", 1}}}));
  EXPECT_EQ(silent.runs_at, asked) << "as old as the question";
  gateway.runs = RunsInside{};
  EXPECT_EQ(see().runs_at, std::nullopt) << "another launcher since";
}

TEST_F(Webservers, AreAskedAgainOnceTheAnswerIsOld) {
  SeeAnswered();
  clock.now += kFresh - Duration(1);
  SeeAnswered();
  EXPECT_EQ(gateway.asked, 1);
  clock.now += Duration(1);
  SeeAnswered();
  EXPECT_EQ(gateway.asked, 2);
}

TEST_F(Webservers, WakeNobodyWithAnAnswerThatSaysNothingNew) {
  SeeAnswered();
  clock.now += kFresh;
  SeeAnswered();
  EXPECT_EQ(environment, 1);
  gateway.listed["a"] = {"id", "", {}};
  clock.now += kFresh;
  SeeAnswered();
  EXPECT_EQ(environment, 2);
}

TEST_F(Webservers, ReloadWithoutAnybodyWaiting) {
  SeeAnswered();
  gateway.while_reloading = [&] { EXPECT_TRUE(See().reloading) << "a pass in the middle of it"; };
  webservers.Reload(kUrl, "");
  EXPECT_EQ(gateway.reloads, 0);
  EXPECT_TRUE(See().reloading);
  EXPECT_FALSE(See().reloaded) << "it has not answered";
  const WallTime begun = clock.now;
  gateway.listed["a"] = {"id", "", {}};
  webservers.Reconcile();
  const ObservedWebserver after = See();
  EXPECT_FALSE(after.reloading);
  EXPECT_EQ(after.reloaded, begun);
  EXPECT_EQ(after.reloads, 1);
  EXPECT_TRUE(after.locations.contains("a")) << "what it brought is known at once";
}

TEST_F(Webservers, ReloadCountsForNothingThatWasPublishedMeanwhile) {
  SeeAnswered();
  webservers.Reload(kUrl, "");
  gateway.while_reloading = [&] { webservers.Published(); };
  webservers.Reconcile();
  EXPECT_FALSE(See().reloaded) << "it may have read the file of before";
  gateway.while_reloading = nullptr;
  webservers.Reload(kUrl, "");
  webservers.Reconcile();
  EXPECT_TRUE(See().reloaded);
}

TEST_F(Webservers, ReloadThatIsAskedForDuringAnotherOneFollowsIt) {
  SeeAnswered();
  webservers.Reload(kUrl, "");
  gateway.while_reloading = [&] {
    gateway.while_reloading = nullptr;
    webservers.Published();
    webservers.Reload(kUrl, "");
  };
  webservers.Reconcile();
  EXPECT_EQ(gateway.reloads, 2);
  EXPECT_FALSE(See().reloading);
  EXPECT_TRUE(See().reloaded);
}

TEST_F(Webservers, FailedReloadIsToldUntilOneIsCarriedOut) {
  SeeAnswered();
  gateway.denied = Error{ErrorKind::kStalled, "webserver-forbidden", kUrl, "it is read-only", ""};
  webservers.Reload(kUrl, "");
  webservers.Reconcile();
  EXPECT_TRUE(See().reload_failed);
  ASSERT_EQ(webservers.Failures().size(), 1U);
  EXPECT_EQ(webservers.Failures()[0].code, "webserver-forbidden");
  gateway.denied.reset();
  webservers.Reload(kUrl, "");
  webservers.Reconcile();
  EXPECT_FALSE(See().reload_failed);
  EXPECT_TRUE(webservers.Failures().empty());
}

TEST_F(Webservers, ErrorIsDatedFromWhenItWasFirstSeenSincePublishing) {
  gateway.listed["a"] = {"", "broken", {}};
  const WallTime first = clock.now;
  SeeAnswered();
  clock.now += kFresh;
  EXPECT_EQ(SeeAnswered().locations.at("a").error_since, first);
  webservers.Published();
  EXPECT_EQ(SeeAnswered().locations.at("a").error_since, clock.now);
}

TEST_F(Webservers, ThatAreGoneAreForgotten) {
  SeeAnswered();
  EXPECT_TRUE(webservers.Observe({}, kFresh).empty());
  EXPECT_NE(See().error, "") << "a new one of that address is not the old one";
}

}  // namespace
}  // namespace dagitops::reconcile
