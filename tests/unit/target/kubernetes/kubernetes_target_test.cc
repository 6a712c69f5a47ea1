#include "dagitops/target/kubernetes/kubernetes_target.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "unit/target/kubernetes/target_fixture.h"

namespace dagitops::kubernetes {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

constexpr char kMap[] = "/api/v1/namespaces/dagster/configmaps/dagitops-workspace";

TEST_F(TargetTest, FollowsWhatItsEnvironmentIsMadeOf) {
  Target();
  ASSERT_EQ(followed_.size(), 9U);
  EXPECT_EQ(followed_[0], "metadata of /api/v1/namespaces/dagster/secrets?labelSelector=owner%3Dhelm")
      << "what is in them is large and may be secret";
  EXPECT_NE(followed_[1].find("environment%3Dproduction"), std::string::npos);
}

TEST_F(TargetTest, FollowsNoPodsOfAWebserverThatIsNamed) {
  options_.webservers = {"", "", "http://web", "", ""};
  Target();
  EXPECT_EQ(followed_.size(), 7U);
  EXPECT_EQ(Target().Webservers().at(0).url, "http://web");
}

TEST_F(TargetTest, KnowsNothingBeforeEveryCollectionWasSeen) {
  for (const char* kind :
       {"secrets", "records", "deployments", "services", "servers", "checks", "workspace", "webservers", "daemons"}) {
    Target();
    collections_.at(kind).synced = false;
    const auto observed = Target().Observe();
    ASSERT_FALSE(observed) << kind;
    EXPECT_EQ(observed.error().code, "kube-not-synced");
    EXPECT_EQ(observed.error().kind, ErrorKind::kRetry);
    collections_.at(kind).error = ApiFailure("kube-forbidden", ErrorKind::kStalled);
    EXPECT_EQ(Target().Observe().error().code, "kube-forbidden") << kind;
    collections_.at(kind) = Synced();
  }
  EXPECT_TRUE(Target().Observe());
}

TEST_F(TargetTest, GoesByWhatItKnowsForHalfAMinuteOfTrouble) {
  PutWorkspace(kText);
  Target();
  kube::CollectionSnapshot& secrets = collections_.at("secrets");
  secrets.error = ApiFailure("kube-unreachable", ErrorKind::kRetry);
  secrets.failing_since = clock_.Now();
  clock_.Advance(29s);
  EXPECT_EQ(Observe().published, kText);
  clock_.Advance(1s);
  EXPECT_EQ(Target().Observe().error().code, "kube-unreachable");
  secrets.error.reset();
  EXPECT_TRUE(Target().Observe());
}

TEST_F(TargetTest, ObservesWhatIsPublished) {
  Target();
  EXPECT_EQ(Observe().published, std::nullopt);
  EXPECT_EQ(Observe().written, "");
  PutWorkspace(kText);
  const Observed observed = Observe();
  EXPECT_EQ(observed.published, kText);
  EXPECT_EQ(observed.written, PublishedDigest(kText));
  EXPECT_EQ(observed.written_at, clock_.Now());
  EXPECT_FALSE(observed.edited);
}

TEST_F(TargetTest, ObservesThatSomebodyElseWroteIt) {
  Put("workspace", "dagitops-workspace",
      R"({"metadata": {"annotations": {"dagitops.dev/written": "feed"}}, "data": {"workspace.yaml": "x"}})");
  EXPECT_TRUE(Observe().edited);
  Put("workspace", "dagitops-workspace", R"({"metadata": {"annotations": {"dagitops.dev/written": "feed"}}})");
  EXPECT_FALSE(Observe().edited) << "it is gone";
  EXPECT_EQ(Observe().published, std::nullopt);
}

TEST_F(TargetTest, MakesTheConfigMapAndKnowsItAtOnce) {
  Observe();
  ASSERT_TRUE(Publish(kText));
  EXPECT_EQ(api_.calls(), Texts{"create /api/v1/namespaces/dagster/configmaps"});
  EXPECT_EQ(Observe().published, kText) << "though the local copy does not have it yet";
  PutWorkspace(kText);
  EXPECT_EQ(Observe().published, kText);
  Clear("workspace");
  EXPECT_EQ(Observe().published, std::nullopt) << "it was removed";
}

TEST_F(TargetTest, PatchesTheConfigMapThatIsThere) {
  PutWorkspace(kNothing);
  Observe();
  api_.on_write = [](const kube::ApiWrite& write) -> Result<std::string> { return write.body; };
  ASSERT_TRUE(Publish(kText));
  EXPECT_EQ(api_.calls(), Texts{std::string("patch ") + kMap});
  EXPECT_NE(api_.writes().at(0).body.find("\"resourceVersion\":\"9\""), std::string::npos);
  EXPECT_EQ(Observe().published, kText) << "though the local copy is of before";
  PutWorkspace(kNothing, "11");
  EXPECT_EQ(Observe().published, kNothing) << "somebody wrote it since";
}

TEST_F(TargetTest, LooksAgainAtAConfigMapThatWasRemovedBeforeItWasSeen) {
  Observe();
  ASSERT_TRUE(Publish(kText));
  clock_.Advance(5s);
  EXPECT_EQ(Observe().published, std::nullopt);
}

struct PublishError {
  const char* code;
  ErrorKind kind;
  ErrorKind told;
};

TEST_F(TargetTest, TellsWhyItCouldNotPublish) {
  PutWorkspace(kNothing);
  Observe();
  for (const PublishError& row : {PublishError{"kube-conflict", ErrorKind::kRetry, ErrorKind::kRetry},
                                  PublishError{"kube-exists", ErrorKind::kInvalid, ErrorKind::kRetry},
                                  PublishError{"kube-not-found", ErrorKind::kInvalid, ErrorKind::kRetry},
                                  PublishError{"kube-forbidden", ErrorKind::kStalled, ErrorKind::kStalled},
                                  PublishError{"kube-busy", ErrorKind::kRetry, ErrorKind::kRetry}}) {
    api_.on_write = [&row](const kube::ApiWrite&) -> Result<std::string> { return ApiFailure(row.code, row.kind); };
    const Status status = Publish(kText);
    ASSERT_FALSE(status) << row.code;
    EXPECT_EQ(status.error().code, row.code);
    EXPECT_EQ(static_cast<int>(status.error().kind), static_cast<int>(row.told)) << row.code;
    EXPECT_EQ(Observe().published, kNothing) << row.code;
  }
}

TEST_F(TargetTest, RefusesToWriteOverSomebodyElsesLocations) {
  Put("workspace", "dagitops-workspace",
      R"({"metadata": {"resourceVersion": "3"}, "data": {"workspace.yaml": "load_from:\n- grpc_server: {host: a, port: 1, location_name: theirs}\n"}})");
  Observe();
  const Status status = Publish(kText);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, "workspace-foreign");
  EXPECT_EQ(status.error().kind, ErrorKind::kStalled);
  EXPECT_NE(status.error().message.find("theirs"), std::string::npos);
  EXPECT_TRUE(api_.calls().empty());
}

