#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

#include "dagitops/kube/cluster_access.h"
#include "dagitops/kube/collection.h"

#include "integration/kube_server.h"

namespace dagitops::kube {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using Kind = ApiWrite::Kind;

constexpr const char* kConfigMaps = "/api/v1/namespaces/default/configmaps";

// A real API server, where DAGITOPS_KUBECONFIG names the kubeconfig of one that may be written to.
class KubeRealApi : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* file = std::getenv("DAGITOPS_KUBECONFIG");
    ASSERT_NE(file, nullptr) << "DAGITOPS_KUBECONFIG names no cluster";
    const auto text = ReadAccessFile(file);
    ASSERT_TRUE(text) << text.error().Text();
    const auto parsed = ParseKubeconfig(*text, {file, ""}, ReadAccessFile);
    ASSERT_TRUE(parsed) << parsed.error().Text();
    access = *parsed;
    client = std::make_unique<RealClient>(access);
    ASSERT_TRUE(client->api.Delete({path, "", ""}, 20s));
  }
  void TearDown() override {
    if (!client) return;
    EXPECT_TRUE(client->api.Delete({path, "", ""}, 20s));
  }

  std::string Body(const std::string& more) const {
    return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name + "\"}," + more + "}";
  }
  Result<std::string> Apply(const std::string& value, bool dry_run = false) {
    return client->api.Write({Kind::kApply, path, Body(R"("data":{"key":")" + value + "\"}"), dry_run}, 20s);
  }
  std::string CodeOf(Kind kind, const std::string& at, const std::string& body) {
    const auto written = client->api.Write({kind, at, body}, 20s);
    return written ? "" : written.error().code;
  }

  const std::string name = "dagitops-test-" + std::to_string(getpid());
  const std::string path = std::string(kConfigMaps) + "/" + name;
  ClusterAccess access;
  std::unique_ptr<RealClient> client;
};

TEST_F(KubeRealApi, AppliesReadsAndDeletes) {
  const auto tried = Apply("one", true);
  ASSERT_TRUE(tried) << tried.error().Text();
  EXPECT_EQ(client->api.Get(path, 20s).error().code, "kube-not-found") << "a dry run changes nothing";
  const auto applied = Apply("one");
  ASSERT_TRUE(applied) << applied.error().Text();
  EXPECT_THAT(*applied, HasSubstr(R"("manager":"dagitops","operation":"Apply")"));
  EXPECT_THAT(*client->api.Get(path, 20s), HasSubstr(R"("data":{"key":"one"})"));
  EXPECT_EQ(client->api.Delete({path, "00000000-0000-0000-0000-000000000000", ""}, 20s).error().code, "kube-conflict");
  EXPECT_TRUE(client->api.Delete({path, "", ""}, 20s));
  EXPECT_TRUE(client->api.Delete({path, "", ""}, 20s)) << "it is gone already";
}

TEST_F(KubeRealApi, TellsWhyItRefuses) {
  ASSERT_TRUE(Apply("one"));
  EXPECT_EQ(CodeOf(Kind::kCreate, kConfigMaps, Body(R"("data":{})")), "kube-exists");
  EXPECT_EQ(CodeOf(Kind::kCreate, kConfigMaps, Body(R"("dta":{})")), "kube-rejected") << "a misspelt field";
  EXPECT_EQ(CodeOf(Kind::kApply, path, Body(R"("data":{"a b":"c"})")), "kube-rejected");
  EXPECT_EQ(CodeOf(Kind::kMergePatch, path, R"({"metadata":{"resourceVersion":"1"},"data":{"a":"b"}})"),
            "kube-conflict");
  EXPECT_EQ(CodeOf(Kind::kApply, "/api/v1/namespaces/no-such-namespace/configmaps/" + name, Body(R"("data":{})")),
            "kube-not-found");
  EXPECT_EQ(CodeOf(Kind::kMergePatch, path, R"({"data":{"a":")" + std::string(4u << 20, 'x') + "\"}}"),
            "kube-too-large");
}

TEST_F(KubeRealApi, KnowsWhoAsks) {
  ClusterAccess stranger = access;
  stranger.client_certificate.clear();
  stranger.client_key = Secret();
  const auto anonymous = RealClient(stranger).api.Get(kConfigMaps, 20s);
  EXPECT_THAT(anonymous.error().code, AnyOf("kube-forbidden", "kube-unauthorized"));
  stranger.token = Secret("no-such-token");
  EXPECT_EQ(RealClient(stranger).api.Get(kConfigMaps, 20s).error().code, "kube-unauthorized");
  stranger = access;
  stranger.authorities = access.client_certificate;
  EXPECT_EQ(RealClient(stranger).api.Get(kConfigMaps, 20s).error().code, "kube-untrusted");
}

TEST_F(KubeRealApi, AWatchEndsAtItsDeadline) {
  const auto begin = std::chrono::steady_clock::now();
  const Status done = client->api.Watch(kConfigMaps, "", 3s, [](std::string_view) { return true; });
  EXPECT_TRUE(done) << done.error().Text();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST_F(KubeRealApi, ACollectionFollowsItsChanges) {
  Collection collection({client->api, client->clock, client->random}, {kConfigMaps, client->stop, {}});
  collection.Start();
  const auto until = [&](const std::function<bool(const CollectionSnapshot&)>& well) {
    for (int i = 0; i < 500 && !well(collection.Snapshot()); ++i) std::this_thread::sleep_for(20ms);
    return well(collection.Snapshot());
  };
  const auto shows = [&](const std::string& value) {
    return [this, value](const CollectionSnapshot& snapshot) {
      const auto found = snapshot.objects->find(name);
      return found != snapshot.objects->end() && found->second->find("\"key\":\"" + value + "\"") != std::string::npos;
    };
  };
  EXPECT_TRUE(until([](const auto& snapshot) { return snapshot.synced; }));
  ASSERT_TRUE(Apply("one"));
  EXPECT_TRUE(until(shows("one")));
  ASSERT_TRUE(Apply("two"));
  EXPECT_TRUE(until(shows("two")));
  ASSERT_TRUE(client->api.Delete({path, "", ""}, 20s));
  EXPECT_TRUE(until([&](const auto& snapshot) { return !snapshot.objects->contains(name); }));
  EXPECT_EQ(collection.Snapshot().error, std::nullopt);
  const auto begin = std::chrono::steady_clock::now();
  collection.Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
  client = std::make_unique<RealClient>(access);  // Stop ended the other one's calls for good
}

}  // namespace
}  // namespace dagitops::kube
