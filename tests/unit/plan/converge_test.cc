#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "dagitops/plan/make_plan.h"
#include "dagitops/plan/published.h"

#include "support/world.h"

// The property that covers planning as a whole: whatever is desired next, whatever fails, carrying out plan after plan
// ends with nothing to do; a proven location is never missing from workspace.yaml on the way, and no server that
// workspace.yaml names, or named less than 90 s ago, is stopped.
namespace dagitops::plan {
namespace {

constexpr char kUrl[] = "http://127.0.0.1:3000";
constexpr int kMostPasses = 400;

std::string TextOf(const std::vector<WorkspaceEntry>& entries) {
  std::string text;
  for (const WorkspaceEntry& entry : entries) text += entry.location_name + "=" + entry.socket + ";";
  return text;
}

// A target and a webserver made of values.
class World {
 public:
  explicit World(unsigned seed) : random_(seed) {
    observed.now = support::kNow;
    observed.webservers = {{kUrl, "", {}, {}, 0}};
  }

  void Apply(const PlanItem& item) {
    switch (item.action) {
      case Action::kStart:
        return Start(item);
      case Action::kPublish:
        return Publish(item);
      case Action::kReload:
        return Reload();
      case Action::kStop:
        return Stop(item);
      case Action::kKeep:
        return;
    }
  }

  // Time passes: servers come up, one now and then fails, the ending ones end.
  void Tick() {
    observed.now += std::chrono::seconds(7);
    std::erase_if(observed.servers,
                  [](const ObservedServer& server) { return server.state == ServerState::kStopping; });
    for (ObservedServer& server : observed.servers) {
      if (server.state == ServerState::kStarting && random_() % 2 == 0) server.state = ServerState::kReady;
      if (server.active_runs > 0 && random_() % 3 == 0) --server.active_runs;
    }
  }

  Observed observed;

 private:
  void Start(const PlanItem& item) {
    ObservedServer server = support::MakeObserved(item.location, item.content, ServerState::kStarting);
    server.active_runs = static_cast<int>(random_() % 3);
    observed.servers.push_back(server);
  }

  void Publish(const PlanItem& item) {
    observed.published = item.text;
    for (ObservedServer& server : observed.servers) {
      const bool named = item.text.find("=" + server.address.socket + ";") != std::string::npos;
      if (server.published && !named) server.retired = observed.now;
      if (named) server.retired.reset();
      server.published = named;
    }
  }

  void Reload() {
    observed.webservers[0].locations.clear();
    for (const ObservedServer& server : observed.servers) {
      if (server.published) observed.webservers[0].locations[server.location] = {server.server_id, "", {}};
    }
    observed.webservers[0].reloaded = observed.now;
    observed.webservers[0].reloads += 1;
  }

  void Stop(const PlanItem& item) {
    for (ObservedServer& server : observed.servers) {
      if (server.location != item.location || server.content != item.content) continue;
      EXPECT_FALSE(server.published) << "stops what workspace.yaml names: " << item.object;
      if (server.retired) {
        EXPECT_GE(observed.now - *server.retired, std::chrono::seconds(90)) << item.object;
      }
      if (!item.cut_runs && server.retired) {
        EXPECT_EQ(server.active_runs, 0) << item.object;
      }
      server.state = ServerState::kStopping;
    }
  }

  std::mt19937 random_;
};

// What git says over time: each location has a version that counts up, some come and go.
struct Story {
  std::mt19937 random;
  std::map<std::string, int> wanted;  // location -> version
  std::map<std::string, int> proven;  // location -> version that was loaded

  void Next() {
    for (int i = 0; i < 4; ++i) {
      const std::string name(1, static_cast<char>('a' + random() % 6));
      if (random() % 4 == 0) {
        wanted.erase(name);
      } else {
        ++wanted[name];
      }
    }
  }

  Desired Render() const {
    Desired desired;
    desired.environment = "production";
    for (const auto& [name, version] : wanted) {
      const auto good = proven.find(name);
      std::vector<std::string> contents;
      if (good != proven.end()) contents.push_back(std::to_string(good->second));
      if (good == proven.end() || good->second != version) contents.push_back(std::to_string(version));
      desired.locations.push_back(support::MakeDesired(name, contents, good != proven.end()));
    }
    for (const auto& [name, version] : proven) {
      if (!wanted.contains(name)) desired.removals.push_back({name, {}});
    }
    return desired;
  }

  // What deciding would do: a loaded wanted version is proven from then on; a removal is done when nothing runs.
  void Learn(const Observed& observed) {
    for (const auto& [name, version] : wanted) {
      const auto loaded = observed.webservers[0].locations.find(name);
      if (loaded != observed.webservers[0].locations.end() &&
          loaded->second.server_id == "id-" + std::to_string(version)) {
        proven[name] = version;
      }
    }
    std::set<std::string> running;
    for (const ObservedServer& server : observed.servers) running.insert(server.location);
    std::erase_if(proven,
                  [&](const auto& entry) { return !wanted.contains(entry.first) && !running.contains(entry.first); });
  }
};

Plan NextPlan(const Desired& desired, const Observed& observed) {
  WantedWorkspace workspace;
  workspace.entries = SelectPublished(desired, observed);
  workspace.text = TextOf(workspace.entries);
  return MakePlan(desired, observed, workspace, {});
}

void ExpectProvenPublished(const Story& story, const Observed& observed) {
  if (!observed.published) return;
  for (const auto& [name, version] : story.proven) {
    if (!story.wanted.contains(name)) continue;
    EXPECT_NE((";" + *observed.published).find(";" + name + "="), std::string::npos) << name << " dropped out";
  }
}

// Passes until nothing is to be done and nothing is waited for; the number of passes.
int Settle(Story& story, World& world) {
  for (int pass = 0; pass < kMostPasses; ++pass) {
    story.Learn(world.observed);
    const Plan plan = NextPlan(story.Render(), world.observed);
    for (const PlanItem& item : plan.items) world.Apply(item);
    ExpectProvenPublished(story, world.observed);
    const bool settled = plan.empty() && !plan.look_again && story.proven == story.wanted;
    if (settled) return pass;
    world.Tick();
  }
  return kMostPasses;
}

class Converge : public testing::TestWithParam<unsigned> {};

TEST_P(Converge, EndsWithNothingToDo) {
  World world(GetParam());
  Story story{std::mt19937(GetParam()), {}, {}};
  for (int chapter = 0; chapter < 12 && !testing::Test::HasFailure(); ++chapter) {
    story.Next();
    if (chapter % 3 != 0) {  // a push before the one before has settled
      const Plan plan = NextPlan(story.Render(), world.observed);
      for (const PlanItem& item : plan.items) world.Apply(item);
      world.Tick();
      story.Learn(world.observed);
      story.Next();
    }
    ASSERT_LT(Settle(story, world), kMostPasses) << "chapter " << chapter;
    std::set<std::string> running;
    for (const ObservedServer& server : world.observed.servers) running.insert(server.location + server.content);
    EXPECT_EQ(running.size(), story.wanted.size()) << "a server too many or too few";
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Converge, testing::Range(1U, 101U));

}  // namespace
}  // namespace dagitops::plan
