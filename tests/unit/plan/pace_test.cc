// How often workspace.yaml is written and webservers are asked to read it.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dagitops/plan/make_plan.h"
#include "dagitops/plan/published.h"

#include "support/case_name.h"
#include "support/world.h"

namespace dagitops::plan {
namespace {

using namespace std::chrono_literals;
using support::ItemsOf;
using support::kNow;
using support::MakeDesired;
using support::MakeObserved;
using support::Published;

constexpr char kUrl[] = "http://127.0.0.1:3000";

std::string TextOf(const std::vector<WorkspaceEntry>& entries) {
  std::string text = "load_from:\n";
  for (const WorkspaceEntry& entry : entries) text += entry.location_name + " " + entry.socket + "\n";
  return text;
}

// Location "a" is published and loaded; "b", which is new, is ready. The file was written half a second ago.
struct World {
  Desired desired;
  Observed observed;
  PlanOptions options;

  World() {
    desired.locations = {MakeDesired("a", {"1"})};
    observed.now = kNow;
    observed.servers = {Published(MakeObserved("a", "1"))};
    observed.webservers = {{kUrl, "", {{"a", {"id-1", "", {}}}}, {}, 0}};
    observed.published = TextOf(SelectPublished(desired, observed));
    observed.written = PublishedDigest(*observed.published);
    observed.written_at = kNow - 500ms;
    desired.locations.push_back(MakeDesired("b", {"1"}, false));
    observed.servers.push_back(MakeObserved("b", "1"));
    options.publish_every = 2s;
  }

  Plan Run() const {
    WantedWorkspace workspace;
    workspace.entries = SelectPublished(desired, observed);
    workspace.text = TextOf(workspace.entries);
    return MakePlan(desired, observed, workspace, options);
  }
};

TEST(PublishEvery, PostponesWhatIsDueTooSoon) {
  const Plan plan = World().Run();
  EXPECT_TRUE(plan.empty()) << "nobody is made to read what is not written yet";
  ASSERT_EQ(plan.items.size(), 1U);
  EXPECT_EQ(plan.items[0].object, "workspace.yaml");
  EXPECT_EQ(plan.items[0].reason, "was written a moment ago, so what has changed since waits a moment");
  EXPECT_EQ(plan.look_again, 1500ms);
}

struct PaceCase {
  const char* name;
  void (*change)(World&);
  bool publishes;
};
class Pace : public testing::TestWithParam<PaceCase> {};

TEST_P(Pace, IsKept) {
  World world;
  GetParam().change(world);
  const Plan plan = world.Run();
  EXPECT_EQ(ItemsOf(plan, Action::kPublish).size(), GetParam().publishes ? 1U : 0U);
  EXPECT_EQ(ItemsOf(plan, Action::kReload).size(), GetParam().publishes ? 1U : 0U);
}

INSTANTIATE_TEST_SUITE_P(
    All, Pace,
    testing::Values(PaceCase{"TooSoon", [](World& w) { w.observed.written_at = kNow - 1999ms; }, false},
                    PaceCase{"InTime", [](World& w) { w.observed.written_at = kNow - 2s; }, true},
                    PaceCase{"NoPace", [](World& w) { w.options.publish_every = 0s; }, true},
                    PaceCase{"FirstTime", [](World& w) { w.observed.written_at.reset(); }, true},
                    PaceCase{"ClockSetBack", [](World& w) { w.observed.written_at = kNow + 9h; }, true},
                    // What somebody else wrote is put right at once.
                    PaceCase{"Edited",
                             [](World& w) {
                               w.observed.published = "by hand";
                               w.observed.edited = true;
                             },
                             true}),
    support::CaseName{});

TEST(PublishEvery, StopsNothingMeanwhile) {
  World world;
  world.desired.locations.erase(world.desired.locations.begin());
  world.desired.removals = {{"a", {}}};
  const Plan plan = world.Run();
  EXPECT_TRUE(ItemsOf(plan, Action::kPublish).empty());
  EXPECT_TRUE(ItemsOf(plan, Action::kStop).empty()) << "the file still names it";
}

TEST(PublishEvery, StartsOthersMeanwhile) {
  World world;
  world.desired.locations.push_back(MakeDesired("c", {"1"}, false));
  EXPECT_EQ(ItemsOf(world.Run(), Action::kStart).size(), 1U);
}

// A webserver that has been asked `reloads` times, and does not list "a" from its server yet.
struct ReloadCase {
  const char* name;
  int reloads;
  Duration wait;
};
class ReloadPause : public testing::TestWithParam<ReloadCase> {};

TEST_P(ReloadPause, DoublesWithEachReload) {
  World world;
  world.desired.locations.pop_back();
  world.observed.servers.pop_back();
  world.options.reload_pause = 300ms;
  ObservedWebserver& webserver = world.observed.webservers[0];
  webserver.locations["a"].server_id = "id-0";
  webserver.reloads = GetParam().reloads;
  webserver.reloaded = kNow - GetParam().wait + 1ms;
  EXPECT_TRUE(ItemsOf(world.Run(), Action::kReload).empty());
  EXPECT_EQ(world.Run().look_again, 1ms);
  webserver.reloaded = kNow - GetParam().wait;
  EXPECT_EQ(ItemsOf(world.Run(), Action::kReload).size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(All, ReloadPause,
                         testing::Values(ReloadCase{"First", 1, 300ms}, ReloadCase{"Second", 2, 600ms},
                                         ReloadCase{"Third", 3, 1200ms}, ReloadCase{"Seventh", 7, 19200ms},
                                         ReloadCase{"Eighth", 8, 30s}, ReloadCase{"Hundredth", 100, 30s}),
                         support::CaseName{});

}  // namespace
}  // namespace dagitops::plan
