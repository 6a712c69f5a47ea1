#include "dagitops/plan/make_plan.h"

#include <gtest/gtest.h>

#include "dagitops/plan/published.h"

#include "support/case_name.h"
#include "support/world.h"

namespace dagitops::plan {
namespace {

using support::ItemsOf;
using support::MakeDesired;
using support::MakeObserved;
using support::Published;
using support::Retired;

constexpr char kUrl[] = "http://127.0.0.1:3000";

// The text does not matter to planning, only whether it is the published one.
std::string TextOf(const std::vector<WorkspaceEntry>& entries) {
  std::string text = "load_from:\n";
  for (const WorkspaceEntry& entry : entries) text += entry.location_name + " " + entry.socket + "\n";
  return text;
}

Plan PlanFor(const Desired& desired, const Observed& observed) {
  WantedWorkspace workspace;
  workspace.entries = SelectPublished(desired, observed);
  workspace.text = TextOf(workspace.entries);
  return MakePlan(desired, observed, workspace, {});
}

// One location "a" that runs content 1, published and loaded by one webserver.
struct Settled {
  Desired desired;
  Observed observed;

  Settled() {
    desired.environment = "production";
    desired.locations = {MakeDesired("a", {"1"})};
    observed.now = support::kNow;
    observed.servers = {Published(MakeObserved("a", "1"))};
    observed.webservers = {{kUrl, "", {{"a", {"id-1", "", {}}}}, {}, 0}};
    observed.published = TextOf(SelectPublished(desired, observed));
  }

