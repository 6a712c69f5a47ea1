// dagitops, and its helm with it, is killed before or after each single step of a change of the release that all
// locations are in, or each step fails once. Whatever happens, the next passes come to the same end, and no Deployment
// changes that need not.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "support/case_name.h"
#include "target/kubernetes/survey.h"
#include "unit/target/kubernetes/shared_fixture.h"

namespace dagitops::kubernetes {
namespace {

using support::Faults;
using support::Killed;

using Wanted = std::map<std::string, std::string>;  // content by location; "" the base

// A reconciler in small, on what is observed.
class SmallReconciler {
 public:
  SmallReconciler(SharedWorld& world, const Wanted& wanted) : world_(world), wanted_(wanted) {}

  // Whether there was nothing to do.
  bool Pass() {
    const Survey survey = Look();
    if (survey.shared_unfinished) {
      static_cast<void>(world_.deployer.Finish(*world_.cluster.release()));
      return false;
    }
    const std::vector<Order> orders = Orders(survey);
    if (orders.empty()) return true;
    static_cast<void>(world_.Run(orders));
    return false;
  }

 private:
  Survey Look() const {
    static const std::map<std::string, Record> kNoRecords;
    static const std::map<std::string, PodView> kNoPods;
    static const WorkspaceMap kNoWorkspace;
    static const std::map<std::string, Operation> kNoOperations;
    static const std::map<LogWanted, std::string> kNoLogs;
    std::map<std::string, Release> releases;
    if (const auto release = world_.cluster.release()) releases[release->name] = *release;
    const auto deployments = world_.cluster.views();
    std::map<std::string, Ownership> services;  // made and gone with the Deployments
    for (const auto& [name, deployment] : deployments)
      services[deployment.location] = {kSharedRelease, deployment.location, deployment.port};
    const SharedRecord shared = world_.cluster.record();
    return MakeSurvey({"production",
                       "dagster",
                       releases,
                       kNoRecords,
                       deployments,
                       kNoPods,
                       kNoWorkspace,
                       kNoOperations,
                       kNoLogs,
                       world_.clock.Now(),
                       std::chrono::minutes(10),
                       {},
                       services,
                       &shared});
  }

  std::vector<Order> Orders(const Survey& survey) const {
    std::vector<Order> orders;
    for (const auto& [location, content] : wanted_) {
      const bool there = location.empty()
                             ? survey.shared && survey.shared->content == content && survey.shared->edited.empty()
                             : IsThere(survey, location, content);
      if (!there && location.empty()) orders.push_back(BaseOrder("base: \"" + content + "\"\n", content));
      if (!there && !location.empty()) orders.push_back(SharedOrder(location, content));
    }
    for (const ObservedServer& server : survey.servers) {
      if (!wanted_.contains(server.location) && server.foreign.empty())
        orders.push_back(SharedRemoval(server.location));
    }
    return orders;
  }

  static bool IsThere(const Survey& survey, const std::string& location, const std::string& content) {
    for (const ObservedServer& server : survey.servers) {
      if (server.location == location && server.content == content && server.edited.empty()) return true;
    }
    return false;
  }

  SharedWorld& world_;
  const Wanted& wanted_;
};

struct Story {
  std::string name;
  Wanted before;
  Wanted after;
};

class SharedStories : public testing::TestWithParam<Story> {
 protected:
  static std::unique_ptr<SharedWorld> Begin() {
    auto world = std::make_unique<SharedWorld>();
    SmallReconciler reconciler(*world, GetParam().before);
    for (int pass = 0; pass < 3; ++pass) reconciler.Pass();
    return world;
  }

