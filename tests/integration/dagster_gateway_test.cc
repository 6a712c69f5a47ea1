#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "dagitops/dagster/graphql_gateway.h"
#include "dagitops/http/curl_http_client.h"

#include "support/case_name.h"
#include "support/loopback_server.h"

// The gateway against scripted servers; against a real webserver in dagster_real_gateway_test.cc.
namespace dagitops {
namespace {

using namespace std::chrono_literals;
using support::LoopbackServer;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using Peer = LoopbackServer::Peer;

constexpr const char* kOneLocation =
    R"({"data": {"workspaceOrError": {"__typename": "Workspace", "locationEntries": [
        {"name": "a", "versionKey": "x", "locationOrLoadError": {"__typename": "RepositoryLocation", "serverId": "i"}}]}}})";
constexpr const char* kReloaded = R"({"data": {"reloadWorkspace": {"__typename": "Workspace"}}})";

// Answers every request of a connection alike.
LoopbackServer::Script Always(std::string body, int status = 200, std::string type = "application/json") {
  return [=](Peer& peer) {
    while (!peer.ReadHttp().empty()) peer.Answer(status, body, type);
  };
}

class Gateway {
 public:
  GraphqlGateway* operator->() { return &gateway_; }

 private:
  CurlHttpClient http_;
  GraphqlGateway gateway_{http_};
};

TEST(GraphqlGateway, ListsLocationsOfAWebserver) {
  LoopbackServer server(Always(kOneLocation));
  Gateway gateway;
  const ObservedWebserver webserver = gateway->Locations(server.url(), 5s);
  EXPECT_EQ(webserver.url, server.url());
  EXPECT_EQ(webserver.error, "");
  ASSERT_TRUE(webserver.locations.contains("a"));
  EXPECT_EQ(webserver.locations.at("a").server_id, "i");
  EXPECT_THAT(server.requests().at(0), StartsWith("POST /graphql HTTP/1.1\r\n"));
  EXPECT_THAT(server.requests().at(0), HasSubstr("Content-Type: application/json\r\n"));
}

struct UrlCase {
  std::string name;
  std::string path;
  std::string asked;
};
class GraphqlGatewayUrl : public ::testing::TestWithParam<UrlCase> {};

TEST_P(GraphqlGatewayUrl, KeepsThePathPrefix) {
  LoopbackServer server(Always(kOneLocation));
  Gateway gateway;
  EXPECT_EQ(gateway->Locations(server.url(GetParam().path), 5s).error, "");
  EXPECT_THAT(server.requests().at(0), StartsWith("POST " + GetParam().asked + " "));
}

INSTANTIATE_TEST_SUITE_P(Urls, GraphqlGatewayUrl,
                         ::testing::Values(UrlCase{"Root", "", "/graphql"}, UrlCase{"Slash", "/", "/graphql"},
                                           UrlCase{"Prefix", "/dagster", "/dagster/graphql"},
                                           UrlCase{"PrefixAndSlashes", "/a/b//", "/a/b/graphql"}),
                         support::CaseName());

TEST(GraphqlGateway, UsesOneConnectionForSeveralCalls) {
  LoopbackServer server(Always(kReloaded));
  Gateway gateway;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(gateway->ReloadWorkspace(server.url(), 5s));
  EXPECT_EQ(server.connections(), 1);
}

TEST(GraphqlGateway, AsksAgainWhenTheWebserverClosedItsKeptConnection) {
  LoopbackServer server([](Peer& peer) {
    peer.ReadHttp();
    peer.Answer(200, kReloaded);
    peer.ReadHttp();
  });
  Gateway gateway;
  for (int i = 0; i < 3; ++i) {
    const Status done = gateway->ReloadWorkspace(server.url(), 5s);
    EXPECT_TRUE(done) << done.error().Text();
  }
}

struct BadServer {
  std::string name;
  LoopbackServer::Script script;
  std::string code;
  ErrorKind kind;
};
class GraphqlGatewayFailure : public ::testing::TestWithParam<BadServer> {};

TEST_P(GraphqlGatewayFailure, IsToldWithinTheDeadlineAndNeverAnEmptyList) {
  LoopbackServer server(GetParam().script);
  Gateway gateway;
  const std::string url = "http://user:hunter2@127.0.0.1:" + std::to_string(server.port());
  const auto start = std::chrono::steady_clock::now();
  const ObservedWebserver webserver = gateway->Locations(url, 300ms);
  const Status workspace = gateway->ReloadWorkspace(url, 300ms);
  const Status location = gateway->ReloadLocation(url, "a", 300ms);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 4s);
  EXPECT_THAT(webserver.error, Not(IsEmpty()));
  EXPECT_THAT(webserver.error, Not(HasSubstr("hunter2")));
  EXPECT_THAT(webserver.locations, IsEmpty());
  for (const Status& status : {workspace, location}) {
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, GetParam().code) << status.error().Text();
    EXPECT_EQ(status.error().kind, GetParam().kind);
    EXPECT_EQ(status.error().subject, server.url());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Servers, GraphqlGatewayFailure,
    ::testing::Values(
        BadServer{"Hangs", [](Peer& peer) { peer.Hang(); }, "http-timeout", ErrorKind::kRetry},
        BadServer{"HangsInTheAnswer",
                  [](Peer& peer) {
                    peer.ReadHttp();
                    peer.Send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{\"data");
                    peer.Hang();
                  },
                  "http-timeout", ErrorKind::kRetry},
        BadServer{"BreaksOff",
                  [](Peer& peer) {
                    peer.ReadHttp();
                    peer.Send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{\"data");
                  },
                  "http-cut-off", ErrorKind::kRetry},
        BadServer{"SpeaksNoHttp",
                  [](Peer& peer) {
                    peer.ReadHttp();
                    peer.Send("garbage\r\n\r\n");
                  },
                  "http-not-http", ErrorKind::kRetry},
        BadServer{"ServerError", Always("oh no", 500, "text/plain"), "webserver-error", ErrorKind::kRetry},
        BadServer{"Html", Always("<html>", 200, "text/html"), "webserver-wrong-url", ErrorKind::kStalled},
        BadServer{"JsonCutOff", Always(R"({"data": {"reload)"), "webserver-error", ErrorKind::kRetry},
        BadServer{"OtherSchema", Always(R"({"data": {"other": 1}})"), "webserver-error", ErrorKind::kRetry}),
    support::CaseName());

TEST(GraphqlGateway, AListLongerThanTheLimitIsTold) {
  LoopbackServer server(Always(std::string((16u << 20) + 1, ' ')));
  Gateway gateway;
  EXPECT_THAT(gateway->Locations(server.url(), 10s).error, HasSubstr("longer than the limit"));
}

TEST(GraphqlGateway, NobodyListensIsRetry) {
  Gateway gateway;
  const std::string url = "http://127.0.0.1:" + std::to_string(LoopbackServer::RefusedPort());
  EXPECT_THAT(gateway->Locations(url, 1s).error, HasSubstr("Connection refused"));
  EXPECT_EQ(gateway->ReloadWorkspace(url, 1s).error().kind, ErrorKind::kRetry);
}

TEST(GraphqlGateway, AUrlThatIsNoneIsInvalid) {
  Gateway gateway;
  EXPECT_EQ(gateway->ReloadWorkspace("ftp://x", 1s).error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(gateway->Locations("", 1s).error, Not(IsEmpty()));
}

}  // namespace
}  // namespace dagitops
