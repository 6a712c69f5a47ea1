// The release that all locations are in: what is done with the cluster for some orders.

#include "target/kubernetes/shared_deployer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "unit/target/kubernetes/shared_fixture.h"

namespace dagitops::kubernetes {
namespace {

using Texts = std::vector<std::string>;

class SharedDeployers : public testing::Test {
 protected:
  void Begin() {
    const Outcomes outcomes =
        world.Run({BaseOrder("base: true\n", "b1"), SharedOrder("hr", "1"), SharedOrder("sales", "1")});
    for (const auto& [location, result] : outcomes) EXPECT_TRUE(result) << location;
    world.cluster.faults.calls.clear();
  }
  // A release that a pipeline made, and its ConfigMap.
  void BeginForeign() {
    world.cluster.revisions.push_back(
        {Foreign(), "other: 1\ndeployments: [{name: hr, tag: '0'}, {name: sales, tag: '1'}]\n"});
    world.cluster.deployments = {{"hr", {"x", 1}}, {"sales", {"y", 1}}};
    world.cluster.map = boost::json::object{{"metadata", {{"labels", {{"team", "data"}}}, {"resourceVersion", "0"}}},
                                            {"data", {{"values.yaml", "x"}}}};
  }
  static Release Foreign() {
    Release release;
    release.name = kSharedRelease;
    release.version = 4;
    release.status = Release::Status::kDeployed;
    return release;
  }
  static std::string CodeOf(const Outcomes& outcomes, const std::string& location) {
    const auto found = outcomes.find(location);
    if (found == outcomes.end()) return "none";
    return found->second ? "version " + std::to_string(*found->second) : found->second.error().code;
  }
  Texts Calls() const { return world.cluster.faults.calls; }

