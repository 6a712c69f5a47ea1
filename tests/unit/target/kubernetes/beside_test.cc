#include "target/kubernetes/beside.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/fake_clock.h"
#include "unit/target/kubernetes/fake_api.h"

namespace dagitops::kubernetes {
namespace {

using Texts = std::vector<std::string>;

constexpr char kDeployment[] = "/apis/apps/v1/namespaces/dagster/deployments/sales-code-sales";
constexpr char kMap[] = "/api/v1/namespaces/dagster/configmaps/sales-env";

// New pods of location "sales", which release "old" serves, on an API server whose answers a test chooses.
class BesideTest : public testing::Test {
 protected:
  BesideTest() {
    order_.location = order_.release = "sales";
    order_.beside = "old";
    api_.on_get = [this](const std::string& path) -> Result<std::string> {
      clock_.Advance(std::chrono::seconds(1));
      if (path.find("dagitops.dev%2Fbeside") != std::string::npos)
        return std::string(path.find("/deployments?") != std::string::npos
                               ? R"({"items": [{"metadata": {"name": "sales-code-sales"}}]})"
                               : R"({"items": [{"metadata": {"name": "sales-env"}}]})");
      if (path.find("/deployments?") != std::string::npos) return Next(deployments_);
      if (path.find("/pods?") != std::string::npos) return Next(pods_);
      return std::string("RuntimeError: no such table");
    };
  }

  // The answers in order; the last one for good.
  static std::string Next(Texts& answers) {
    std::string answer = answers.front();
    if (answers.size() > 1) answers.erase(answers.begin());
    return answer;
  }
  static std::string Deployment(int available) {
    return R"({"items": [{"metadata": {"name": "sales-code-sales", "generation": 1}, "spec": {"replicas": 1},
      "status": {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": )" +
           std::to_string(available) + "}}]}";
  }
  static std::string Pod(const std::string& status) {
    return R"({"metadata": {"resourceVersion": "40"}, "items": [{"metadata": {"name": "p"}, "status": )" + status +
           "}]}";
  }
  static std::string Ended(int restarts) {
    return Pod(
        R"({"containerStatuses": [{"name": "c", "restartCount": )" + std::to_string(restarts) +
        R"(, "state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": {"terminated": {"exitCode": 1}}}]})");
  }
  Status Run() { return beside_.Run(order_, objects_); }
  Texts CallsWith(const std::string& part) const {
    Texts found;
    for (const std::string& call : api_.calls()) {
      if (call.starts_with(part)) found.push_back(call);
    }
    return found;
  }

  Order order_;
  const std::vector<ManifestObject> objects_{
      {"v1", "ConfigMap", "sales-env", "",
       "kind: ConfigMap\nmetadata: {labels: {chart: code}, annotations: {keep: \"1\"}}\n"},
      {"v1", "Service", "sales", "", "kind: Service\n"},
      {"apps/v1", "Deployment", "sales-code-sales", "",
       "kind: Deployment\nmetadata: {labels: {chart: code}, annotations: {keep: \"1\"}}\n"}};
  FakeApi api_;
  support::FakeClock clock_;
  Texts deployments_{Deployment(1)};
  Texts pods_{Pod(R"({"conditions": [{"type": "Ready", "status": "True"}]})")};
  Beside beside_{{api_, clock_, "dagster", std::chrono::minutes(10)}};
};

TEST_F(BesideTest, MakesEverythingButTheService) {
  ASSERT_TRUE(Run());
  EXPECT_EQ(CallsWith("apply"), (Texts{std::string("apply ") + kMap, std::string("apply ") + kDeployment}));
  EXPECT_TRUE(CallsWith("delete").empty());
}

TEST_F(BesideTest, MarksWhatItMakesByTheVeryWriteThatMakesIt) {
  ASSERT_TRUE(Run());
  for (const kube::ApiWrite& write : api_.writes()) {
    EXPECT_EQ(write.kind, kube::ApiWrite::Kind::kApply);
    for (const char* part : {"dagitops.dev/beside: \"sales\"", "meta.helm.sh/release-name: \"sales\"",
                             "meta.helm.sh/release-namespace: \"dagster\"", "app.kubernetes.io/managed-by: \"Helm\"",
                             "chart: \"code\"", "keep: \"1\""})
      EXPECT_NE(write.body.find(part), std::string::npos) << part << " is not in\n" << write.body;
  }
}

TEST_F(BesideTest, WaitsUntilItsPodsAreReady) {
  deployments_ = {Deployment(0), Deployment(0), Deployment(1)};
  ASSERT_TRUE(Run());
  EXPECT_EQ(CallsWith("watch").size(), 2U);
  EXPECT_NE(CallsWith("watch").at(0).find(" from 40"), std::string::npos);
}

TEST_F(BesideTest, ThatFailsLeavesNothing) {
  deployments_ = {Deployment(0)};
  pods_ = {Ended(1), Ended(2)};
  const Status outcome = Run();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, "rollout-failed");
  EXPECT_EQ(outcome.error().kind, ErrorKind::kInvalid);
  EXPECT_NE(outcome.error().message.find("RuntimeError: no such table"), std::string::npos) << outcome.error().message;
  EXPECT_NE(outcome.error().hint.find("release old goes on serving it"), std::string::npos);
  EXPECT_EQ(CallsWith("delete"), (Texts{std::string("delete ") + kDeployment, std::string("delete ") + kMap}));
}

TEST_F(BesideTest, FailsAtItsDeadline) {
  deployments_ = {Deployment(0)};
  const Status outcome = Run();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, "rollout-failed");
  EXPECT_LE(CallsWith("watch").size(), 301U) << "two calls a look, a second each";
}

TEST_F(BesideTest, ThatIsCutShortLeavesWhatItMadeForTheNextTry) {
  deployments_ = {Deployment(0)};
  api_.watch_outcome = ApiFailure("kube-unreachable", ErrorKind::kRetry);
  const Status outcome = Run();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, ErrorKind::kRetry);
  EXPECT_TRUE(CallsWith("delete").empty());
}

TEST_F(BesideTest, WhoseDeploymentSomebodyRemovedIsTriedAgain) {
  deployments_ = {R"({"items": []})"};
  EXPECT_EQ(Run().error().code, "rollout-gone");
}

}  // namespace
}  // namespace dagitops::kubernetes
