// A target on which a version takes the place and the address of the one before it.

#include <gtest/gtest.h>

#include "dagitops/plan/make_plan.h"
#include "dagitops/plan/published.h"

#include "support/case_name.h"
#include "support/world.h"

namespace dagitops::plan {
namespace {

using support::ItemsOf;
using support::MakeDesired;
using support::Published;

constexpr char kUrl[] = "http://10.0.0.7:80";

ObservedServer AtService(const std::string& location, const std::string& content,
                         ServerState state = ServerState::kReady) {
  ObservedServer server;
  server.location = location;
  server.content = content;
  server.state = state;
  server.address.location_name = location;
  server.address.host = location;
  server.address.port = 3030;
  server.ready_since = support::kNow;
  server.active_runs = 0;
  return server;
}

std::string TextOf(const std::vector<WorkspaceEntry>& entries) {
  std::string text = "load_from:\n";
  for (const WorkspaceEntry& entry : entries) {
    text += entry.location_name + " " + entry.host + ":" + std::to_string(entry.port) + "\n";
  }
  return text;
}

// One location "a" that runs content 1, published and loaded by one webserver.
struct World {
  Desired desired;
  Observed observed;

  World() {
    desired.in_place = true;
    desired.base = DesiredRelease{"b1", "values", ""};
    desired.locations = {MakeDesired("a", {"1"})};
    observed.now = support::kNow;
    observed.base = ObservedRelease{"b1", ServerState::kReady, ""};
    observed.servers = {Published(AtService("a", "1"))};
    observed.webservers = {{kUrl, "", {{"a", {"id-1", "", {}}}}, {}, 0}};
    observed.published = TextOf(SelectPublished(desired, observed));
  }