TEST_F(TargetTest, TakesOverAConfigMapThatNamesNothingElse) {
  for (const char* data :
       {R"("data": {"workspace.yaml": "load_from: []\n"})", R"("data": {"other": "x"})",
        R"("data": {"workspace.yaml": "load_from:\n- grpc_server: {host: b, port: 1, location_name: sales}\n"})"}) {
    Put("workspace", "dagitops-workspace", std::string(R"({"metadata": {"resourceVersion": "3"}, )") + data + "}");
    Observe();
    EXPECT_TRUE(Publish(kText)) << data;
  }
}

TEST_F(TargetTest, TellsEachPodOnceOfWhatIsPublished) {
  PutWorkspace(kText);
  const std::string digest = PublishedDigest(kText);
  Put("webservers", "web-1", WebserverPod());
  Put("webservers", "web-2", WebserverPod(R"({"dagitops.dev/workspace": ")" + digest + "\"}"));
  Put("daemons", "daemon-1", WebserverPod());
  Put("daemons", "daemon-2", R"({"metadata": {"deletionTimestamp": "2026-11-28T10:00:00Z"}})");
  Put("daemons", "daemon-3", R"({"status": {"phase": "Failed"}})");
  Observe();
  ASSERT_TRUE(Target().Maintain({}));
  ASSERT_TRUE(Target().Maintain({}));
  AwaitJobs(2);
  for (int i = 0; i < 2; ++i) {
    Observe();
    ASSERT_TRUE(Target().Maintain({}));
  }
  Texts calls = api_.calls();
  std::sort(calls.begin(), calls.end());
  EXPECT_EQ(calls,
            (Texts{"patch /api/v1/namespaces/dagster/pods/daemon-1", "patch /api/v1/namespaces/dagster/pods/web-1"}));

  PutWorkspace(kNothing, "10");
  Observe();
  ASSERT_TRUE(Target().Maintain({}));
  AwaitJobs(5);
  EXPECT_EQ(api_.calls().size(), 5U) << "all three of the new one";
}

