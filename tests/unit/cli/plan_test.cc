// What `plan` says of locations that go, are held, or stay where somebody pinned them.
#include <gtest/gtest.h>

#include "dagitops/workspace/composer.h"

#include "support/locations.h"
#include "unit/cli/commands_fixture.h"

namespace dagitops::cli {
namespace {

class PlanCommandLine : public Commands {
 protected:
  // `a` and four more, so that one of them may go.
  static support::FakeSource::Files Five() {
    support::FakeSource::Files files{{"dagitops.yaml", kRepository}, {"code/a/defs.py", "x"}};
    for (const char* name : {"a", "b", "c", "d", "weird"})
      files["locations/" + std::string(name) + ".yaml"] = kFragment;
    return files;
  }

  bool Says(const std::string& text) const { return out.str().find(text) != std::string::npos; }
};

TEST_F(PlanCommandLine, TellsEachRemovalInOneLine) {
  const std::string base = source->Commit(Five());
  auto without = Five();
  without.erase("locations/weird.yaml");
  source->Commit(without);
  EXPECT_EQ(Run({"plan", "--base", base, "--exit-code"}), kChangesPending) << err.str();
  EXPECT_TRUE(Says("1 to publish, 1 to remove\n")) << out.str();
  EXPECT_TRUE(Says("  - remove weird: removed from git; its server ends 1m30s after it is out of workspace.yaml"))
      << out.str();
  EXPECT_FALSE(Says("keep server/weird")) << out.str();
  EXPECT_FALSE(Says("running")) << "no name that no server has: " << out.str();
  EXPECT_EQ(Run({"plan", "--base", base, "--output", "json"}), kDone);
  EXPECT_TRUE(Says(R"("removals":[{"location":"weird","reason":"removed from git;)")) << out.str();
}

// It has left workspace.yaml, and its server is only waited for: nothing of it is still to be done.
TEST_F(PlanCommandLine, CountsNoRemovalThatIsUnderWayAsAChange) {
  EnvironmentState state;
  state.environment = "production";
  LocationRecord record;
  record.last_good = support::MakeVersion(support::MakeLocation("gone"), "r1");
  record.removing = true;
  state.locations["gone"] = record;
  store.state = state;
  ASSERT_EQ(Run({"plan", "--exit-code"}), kChangesPending) << err.str();
  EXPECT_TRUE(Says("remove gone: removed from git, under way; ")) << out.str();
  EXPECT_FALSE(Says("gone ->")) << out.str();
  EXPECT_FALSE(Says("-> (gone)")) << out.str();
}

TEST_F(PlanCommandLine, OfALocationThatCannotRunHereNeedsAPerson) {
  const std::string base = source->Commit(Five());
  auto typo = Five();
  typo["locations/b.yaml"] = "dagitops: {codeSource: {moduleName: defs}, local: {path: code/nope}}\n";
  source->Commit(typo);
  EXPECT_EQ(Run({"plan", "--base", base, "--exit-code"}), kNeedsApproval) << out.str();
  EXPECT_TRUE(Says("not runnable here: there is no folder code/nope")) << out.str();
  EXPECT_EQ(Run({"plan", "--base", base}), kDone);
}

// Its newest version was tried and is bad: nothing is to be done, and all the same it does not run as git has it.
TEST_F(PlanCommandLine, OfAHeldLocationNeedsAPerson) {
  ASSERT_EQ(Run({"plan", "--exit-code"}), kChangesPending) << "a new location is only pending: " << err.str();
  workspace::Composer composer;
  const auto composition = composer.Compose(*source->ReadTree(source->head.revision, {}), "production");
  ASSERT_EQ(composition.locations.size(), 1U);
  const auto trees = source->TreeIds(source->head.revision, {"code/a"});
  store.state = EnvironmentState{};
  store.state->environment = "production";
  LocationRecord& record = store.state->locations["a"];
  record.failed.emplace();
  record.failed->key = VersionKey(*composition.locations.front(), trees->at("code/a"));
  record.failed->reason = "its definitions do not load";
  record.failed->retry_after = clock.now + std::chrono::minutes(5);
  EXPECT_EQ(Run({"plan", "--exit-code"}), kNeedsApproval) << out.str();
  EXPECT_TRUE(Says("nothing to do\n")) << out.str();
  EXPECT_TRUE(Says("  ! a: its definitions do not load\n")) << out.str();
  EXPECT_EQ(Run({"plan"}), kDone);
}

TEST_F(PlanCommandLine, SaysThatTheEnvironmentIsPaused) {
  store.state = EnvironmentState{};
  store.state->environment = "production";
  EXPECT_EQ(Run({"plan"}), kDone);
  EXPECT_EQ(err.str(), "");
  store.state->paused = true;
  EXPECT_EQ(Run({"plan"}), kDone);
  EXPECT_EQ(err.str(), "paused: nothing of this is done before `dagitops resume`\n");
}

TEST_F(PlanCommandLine, TellsWhatIsDisabledFromWhatIsGone) {
  const std::string base = source->Commit(Five());
  auto disabled = Five();
  disabled["locations/weird.yaml"] = std::string(kFragment) + "  enabled: false\n";
  source->Commit(disabled);
  EXPECT_EQ(Run({"plan", "--base", base}), kDone) << err.str();
  EXPECT_TRUE(Says("  - remove weird: disabled by `enabled: false`; ")) << out.str();
}

TEST_F(PlanCommandLine, TellsAHeldLocationThatNeverWasGood) {
  auto broken = Five();
  broken["locations/b.yaml"] = "image: {repository: r, tag: 1.10}\n";
  source->Commit(broken);
  EXPECT_EQ(Run({"plan", "--exit-code"}), kInvalidInput);
  EXPECT_TRUE(Says("  ! b: locations/b.yaml:1:")) << out.str();
}

TEST_F(PlanCommandLine, JsonTellsWhyItWaits) {
  const std::string base = source->head.revision.id;
  source->Commit({{"dagitops.yaml", kRepository}});
  EXPECT_EQ(Run({"plan", "--base", base, "--output", "json", "--exit-code"}), kNeedsApproval);
  EXPECT_TRUE(Says(R"("locations":[{"name":"a","decision":"removal-waiting","reason":"the revision leaves no)"))
      << out.str();
}

// The state was lost while its server ran: nothing else is known of it, but somebody has to say what becomes of it.
TEST_F(PlanCommandLine, KnowsARemovalThatWaitsThoughItNeverWasGood) {
  store.state = EnvironmentState{};
  store.state->environment = "production";
  store.state->locations["ghost"].removal_waits = "found running, and nothing is remembered about it";
  EXPECT_EQ(Run({"plan", "--exit-code"}), kNeedsApproval) << out.str();
  EXPECT_TRUE(Says("  ! ghost: found running, and nothing is remembered about it\n")) << out.str();
}

TEST_F(PlanCommandLine, OfAPinnedEnvironmentIsAboutItsPin) {
  const std::string old = source->head.revision.id;

  store.state = EnvironmentState{};
  store.state->environment = "production";
  store.state->pinned = source->head.revision;
  source->Commit(Five());
  EXPECT_EQ(Run({"plan"}), kDone) << err.str();
  EXPECT_TRUE(Says("production at " + old.substr(0, 8) + ": 1 to start")) << out.str();
  EXPECT_NE(err.str().find("pinned at " + old.substr(0, 8) + "; a plain `dagitops apply` would bring production at " +
                           source->head.revision.Short() + ": 5 to start"),
            std::string::npos)
      << err.str();
  EXPECT_EQ(Run({"plan", "--at", source->head.revision.id}), kDone) << err.str();
  EXPECT_TRUE(Says(": 5 to start")) << out.str();
}

// Taken for an ordinary push, the head of a rewritten history would seem to remove without asking.
TEST_F(PlanCommandLine, TellsThatHistoryCannotBeReadInsteadOfGuessing) {
  source->compare_failing = Error{ErrorKind::kRetry, "git-object-unreadable", "mirror", "could not read a commit", ""};
  EXPECT_EQ(Run({"plan", "--exit-code"}), kFailed);
  EXPECT_NE(err.str().find("could not read a commit"), std::string::npos) << err.str();
  EXPECT_EQ(out.str(), "");
}

TEST_F(PlanCommandLine, ExplainsEveryLocationAlsoWhereNothingChanges) {
  source->Commit(Five());
  const std::string base = source->head.revision.id;
  EXPECT_EQ(Run({"plan", "--base", base, "--explain"}), kDone) << err.str();
  EXPECT_TRUE(Says("nothing to do\na:\n")) << out.str();
  EXPECT_TRUE(Says("\nweird:\n")) << out.str();
  EXPECT_TRUE(Says("  dagitops.owner: team-a  (fragment, locations/a.yaml:2)\n")) << out.str();
}

TEST_F(PlanCommandLine, AChangeOnAClusterIsAStart) {
  files["/srv/space/s.yaml"] =
      "environments: {production: {target: kubernetes, kubernetes: {namespace: dagster, chart: {path: /c}}}}\n";
  const auto fragment = [](const char* tag) {
    return std::string("image: {repository: r/b, tag: \"") + tag + "\"}\ndagsterApiGrpcArgs: [-m, b]\n";
  };
  const std::string base = source->Commit({{"dagitops.yaml", kRepository}, {"locations/b.yaml", fragment("1")}});
  source->Commit({{"dagitops.yaml", kRepository}, {"locations/b.yaml", fragment("2")}});
  EXPECT_EQ(Run({"plan", "--config", "s.yaml", "--base", base, "--exit-code"}), kChangesPending) << err.str();
  EXPECT_TRUE(Says("+ start server/b@")) << out.str();
  EXPECT_TRUE(Says("image.tag: 1 -> 2\n")) << out.str();
  EXPECT_FALSE(Says("runs")) << out.str();
}

// Dagster's own release, and the one of what belongs to all locations, are no location's, and still change.
TEST_F(PlanCommandLine, TellsOfTheReleasesThatAreNoLocations) {
  files["/srv/space/s.yaml"] =
      "environments: {production: {target: kubernetes, kubernetes: {namespace: dagster, chart: {path: /c}, "
      "workspaceConfigMap: w, system: {chart: {path: /d}}}}}\n";
  const auto commit = [this](const std::string& level, const std::string& account) {
    return source->Commit(
        {{"dagitops.yaml", kRepository},
         {"environments/production/user-deployments.yaml", "serviceAccount: {annotations: {a: " + account + "}}\n"},
         {"environments/production/system.yaml",
          "dagsterWebserver: {logLevel: " + level +
              ", workspace: {enabled: true, servers: [], externalConfigmap: w}}\n"
              "dagster-user-deployments: {enabled: true, enableSubchart: false}\n"}});
  };
  const std::string base = commit("info", "x");
  const auto ask = [&] {
    out.str("");
    EXPECT_EQ(Run({"plan", "--config", "s.yaml", "--base", base}), kDone) << err.str();
    return out.str();
  };
  EXPECT_NE(ask().find("nothing to do"), std::string::npos) << out.str();
  commit("debug", "x");
  EXPECT_NE(ask().find("release/system"), std::string::npos) << out.str();
  EXPECT_FALSE(Says("release/base")) << out.str();
  commit("info", "z");
  EXPECT_NE(ask().find("release/base"), std::string::npos) << out.str();
  EXPECT_FALSE(Says("release/system")) << out.str();
}

TEST_F(PlanCommandLine, NamesServicesWhereARemovalIsOfACluster) {
  files["/srv/space/s.yaml"] =
      "environments: {production: {target: kubernetes, kubernetes: {namespace: dagster, chart: {path: /c}}}}\n";
  support::FakeSource::Files tree{{"dagitops.yaml", kRepository}};
  for (const char* name : {"a", "b", "c", "d"}) {
    tree["locations/" + std::string(name) + ".yaml"] =
        "image: {repository: r/b, tag: \"1\"}\ndagsterApiGrpcArgs: [-m, b]\nport: 4000\n";
  }
  const std::string base = source->Commit(tree);
  tree.erase("locations/d.yaml");
  source->Commit(tree);
  EXPECT_EQ(Run({"plan", "--config", "s.yaml", "--base", base, "--exit-code"}), kChangesPending) << err.str();
  EXPECT_TRUE(Says("d: d:4000 -> (gone)\n")) << out.str();
  EXPECT_FALSE(Says(".sock")) << out.str();
  EXPECT_FALSE(Says("a: a:4000")) << out.str();
}

TEST_F(PlanCommandLine, AsksTheClusterOnlyWhenToldTo) {
  source->Commit(Five());
  EXPECT_EQ(Run({"plan"}), kDone) << err.str();
  EXPECT_FALSE(Says("cluster")) << out.str();
  EXPECT_EQ(Run({"plan", "--diff"}), kInvalidInput);
  EXPECT_NE(err.str().find("there is no cluster"), std::string::npos) << err.str();
  objects.emplace();
  EXPECT_EQ(Run({"plan", "--diff"}), kDone) << err.str();
  EXPECT_TRUE(Says("objects of the cluster: none changes\n")) << out.str();
  EXPECT_EQ(Run({"plan", "--diff", "--base", "HEAD~1"}), kUsage) << "a commit is no cluster";
}

TEST_F(PlanCommandLine, WhatTheClusterRefusesNeedsAPerson) {
  source->Commit(Five());
  objects.emplace();
  objects->push_back({ObjectChange::Kind::kRefused, "a", "Deployment/a", "no", {}});
  EXPECT_EQ(Run({"plan", "--diff"}), kDone) << err.str();
  EXPECT_EQ(Run({"plan", "--diff", "--exit-code"}), kNeedsApproval) << err.str();
}

TEST_F(PlanCommandLine, WhatOnlyTheClusterKnowsOfIsAChange) {
  store.state = EnvironmentState();
  source->Commit({{"dagitops.yaml", kRepository}});
  EXPECT_EQ(Run({"plan", "--exit-code"}), kDone) << out.str();
  objects.emplace();
  objects->push_back({ObjectChange::Kind::kChanged, "dagitops-base", "ConfigMap/a", "", {}});
  EXPECT_EQ(Run({"plan", "--diff", "--exit-code"}), kChangesPending) << out.str();
}

TEST_F(PlanCommandLine, ExplainsInJsonToo) {
  EXPECT_EQ(Run({"plan", "--explain", "--output", "json"}), kDone) << err.str();
  EXPECT_TRUE(
      Says(R"({"path":"dagitops.owner","text":"team-a","layer":"fragment","file":"locations/a.yaml","line":2})"))
      << out.str();
  EXPECT_EQ(Run({"plan", "--output", "json"}), kDone) << err.str();
  EXPECT_TRUE(Says(R"("explained":null)")) << out.str();
}

TEST_F(PlanCommandLine, ExplainNamesALineOnlyWhereThereIsOne) {
  EXPECT_EQ(Run({"plan", "--explain"}), kDone);
  EXPECT_FALSE(Says(":0)")) << out.str();
  EXPECT_TRUE(Says("(fragment, locations/a.yaml)")) << out.str();
}

}  // namespace
}  // namespace dagitops::cli