  SharedWorld world;
};

constexpr char kMapPath[] = "/api/v1/namespaces/dagster/configmaps/dagster-user-deployments-values-yaml";

TEST_F(SharedDeployers, WritesWhatHelmGetsBeforeItIsCalledAndNotesWhatItMade) {
  Begin();
  EXPECT_EQ(CodeOf(world.Run({SharedOrder("sales", "2")}), "sales"), "version 2");
  EXPECT_EQ(Calls(),
            (Texts{std::string("get ") + kMapPath, "write /apis/apps/v1/namespaces/dagster/deployments/code-sales",
                   "write /api/v1/namespaces/dagster/services/sales", std::string("write ") + kMapPath, "helm begins",
                   "helm applies hr", "helm applies sales", "helm ends",
                   "get /apis/apps/v1/namespaces/dagster/deployments?labelSelector=component%3Duser-deployments%2C"
                   "app.kubernetes.io%2Finstance%3Ddagster-user-deployments",
                   std::string("write ") + kMapPath}));
  const SharedRecord record = world.cluster.record();
  EXPECT_EQ(TextOf(record), "b1: hr=1 sales=2");
  EXPECT_EQ(record.locations.at("sales").generation, 2);
  EXPECT_EQ(record.locations.at("hr").generation, 1);
  EXPECT_EQ(world.cluster.release()->environment, "production");
  EXPECT_EQ(world.cluster.release()->content, SharedDigest(record));
}

TEST_F(SharedDeployers, OneThatTheServerRefusesCostsOnlyItself) {
  Begin();
  world.cluster.refuse = [](const std::string& body) {
    return body.find("\"bad\"") != std::string::npos ? "the server's words" : "";
  };
  const Outcomes outcomes = world.Run({SharedOrder("sales", "bad"), SharedOrder("hr", "2")});
  EXPECT_EQ(CodeOf(outcomes, "sales"), "kube-rejected");
  EXPECT_EQ(outcomes.at("sales").error().message, "Deployment/code-sales: the server's words");
  EXPECT_EQ(CodeOf(outcomes, "hr"), "version 2");
  EXPECT_EQ(TextOf(world.cluster.record()), "b1: hr=2 sales=1");
  EXPECT_EQ(world.cluster.upgrades(), 2);
}

TEST_F(SharedDeployers, ANewOneWhoseServiceIsAnothersFailsAlone) {
  Begin();
  world.cluster.owners["ops"] = "other";
  const Outcomes outcomes = world.Run({SharedOrder("ops", "1"), SharedOrder("hr", "2")});
  EXPECT_EQ(CodeOf(outcomes, "ops"), "helm-foreign-object");
  EXPECT_EQ(CodeOf(outcomes, "hr"), "version 2");
}

TEST_F(SharedDeployers, TakesWhatOthersAreMadeOfFromHelmWhereTheMapWasChanged) {
  Begin();
  for (const bool gone : {false, true}) {
    if (gone) {
      world.cluster.map.reset();
    } else {
      world.cluster.map->at("data").as_object()["values.yaml"] = "deployments: [{name: sales, tag: hacked}]\n";
    }
    EXPECT_NE(CodeOf(world.Run({BaseOrder("base: true\n", "b1")}), ""), "none");
    const SharedRecord record = world.cluster.record();
    EXPECT_TRUE(record.intact);
    EXPECT_EQ(SharedValues(record), "base: true\n" + std::string("deployments:\n  - name: \"hr\"\n    tag: \"1\"\n") +
                                        "  - name: \"sales\"\n    tag: \"1\"\n");
    EXPECT_EQ(TextOf(record), gone ? "b1: hr=* sales=*" : "b1: hr=1 sales=1");
    EXPECT_EQ(world.cluster.deployments.at("sales").generation, 1);
  }
}

TEST_F(SharedDeployers, LeavesAReleaseOfSomebodyElseAlone) {
  BeginForeign();
  EXPECT_EQ(CodeOf(world.Run({SharedOrder("sales", "2")}), "sales"), "helm-foreign-release");
  world.cluster.revisions.clear();
  EXPECT_EQ(CodeOf(world.Run({SharedOrder("sales", "2")}), "sales"), "helm-foreign-release")
      << "there is its ConfigMap";
  EXPECT_EQ(world.cluster.upgrades(), 0);
}

TEST_F(SharedDeployers, TakesOverAReleaseOfItsNameAsItIsWhereThatIsSaid) {
  BeginForeign();
  world.adopt = {kSharedRelease};
  EXPECT_EQ(CodeOf(world.Run({BaseOrder("base: true\n", "b1"), SharedOrder("sales", "2")}), "sales"), "version 5");
  const SharedRecord record = world.cluster.record();
  EXPECT_EQ(TextOf(record), "b1: hr=* sales=2") << "what git does not have stays, and is nobody's";
  EXPECT_EQ(record.locations.at("hr").entry, "deployments:\n  - name: \"hr\"\n    tag: \"0\"\n");
  EXPECT_EQ(world.cluster.map->at("metadata").at("labels").at("team").as_string(), "data");
  EXPECT_EQ(world.cluster.release()->environment, "production");
}

TEST_F(SharedDeployers, RecoversAPendingRevisionThatIsOursAtOnce) {
  Begin();
  world.cluster.faults.ArmAt(support::Faults::Kind::kKillBefore, "helm applies sales");
  EXPECT_THROW(world.Run({SharedOrder("sales", "2")}), support::Killed);
  EXPECT_EQ(world.cluster.release()->status, Release::Status::kPending);
  EXPECT_EQ(CodeOf(world.Run({SharedOrder("sales", "2")}), "sales"), "version 2");
  world.cluster.revisions.back().release.status = Release::Status::kPending;
  world.cluster.revisions.back().release.since = world.clock.Now();
  EXPECT_EQ(CodeOf(world.Run({SharedOrder("sales", "3")}), "sales"), "helm-busy") << "that is another helm";
}

TEST_F(SharedDeployers, NotesWhatARunThatWasCutShortMade) {
  Begin();
  world.cluster.faults.ArmAt(support::Faults::Kind::kKillAfter, "helm ends");
  EXPECT_THROW(world.Run({SharedOrder("sales", "2")}), support::Killed);
  EXPECT_EQ(TextOf(world.cluster.record()), "b1: hr=1 sales=2*");
  EXPECT_EQ(world.deployer.Finish(*world.cluster.release()).value(), 2);
  EXPECT_EQ(TextOf(world.cluster.record()), "b1: hr=1 sales=2");
  EXPECT_EQ(world.cluster.record().applied_version, 2);
  EXPECT_EQ(world.cluster.upgrades(), 2);
}

TEST_F(SharedDeployers, LoadsTheCodeOfAVersionBeforeItIsInIt) {
  Begin();
  const auto same = world.deployer.Check(SharedOrder("sales", "1"), world.cluster.release());
  EXPECT_EQ(same.value(), 1) << "it runs already";
  world.cluster.faults.calls.clear();
  static_cast<void>(world.deployer.Check(SharedOrder("sales", "2"), world.cluster.release()));
  const Texts calls = Calls();
  const auto looked_at = [&](const std::string& name) {
    return std::count(calls.begin(), calls.end(), "write /apis/apps/v1/namespaces/dagster/deployments/" + name);
  };
  EXPECT_EQ(looked_at("code-sales"), 1);
  EXPECT_EQ(looked_at("code-hr"), 0) << "the others are not looked at";
  EXPECT_EQ(world.cluster.upgrades(), 1);
}

TEST_F(SharedDeployers, GoesOnceAllThatWasInItIsAReleaseOfItsOwn) {
  Begin();
  EXPECT_TRUE(world.deployer.Trim(*world.cluster.release(), {"sales"}));
  EXPECT_EQ(TextOf(world.cluster.record()), "b1: hr=1");
  ASSERT_TRUE(world.cluster.release());
  EXPECT_TRUE(world.deployer.Trim(*world.cluster.release(), {"sales"}));
  EXPECT_EQ(world.cluster.upgrades(), 2) << "there was nothing to be taken out";
  world.cluster.faults.calls.clear();
  EXPECT_TRUE(world.deployer.Trim(*world.cluster.release(), {"hr", "sales"}));
  EXPECT_FALSE(world.cluster.release());
  EXPECT_FALSE(world.cluster.map);
  const Texts calls = Calls();
  EXPECT_LT(std::find(calls.begin(), calls.end(), "helm removes hr"),
            std::find(calls.begin(), calls.end(), "helm uninstalls"))
      << "at its end helm would take along what the release lists";
}

}  // namespace
}  // namespace dagitops::kubernetes
