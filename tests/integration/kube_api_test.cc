#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "dagitops/kube/api_http_client.h"

#include "integration/kube_server.h"
#include "support/case_name.h"
#include "support/tls_files.h"

namespace dagitops::kube {
namespace {

using namespace std::chrono_literals;
using support::TlsFiles;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* kObject = "/api/v1/namespaces/n/configmaps/c";

struct BadServer {
  std::string name;
  LoopbackServer::Script script;
  std::string code;
  ErrorKind kind;
  std::string told;
};
class KubeAnswer : public ::testing::TestWithParam<BadServer> {};

// By every call, within the deadline, and never as success.
TEST_P(KubeAnswer, IsToldByEveryCallWithinTheDeadline) {
  LoopbackServer server(GetParam().script);
  RealClient client(server.url());
  const auto get = [&] { return Status(client.api.Get(kObject, 700ms).error()); };
  const auto write = [&] { return Status(client.api.Write({ApiWrite::Kind::kCreate, kObject, "{}"}, 700ms).error()); };
  const auto watch = [&] { return client.api.Watch(kObject, "1", 700ms, [](std::string_view) { return true; }); };
  for (const auto& call : std::vector<std::function<Status()>>{get, write, watch}) {
    const auto begin = std::chrono::steady_clock::now();
    const Status done = call();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, GetParam().code) << done.error().Text();
    EXPECT_EQ(done.error().kind, GetParam().kind);
    EXPECT_THAT(done.error().message, HasSubstr(GetParam().told));
    EXPECT_THAT(done.error().subject, HasSubstr(server.url(kObject)));
    EXPECT_THAT(done.error().Text(), Not(HasSubstr("hidden")));
  }
}

void Redirect(Peer& peer) {
  while (!peer.ReadHttp().empty()) {
    peer.Send("HTTP/1.1 302 Found\r\nLocation: https://login.example.com/\r\nContent-Length: 0\r\n\r\n");
  }
}
void BusyForAMinute(Peer& peer) {
  while (!peer.ReadHttp().empty()) {
    peer.Send("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Servers, KubeAnswer,
    ::testing::Values(
        BadServer{"Hangs", [](Peer& peer) { peer.Hang(); }, "kube-timeout", ErrorKind::kRetry, "no answer within"},
        BadServer{"Resets",
                  [](Peer& peer) {
                    peer.ReadHttp();
                    peer.Reset();
                  },
                  "kube-unreachable", ErrorKind::kRetry, "connection broke"},
        BadServer{"NoHttp",
                  [](Peer& peer) {
                    peer.ReadHttp();
                    peer.Send("SSH-2.0-OpenSSH_9.2p1\r\n");
                  },
                  "kube-bad-answer", ErrorKind::kRetry, "no HTTP"},
        BadServer{"Redirects", Redirect, "kube-bad-answer", ErrorKind::kRetry, "elsewhere (HTTP 302)"},
        BadServer{"Unauthorized", Always(401, StatusBody(401, "Unauthorized", "Unauthorized")), "kube-unauthorized",
                  ErrorKind::kStalled, "credentials"},
        BadServer{"Forbidden", Always(403, StatusBody(403, "Forbidden", "User x cannot do it")), "kube-forbidden",
                  ErrorKind::kStalled, "of configmaps in namespace n is forbidden: User x cannot do it"},
        BadServer{"NotFound", Always(404, StatusBody(404, "NotFound", "configmaps c not found")), "kube-not-found",
                  ErrorKind::kInvalid, "configmaps c not found"},
        BadServer{"Exists", Always(409, StatusBody(409, "AlreadyExists", "c already exists")), "kube-exists",
                  ErrorKind::kInvalid, "c already exists"},
        BadServer{"Conflict", Always(409, StatusBody(409, "Conflict", "has been modified")), "kube-conflict",
                  ErrorKind::kRetry, "has been modified"},
        BadServer{"Gone", Always(410, StatusBody(410, "Expired", "too old")), "kube-gone", ErrorKind::kRetry,
                  "too old"},
        BadServer{"TooLarge", Always(413, StatusBody(413, "RequestEntityTooLarge", "limit is 3145728")),
                  "kube-too-large", ErrorKind::kInvalid, "limit is 3145728"},
        BadServer{"Invalid",
                  Always(422, StatusBody(422, "Invalid", "c is invalid", R"([{"message":"too long","field":"data"}])")),
                  "kube-rejected", ErrorKind::kInvalid, "c is invalid; data: too long"},
        BadServer{"Busy", Always(429, ""), "kube-busy", ErrorKind::kRetry, "HTTP 429"},
        BadServer{"BusyForAMinute", BusyForAMinute, "kube-busy", ErrorKind::kRetry, "HTTP 429"},
        BadServer{"Broken", Always(500, StatusBody(500, "InternalError", "etcd is away")), "kube-busy",
                  ErrorKind::kRetry, "etcd is away"},
        BadServer{"BehindAProxy", Always(503, "<html>no backend</html>", "text/html"), "kube-busy", ErrorKind::kRetry,
                  "HTTP 503"}),
    support::CaseName());

// Answers that begin well. A watch takes them for a stream that ended, see below.
class KubeBody : public ::testing::TestWithParam<BadServer> {};

TEST_P(KubeBody, IsNotTakenForAnObject) {
  LoopbackServer server(GetParam().script);
  RealClient client(server.url());
  for (const auto& result :
       {client.api.Get(kObject, 500ms), client.api.Write({ApiWrite::Kind::kMergePatch, kObject, "{}"}, 500ms)}) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, GetParam().code) << result.error().Text();
    EXPECT_EQ(result.error().kind, GetParam().kind);
    EXPECT_THAT(result.error().message, HasSubstr(GetParam().told));
  }
}

void Drip(Peer& peer) {
  peer.ReadHttp();
  peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n");
  for (int i = 0; i < 900; ++i) {
    peer.Send("x");
    std::this_thread::sleep_for(2ms);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, KubeBody,
    ::testing::Values(
        BadServer{"Drips", Drip, "kube-timeout", ErrorKind::kRetry, "only part of the answer"},
        BadServer{"CutOff",
                  [](Peer& peer) {
                    peer.ReadHttp();
                    peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"kind\":");
                  },
                  "kube-bad-answer", ErrorKind::kRetry, "connection broke"},
        BadServer{"CutOffChunks",
                  [](Peer& peer) {
                    peer.ReadHttp();
                    peer.Send(kChunked + Chunk("{}"));
                  },
                  "kube-bad-answer", ErrorKind::kRetry, "connection broke"},
        BadServer{"Html", Always(200, "<html></html>", "text/html"), "kube-bad-answer", ErrorKind::kRetry, "text/html"},
        BadServer{"HalfAnObject", Always(200, "{\"kind\":"), "kube-bad-answer", ErrorKind::kRetry, "no JSON object"},
        BadServer{"Empty", Always(200, ""), "kube-bad-answer", ErrorKind::kRetry, "no JSON object"}),
    support::CaseName());

TEST(KubeApi, NobodyListens) {
  RealClient client("http://127.0.0.1:" + std::to_string(LoopbackServer::RefusedPort()));
  const auto get = client.api.Get(kObject, 700ms);
  EXPECT_EQ(get.error().code, "kube-unreachable");
  EXPECT_THAT(get.error().message, HasSubstr("Connection refused"));
}

TEST(KubeApi, AForbiddenCallNamesItsVerb) {
  LoopbackServer server(Always(403, ""));
  RealClient client(server.url());
  const auto told = [](const Error& error) { return error.message.substr(0, error.message.find(' ')); };
  EXPECT_EQ(told(client.api.Get(kObject, 1s).error()), "get");
  EXPECT_EQ(told(client.api.Get("/api/v1/nodes", 1s).error()), "list");
  EXPECT_EQ(told(client.api.Write({ApiWrite::Kind::kCreate, kObject, "{}"}, 1s).error()), "create");
  EXPECT_EQ(told(client.api.Write({ApiWrite::Kind::kReplace, kObject, "{}"}, 1s).error()), "update");
  EXPECT_EQ(told(client.api.Write({ApiWrite::Kind::kApply, kObject, "{}"}, 1s).error()), "patch");
  EXPECT_EQ(told(client.api.Delete({kObject, "", ""}, 1s).error()), "delete");
}

TEST(KubeApi, AFreshTokenIsReadAfterARefusal) {
  const support::TempDir folder;
  ClusterAccess access;
  access.token_file = folder.Write("token", "old");
  LoopbackServer server([&](Peer& peer) {
    for (std::string request = peer.ReadHttp(); !request.empty(); request = peer.ReadHttp()) {
      folder.Write("token", "new");
      const bool good = request.find("\r\nAuthorization: Bearer new\r\n") != std::string::npos;
      peer.Answer(good ? 200 : 401, "{}");
    }
  });
  access.server = server.url();
  RealClient client(access);
  EXPECT_TRUE(client.api.Write({ApiWrite::Kind::kCreate, kObject, "{}"}, 5s));
  EXPECT_TRUE(client.api.Get(kObject, 5s));
  EXPECT_THAT(server.requests(), SizeIs(3));
}

TEST(KubeApi, ABusyServerIsAskedAgain) {
  LoopbackServer server([](Peer& peer) {
    peer.ReadHttp();
    peer.Send("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n");
    peer.ReadHttp();
    peer.Send("HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n");
    peer.ReadHttp();
    peer.Answer(200, "{\"a\":1}");
  });
  RealClient client(server.url());
  const auto got = client.api.Get(kObject, 5s);
  ASSERT_TRUE(got) << got.error().Text();
  EXPECT_EQ(*got, "{\"a\":1}");
}

TEST(KubeApi, AWriteWhoseAnswerIsLostIsNotSentAgain) {
  LoopbackServer server([](Peer& peer) { peer.ReadHttp(); });
  RealClient client(server.url());
  EXPECT_FALSE(client.api.Write({ApiWrite::Kind::kCreate, kObject, "{}"}, 2s));
  EXPECT_FALSE(client.api.Write({ApiWrite::Kind::kMergePatch, kObject, "{}"}, 2s));
  EXPECT_THAT(server.requests(), SizeIs(2));
}

TEST(KubeApi, StoppingEndsACallAndAPause) {
  LoopbackServer server([](Peer& peer) { peer.Hang(); });
  LoopbackServer busy([](Peer& peer) {
    while (!peer.ReadHttp().empty()) {
      peer.Send("HTTP/1.1 429 Busy\r\nRetry-After: 20\r\nContent-Length: 0\r\n\r\n");
    }
  });
  for (const std::string& url : {server.url(), busy.url()}) {
    RealClient client(url);
    const auto begin = std::chrono::steady_clock::now();
    std::jthread stopper([&] {
      std::this_thread::sleep_for(100ms);
      client.stop.request_stop();
    });
    EXPECT_EQ(client.api.Get(kObject, 60s).error().code, "kube-unreachable");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
    EXPECT_TRUE(client.api.Watch(kObject, "1", 60s, [](std::string_view) { return true; })) << "as the seam says";
  }
}

TEST(KubeApi, ItsCertificateIsReallyLookedAt) {
  const TlsFiles files;
  const TlsFiles alice("alice");
  LoopbackServer server({files.certificate(), files.key(), alice.certificate()}, [](Peer& peer) {
    while (!peer.ReadHttp().empty()) peer.Answer(200, "{\"user\":\"" + peer.client_name() + "\"}");
  });
  ClusterAccess access;
  access.server = server.url();
  access.authorities = files.certificate_text();
  EXPECT_FALSE(RealClient(access).api.Get(kObject, 1s)) << "without a certificate nobody is let in";
  access.client_certificate = alice.certificate_text();
  access.client_key = Secret(alice.key_text());
  const auto got = RealClient(access).api.Get(kObject, 5s);
  ASSERT_TRUE(got) << got.error().Text();
  EXPECT_EQ(*got, "{\"user\":\"alice\"}");
  access.authorities = alice.certificate_text();
  const auto untrusted = RealClient(access).api.Get(kObject, 5s);
  EXPECT_EQ(untrusted.error().code, "kube-untrusted");
  EXPECT_EQ(untrusted.error().kind, ErrorKind::kStalled);
}

TEST(KubeApi, APodIsReachedByTheProxyOfTheServer) {
  LoopbackServer elsewhere(Always(200, "{}"));
  LoopbackServer server(Always(200, "{}"));
  RealClient client(server.url());
  ApiHttpClient proxied({client.http, client.credentials, client.clock});
  HttpRequest request;
  request.url = server.url("/api/v1/namespaces/n/pods/http:web:3000/proxy/server_info");
  ASSERT_TRUE(proxied.Send(request));
  EXPECT_THAT(server.requests().at(0), HasSubstr("\r\nAuthorization: Bearer hidden\r\n"));
  request.url = elsewhere.url("/server_info");
  ASSERT_TRUE(proxied.Send(request));
  EXPECT_THAT(elsewhere.requests().at(0), Not(HasSubstr("hidden")));
}

}  // namespace
}  // namespace dagitops::kube