  static void ExpectSettles(SharedWorld& world, const std::map<std::string, SharedCluster::Running>& before,
                            const std::string& when) {
    const Wanted& after = GetParam().after;
    SmallReconciler reconciler(world, after);
    bool settled = false;
    for (int pass = 0; pass < 8 && !settled; ++pass) settled = reconciler.Pass();
    EXPECT_TRUE(settled) << when;
    const SharedRecord record = world.cluster.record();
    std::string text = after.at("") + ":";
    for (const auto& [location, content] : after) {
      if (!location.empty()) text += " " + location + "=" + content;
    }
    EXPECT_EQ(TextOf(record), text) << when;
    ASSERT_TRUE(world.cluster.release()) << when;
    EXPECT_EQ(world.cluster.release()->status, Release::Status::kDeployed) << when;
    EXPECT_EQ(world.cluster.revisions.back().values, SharedValues(record)) << when;
    EXPECT_EQ(record.applied_version, world.cluster.release()->version) << when;
    EXPECT_TRUE(record.former.empty() && !record.former_base && record.intact) << when;
    EXPECT_EQ(world.cluster.deployments.size() + 1, after.size()) << when;
    for (const auto& [location, running] : world.cluster.deployments) {
      EXPECT_EQ(running.entry, EntryOf(location, after.at(location))) << when;
      if (!before.contains(location) || GetParam().before.at(location) != after.at(location)) continue;
      EXPECT_EQ(running.generation, before.at(location).generation) << when << ": " << location << " was restarted";
    }
  }
};

TEST_P(SharedStories, ComeToTheSameEndWhenKilledAtAnyStep) {
  std::size_t points = 0;
  for (const Faults::Kind kind : {Faults::Kind::kKillBefore, Faults::Kind::kKillAfter}) {
    for (std::size_t step = 1;; ++step) {
      ASSERT_LT(step, 200U);
      const auto world = Begin();
      const auto before = world->cluster.deployments;
      SmallReconciler reconciler(*world, GetParam().after);
      world->cluster.faults.Arm(kind, step);
      bool killed = false;
      try {
        for (int pass = 0; pass < 3; ++pass) reconciler.Pass();
      } catch (const Killed&) {
        killed = true;
      }
      if (!killed) break;
      ++points;
      const std::string when = "killed at step " + std::to_string(step) + ", " + world->cluster.faults.calls.back();
      world->cluster.faults.Disarm();
      ExpectSettles(*world, before, when);
      if (HasFailure()) return;
    }
  }
  EXPECT_GE(points, 14U) << "the story is shorter than it was meant to be";
}

TEST_P(SharedStories, ComeToTheSameEndWhenAnyStepFails) {
  for (const ErrorKind error : {ErrorKind::kRetry, ErrorKind::kStalled, ErrorKind::kInvalid}) {
    for (std::size_t step = 1;; ++step) {
      ASSERT_LT(step, 200U);
      const auto world = Begin();
      const auto before = world->cluster.deployments;
      SmallReconciler reconciler(*world, GetParam().after);
      world->cluster.faults.error.kind = error;
      world->cluster.faults.Arm(Faults::Kind::kFail, step);
      for (int pass = 0; pass < 4; ++pass) reconciler.Pass();
      if (world->cluster.faults.calls.size() < step) break;
      const std::string when = "step " + std::to_string(step) + " failed: " + world->cluster.faults.calls[step - 1];
      world->cluster.faults.Disarm();
      ExpectSettles(*world, before, when);
      if (HasFailure()) return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Of, SharedStories,
    testing::Values(
        Story{"TheFirst", {}, {{"", "b1"}, {"hr", "1"}}},
        Story{"AddingTwo", {{"", "b1"}, {"hr", "1"}}, {{"", "b1"}, {"hr", "1"}, {"ops", "1"}, {"sales", "1"}}},
        Story{"Changing", {{"", "b1"}, {"hr", "1"}, {"sales", "1"}}, {{"", "b1"}, {"hr", "1"}, {"sales", "2"}}},
        Story{"ChangingAllAndTheBase",
              {{"", "b1"}, {"hr", "1"}, {"sales", "1"}},
              {{"", "b2"}, {"hr", "2"}, {"sales", "2"}}},
        Story{"Removing", {{"", "b1"}, {"hr", "1"}, {"sales", "1"}}, {{"", "b1"}, {"hr", "1"}}},
        Story{"RemovingTheLast", {{"", "b1"}, {"sales", "1"}}, {{"", "b1"}}},
        Story{"ChangingOneAndRemovingAnother",
              {{"", "b1"}, {"hr", "1"}, {"ops", "1"}, {"sales", "1"}},
              {{"", "b1"}, {"hr", "1"}, {"sales", "2"}}}),
    support::CaseName{});

}  // namespace
}  // namespace dagitops::kubernetes
