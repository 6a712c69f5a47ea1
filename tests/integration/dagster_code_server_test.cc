#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <string>

#include "dagitops/dagster/grpc_code_server_client.h"
#include "dagitops/http/curl_http_client.h"

#include "support/case_name.h"
#include "support/h2_frames.h"
#include "support/loopback_server.h"
#include "support/temp_dir.h"

// The code server client against scripted servers; against a real one in dagster_real_code_server_test.cc.
namespace dagitops {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using support::GrpcAnswer;
using support::GrpcMessage;
using support::LoopbackServer;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using Peer = LoopbackServer::Peer;

// A server that reads one whole request of HTTP/2, sends `answer` and waits.
LoopbackServer::Script AnswerWith(std::string answer) {
  return [answer](Peer& peer) {
    std::string got = peer.ReadSome();
    for (int i = 0; i < 10 && !support::H2RequestWhole(got); ++i) got += peer.ReadSome();
    peer.Send(support::H2Settings() + support::H2SettingsAck() + answer);
    peer.Hang();
  };
}

// A message with `text` (shorter than 128 bytes) in field 1.
std::string TextMessage(const std::string& text) {
  return GrpcMessage("\x0a" + std::string(1, static_cast<char>(text.size())) + text);
}

class CodeServer {
 public:
  explicit CodeServer(LoopbackServer::Script script) : server_(dir_ / "s.sock", std::move(script)) {}

  CurlHttpClient http;
  GrpcCodeServerClient client{http};
  CodeServerAddress address() const { return {.socket = server_.socket_path(), .host = {}, .port = 0}; }
  LoopbackServer& server() { return server_; }

