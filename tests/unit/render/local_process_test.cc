#include "dagitops/render/local_process.h"

#include <gtest/gtest.h>

#include <string>

#include "dagitops/yaml/parse.h"

#include "support/edit.h"

namespace dagitops::render {
namespace {

Version MakeVersion(const std::string& name, const std::string& revision, const std::string& tree) {
  Version version;
  version.revision.id = revision;
  version.location.name = name;
  version.location.entry =
      yaml::Parse("{name: " + name + ", dagsterApiGrpcArgs: [-m, a], image: {tag: x}}", "x", Layer::kFragment).root;
  version.location.settings.location_name = name;
  version.location.settings.local = LocalSettings{"code", "", "", ""};
  version.tree_id = tree;
  return version;
}

Effective With(EffectiveLocation location) {
  Effective effective;
  effective.environment = "production";
  effective.revision.id = "r9";
  effective.locations.push_back(std::move(location));
  return effective;
}

DesiredLocation One(const EffectiveLocation& location) {
  const Desired desired = LocalProcess(With(location), {"/py"});
  EXPECT_EQ(desired.locations.size(), 1U);
  return desired.locations.at(0);
}

EffectiveLocation Location() {
  EffectiveLocation location;
  location.name = "sales";
  location.serving = MakeVersion("sales", "r1", "tree1");
  return location;
}

TEST(LocalProcess, CarriesWhatWasDecidedThrough) {
  EffectiveLocation location = Location();
  location.decision = DecisionKind::kHold;
  location.reason = "does not load";
  location.changes = {{"env.A", "1", "2"}};
  Effective effective = With(location);
  effective.removals = {{"old", {}}};
  effective.left_alone = {"other"};
  effective.options.drift = EnvironmentOptions::Drift::kReport;
  const Desired desired = LocalProcess(effective, {});
  EXPECT_EQ(desired.environment, "production");
  EXPECT_EQ(desired.revision, "r9");
  EXPECT_EQ(desired.removals, effective.removals);
  EXPECT_EQ(desired.left_alone, effective.left_alone);
  EXPECT_EQ(desired.drift, EnvironmentOptions::Drift::kReport);
  const DesiredLocation& one = desired.locations.at(0);
  EXPECT_EQ(one.name, "sales");
  EXPECT_EQ(one.decision, DecisionKind::kHold);
  EXPECT_EQ(one.reason, "does not load");
  EXPECT_EQ(one.changes, location.changes);
}

TEST(LocalProcess, HasOneServerForEachVersion) {
  EffectiveLocation location = Location();
  location.candidate = MakeVersion("sales", "r2", "tree2");
  const DesiredLocation desired = One(location);
  ASSERT_EQ(desired.servers.size(), 2U);
  EXPECT_TRUE(desired.has_serving);
  EXPECT_EQ(desired.servers[0].process.tree_id, "tree1");
  EXPECT_EQ(desired.servers[0].revision, "r1");
  EXPECT_EQ(desired.servers[1].process.tree_id, "tree2");
  EXPECT_EQ(desired.servers[1].revision, "r2");
  EXPECT_EQ(desired.servers[1].process.python, "/py");
  EXPECT_NE(desired.servers[0].content, desired.servers[1].content);
  EXPECT_TRUE(desired.servers[0].proven);
  EXPECT_FALSE(desired.servers[1].proven);
}

TEST(LocalProcess, HasOnlyACandidateBeforeAnythingWasProven) {
  EffectiveLocation location;
  location.name = "sales";
  location.candidate = MakeVersion("sales", "r2", "tree2");
  const DesiredLocation desired = One(location);
  ASSERT_EQ(desired.servers.size(), 1U);
  EXPECT_FALSE(desired.has_serving);
  EXPECT_FALSE(desired.servers[0].proven);
}

TEST(LocalProcess, KeepsOneServerWhereOnlyTheWayItIsShownChanged) {
  EffectiveLocation location = Location();
  Version candidate = MakeVersion("sales", "r2", "tree1");
  candidate.location.entry = candidate.location.entry.With("image", Value::String("other"));
  candidate.location.settings.owner = "team-b";
  candidate.location.settings.order = 7;
  location.candidate = candidate;
  const DesiredLocation desired = One(location);
  ASSERT_EQ(desired.servers.size(), 1U);
  EXPECT_TRUE(desired.has_serving);
  EXPECT_EQ(desired.servers[0].content, One(Location()).servers[0].content);
  EXPECT_TRUE(desired.servers[0].proven) << "it is the very server that was";
  EXPECT_EQ(desired.servers[0].revision, "r2");
  EXPECT_EQ(desired.published.metadata.at("owner"), "team-b");
}

TEST(LocalProcess, StartsAnotherServerForAnotherLocationName) {
  EffectiveLocation location = Location();
  location.candidate = MakeVersion("sales", "r2", "tree1");
  support::Edit(location.candidate, [](Version& version) { version.location.settings.location_name = "Sales EU"; });
  const DesiredLocation desired = One(location);
  EXPECT_EQ(desired.servers.size(), 2U) << "the server is told its name";
  EXPECT_EQ(desired.location_name, "Sales EU");
  EXPECT_EQ(desired.servers[0].location_name, "sales");
  EXPECT_EQ(desired.servers[1].location_name, "Sales EU");
}

TEST(LocalProcess, ShowsOwnerAndMetadataAndNeverARevision) {
  EffectiveLocation location = Location();
  support::Edit(location.serving, [](Version& version) {
    version.location.settings.owner = "team-a";
    version.location.settings.metadata = {{"docs", "https://x"}, {"owner", "overruled"}};
  });
  const WorkspaceEntry published = One(location).published;
  EXPECT_EQ(published.metadata, (std::map<std::string, std::string>{{"docs", "https://x"}, {"owner", "team-a"}}));
  support::Edit(location.serving, [](Version& version) { version.revision.id = "r2"; });
  EXPECT_EQ(One(location).published, published);
}

TEST(LocalProcess, PublishesExternalServersWithTheirAddress) {
  EffectiveLocation location = Location();
  support::Edit(location.serving, [](Version& version) {
    version.location.settings.external = ExternalServer{"far", 4000, "", true};
  });
  support::Edit(location.serving, [](Version& version) { version.location.settings.local.reset(); });
  const DesiredLocation desired = One(location);
  ASSERT_EQ(desired.servers.size(), 1U);
  EXPECT_TRUE(desired.servers[0].external);
  EXPECT_EQ(desired.servers[0].process, ProcessSpec{});
  EXPECT_EQ(desired.servers[0].content.size(), 16U);
  EXPECT_EQ(desired.servers[0].address, (WorkspaceEntry{"sales", "far", 4000, "", true, {}}));
  EXPECT_EQ(desired.published.location_name, "sales");
}

TEST(LocalProcess, KeepsALocationThatCannotRunHere) {
  EffectiveLocation location = Location();
  support::Edit(location.serving, [](Version& version) { version.location.settings.local.reset(); });
  const DesiredLocation desired = One(location);
  ASSERT_EQ(desired.servers.size(), 1U);
  EXPECT_NE(desired.servers[0].not_runnable, "");
  EXPECT_EQ(desired.servers[0].content.size(), 16U);
}

TEST(LocalProcess, TakesTheRunsPolicyOfTheWantedVersion) {
  EffectiveLocation location = Location();
  location.candidate = MakeVersion("sales", "r2", "tree2");
  support::Edit(location.candidate, [](Version& version) { version.location.settings.runs.wait = false; });
  EXPECT_FALSE(One(location).runs.wait);
}

TEST(LocalProcess, KeepsThePublishedOrder) {
  Effective effective = With(Location());
  EffectiveLocation first = Location();
  first.name = "zebra";
  effective.locations.insert(effective.locations.begin(), first);
  const Desired desired = LocalProcess(effective, {});
  EXPECT_EQ(desired.locations[0].name, "zebra");
  EXPECT_EQ(desired.locations[1].name, "sales");
}

TEST(LocalProcess, GivesTheSameForTheSame) {
  EXPECT_EQ(One(Location()).servers, One(Location()).servers);
  EXPECT_EQ(One(Location()).servers[0].content, "ab638e479376be21") << "changing this restarts every server there is";
}

}  // namespace
}  // namespace dagitops::render