TEST_F(TargetTest, TellsAPodAgainWhereThatFailed) {
  PutWorkspace(kText);
  Put("webservers", "web-1", WebserverPod());
  api_.on_write = [](const kube::ApiWrite&) -> Result<std::string> {
    return ApiFailure("kube-busy", ErrorKind::kRetry);
  };
  Observe();
  for (int i = 1; i <= 3; ++i) {
    ASSERT_TRUE(Target().Maintain({}));
    AwaitJobs(i);
    Observe();
    EXPECT_EQ(api_.calls().size(), static_cast<std::size_t>(i));
  }
}

TEST_F(TargetTest, TellsNobodyBeforeAnythingIsPublished) {
  Put("webservers", "web-1", WebserverPod());
  Observe();
  ASSERT_TRUE(Target().Maintain({}));
  EXPECT_TRUE(api_.calls().empty());
}

// A webserver's pod, of the Deployment "web".
constexpr char kOwned[] = R"({"metadata": {"labels": {"pod-template-hash": "7c9d"},
      "ownerReferences": [{"kind": "ReplicaSet", "name": "web-7c9d"}]},
    "status": {"podIP": "10.0.0.7", "conditions": [{"type": "Ready", "status": "True"}]}})";

PlanItem Restart(const std::string& url) {
  PlanItem item;
  item.action = Action::kReload;
  item.text = url;
  item.restart = true;
  return item;
}

TEST_F(TargetTest, RestartsAWebserverByNewPodsOfItsDeployment) {
  PutWorkspace(kText);
  Put("webservers", "web-7c9d-x1", kOwned);
  Observe();
  ASSERT_TRUE(Target().Apply(Restart(Target().Webservers().at(0).url)));
  EXPECT_EQ(api_.calls(), Texts{"patch /apis/apps/v1/namespaces/dagster/deployments/web"});
  EXPECT_NE(api_.writes().at(0).body.find(PublishedDigest(kText)), std::string::npos)
      << "the same file again is no reason for new pods";
}

TEST_F(TargetTest, CannotRestartAWebserverOfNoDeployment) {
  Put("webservers", "web-1", WebserverPod());
  Observe();
  for (const std::string& url : {Target().Webservers().at(0).url, std::string("http://elsewhere")}) {
    const Status status = Target().Apply(Restart(url));
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, "webserver-unknown");
    EXPECT_EQ(status.error().kind, ErrorKind::kStalled);
  }
  EXPECT_TRUE(api_.calls().empty());
}

TEST_F(TargetTest, RemovesChecksThatNobodyFollows) {
  Put("checks", "sales-check-feed", R"({"metadata": {"labels": {"dagitops.dev/check": "sales"}}})");
  Put("checks", "old-check-feed",
      R"({"metadata": {"labels": {"dagitops.dev/check": "old"}, "deletionTimestamp": "2026-11-28T10:00:00Z"}})");
  Observe();
  ASSERT_TRUE(Target().Maintain({}));
  AwaitJobs(1);
  EXPECT_EQ(api_.calls(), Texts{"delete /api/v1/namespaces/dagster/pods/sales-check-feed"});
}

}  // namespace
}  // namespace dagitops::kubernetes
