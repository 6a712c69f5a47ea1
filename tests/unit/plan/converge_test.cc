#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "dagitops/plan/make_plan.h"
#include "dagitops/plan/published.h"

#include "support/world.h"

// The property that covers planning as a whole: whatever is desired next, whatever fails, carrying out plan after plan
// ends with nothing to do; a name that Dagster has loaded and git still has is never missing from workspace.yaml on the
// way, whichever location it belongs to, and no server that workspace.yaml names, or named less than 90 s ago, is
// stopped.
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
    server.address.location_name = item.server->location_name;
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
      if (!server.published) continue;
      const bool first = observed.webservers[0]
                             .locations.emplace(server.address.location_name, LoadedLocation{server.server_id, "", {}})
                             .second;
      EXPECT_TRUE(first) << server.address.location_name << " is there twice";
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

// One location as git says it: a version that counts up, and its name in Dagster, which may wander.
struct Wanted {
  int version = 0;
  std::string name;

  // What its server is made of.
  std::string Content() const { return std::to_string(version) + name; }
  friend bool operator==(const Wanted&, const Wanted&) = default;
};

// What git says over time: locations change, come and go, swap their names in Dagster or leave them to each other.
struct Story {
  explicit Story(unsigned seed) : random(seed) {}

  std::mt19937 random;
  std::map<std::string, Wanted> wanted{};
  std::map<std::string, Wanted> proven{};  // what was loaded
  std::set<std::string> served{};          // names in Dagster that were loaded and are still wanted

  std::string AnyName() { return {1, static_cast<char>('a' + random() % 6)}; }

  void Next() {
    for (int i = 0; i < 4; ++i) {
      const std::string name = AnyName();
      const auto found = wanted.find(name);
      const unsigned what = random() % 8;
      if (found == wanted.end()) {
        Add(name);
      } else if (what < 2) {
        wanted.erase(found);
      } else if (what == 2) {
        Swap(found->second);
      } else if (what == 3) {
        Move(found);
      } else {
        ++found->second.version;
      }
    }
    std::erase_if(served, [&](const std::string& name) { return !IsTaken(name); });
  }

  bool IsTaken(const std::string& name) const {
    return std::any_of(wanted.begin(), wanted.end(), [&](const auto& entry) { return entry.second.name == name; });
  }

  void Add(const std::string& name) {
    std::string free = name;
    while (IsTaken(free)) free += "'";
    wanted[name] = {++versions_, free};
  }

  void Swap(Wanted& one) {
    const auto other = wanted.find(AnyName());
    if (other != wanted.end()) std::swap(one.name, other->second.name);
  }

  // The fragment is renamed and keeps its name in Dagster.
  void Move(std::map<std::string, Wanted>::iterator from) {
    const std::string to = AnyName();
    if (wanted.contains(to)) return;
    Wanted moved = from->second;
    moved.version = ++versions_;
    wanted.erase(from);
    wanted[to] = moved;
  }

  static DesiredServer Server(const std::string& location, const Wanted& version) {
    DesiredServer server = support::MakeServer(location, version.Content());
    server.location_name = version.name;
    return server;
  }

  Desired Render() const {
    Desired desired;
    desired.environment = "production";
    for (const auto& [name, version] : wanted) {
      DesiredLocation location = support::MakeDesired(name, {}, proven.contains(name));
      location.location_name = version.name;
      if (location.has_serving) location.servers.push_back(Server(name, proven.at(name)));
      if (!location.has_serving || proven.at(name) != version) location.servers.push_back(Server(name, version));
      desired.locations.push_back(location);
    }
    for (const auto& [name, version] : proven) {
      if (!wanted.contains(name)) desired.removals.push_back({name, {}});
    }
    return desired;
  }

  // What deciding would do: a loaded wanted version is proven from then on; a removal is done when nothing runs.
  void Learn(const Observed& observed) {
    for (const auto& [name, version] : wanted) {
      const auto loaded = observed.webservers[0].locations.find(version.name);
      if (loaded == observed.webservers[0].locations.end()) continue;
      if (loaded->second.server_id != support::MakeObserved(name, version.Content()).server_id) continue;
      proven[name] = version;
      served.insert(version.name);
    }
    std::set<std::string> running;
    for (const ObservedServer& server : observed.servers) running.insert(server.location);
    std::erase_if(proven,
                  [&](const auto& entry) { return !wanted.contains(entry.first) && !running.contains(entry.first); });
  }

 private:
  int versions_ = 0;
};

Plan NextPlan(const Desired& desired, const Observed& observed) {
  WantedWorkspace workspace;
  workspace.entries = SelectPublished(desired, observed);
  workspace.text = TextOf(workspace.entries);
  return MakePlan(desired, observed, workspace, {});
}

void ExpectServedPublished(const Story& story, const Observed& observed) {
  if (!observed.published) return;
  for (const std::string& name : story.served) {
    EXPECT_NE((";" + *observed.published).find(";" + name + "="), std::string::npos) << name << " dropped out";
  }
}

// Passes until nothing is to be done and nothing is waited for; the number of passes.
int Settle(Story& story, World& world) {
  for (int pass = 0; pass < kMostPasses; ++pass) {
    story.Learn(world.observed);
    const Plan plan = NextPlan(story.Render(), world.observed);
    for (const PlanItem& item : plan.items) world.Apply(item);
    ExpectServedPublished(story, world.observed);
    const bool settled = plan.empty() && !plan.look_again && story.proven == story.wanted;
    if (settled) return pass;
    world.Tick();
  }
  return kMostPasses;
}

class Converge : public testing::TestWithParam<unsigned> {};

TEST_P(Converge, EndsWithNothingToDo) {
  World world(GetParam());
  Story story(GetParam());
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

INSTANTIATE_TEST_SUITE_P(Seeds, Converge, testing::Range(1U, 301U));

}  // namespace
}  // namespace dagitops::plan