  void Candidate() { desired.locations[0].servers.push_back(support::MakeServer("a", "2")); }
  Plan Run() const {
    WantedWorkspace workspace;
    workspace.entries = SelectPublished(desired, observed);
    workspace.text = TextOf(workspace.entries);
    return MakePlan(desired, observed, workspace, {});
  }
};

std::vector<std::string> Objects(const Plan& plan) {
  std::vector<std::string> objects;
  for (const PlanItem& item : plan.items) objects.push_back(item.object + ": " + item.reason);
  return objects;
}

using Texts = std::vector<std::string>;

TEST(InPlace, PlansNothingForAWorldAsDesired) { EXPECT_EQ(Objects(World().Run()), Texts()); }

TEST(InPlace, StartsOnlyTheCandidate) {
  World world;
  world.Candidate();
  EXPECT_EQ(Objects(world.Run()), Texts{"server/a@2: what it is made of changed"});
}

TEST(InPlace, KeepsTheLocationPublishedWhileItsSuccessorStarts) {
  World world;
  world.Candidate();
  for (const ServerState state : {ServerState::kPreparing, ServerState::kStarting, ServerState::kReady}) {
    world.observed.servers = {Published(AtService("a", "2", state))};
    EXPECT_TRUE(ItemsOf(world.Run(), Action::kPublish).empty());
    EXPECT_TRUE(ItemsOf(world.Run(), Action::kStart).empty()) << "the proven one would take its place";
    EXPECT_TRUE(ItemsOf(world.Run(), Action::kStop).empty());
  }
}

TEST(InPlace, KeepsTheOldNameUntilTheSuccessorIsReady) {
  World world;
  world.Candidate();
  world.desired.locations[0].servers[1].location_name = "new name";
  world.observed.servers = {Published(AtService("a", "2", ServerState::kStarting))};
  EXPECT_EQ(SelectPublished(world.desired, world.observed)[0].location_name, "a");
  world.observed.servers[0].state = ServerState::kReady;
  EXPECT_EQ(SelectPublished(world.desired, world.observed)[0].location_name, "new name");
}

struct RunsCase {
  std::string name;
  int runs;
  RunsPolicy policy;
  Duration waited;
  std::string told;
  bool cuts = false;
};

class InPlaceWithRuns : public testing::TestWithParam<RunsCase> {};

TEST_P(InPlaceWithRuns, ReplacesWhatServesWhenItMay) {
  const RunsCase& c = GetParam();
  World world;
  world.Candidate();
  world.observed.servers[0].active_runs = c.runs;
  world.desired.locations[0].runs = c.policy;
  world.desired.locations[0].wanted_since = support::kNow - c.waited;
  const Plan plan = world.Run();
  EXPECT_EQ(Objects(plan), Texts{"server/a@2: " + c.told});
  const auto starts = ItemsOf(plan, Action::kStart);
  EXPECT_EQ(plan.awaits_runs, starts.empty());
  EXPECT_EQ(plan.look_again.has_value(), starts.empty());
  if (!starts.empty()) {
    EXPECT_EQ(starts[0]->cut_runs, c.cuts);
  }
}

constexpr RunsPolicy kWaits{true, std::chrono::minutes(30)};
constexpr RunsPolicy kCuts{false, std::chrono::minutes(30)};

INSTANTIATE_TEST_SUITE_P(
    Cases, InPlaceWithRuns,
    testing::Values(RunsCase{"None", 0, kWaits, std::chrono::seconds(0), "what it is made of changed"},
                    RunsCase{"One", 1, kWaits, std::chrono::minutes(29),
                             "1 run is still in it, so what is there is not replaced yet"},
                    RunsCase{"NotKnown", -1, kWaits, std::chrono::seconds(0),
                             "it cannot be asked for its runs, so what is there is not replaced yet"},
                    RunsCase{"OverTheLimit", 2, kWaits, std::chrono::minutes(30),
                             "what it is made of changed; 2 runs are still in it after 30m, the limit", true},
                    RunsCase{"Cut", 1, kCuts, std::chrono::seconds(0),
                             "what it is made of changed; runs: now; 1 run is still in it", true}),
    support::CaseName());

TEST(InPlace, AsksForNoRunsWhereNothingServes) {
  World world;
  world.Candidate();
  world.observed.servers[0].active_runs = 1;
  world.observed.servers[0].state = ServerState::kFailed;
  EXPECT_EQ(ItemsOf(world.Run(), Action::kStart).size(), 1U) << "a fix must not wait for what is broken";
}

TEST(InPlace, GoesBackWhenTheCandidateIsGivenUp) {
  World world;
  world.observed.servers = {Published(AtService("a", "2", ServerState::kFailed))};
  EXPECT_EQ(Objects(world.Run()), Texts{"server/a@1: back to the last good version"});
}

TEST(InPlace, StopsWhatIsRemovedOnlyAfterItIsPublishedNoMore) {
  World world;
  world.desired.locations.clear();
  world.desired.removals = {{"a", {}}};
  const Plan plan = world.Run();
  EXPECT_EQ(ItemsOf(plan, Action::kPublish).size(), 1U);
  EXPECT_TRUE(ItemsOf(plan, Action::kStop).empty());
  world.observed.published = "load_from:\n";
  world.observed.servers[0].published = false;
  world.observed.servers[0].retired = support::kNow - std::chrono::seconds(91);
  world.observed.servers[0].active_runs = 0;
  world.observed.webservers[0].locations.clear();
  EXPECT_EQ(Objects(world.Run()), Texts{"server/a@1: replaced or removed, no runs in it"});
}

TEST(InPlace, StartsTheBaseBeforeAnyLocation) {
  World world;
  world.observed.base.reset();
  world.observed.servers.clear();
  world.observed.webservers.clear();
  EXPECT_EQ(Objects(world.Run()), (Texts{"release/base: what belongs to all locations is not there",
                                         "server/a@1: waits for what belongs to all locations",
                                         "workspace.yaml: waits until every proven server is started"}));
}

TEST(InPlace, SaysWhyTheBaseCannotBe) {
  World world;
  world.observed.base = ObservedRelease{"b1", ServerState::kFailed, "refused"};
  EXPECT_EQ(Objects(world.Run()), Texts{"release/base: refused"});
  world.observed.base->content = "b0";
  EXPECT_EQ(Objects(world.Run()), Texts{"release/base: what belongs to all locations changed"});
}

TEST(InPlace, LeavesTheBaseAloneWhereItIsRefused) {
  World world;
  world.observed.base.reset();
  world.desired.base->refused = "the environment is paused";
  EXPECT_EQ(Objects(world.Run()), Texts{"release/base: the environment is paused"});
}

TEST(InPlace, StartsNothingOfARevisionThatCannotBeUsed) {
  World world;
  world.desired.usable = false;
  world.observed.servers.clear();
  world.observed.webservers.clear();
  const Plan plan = world.Run();
  EXPECT_TRUE(ItemsOf(plan, Action::kStart).empty());
  EXPECT_EQ(Objects(plan).front(), "server/a@1: waits for a revision that can be used");
}

TEST(InPlace, StartsTheReleaseForAllTogetherWithTheLocationsInIt) {
  World world;
  world.desired.base->shared = true;
  world.observed.servers.clear();
  world.observed.webservers.clear();
  EXPECT_EQ(Objects(world.Run()), (Texts{"release/shared: what belongs to all locations is not there",
                                         "server/a@1: its server is not running",
                                         "workspace.yaml: waits until every proven server is started"}));
  world.observed.shared = ObservedRelease{"b0", ServerState::kReady, ""};
  EXPECT_EQ(Objects(world.Run()).front(), "release/shared: what belongs to all locations changed");
}

TEST(InPlace, StartsNothingInAReleaseForAllThatCannotBe) {
  World world;
  world.desired.base->shared = true;
  world.observed.shared = ObservedRelease{"", ServerState::kFailed, "they have releases of their own"};
  world.Candidate();
  EXPECT_EQ(Objects(world.Run()), (Texts{"release/shared: they have releases of their own",
                                         "server/a@2: waits for what belongs to all locations"}));
  EXPECT_TRUE(world.Run().empty());
}

TEST(InPlace, HealsTheReleaseForAllOrTellsOfIt) {
  World world;
  world.desired.base->shared = true;
  world.observed.shared = ObservedRelease{"b1", ServerState::kReady, "", "its ConfigMap was changed by hand"};
  EXPECT_EQ(Objects(world.Run()), Texts{"release/shared: its ConfigMap was changed by hand"});
  EXPECT_EQ(ItemsOf(world.Run(), Action::kStart).size(), 1U);
  world.desired.drift = EnvironmentOptions::Drift::kReport;
  EXPECT_EQ(Objects(world.Run()),
            Texts{"release/shared: its ConfigMap was changed by hand; `drift: report` leaves it so"});
  EXPECT_TRUE(world.Run().empty());
}

TEST(InPlace, ReloadsAWebserverThatListsTheServerOfBefore) {
  World world;
  world.Candidate();
  ObservedServer successor = Published(AtService("a", "2"));
  successor.former_ids = {"id-1"};
  world.observed.servers = {successor};
  EXPECT_EQ(Objects(world.Run()), Texts{std::string("webserver/") + kUrl + ": a may be listed from another server"});
  LoadedLocation& listed = world.observed.webservers[0].locations["a"];
  listed.server_id = "id-2";
  EXPECT_EQ(ItemsOf(world.Run(), Action::kReload).size(), 1U) << "its definitions may still be those of before";
  listed.reloaded = support::kNow;
  EXPECT_EQ(Objects(world.Run()), Texts());
  listed.reloaded.reset();
  world.desired.locations[0].servers.back().reimports = true;
  EXPECT_EQ(Objects(world.Run()), Texts());
}

TEST(InPlace, ReloadsOnceAfterItIsReadyWhereTheIdOfBeforeIsNotKnown) {
  World world;
  world.Candidate();
  world.observed.servers = {Published(AtService("a", "2"))};
  ObservedWebserver& webserver = world.observed.webservers[0];
  EXPECT_EQ(ItemsOf(world.Run(), Action::kReload).size(), 1U);
  webserver.reloaded = support::kNow - std::chrono::hours(1);
  EXPECT_EQ(ItemsOf(world.Run(), Action::kReload).size(), 1U) << "that was before it was ready";
  webserver.reloaded = support::kNow;
  EXPECT_EQ(Objects(world.Run()), Texts());
}

// Somebody else's release serves the location, and may be taken over.
ObservedServer Foreign(const std::string& name) {
  ObservedServer server = Published(AtService(name, ""));
  server.foreign = "old";
  return server;
}

TEST(InPlace, TakesOverWhatSomebodyElsesReleaseServes) {
  World world;
  world.Candidate();
  world.desired.locations[0].has_serving = false;
  world.desired.locations[0].servers.erase(world.desired.locations[0].servers.begin());
  world.observed.servers = {Foreign("a")};
  EXPECT_EQ(Objects(world.Run()), Texts{"server/a@2: taken over from release old"});
  EXPECT_EQ(SelectPublished(world.desired, world.observed).size(), 1U) << "it is published all the while";
}

TEST(InPlace, NeitherStopsNorReloadsWhatIsSomebodyElses) {
  World world;
  world.observed.servers.push_back(Foreign("legacy"));
  world.observed.webservers[0].locations["legacy"].server_id = "id-9";
  for (const PlanItem& item : world.Run().items) EXPECT_NE(item.action, Action::kStop) << item.object;
}

// What somebody changed about the server that runs.
struct EditCase {
  const char* name;
  EnvironmentOptions::Drift drift;
  ServerState state;
  Texts told;
  bool healed;
};
class EditedServer : public testing::TestWithParam<EditCase> {};

TEST_P(EditedServer, IsHealedOrLeftAsTheEnvironmentSays) {
  World world;
  world.desired.drift = GetParam().drift;
  world.observed.servers[0].state = GetParam().state;
  world.observed.servers[0].reason = "it fails";
  world.observed.servers[0].edited = "its Deployment was changed by hand";
  const Plan plan = world.Run();
  EXPECT_EQ(Objects(plan), GetParam().told);
  EXPECT_EQ(ItemsOf(plan, Action::kStart).size(), GetParam().healed ? 1U : 0U);
  EXPECT_EQ(plan.empty(), !GetParam().healed);
}

constexpr auto kHeal = EnvironmentOptions::Drift::kHeal;
constexpr auto kReport = EnvironmentOptions::Drift::kReport;
const Texts kHealed{"server/a@1: its Deployment was changed by hand"};
const Texts kReported{"server/a@1: its Deployment was changed by hand; `drift: report` leaves it so"};

INSTANTIATE_TEST_SUITE_P(
    All, EditedServer,
    testing::Values(EditCase{"Healed", kHeal, ServerState::kReady, kHealed, true},
                    EditCase{"HealedWhileItStarts", kHeal, ServerState::kStarting, kHealed, true},
                    // Scaled to nothing, or given an image that is not there: the edit is why.
                    EditCase{"HealedWhereItBrokeTheServer", kHeal, ServerState::kFailed, kHealed, true},
                    EditCase{"NotWhileItEnds",
                             kHeal,
                             ServerState::kStopping,
                             {"server/a@1: ending, to be started again once it is gone"},
                             false},
                    EditCase{"Reported", kReport, ServerState::kReady, kReported, false},
                    EditCase{"ReportedAlsoWhereItBrokeTheServer", kReport, ServerState::kFailed, kReported, false}),
    support::CaseName{});

TEST(InPlace, HealsByTheSameVersionAndHoldsNothingUp) {
  World world;
  world.observed.servers[0].edited = "its release was changed by another helm";
  world.desired.locations.push_back(MakeDesired("b", {"1"}, false));
  world.observed.servers.push_back(AtService("b", "1"));
  const Plan plan = world.Run();
  const auto starts = ItemsOf(plan, Action::kStart);
  ASSERT_EQ(starts.size(), 1U);
  EXPECT_EQ(starts[0]->server, world.desired.locations[0].servers[0]);
  EXPECT_TRUE(starts[0]->changes.empty());
  EXPECT_EQ(ItemsOf(plan, Action::kPublish).size(), 1U) << "the edited one goes on being published";
}

TEST(InPlace, LeavesAnEditedServerAloneWhileTheEnvironmentIsPaused) {
  World world;
  world.observed.servers[0].edited = "its Deployment was changed by hand";
  world.desired.left_alone = {"a"};
  EXPECT_EQ(Objects(world.Run()), Texts());
}

TEST(InPlace, TellsWhatTheWebserversListBeforeAServerTakesAnothersPlace) {
  World world;
  world.Candidate();
  world.desired.locations[0].servers[1].location_name = "new name";
  world.observed.webservers = {
      {kUrl, "", {{"a", {"id-1", "", {}}}, {"b", {"id-8", "", {}}}}, {}, 0},
      {"http://10.0.0.8:80", "", {{"a", {"", "cannot be loaded", {}}}}, {}, 0},
      {"http://10.0.0.9:80", "", {{"a", {"id-2", "", {}}}, {"new name", {"id-3", "", {}}}}, {}, 0}};
  const Plan plan = world.Run();
  const auto starts = ItemsOf(plan, Action::kStart);
  ASSERT_EQ(starts.size(), 1U);
  EXPECT_EQ(starts[0]->former_ids, (std::set<std::string>{"id-1", "id-2", "id-3"}));
}

TEST(InPlace, HasNoFormerIdsForAFirstServerNorBesideTheOldOne) {
  World world;
  world.observed.servers.clear();
  world.observed.webservers[0].locations.clear();
  EXPECT_TRUE(ItemsOf(world.Run(), Action::kStart).at(0)->former_ids.empty());
  world = World();
  world.Candidate();
  world.desired.in_place = false;
  world.desired.base.reset();
  EXPECT_TRUE(ItemsOf(world.Run(), Action::kStart).at(0)->former_ids.empty()) << "it has a place of its own";
}

}  // namespace
}  // namespace dagitops::plan