 private:
  support::TempDir dir_;
  LoopbackServer server_;
};

TEST(GrpcCodeServerClient, ReadsHealth) {
  CodeServer serving(AnswerWith(GrpcAnswer(GrpcMessage("\x08\x01"))));
  EXPECT_EQ(serving.client.Serving(serving.address(), 5s).value(), true);
  CodeServer not_serving(AnswerWith(GrpcAnswer(GrpcMessage("\x08\x02"))));
  EXPECT_EQ(not_serving.client.Serving(not_serving.address(), 5s).value(), false);
  CodeServer unknown(AnswerWith(GrpcAnswer(GrpcMessage(""))));
  EXPECT_EQ(unknown.client.Serving(unknown.address(), 5s).value(), false);
}

TEST(GrpcCodeServerClient, ReadsTheServerId) {
  CodeServer server(AnswerWith(GrpcAnswer(TextMessage("77210e42"))));
  EXPECT_EQ(server.client.ServerId(server.address(), 5s).value(), "77210e42");
}

TEST(GrpcCodeServerClient, ReadsRunsAndShutdown) {
  CodeServer runs(
      AnswerWith(GrpcAnswer(TextMessage(R"({"__class__": "GetCurrentRunsResult", "current_runs": ["r1"]})"))));
  EXPECT_THAT(runs.client.CurrentRuns(runs.address(), 5s).value(), ElementsAre("r1"));
  CodeServer down(AnswerWith(GrpcAnswer(TextMessage(R"({"__class__": "ShutdownServerResult", "success": true})"))));
  EXPECT_TRUE(down.client.Shutdown(down.address(), 5s));
}

TEST(GrpcCodeServerClient, ReadsDefinitions) {
  CodeServer server(AnswerWith(GrpcAnswer(TextMessage(R"({"__class__": "ListRepositoriesResponse"})"))));
  EXPECT_TRUE(server.client.Definitions(server.address(), 5s).value().loaded);
  CodeServer broken(
      AnswerWith(GrpcAnswer(TextMessage(R"({"__class__": "SerializableErrorInfo", "message": "E: no"})"))));
  const DefinitionsAnswer answer = broken.client.Definitions(broken.address(), 5s).value();
  EXPECT_FALSE(answer.loaded);
  EXPECT_EQ(answer.error, "E: no");
}

TEST(GrpcCodeServerClient, AsksByHostAndPortToo) {
  LoopbackServer server(AnswerWith(GrpcAnswer(TextMessage("id"))));
  CurlHttpClient http;
  GrpcCodeServerClient client(http);
  EXPECT_EQ(client.ServerId({.socket = {}, .host = "127.0.0.1", .port = server.port()}, 5s).value(), "id");
}

TEST(GrpcCodeServerClient, TakesANewConnectionForEveryCallSinceTheServerBehindAPathMayChange) {
  CodeServer server(AnswerWith(GrpcAnswer(TextMessage("id"))));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(server.client.ServerId(server.address(), 5s));
  EXPECT_EQ(server.server().connections(), 3);
}

struct BadServer {
  std::string name;
  LoopbackServer::Script script;
  std::string code;  // a regular expression
  ErrorKind kind = ErrorKind::kRetry;
};
class GrpcCodeServerClientFailure : public ::testing::TestWithParam<BadServer> {};

TEST_P(GrpcCodeServerClientFailure, IsToldByEveryCallWithinTheDeadline) {
  CodeServer server(GetParam().script);
  const CodeServerAddress address = server.address();
  const auto start = std::chrono::steady_clock::now();
  const std::vector<Error> errors{
      server.client.Serving(address, 300ms).error(), server.client.ServerId(address, 300ms).error(),
      server.client.Definitions(address, 300ms).error(), server.client.CurrentRuns(address, 300ms).error(),
      server.client.Shutdown(address, 300ms).error()};
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  for (const Error& error : errors) {
    EXPECT_THAT(error.code, MatchesRegex(GetParam().code)) << error.Text();
    EXPECT_EQ(error.kind, GetParam().kind);
    EXPECT_EQ(error.subject, address.socket);
    EXPECT_THAT(error.message, HasSubstr("while asking"));
  }
}

std::string Head() {
  return support::H2HeadersFrame({{":status", "200"}, {"content-type", "application/grpc"}}, false);
}

INSTANTIATE_TEST_SUITE_P(
    Servers, GrpcCodeServerClientFailure,
    ::testing::Values(
        BadServer{"HangsAfterAccept", [](Peer& peer) { peer.Hang(); }, "http-timeout"},
        BadServer{"HangsAfterTheSettings", AnswerWith(""), "http-timeout"},
        BadServer{"HangsAfterTheHead", AnswerWith(Head()), "http-timeout"},
        BadServer{"HangsBeforeTheTrailers", AnswerWith(Head() + support::H2Data(TextMessage("id"))), "http-timeout"},
        BadServer{"ClosesInTheMessage",
                  [](Peer& peer) {
                    peer.ReadSome();
                    peer.Send(support::H2Settings() + Head() + support::H2Data(TextMessage("id")));
                  },
                  "http-(broken|cut-off)"},  // a reset may overtake what was sent before it
        BadServer{"Html",
                  AnswerWith(support::H2HeadersFrame({{":status", "200"}, {"content-type", "text/html"}}, false) +
                             support::H2Frame(0, 1, 1, "<html>")),
                  "grpc-garbage"},
        BadServer{"NotFound", AnswerWith(support::H2HeadersFrame({{":status", "404"}}, true)), "grpc-garbage"},
        BadServer{"NoStatus", AnswerWith(Head() + support::H2Frame(0, 1, 1, TextMessage("id"))), "grpc-garbage"},
        BadServer{"FrameSaysFourGigabytes", AnswerWith(GrpcAnswer("\0\xff\xff\xff\xffid"s)), "grpc-garbage"},
        BadServer{"Unimplemented",
                  AnswerWith(support::H2HeadersFrame({{":status", "200"},
                                                      {"content-type", "application/grpc"},
                                                      {"grpc-status", "12"},
                                                      {"grpc-message", "Method not found!"}},
                                                     true)),
                  "grpc-unimplemented", ErrorKind::kInvalid},
        BadServer{"Unavailable", AnswerWith(GrpcAnswer("", {{"grpc-status", "14"}})), "grpc-error"}),
    support::CaseName());

TEST(GrpcCodeServerClient, AnAnswerThatNeverEndsIsCutOff) {
  CodeServer server([](Peer& peer) {
    peer.ReadSome();
    peer.Send(support::H2Settings() + Head());
    const std::string chunk = support::H2Data(std::string(16384, 'x'));
    for (int i = 0; i < 200; ++i) peer.Send(chunk);
    peer.Hang();
  });
  const auto answer = server.client.ServerId(server.address(), 5s);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "http-too-large");
}

