#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "unit/target/kubernetes/deployer_fixture.h"

namespace dagitops::kubernetes {
namespace {

// A location that release "old" serves, which may be taken over.
class TakenOver : public DeployerTest {
 protected:
  TakenOver() {
    adopt_ = {"old"};
    const auto others = api_.on_get;
    api_.on_get = [this, others](const std::string& path) -> Result<std::string> {
      if (path == kService) return service_;
      if (path.find("/pods?") != std::string::npos) return std::string(R"({"items": []})");
      if (path.find("beside") != std::string::npos) return std::string(R"({"items": []})");
      return others(path);
    };
    deployments_ = std::string(R"({"items": [{"metadata": {"name": "sales", "generation": 1}, "spec": {"replicas": 1},
      "status": {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1}}]})");
  }
  static Order Beside() {
    Order order = Sales();
    order.beside = "old";
    return order;
  }
  static std::string OwnedBy(const std::string& release) {
    return R"({"metadata": {"annotations": {"meta.helm.sh/release-name": ")" + release + "\"}}}";
  }
  bool TookOwnership() const {
    const std::vector<std::string>& words = runner_.commands.back().arguments;
    return std::find(words.begin(), words.end(), "--take-ownership") != words.end();
  }

  Result<std::string> service_ = OwnedBy("old");
};

TEST_F(TakenOver, IsKeptFromTheOldHelmThenReadyBesideItAndOnlyThenReleased) {
  EXPECT_EQ(Deploy({}, Beside()).value(), 7);
  const Texts calls = api_.calls();
  const auto at = [&](const std::string& call) { return std::find(calls.begin(), calls.end(), call) - calls.begin(); };
  const long kept = at("helm get");
  const long recorded = at(std::string("create ") + kRecords);
  const long made = at(std::string("apply ") + kDeployment);
  const long released = at("helm upgrade");
  EXPECT_LT(kept, recorded);
  EXPECT_LT(recorded, made);
  EXPECT_LT(made, released);
  EXPECT_LT(released, static_cast<long>(calls.size()));
  EXPECT_EQ(at(std::string("apply ") + kService), static_cast<long>(calls.size())) << "its Service is Helm's to turn";
  EXPECT_TRUE(TookOwnership());
}

TEST_F(TakenOver, ThatDoesNotComeUpIsNotReleased) {
  deployments_ = std::string(R"({"items": [{"metadata": {"name": "sales"}, "spec": {"replicas": 0}}]})");
  const auto result = Deploy({}, Beside());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "rollout-failed");
  const Texts calls = api_.calls();
  EXPECT_EQ(std::count(calls.begin(), calls.end(), "helm upgrade"), 0);
}

TEST_F(TakenOver, WhoseServiceIsTakenBackIsHealedAtOnce) {
  Before before = Present();
  before.release->environment = "production";
  EXPECT_EQ(Deploy(before, Sales()).value(), 7);
  const Texts calls = api_.calls();
  EXPECT_EQ(std::count(calls.begin(), calls.end(), std::string("apply ") + kDeployment), 0) << "its pods are there";
  EXPECT_TRUE(TookOwnership());
}

TEST_F(TakenOver, OnlyFromReleasesThatAreNamed) {
  service_ = OwnedBy("somebody");
  const auto result = Deploy({}, Sales());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "helm-foreign-object");
  EXPECT_EQ(result.error().kind, ErrorKind::kStalled);
  EXPECT_EQ(result.error().message, "Service/sales belongs to release somebody");
  EXPECT_NE(result.error().hint.find("add somebody to `kubernetes.adopt`"), std::string::npos);
  EXPECT_TRUE(api_.writes().empty());
}

TEST_F(TakenOver, AndNothingThatIsOfNoRelease) {
  service_ = std::string(R"({"metadata": {"name": "sales"}})");
  const auto result = Deploy({}, Sales());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "Service/sales is there and belongs to no Helm release");
  EXPECT_TRUE(api_.writes().empty());
}

TEST_F(TakenOver, LocationThatIsNewIsReleasedAsAnyOther) {
  service_ = ApiFailure("kube-not-found", ErrorKind::kInvalid);
  EXPECT_EQ(Deploy({}, Sales()).value(), 7);
  EXPECT_FALSE(TookOwnership());
}

TEST_F(TakenOver, OfWhichOnlyTheNewPodsWereThereIsRemovedWithThem) {
  EXPECT_EQ(deployer_.Remove(Beside(), {}).value(), 0);
  const Texts calls = api_.calls();
  EXPECT_EQ(std::count_if(calls.begin(), calls.end(),
                          [](const std::string& call) { return call.find("beside") != std::string::npos; }),
            2);
}

TEST_F(TakenOver, DagsterItselfKeepsItsCodeServersFirst) {
  Order system;
  system.location = kSystemKey;
  system.release = "old";
  Before before = Present();
  before.release->name = "old";
  before.release->location.clear();
  before.record.reset();
  service_ = OwnedBy("old");
  EXPECT_EQ(deployer_.Deploy(system, before).value(), 7);
  const Texts calls = api_.calls();
  EXPECT_LT(std::find(calls.begin(), calls.end(), "helm get"), std::find(calls.begin(), calls.end(), "helm upgrade"));
}

}  // namespace
}  // namespace dagitops::kubernetes
