#include "target/kubernetes/adoption.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "support/case_name.h"

namespace dagitops::kubernetes {
namespace {

using Texts = std::vector<std::string>;

// Location "sales" of release "old", whose place a release of ours has taken: Dagster has loaded it.
struct Taken {
  std::set<std::string> adopt{"old"};
  std::map<std::string, Release> releases;
  std::map<std::string, DeploymentView> deployments;
  std::map<std::string, Ownership> services{{"sales", {"sales", "sales", 3030}}};
  std::map<std::string, std::string> proven{{"sales", "c1"}};

  Taken() {
    Release& ours = releases["sales"];
    ours.name = ours.location = "sales";
    ours.environment = "production";
    ours.content = "c1";
    ours.status = Release::Status::kDeployed;
    releases["old"].name = "old";
    releases["old"].status = Release::Status::kDeployed;
    Add("old-sales", "old", "sales");
    Add("sales-code-sales", "sales", "sales");
  }
  void Add(const std::string& name, const std::string& release, const std::string& location) {
    DeploymentView& deployment = deployments[name];
    deployment.name = name;
    deployment.uid = "uid of " + name;
    deployment.release = release;
    deployment.location = location;
  }
  void AddOurs(const std::string& location) {
    Release& ours = releases[location] = releases["sales"];
    ours.name = ours.location = location;
    services[location] = {location, location, 3030};
    proven[location] = "c1";
  }

  // "superseded old-sales", "trim old: sales"
  Texts Left() const {
    const Leftovers left = FindLeftovers({adopt, "production", releases, deployments, services, proven});
    Texts lines;
    for (const Superseded& server : left.superseded) {
      EXPECT_EQ(server.uid, "uid of " + server.deployment);
      lines.push_back("superseded " + server.release + "'s " + server.location + ": " + server.deployment);
    }
    for (const auto& [release, locations] : left.trim) {
      std::string line = "trim " + release + ":";
      for (const std::string& location : locations) line += " " + location;
      lines.push_back(line);
    }
    return lines;
  }
};

struct Case {
  const char* name;
  std::function<void(Taken&)> change;
  Texts left;
};
class LeftoversOf : public testing::TestWithParam<Case> {};

TEST_P(LeftoversOf, ATakeover) {
  Taken taken;
  GetParam().change(taken);
  EXPECT_EQ(taken.Left(), GetParam().left);
}

const Texts kOld{"superseded old's sales: old-sales"};

INSTANTIATE_TEST_SUITE_P(
    All, LeftoversOf,
    testing::Values(
        Case{"IsTheOldServer", [](Taken&) {}, kOld},
        Case{"IsNothingWhileDagsterHasNotLoadedTheNewOne", [](Taken& the) { the.proven["sales"] = ""; }, {}},
        Case{"IsNothingWhileAnotherVersionIsOnItsWay", [](Taken& the) { the.proven["sales"] = "c0"; }, {}},
        Case{"IsNothingWithoutAReleaseOfOurs", [](Taken& the) { the.releases.erase("sales"); }, {}},
        Case{"IsNothingWhileHelmIsAtOurs",
             [](Taken& the) { the.releases["sales"].status = Release::Status::kPending; },
             {}},
        Case{"IsNothingWhereTheReleaseIsAnothersOfThatName",
             [](Taken& the) { the.releases["sales"].environment = "staging"; },
             {}},
        Case{"IsNothingWhileTheServiceIsTheOldReleases", [](Taken& the) { the.services["sales"].release = "old"; }, {}},
        Case{"IsNothingWhereThereIsNoService", [](Taken& the) { the.services.clear(); }, {}},
        Case{"IsNoServerThatGitDoesNotHave", [](Taken& the) { the.Add("old-hr", "old", "hr"); }, kOld},
        Case{"IsNoServerOfAReleaseThatIsNotToBeAdopted",
             [](Taken& the) {
               the.adopt = {"older"};
               the.releases["older"] = the.releases["old"];
             },
             {"trim older: sales"}},
        Case{"IsTheReleaseOnceTheServerIsGone",
             [](Taken& the) { the.deployments.erase("old-sales"); },
             {"trim old: sales"}},
        Case{"IsTheReleaseThoughItHasServersThatGitDoesNotHave",
             [](Taken& the) {
               the.deployments.erase("old-sales");
               the.Add("old-hr", "old", "hr");
             },
             {"trim old: sales"}},
        Case{"IsNotTheReleaseWhileOneOfGitsRunsFromIt",
             [](Taken& the) {
               the.deployments.erase("old-sales");
               the.Add("old-hr", "old", "hr");
               the.proven["hr"] = "";
             },
             {}},
        Case{"IsNotTheReleaseThatIsGone",
             [](Taken& the) {
               the.deployments.erase("old-sales");
               the.releases["old"].status = Release::Status::kGone;
             },
             {}},
        Case{"AreAllOfThem",
             [](Taken& the) {
               the.deployments.erase("old-sales");
               the.AddOurs("hr");
             },
             {"trim old: hr sales"}}),
    support::CaseName{});

}  // namespace
}  // namespace dagitops::kubernetes