TEST(GrpcCodeServerClient, AServerThatClosesAtOnceIsRetry) {
  CodeServer server([](Peer&) {});
  const auto id = server.client.ServerId(server.address(), 5s);
  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().kind, ErrorKind::kRetry);
  // By timing, libcurl sees it while it still connects or afterwards.
  EXPECT_THAT(id.error().code, AnyOf("http-refused", "http-broken"));
}

// What libcurl makes of a server that speaks no HTTP/2 differs by what comes first; only the kind counts.
class NoHttp2 : public ::testing::TestWithParam<std::string> {};

TEST_P(NoHttp2, IsToldWithinTheDeadline) {
  const std::string answer = GetParam();
  CodeServer server([answer](Peer& peer) {
    peer.ReadSome();
    peer.Send(answer);
    peer.Hang();
  });
  const auto start = std::chrono::steady_clock::now();
  const auto id = server.client.ServerId(server.address(), 500ms);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().kind, ErrorKind::kRetry) << id.error().Text();
}

INSTANTIATE_TEST_SUITE_P(Answers, NoHttp2,
                         ::testing::Values("HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno",
                                           "SSH-2.0-OpenSSH_9.2p1\r\n", std::string(100, '\0'),
                                           std::string(100'000, '\xff'),
                                           support::H2Frame(0x7, 0, 0, "\0\0\0\0\0\0\0\1"s)));

TEST(GrpcCodeServerClient, NobodyListensIsRetry) {
  CurlHttpClient http;
  GrpcCodeServerClient client(http);
  const auto absent = client.ServerId({.socket = "/tmp/dagitops-no-such.sock", .host = {}, .port = 0}, 1s);
  EXPECT_EQ(absent.error().code, "http-refused");
  EXPECT_EQ(absent.error().kind, ErrorKind::kRetry);
  const auto refused = client.ServerId({.socket = {}, .host = "127.0.0.1", .port = LoopbackServer::RefusedPort()}, 1s);
  EXPECT_EQ(refused.error().code, "http-refused");
  EXPECT_THAT(refused.error().subject, HasSubstr("127.0.0.1:"));
}

struct BadText {
  std::string name;
  std::string message;
};
class GrpcCodeServerClientText : public ::testing::TestWithParam<BadText> {};

TEST_P(GrpcCodeServerClientText, IsNoAnswer) {
  CodeServer server(AnswerWith(GrpcAnswer(GetParam().message)));
  for (const Error& error : {server.client.Definitions(server.address(), 5s).error(),
                             server.client.CurrentRuns(server.address(), 5s).error(),
                             server.client.Shutdown(server.address(), 5s).error()}) {
    EXPECT_EQ(error.code, "code-server-garbage");
    EXPECT_EQ(error.subject, server.address().socket);
  }
}

INSTANTIATE_TEST_SUITE_P(Texts, GrpcCodeServerClientText,
                         ::testing::Values(BadText{"NoProtobuf", GrpcMessage("{\"json\": 1}")},
                                           BadText{"NoJson", TextMessage("no json")},
                                           BadText{"Nothing", GrpcMessage("")},
                                           BadText{"OtherClass", TextMessage(R"({"__class__": "Other"})")}),
                         support::CaseName());

TEST(GrpcCodeServerClient, AnEmptyServerIdIsNoAnswer) {
  CodeServer server(AnswerWith(GrpcAnswer(GrpcMessage(""))));
  EXPECT_EQ(server.client.ServerId(server.address(), 5s).error().code, "code-server-garbage");
}

}  // namespace
}  // namespace dagitops
