#include "dagitops/target/kubernetes/gather_facts.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "dagitops/yaml/parse.h"

#include "support/fake_command_runner.h"
#include "support/fake_dagster.h"
#include "unit/target/kubernetes/fake_api.h"

namespace dagitops::kubernetes {
namespace {

using doctor::KubernetesFacts;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr char kReviews[] = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

bool IsReview(const kube::ApiWrite& write) { return write.path == kReviews; }

class Gather : public testing::Test {
 protected:
  Gather() {
    options.environment = "production";
    options.name_space = "dagster";
    options.workspace_config_map = "dagitops-workspace";
    options.webservers.selector = "component=webserver";
    options.webservers.daemon_selector = "component=daemon";
    CodeLocation sales;
    sales.name = "sales";
    sales.entry = yaml::Parse("image: {repository: a}", "f", Layer::kFragment).root;
    locations.push_back(std::make_shared<const CodeLocation>(std::move(sales)));
    api.on_get = [this](const std::string& path) -> Result<std::string> {
      if (path == "/version") return std::string(R"({"gitVersion": "v1.34.2"})");
      for (const auto& [part, answer] : answers) {
        if (path.find(part) != std::string::npos) return answer;
      }
      return std::string(R"({"items": []})");
    };
    api.on_write = [this](const kube::ApiWrite& write) -> Result<std::string> {
      if (IsReview(write)) {
        for (const std::string& part : denied) {
          if (write.body.find(part) != std::string::npos) return std::string(R"({"status": {"allowed": false}})");
        }
        return std::string(R"({"status": {"allowed": true}})");
      }
      if (refusal && write.dry_run) return *refusal;
      return std::string(R"({"status": {"userInfo": {"username": "ada"}}})");
    };
  }

  KubernetesFacts Run() {
    KubernetesFacts facts = GivenFacts(options);
    GatherCluster(options, {"ours", false}, {api, dagster}, locations, facts);
    return facts;
  }

