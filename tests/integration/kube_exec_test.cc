#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "dagitops/kube/cluster_access.h"

#include "integration/kube_server.h"
#include "support/tls_files.h"

namespace dagitops::kube {
namespace {

using namespace std::chrono_literals;
using support::TlsFiles;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

// A plugin is a real program that a kubeconfig names.
class KubeExecPlugin : public ::testing::Test {
 protected:
  static constexpr const char* kVersion = "client.authentication.k8s.io/v1";

  ClusterAccess Access(const std::string& script) {
    folder.Write("login", "#!/bin/sh\necho run >> " + folder / "runs" + "\n" + script);
    chmod((folder / "login").c_str(), 0700);
    const std::string text =
        "current-context: a\ncontexts: [{name: a, context: {cluster: a, user: a}}]\n"
        "clusters: [{name: a, cluster: {server: \"" +
        server.url() + "\"}}]\nusers: [{name: a, user: {exec: {apiVersion: " + kVersion +
        ", command: ./login, args: [north], env: [{name: AREA, value: south}], provideClusterInfo: true}}}]\n";
    const auto access = ParseKubeconfig(text, {folder / "config", ""}, ReadAccessFile);
    EXPECT_TRUE(access) << access.error().Text();
    return *access;
  }
  static std::string Say(const std::string& status) {
    return std::string("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"") + kVersion + "\",\"status\":" + status +
           "}'\n";
  }
  Error Failure(const std::string& script, Duration deadline = 5s) {
    RealClient client(Access(script));
    const auto got = client.api.Get("/api/v1/nodes", deadline);
    EXPECT_FALSE(got);
    return got ? Error{} : got.error();
  }
  std::size_t Runs() { return folder.Read("runs").size() / 4; }

  support::TempDir folder;
  LoopbackServer server{Always(200, "{}")};
};

TEST_F(KubeExecPlugin, GivesATokenAndIsAskedOnce) {
  RealClient client(
      Access("[ \"$AREA$1\" = southnorth ] || exit 9\n"
             "echo \"$KUBERNETES_EXEC_INFO\" > " +
             folder / "info" + "\n" + Say(R"({"token":"hidden"})")));
  for (int i = 0; i < 2; ++i) {
    const auto got = client.api.Get("/api/v1/nodes", 10s);
    ASSERT_TRUE(got) << got.error().Text();
  }
  EXPECT_THAT(server.requests().at(1), HasSubstr("\r\nAuthorization: Bearer hidden\r\n"));
  EXPECT_THAT(folder.Read("info"), HasSubstr("\"cluster\":{\"server\":\"" + server.url() + "\""));
  EXPECT_EQ(Runs(), 1u);
}

TEST_F(KubeExecPlugin, IsAskedOnceForManyThreads) {
  RealClient client(Access("sleep 0.3\n" + Say(R"({"token":"hidden"})")));
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] { good += client.api.Get("/api/v1/nodes", 10s) ? 1 : 0; });
    }
  }
  EXPECT_EQ(good, 8);
  EXPECT_EQ(Runs(), 1u);
}

TEST_F(KubeExecPlugin, AThreadThatWaitsForAnotherDoesSoWithinItsDeadline) {
  RealClient client(Access("echo started > " + folder / "started" + "; sleep 3\n"));
  std::jthread other([&] { EXPECT_FALSE(client.api.Get("/api/v1/nodes", 2s)); });
  for (int i = 0; i < 1000 && !folder.Has("started"); ++i) std::this_thread::sleep_for(2ms);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(client.api.Get("/api/v1/nodes", 200ms).error().code, "kube-credentials");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1500ms);
}

TEST_F(KubeExecPlugin, IsAskedAgainForWhatExpired) {
  RealClient client(Access(Say(R"({"token":"hidden","expirationTimestamp":"2020-01-01T00:00:00Z"})")));
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(client.api.Get("/api/v1/nodes", 10s));
  EXPECT_EQ(Runs(), 2u);
}

TEST_F(KubeExecPlugin, GivesACertificate) {
  const TlsFiles files;
  const TlsFiles alice("alice");
  LoopbackServer secure({files.certificate(), files.key(), alice.certificate()}, [](Peer& peer) {
    while (!peer.ReadHttp().empty()) peer.Answer(200, "{\"user\":\"" + peer.client_name() + "\"}");
  });
  const std::string escape = "sed ':a;N;$!ba;s/\\n/\\\\n/g' ";  // lines to JSON's \n
  ClusterAccess access =
      Access("c=$(" + escape + alice.certificate() + ")\nk=$(" + escape + alice.key() +
             ")\nprintf '%s' \"{\\\"kind\\\":\\\"ExecCredential\\\",\\\"apiVersion\\\":\\\"" + kVersion +
             "\\\",\\\"status\\\":{\\\"clientCertificateData\\\":\\\"$c\\\",\\\"clientKeyData\\\":\\\"$k\\\"}}\"\n");
  access.server = secure.url();
  access.authorities = files.certificate_text();
  RealClient client(access);
  const auto got = client.api.Get("/api/v1/nodes", 10s);
  ASSERT_TRUE(got) << got.error().Text();
  EXPECT_EQ(*got, "{\"user\":\"alice\"}");
}

TEST_F(KubeExecPlugin, ThatFailsIsToldWithoutWhatItSaid) {
  const Error error = Failure("echo hidden; echo hidden >&2; exit 3\n");
  EXPECT_EQ(error.code, "kube-credentials");
  EXPECT_EQ(error.kind, ErrorKind::kStalled);
  EXPECT_THAT(error.Text(), HasSubstr("credential plugin login: it ended with exit code 3"));
  EXPECT_THAT(error.Text(), Not(HasSubstr("hidden")));
  EXPECT_THAT(server.requests(), SizeIs(0));
}

TEST_F(KubeExecPlugin, ThatHangsIsEndedAtTheDeadline) {
  const auto begin = std::chrono::steady_clock::now();
  const Error error = Failure("sleep 60\n", 500ms);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  EXPECT_EQ(error.code, "kube-credentials");
  EXPECT_THAT(error.message, HasSubstr("gave no credentials within"));
}

TEST_F(KubeExecPlugin, ThatTalksGarbageIsTold) {
  const Error error = Failure("echo hidden\n");
  EXPECT_EQ(error.code, "kube-credentials");
  EXPECT_THAT(error.message, HasSubstr("no ExecCredential"));
  EXPECT_THAT(error.Text(), Not(HasSubstr("hidden")));
}

TEST_F(KubeExecPlugin, ThatIsNotThereIsTold) {
  ClusterAccess access = Access("");
  access.exec->command = folder / "absent";
  EXPECT_EQ(RealClient(access).api.Get("/api/v1/nodes", 5s).error().code, "kube-credentials");
}

}  // namespace
}  // namespace dagitops::kube