  Plan Run() const { return PlanFor(desired, observed); }
};

TEST(MakePlan, PlansNothingForAWorldAsDesired) {
  const Plan plan = Settled().Run();
  EXPECT_TRUE(plan.empty());
  EXPECT_TRUE(plan.items.empty());
  EXPECT_FALSE(plan.look_again);
}

TEST(MakePlan, StartsTheNewServerBesideTheOldOneAndPublishesNothingYet) {
  Settled world;
  world.desired.locations = {MakeDesired("a", {"1", "2"})};
  world.desired.locations[0].changes = {{"image.tag", "1", "2"}};
  const Plan plan = world.Run();
  ASSERT_EQ(plan.items.size(), 1U);
  EXPECT_EQ(plan.items[0].action, Action::kStart);
  EXPECT_EQ(plan.items[0].object, "server/a@2");
  EXPECT_EQ(plan.items[0].reason, "changed: image.tag");
  EXPECT_EQ(plan.items[0].changes.size(), 1U);
}

TEST(MakePlan, PublishesAndReloadsInOneGoOnceTheNewServerIsReady) {
  Settled world;
  world.desired.locations = {MakeDesired("a", {"1", "2"})};
  world.observed.servers.push_back(MakeObserved("a", "2"));
  const Plan plan = world.Run();
  ASSERT_EQ(plan.items.size(), 2U);
  EXPECT_EQ(plan.items[0].action, Action::kPublish);
  EXPECT_EQ(plan.items[0].changes, (std::vector<FieldChange>{{"a", "/run/a-1.sock", "/run/a-2.sock"}}));
  EXPECT_EQ(plan.items[1].action, Action::kReload);
  EXPECT_EQ(plan.items[1].text, kUrl);
}

// Somebody else wrote the published file: what is planned, and why.
struct EditCase {
  const char* name;
  EnvironmentOptions::Drift drift;
  bool due;       // there is something else to publish as well
  bool removed;   // the file is gone
  Action action;  // of the item for workspace.yaml
  std::string reason;
};

class Edited : public testing::TestWithParam<EditCase> {};

TEST_P(Edited, IsHealedOrLeftAsTheEnvironmentSays) {
  const EditCase& the = GetParam();
  Settled world;
  world.observed.written = PublishedDigest(*world.observed.published);
  world.observed.edited = !the.removed;
  world.observed.published = "by hand";
  if (the.removed) world.observed.published.reset();
  world.observed.webservers[0].locations.clear();
  world.desired.drift = the.drift;
  if (the.due) {
    world.desired.locations = {MakeDesired("a", {"1", "2"})};
    world.observed.servers.push_back(MakeObserved("a", "2"));
  }
  const Plan plan = world.Run();
  ASSERT_FALSE(plan.items.empty());
  EXPECT_EQ(plan.items[0].object, "workspace.yaml");
  EXPECT_EQ(plan.items[0].action, the.action);
  EXPECT_EQ(plan.items[0].reason, the.reason);
  const bool heals = the.action == Action::kPublish;
  EXPECT_EQ(ItemsOf(plan, Action::kReload).size(), heals ? 1U : 0U) << "nobody is made to read what was left";
  EXPECT_EQ(plan.empty(), !heals);
}

INSTANTIATE_TEST_SUITE_P(
    Files, Edited,
    testing::Values(EditCase{"Healed", EnvironmentOptions::Drift::kHeal, false, false, Action::kPublish,
                             "it was changed by hand"},
                    EditCase{"HealedByAPublishThatIsDue", EnvironmentOptions::Drift::kHeal, true, false,
                             Action::kPublish, "the servers it names changed, and it was changed by hand"},
                    EditCase{"Reported", EnvironmentOptions::Drift::kReport, false, false, Action::kKeep,
                             "was changed by hand; `drift: report` leaves it so until the next publish"},
                    EditCase{"ReportedAndWrittenWhenAPublishIsDue", EnvironmentOptions::Drift::kReport, true, false,
                             Action::kPublish, "the servers it names changed, and it was changed by hand"},
                    EditCase{"RemovedAndHealed", EnvironmentOptions::Drift::kHeal, false, true, Action::kPublish,
                             "it was removed by hand"},
                    EditCase{"RemovedIsNeverLeft", EnvironmentOptions::Drift::kReport, false, true, Action::kPublish,
                             "it was removed by hand"}),
    support::CaseName{});

TEST(MakePlan, StopsTheOldServerOnlyAfterItsTime) {
  Settled world;
  world.desired.locations = {MakeDesired("a", {"2"})};
  world.observed.servers = {Retired(MakeObserved("a", "1"), std::chrono::seconds(30)),
                            Published(MakeObserved("a", "2"))};
  world.observed.webservers[0].locations["a"].server_id = "id-2";
  world.observed.published = TextOf(SelectPublished(world.desired, world.observed));
  EXPECT_TRUE(world.Run().empty());
  EXPECT_EQ(world.Run().look_again, std::chrono::seconds(60));
  world.observed.servers[0].retired = support::kNow - std::chrono::seconds(90);
  const Plan plan = world.Run();
  ASSERT_EQ(plan.items.size(), 1U);
  EXPECT_EQ(plan.items[0].action, Action::kStop);
  EXPECT_EQ(plan.items[0].content, "1");
}

TEST(MakePlan, SlowLocationDoesNotDelayAnother) {
  Settled world;
  world.desired.locations.push_back(MakeDesired("fast", {"1"}, false));
  world.desired.locations.push_back(MakeDesired("slow", {"1"}, false));
  world.observed.servers.push_back(MakeObserved("fast", "1"));
  world.observed.servers.push_back(MakeObserved("slow", "1", ServerState::kStarting));
  const Plan plan = world.Run();
  ASSERT_EQ(ItemsOf(plan, Action::kPublish).size(), 1U);
  EXPECT_NE(plan.items[0].text.find("fast"), std::string::npos);
  EXPECT_EQ(plan.items[0].text.find("slow"), std::string::npos);
}

TEST(MakePlan, WaitsWithPublishingWhileAProvenServerIsNotStarted) {
  Settled world;
  world.observed.servers.clear();
  const Plan plan = world.Run();
  EXPECT_EQ(ItemsOf(plan, Action::kStart).size(), 1U);
  EXPECT_TRUE(ItemsOf(plan, Action::kPublish).empty()) << "the location would drop out of workspace.yaml";
}

TEST(MakePlan, ReloadsNothingForWhatSeemsGoneWhilePublishingWaits) {
  Settled world;
  world.observed.servers.clear();
  world.observed.once_published = {"a"};
  EXPECT_TRUE(ItemsOf(world.Run(), Action::kReload).empty()) << "its server is only not known yet";
}

TEST(MakePlan, RemovedLocationLeavesTheFileBeforeItsServerStops) {
  Settled world;
  world.desired.locations.clear();
  world.desired.removals = {{"a", {}}};
  const Plan plan = world.Run();
  ASSERT_EQ(ItemsOf(plan, Action::kPublish).size(), 1U);
  EXPECT_TRUE(ItemsOf(plan, Action::kStop).empty());
}

TEST(MakePlan, RemovedLocationFollowsItsOwnRunsPolicy) {
  Settled world;
  world.desired.locations.clear();
  world.desired.removals = {{"a", RunsPolicy{false, {}}}};
  world.observed.servers = {Retired(MakeObserved("a", "1"), std::chrono::seconds(95), 3)};
  world.observed.published = TextOf({});
  world.observed.webservers[0].locations.clear();
  const Plan plan = world.Run();
  ASSERT_EQ(plan.items.size(), 1U);
  EXPECT_EQ(plan.items[0].action, Action::kStop);
  EXPECT_TRUE(plan.items[0].cut_runs);
}

TEST(MakePlan, FailedCandidateThatIsGivenUpIsStoppedAtOnce) {
  Settled world;
  world.observed.servers.push_back(MakeObserved("a", "2", ServerState::kFailed));
  const Plan plan = world.Run();
  ASSERT_EQ(plan.items.size(), 1U);
  EXPECT_EQ(plan.items[0].action, Action::kStop);
  EXPECT_EQ(plan.items[0].content, "2");
}

TEST(MakePlan, NotRunnableIsToldAndNothingElse) {
  Settled world;
  world.desired.locations.push_back(MakeDesired("b", {"1"}, false));
  world.desired.locations[1].servers[0].not_runnable = "it has no code in the repository";
  const Plan plan = world.Run();
  EXPECT_TRUE(plan.empty());
  ASSERT_EQ(plan.items.size(), 1U);
  EXPECT_NE(plan.items[0].reason.find("no code"), std::string::npos);
}

TEST(MakePlan, ServerThatIsEndingIsStartedAgainOnlyWhenItIsGone) {
  Settled world;
  world.observed.servers = {MakeObserved("a", "1", ServerState::kStopping)};
  const Plan plan = world.Run();
  EXPECT_TRUE(ItemsOf(plan, Action::kStart).empty());
  EXPECT_TRUE(plan.look_again);
}

TEST(MakePlan, LeftAloneServersAreNeitherStoppedNorDropped) {
  Settled world;
  world.desired.locations.clear();
  world.desired.left_alone = {"a"};
  EXPECT_TRUE(world.Run().empty());
}

TEST(MakePlan, LeftAloneIsStartedOnlyWhereNothingOfItRuns) {
  Settled world;
  world.desired.left_alone = {"a"};
  world.desired.locations[0].servers = {support::MakeServer("a", "1")};
  world.observed.servers = {Published(MakeObserved("a", "2"))};
  EXPECT_TRUE(ItemsOf(world.Run(), Action::kStart).empty()) << "what runs is not the proven one, and stays";
  world.observed.servers.clear();
  EXPECT_EQ(ItemsOf(world.Run(), Action::kStart).size(), 1U);
}

TEST(MakePlan, FailedServerOfALeftAloneLocationMakesRoomForTheNextTry) {
  Settled world;
  world.desired.locations.clear();
  world.desired.left_alone = {"a"};
  world.observed.servers = {Published(MakeObserved("a", "1")), MakeObserved("a", "2", ServerState::kFailed)};
  const Plan plan = world.Run();
  ASSERT_EQ(ItemsOf(plan, Action::kStop).size(), 1U);
  EXPECT_EQ(ItemsOf(plan, Action::kStop)[0]->content, "2");
}

TEST(MakePlan, UnprovenExternalServerIsReloadedUntilTheWebserverTookIt) {
  Settled world;
  world.desired.locations[0].has_serving = false;
  world.desired.locations[0].servers = {support::MakeServer("a", "1")};
  world.desired.locations[0].servers[0].external = true;
  ObservedServer server = Published(MakeObserved("a", "1"));
  server.external = true;
  server.server_id = "";
  world.observed.servers = {server};
  world.observed.webservers[0].locations = {{"a", {"that of another server", "", {}}}};
  world.observed.webservers[0].reloaded.reset();
  EXPECT_EQ(ItemsOf(world.Run(), Action::kReload).size(), 1U) << "never asked";
  world.observed.webservers[0].reloaded = world.observed.now - std::chrono::minutes(1);
  world.observed.webservers[0].reload_failed = true;
  EXPECT_EQ(ItemsOf(world.Run(), Action::kReload).size(), 1U) << "asked in vain";
  world.observed.webservers[0].reload_failed = false;
  EXPECT_TRUE(ItemsOf(world.Run(), Action::kReload).empty());
}

TEST(MakePlan, WebserverThatLagsIsReloadedAndNotAskedAgainAtOnce) {
  Settled world;
  world.observed.webservers[0].locations["a"].server_id = "id-0";
  EXPECT_EQ(ItemsOf(world.Run(), Action::kReload).size(), 1U);
  world.observed.webservers[0].reloaded = support::kNow - std::chrono::seconds(1);
  world.observed.webservers[0].reloads = 1;
  EXPECT_TRUE(world.Run().empty());
  world.observed.webservers[0].reloaded = support::kNow - std::chrono::seconds(2);
  EXPECT_EQ(ItemsOf(world.Run(), Action::kReload).size(), 1U);
  world.observed.webservers[0].reloads = 9;
  world.observed.webservers[0].reloaded = support::kNow - std::chrono::seconds(29);
  EXPECT_TRUE(world.Run().empty()) << "30 s is the longest pause";
  world.observed.webservers[0].reloaded = support::kNow - std::chrono::seconds(10);
  EXPECT_EQ(world.Run().look_again, std::chrono::seconds(20)) << "nothing else is to be done before";
}

TEST(MakePlan, WebserverIsReloadedForLocationsThatAreGoneAndNotForThoseOfOthers) {
  Settled world;
  world.observed.webservers[0].locations["theirs"] = {"id-9", "", {}};
  EXPECT_EQ(ItemsOf(world.Run(), Action::kReload).size(), 1U) << "published in an earlier life, for all that is known";
  world.observed.webservers[0].reloaded = support::kNow - std::chrono::minutes(5);
  world.observed.webservers[0].reloads = 1;
  EXPECT_TRUE(world.Run().empty()) << "it may have a workspace file of its own beside ours";
  world.observed.once_published = {"a", "gone"};
  EXPECT_TRUE(world.Run().empty());
  world.observed.webservers[0].locations["gone"] = {"id-8", "", {}};
  const Plan plan = world.Run();
  const auto reloads = ItemsOf(plan, Action::kReload);
  ASSERT_EQ(reloads.size(), 1U);
  EXPECT_NE(reloads[0]->reason.find("gone, which is gone"), std::string::npos) << reloads[0]->reason;
}

TEST(MakePlan, WebserverThatLagsIsReloadedWhenTheClockWasSetBack) {
  Settled world;
  world.observed.webservers[0].locations["a"].server_id = "id-0";
  world.observed.webservers[0].reloads = 1;
  world.observed.webservers[0].reloaded = support::kNow + std::chrono::hours(9);
  EXPECT_EQ(ItemsOf(world.Run(), Action::kReload).size(), 1U);
}

TEST(MakePlan, SilentWebserverIsLeftToWhoeverAsksIt) {
  Settled world;
  world.observed.webservers[0].error = "connection refused";
  world.observed.webservers[0].locations.clear();
  const Plan plan = world.Run();
  EXPECT_TRUE(plan.empty());
  EXPECT_FALSE(plan.look_again) << "it may stay silent for days";
}

TEST(MakePlan, SameInputGivesTheSamePlan) {
  Settled world;
  world.desired.locations = {MakeDesired("a", {"1", "2"}), MakeDesired("b", {"1"}, false)};
  EXPECT_EQ(world.Run().items.size(), world.Run().items.size());
  EXPECT_EQ(world.Run().items[0].object, world.Run().items[0].object);
}

}  // namespace
}  // namespace dagitops::plan