  Options options;
  FakeApi api;
  support::FakeDagster dagster;
  std::vector<std::shared_ptr<const CodeLocation>> locations;
  std::map<std::string, Result<std::string>> answers;  // of GETs, by a part of the path
  std::vector<std::string> denied;                     // parts of reviews that are answered with no
  std::optional<Error> refusal;                        // of dry runs
};

TEST_F(Gather, AsksForEachRightByAReviewAndWritesNothingElseThatCounts) {
  const KubernetesFacts facts = Run();
  EXPECT_EQ((**facts.rights).size(), NeededRights({"ours", false}).size());
  EXPECT_EQ(facts.account, "ada");
  std::vector<std::string> bodies;
  for (const kube::ApiWrite& write : api.writes()) {
    if (IsReview(write)) {
      bodies.push_back(write.body);
    } else {
      EXPECT_TRUE(write.dry_run || write.path.ends_with("selfsubjectreviews")) << write.path;
    }
  }
  EXPECT_THAT(bodies,
              Contains(R"({"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{)"
                       R"("resourceAttributes":{"namespace":"dagster","verb":"get","group":"","resource":"pods",)"
                       R"("subresource":"log"}}})"));
  EXPECT_THAT(bodies, Contains(HasSubstr(R"("resource":"leases","name":"ours")")));
  EXPECT_TRUE(api.removals().empty());
}

TEST_F(Gather, WithoutAServerNothingMoreIsAsked) {
  api.on_get = [](const std::string&) -> Result<std::string> {
    return ApiFailure("kube-unreachable", ErrorKind::kRetry);
  };
  const KubernetesFacts facts = Run();
  EXPECT_EQ(facts.version->error().code, "kube-unreachable");
  EXPECT_FALSE(facts.rights || facts.state || facts.refused || facts.webservers || facts.daemons);
  EXPECT_EQ(api.calls().size(), 1);
}

TEST_F(Gather, CredentialsThatAreNotTakenAreNoServerEither) {
  api.on_write = [](const kube::ApiWrite&) -> Result<std::string> {
    return ApiFailure("kube-unauthorized", ErrorKind::kStalled);
  };
  const KubernetesFacts facts = Run();
  EXPECT_EQ(facts.version->error().code, "kube-unauthorized");
  EXPECT_FALSE(facts.rights || facts.state);
}

TEST_F(Gather, ANamespaceIsThereOrNotOrEnding) {
  const std::string path = "/api/v1/namespaces/dagster";
  answers.emplace(path, std::string(R"({"status": {"phase": "Active"}})"));
  EXPECT_TRUE((**Run().state).exists);
  answers.at(path) = std::string(R"({"status": {"phase": "Terminating"}})");
  EXPECT_TRUE((**Run().state).ending);
  answers.at(path) = ApiFailure("kube-not-found", ErrorKind::kInvalid);
  const KubernetesFacts facts = Run();
  EXPECT_FALSE((**facts.state).exists);
  EXPECT_FALSE(facts.refused || facts.webservers);
}

TEST_F(Gather, ANamespaceThatWeMayNotLookAtIsFoundByADryRun) {
  answers.emplace("/api/v1/namespaces/dagster", ApiFailure("kube-forbidden", ErrorKind::kStalled));
  denied = {R"("verb":"patch","group":"","resource":"pods")"};  // so that no pod is tried
  EXPECT_TRUE((**Run().state).exists);
  EXPECT_THAT(api.calls(), Contains("create (dry run) /api/v1/namespaces/dagster/configmaps"));
  refusal = ApiFailure("kube-not-found", ErrorKind::kInvalid);
  EXPECT_FALSE((**Run().state).exists);
  refusal = ApiFailure("kube-forbidden", ErrorKind::kStalled);
  EXPECT_EQ(Run().state->error().code, "kube-forbidden");
}

TEST_F(Gather, PodsAreTriedAsDryRunsAndRefusalsKept) {
  refusal = Error{ErrorKind::kStalled, "kube-forbidden", "", "violates PodSecurity", ""};
  const KubernetesFacts facts = Run();
  EXPECT_THAT(api.calls(), Contains("apply (dry run) /api/v1/namespaces/dagster/pods/dagitops-doctor"));
  ASSERT_EQ((**facts.refused).size(), 1);
  EXPECT_EQ((**facts.refused)[0].location, "sales");
  EXPECT_EQ((**facts.refused)[0].words, "violates PodSecurity");
  refusal =
      Error{ErrorKind::kStalled, "kube-forbidden", "", "error looking up service account n/default: not found", ""};
  EXPECT_TRUE((**Run().refused).empty()) << "a namespace that was just made has none yet";
  refusal = Error{ErrorKind::kInvalid, "kube-rejected", "", "Pod \"dagitops-doctor\" is invalid: spec: no image", ""};
  EXPECT_TRUE((**Run().refused).empty()) << "that is the location's own fault";
  refusal = ApiFailure("kube-busy", ErrorKind::kRetry);
  EXPECT_EQ(Run().refused->error().code, "kube-busy");
}

TEST_F(Gather, WhatWeMayNotDoIsNotTried) {
  denied = {R"("verb":"create","group":"","resource":"pods"})", R"("verb":"list","group":"","resource":"pods"})"};
  const KubernetesFacts facts = Run();
  EXPECT_FALSE(facts.refused || facts.webservers || facts.daemons);
  EXPECT_THAT(api.calls(), Not(Contains(HasSubstr("/pods"))));
}

TEST_F(Gather, WebserversAreListedAskedAndTheirReleaseLookedAt) {
  answers.emplace(
      "pods?labelSelector=component%3Dwebserver",
      std::string(R"({"items": [{"metadata": {"name": "web", "labels": {"app.kubernetes.io/instance": "dagster"}},
      "spec": {"containers": [{"ports": [{"containerPort": 80}]}]},
      "status": {"podIP": "10.0.0.1", "conditions": [{"type": "Ready", "status": "True"}]}},
      {"metadata": {"name": "old", "deletionTimestamp": "2026-01-01T00:00:00Z"}}]})"));
  answers.emplace("deployments?labelSelector=component%3Duser-deployments", std::string(R"({"items": [
      {"metadata": {"name": "dagster-a", "labels": {"app.kubernetes.io/instance": "dagster"}}},
      {"metadata": {"name": "sales", "labels": {"app.kubernetes.io/instance": "sales"}}}]})"));
  const KubernetesFacts facts = Run();
  ASSERT_EQ((**facts.webservers).size(), 1) << "one on its way out does not count";
  ASSERT_EQ(facts.asked.size(), 1);
  EXPECT_EQ(facts.asked[0].url, "http://10.0.0.1:80");
  EXPECT_THAT(**facts.umbrella, ElementsAre("dagster-a"));
  EXPECT_TRUE((**facts.daemons).empty());
}

TEST_F(Gather, AWebserverByUrlIsAskedAndNoPodOfIt) {
  options.webservers.selector = options.webservers.daemon_selector = "";
  options.webservers.url = "http://ada:secret@dagster";
  const KubernetesFacts facts = Run();
  ASSERT_EQ(facts.asked.size(), 1);
  EXPECT_EQ(facts.asked[0].url.find("secret"), std::string::npos);
  EXPECT_FALSE(facts.webservers || facts.daemons);
}

TEST_F(Gather, NoMoreThanTwentyLocationsAreTried) {
  for (int i = 0; i < 30; ++i) locations.push_back(locations.front());
  Run();
  EXPECT_EQ(std::ranges::count(api.calls(), "apply (dry run) /api/v1/namespaces/dagster/pods/dagitops-doctor"), 20);
}

TEST(GatherHelm, HasItsVersionAndTheChartsName) {
  support::FakeCommandRunner runner;
  runner.answer = [](const Command& command) {
    return support::FakeCommandRunner::Said(command.arguments[1] == "version" ? "v3.19.4\n"
                                                                              : "name: code\nversion: 1.12.19\n");
  };
  Options options;
  options.chart.path = "/charts/code";
  options.system_chart.name = "dagster";
  KubernetesFacts facts = GivenFacts(options);
  GatherHelm(options, runner, facts);
  EXPECT_EQ(**facts.helm, "v3.19.4");
  ASSERT_EQ(facts.charts.size(), 1);
  EXPECT_EQ((**facts.charts[0].found).name, "code");
  EXPECT_EQ((**facts.charts[0].found).version, "1.12.19");
  EXPECT_EQ(facts.charts[0].named, "/charts/code");
  EXPECT_EQ(facts.charts[0].set_version, "");
}

TEST(GatherHelm, LooksAtTheChartOfDagsterItselfWhereThereIsOne) {
  support::FakeCommandRunner runner;
  runner.answer = [](const Command& command) {
    return support::FakeCommandRunner::Said("name: " + command.arguments.back() + "\nversion: 1.12.19\n");
  };
  Options options;
  options.chart.path = "/charts/code";
  options.system_chart.path = "/charts/dagster";
  KubernetesFacts facts = GivenFacts(options);
  GatherHelm(options, runner, facts);
  ASSERT_EQ(facts.charts.size(), 2);
  EXPECT_EQ((**facts.charts[0].found).name, "/charts/code");
  EXPECT_EQ((**facts.charts[1].found).name, "/charts/dagster");
  EXPECT_EQ(facts.charts[1].wanted, "dagster");
}

TEST(GatherHelm, WithoutAHelmNoChartIsLookedAt) {
  support::FakeCommandRunner runner;
  runner.answer = [](const Command&) -> Result<CommandResult> {
    return Error{ErrorKind::kInvalid, "program-not-found", "helm", "no", ""};
  };
  KubernetesFacts facts = GivenFacts({});
  GatherHelm({}, runner, facts);
  EXPECT_EQ(facts.helm->error().code, "helm-missing");
  EXPECT_FALSE(facts.charts[0].found);
}

TEST(GatherHelm, AChartThatCannotBeHadHasACodeOfItsOwn) {
  support::FakeCommandRunner runner;
  runner.answer = [](const Command& command) {
    CommandResult result = support::FakeCommandRunner::Said("v3.19.4");
    if (command.arguments[1] == "show") {
      result.exit_code = 1;
      result.errors = "Error: path \"/x\" not found";
    }
    return result;
  };
  Options options;
  options.chart = {"", "https://ada:secret@charts.example.com", "code", "~1.12"};
  KubernetesFacts facts = GivenFacts(options);
  GatherHelm(options, runner, facts);
  EXPECT_EQ(facts.charts[0].found->error().code, "chart-unreadable");
  EXPECT_EQ(facts.charts[0].named.find("secret"), std::string::npos);
  EXPECT_EQ(facts.charts[0].set_version, "~1.12");
}

}  // namespace
}  // namespace dagitops::kubernetes
