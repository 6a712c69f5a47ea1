#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "dagitops/http/curl_http_client.h"

#include "support/case_name.h"
#include "support/h2_frames.h"
#include "support/loopback_server.h"

namespace dagitops {
namespace {

using namespace std::chrono_literals;
using support::LoopbackServer;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::StartsWith;
using Peer = LoopbackServer::Peer;

std::string SocketPath(const std::string& name) {
  return "/tmp/dagitops-test-" + std::to_string(getpid()) + "-" + name + ".sock";
}

HttpRequest Get(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  return request;
}

HttpRequest Post(std::string url, std::string body, bool repeatable) {
  HttpRequest request = Get(std::move(url));
  request.method = "POST";
  request.body = std::move(body);
  request.repeatable = repeatable;
  return request;
}

void AnswerAll(Peer& peer) {
  while (!peer.ReadHttp().empty()) peer.Answer(200, "{}");
}

// Answers the first request of each connection and closes without a word when the second comes.
void AnswerOnce(Peer& peer) {
  peer.ReadHttp();
  peer.Answer(200, "first");
  peer.ReadHttp();
}

TEST(CurlHttpClient, SendsMethodHeadersAndBodyAndNothingElseOfNote) {
  LoopbackServer server([](Peer& peer) {
    peer.ReadHttp();
    peer.Answer(201, "made");
  });
  CurlHttpClient client;
  HttpRequest request = Post(server.url("/graphql?x=1"), "{\"query\":1}", false);
  request.headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}};
  const auto response = client.Send(request);
  ASSERT_TRUE(response) << response.error().Text();
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->body, "made");
  EXPECT_THAT(response->headers, Contains(Pair("content-type", "application/json")));
  const std::string sent = server.requests().at(0);
  EXPECT_THAT(sent, StartsWith("POST /graphql?x=1 HTTP/1.1\r\n"));
  EXPECT_THAT(sent, HasSubstr("\r\nContent-Type: application/json\r\n"));
  EXPECT_THAT(sent, HasSubstr("\r\nX-Empty:\r\n"));
  EXPECT_THAT(sent, HasSubstr("\r\n\r\n{\"query\":1}"));
  EXPECT_THAT(sent, Not(HasSubstr("Expect:")));
  EXPECT_THAT(sent, Not(HasSubstr("Accept-Encoding")));
}

TEST(CurlHttpClient, SendsNoContentTypeThatNobodySaid) {
  LoopbackServer server(AnswerAll);
  CurlHttpClient client;
  ASSERT_TRUE(client.Send(Post(server.url(), "x", false)));
  EXPECT_THAT(server.requests().at(0), Not(HasSubstr("Content-Type")));
}

struct MethodCase {
  std::string method;
  std::string body;
};
class CurlHttpClientMethod : public ::testing::TestWithParam<MethodCase> {};

TEST_P(CurlHttpClientMethod, ArrivesAsGiven) {
  LoopbackServer server([](Peer& peer) {
    peer.ReadHttp();
    peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  CurlHttpClient client;
  HttpRequest request = Get(server.url("/m"));
  request.method = GetParam().method;
  request.body = GetParam().body;
  ASSERT_TRUE(client.Send(request));
  EXPECT_THAT(server.requests().at(0), StartsWith(GetParam().method + " /m HTTP/1.1\r\n"));
  EXPECT_THAT(server.requests().at(0), ::testing::EndsWith("\r\n\r\n" + GetParam().body));
}

INSTANTIATE_TEST_SUITE_P(Methods, CurlHttpClientMethod,
                         ::testing::Values(MethodCase{"GET", ""}, MethodCase{"HEAD", ""}, MethodCase{"POST", ""},
                                           MethodCase{"PUT", "body"}, MethodCase{"PATCH", "body"},
                                           MethodCase{"DELETE", ""}),
                         [](const auto& test) { return test.param.method; });

TEST(CurlHttpClient, AnErrorStatusAndARedirectAreAnswers) {
  LoopbackServer server([](Peer& peer) {
    peer.ReadHttp();
    peer.Answer(500, "broken");
    peer.ReadHttp();
    peer.Send("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
  });
  CurlHttpClient client;
  const auto broken = client.Send(Get(server.url()));
  ASSERT_TRUE(broken);
  EXPECT_EQ(broken->status, 500);
  const auto redirect = client.Send(Get(server.url()));
  ASSERT_TRUE(redirect);
  EXPECT_EQ(redirect->status, 302);
  EXPECT_THAT(redirect->headers, Contains(Pair("location", "/elsewhere")));
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST(CurlHttpClient, ReadsTrailersOfAChunkedAnswer) {
  LoopbackServer server([](Peer& peer) {
    peer.ReadHttp();
    peer.Send(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 7\r\n\r\n");
  });
  CurlHttpClient client;
  const auto response = client.Send(Get(server.url()));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "abc");
  EXPECT_THAT(response->trailers, ElementsAre(Pair("x-sum", "7")));
}

TEST(CurlHttpClient, UsesOneConnectionForSeveralRequests) {
  LoopbackServer server(AnswerAll);
  CurlHttpClient client;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(client.Send(Post(server.url(), "x", true)));
  EXPECT_EQ(server.connections(), 1);
}

TEST(CurlHttpClient, SendsARepeatableRequestAgainWhenAKeptConnectionDies) {
  LoopbackServer server(AnswerOnce);
  CurlHttpClient client;
  for (int i = 0; i < 3; ++i) {
    const auto response = client.Send(Post(server.url(), "x", true));
    ASSERT_TRUE(response) << response.error().Text();
    EXPECT_EQ(response->body, "first");
  }
  EXPECT_EQ(server.connections(), 3);
}

TEST(CurlHttpClient, GivesEveryRequestThatMayNotRepeatAConnectionOfItsOwn) {
  LoopbackServer server(AnswerOnce);
  CurlHttpClient client;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.Send(Post(server.url(), "x", false)));
  EXPECT_EQ(server.connections(), 3);
  EXPECT_EQ(server.requests().size(), 3u);
}

TEST(CurlHttpClient, NeverSendsARequestThatMayNotRepeatTwice) {
  LoopbackServer server([](Peer& peer) { peer.ReadHttp(); });
  CurlHttpClient client;
  const auto response = client.Send(Post(server.url(), "x", false));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "http-broken");
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(CurlHttpClient, DoesNotSendAgainOnceAnAnswerHasBegun) {
  LoopbackServer server([](Peer& peer) {
    peer.ReadHttp();
    peer.Answer(200, "first");
    if (!peer.ReadHttp().empty()) peer.Send("HTTP/1.1 200 OK\r\n");
  });
  CurlHttpClient client;
  ASSERT_TRUE(client.Send(Get(server.url())));
  const auto second = client.Send(Get(server.url()));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kRetry);
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST(CurlHttpClient, AUnixSocketIsAskedWhateverTheUrlSaysAndNeverKept) {
  LoopbackServer server(SocketPath("plain"), AnswerAll);
  CurlHttpClient client;
  HttpRequest request = Get("http://somewhere.invalid/a");
  request.unix_socket = server.socket_path();
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(client.Send(request));
  EXPECT_EQ(server.connections(), 2);
  EXPECT_THAT(server.requests().at(0), HasSubstr("Host: somewhere.invalid\r\n"));
}

// A scripted server of HTTP/2 with prior knowledge: reads the preface, the settings and the request, then answers.
LoopbackServer::Script H2(std::string answer) {
  return [answer](Peer& peer) {
    std::string got = peer.ReadSome();
    for (int i = 0; i < 10 && !support::H2RequestWhole(got); ++i) got += peer.ReadSome();
    peer.Send(support::H2Settings() + support::H2SettingsAck() + answer);
    peer.Hang();
  };
}

HttpRequest H2Request(const LoopbackServer& server, Duration deadline = 5s) {
  HttpRequest request = Post("http://localhost/api.X/Y", std::string(5, '\0'), true);
  request.unix_socket = server.socket_path();
  request.http2_prior_knowledge = true;
  request.deadline = deadline;
  return request;
}

TEST(CurlHttpClient, SpeaksHttp2WithPriorKnowledgeAndReadsItsTrailers) {
  LoopbackServer server(SocketPath("h2"), H2(support::GrpcAnswer("payload")));
  CurlHttpClient client;
  const auto response = client.Send(H2Request(server));
  ASSERT_TRUE(response) << response.error().Text();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "payload");
  EXPECT_THAT(response->headers, Contains(Pair("content-type", "application/grpc")));
  EXPECT_THAT(response->trailers, ElementsAre(Pair("grpc-status", "0")));
}

TEST(CurlHttpClient, AnExchangeIsCutWhenItIsToldToStop) {
  std::stop_source stop;
  std::stop_source& stopping = stop;
  LoopbackServer server([&stopping](Peer& peer) {
    peer.ReadHttp();
    stopping.request_stop();
    peer.Hang();
  });
  CurlHttpClient client(stop.get_token());
  HttpRequest request = Get(server.url("/x"));
  request.deadline = 30s;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(client.Send(request).error().code, "http-stopped");
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  EXPECT_EQ(client.Send(request).error().code, "http-stopped") << "nor is another one begun";
  EXPECT_EQ(server.connections(), 1);
}

struct BadPeer {
  std::string name;
  std::function<void(Peer&)> script;
  std::string code;
};
class CurlHttpClientFailure : public ::testing::TestWithParam<BadPeer> {};

TEST_P(CurlHttpClientFailure, IsToldWithinTheDeadline) {
  LoopbackServer server(GetParam().script);
  CurlHttpClient client;
  HttpRequest request = Get(server.url("/x?token=hidden"));
  request.deadline = 300ms;
  request.max_body = 1000;
  const auto start = std::chrono::steady_clock::now();
  const auto response = client.Send(request);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, GetParam().code) << response.error().Text();
  EXPECT_EQ(response.error().kind, GetParam().code == "http-too-large" ? ErrorKind::kInvalid : ErrorKind::kRetry);
  EXPECT_THAT(response.error().Text(), Not(HasSubstr("hidden")));
}

INSTANTIATE_TEST_SUITE_P(BadPeers, CurlHttpClientFailure,
                         ::testing::Values(BadPeer{"HangsAfterAccept", [](Peer& peer) { peer.Hang(); }, "http-timeout"},
                                           BadPeer{"HangsAfterTheHead",
                                                   [](Peer& peer) {
                                                     peer.ReadHttp();
                                                     peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
                                                     peer.Hang();
                                                   },
                                                   "http-timeout"},
                                           BadPeer{"DripsForever",
                                                   [](Peer& peer) {
                                                     peer.ReadHttp();
                                                     peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n");
                                                     for (int i = 0; i < 900; ++i) {
                                                       peer.Send("x");
                                                       std::this_thread::sleep_for(2ms);
                                                     }
                                                   },
                                                   "http-timeout"},
                                           BadPeer{"ClosesWithoutAWord", [](Peer& peer) { peer.ReadHttp(); },
                                                   "http-broken"},
                                           BadPeer{"ClosesInTheHead",
                                                   [](Peer& peer) {
                                                     peer.ReadHttp();
                                                     peer.Send("HTTP/1.1 200 OK\r\nContent-Le");
                                                   },
                                                   "http-cut-off"},
                                           BadPeer{"ClosesInTheBody",
                                                   [](Peer& peer) {
                                                     peer.ReadHttp();
                                                     peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
                                                   },
                                                   "http-cut-off"},
                                           BadPeer{"Resets",
                                                   [](Peer& peer) {
                                                     peer.ReadHttp();
                                                     peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
                                                     peer.Reset();
                                                   },
                                                   "http-cut-off"},
                                           BadPeer{"SpeaksNoHttp",
                                                   [](Peer& peer) {
                                                     peer.ReadHttp();
                                                     peer.Send("SSH-2.0-OpenSSH_9.2p1\r\n");
                                                   },
                                                   "http-not-http"},
                                           BadPeer{"SaysItIsTooLong",
                                                   [](Peer& peer) {
                                                     peer.ReadHttp();
                                                     peer.Answer(200, std::string(1001, 'x'));
                                                   },
                                                   "http-too-large"},
                                           BadPeer{"SendsTooMuchInChunks",
                                                   [](Peer& peer) {
                                                     peer.ReadHttp();
                                                     peer.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                                                     for (int i = 0; i < 200; ++i) peer.Send("a\r\n0123456789\r\n");
                                                   },
                                                   "http-too-large"},
                                           BadPeer{"SendsEndlessHeaders",
                                                   [](Peer& peer) {
                                                     peer.ReadHttp();
                                                     peer.Send("HTTP/1.1 200 OK\r\n");
                                                     for (int i = 0; i < 40; ++i)
                                                       peer.Send("X-A: " + std::string(10'000, 'x') + "\r\n");
                                                   },
                                                   "http-too-large"}),
                         support::CaseName());

TEST(CurlHttpClient, AnAnswerOfExactlyTheLimitIsTaken) {
  LoopbackServer server([](Peer& peer) {
    peer.ReadHttp();
    peer.Answer(200, std::string(1000, 'x'));
  });
  CurlHttpClient client;
  HttpRequest request = Get(server.url());
  request.max_body = 1000;
  const auto response = client.Send(request);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body.size(), 1000u);
}

TEST(CurlHttpClient, TellsWhatIsMissingWhereNobodyListens) {
  CurlHttpClient client;
  const auto refused = client.Send(Get("http://127.0.0.1:" + std::to_string(LoopbackServer::RefusedPort())));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "http-refused");
  EXPECT_THAT(refused.error().message, HasSubstr("Connection refused"));

  HttpRequest request = Get("http://localhost/");
  request.unix_socket = SocketPath("absent");
  const auto absent = client.Send(request);
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, "http-refused");
  EXPECT_EQ(absent.error().kind, ErrorKind::kRetry);
  EXPECT_THAT(absent.error().Text(), HasSubstr(request.unix_socket));
}

struct BadRequest {
  std::string name;
  std::function<void(HttpRequest&)> spoil;
};
class CurlHttpClientRefusal : public ::testing::TestWithParam<BadRequest> {};

TEST_P(CurlHttpClientRefusal, OfARequestThatCannotBeSent) {
  LoopbackServer server(AnswerAll);
  HttpRequest request = Get(server.url());
  GetParam().spoil(request);
  CurlHttpClient client;
  const auto response = client.Send(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "http-bad-request");
  EXPECT_EQ(response.error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(server.connections(), 0);
}

INSTANTIATE_TEST_SUITE_P(
    BadRequests, CurlHttpClientRefusal,
    ::testing::Values(BadRequest{"OtherScheme", [](HttpRequest& r) { r.url = "file:///etc/passwd"; }},
                      BadRequest{"NoUrl", [](HttpRequest& r) { r.url = ""; }},
                      BadRequest{"SpaceInMethod", [](HttpRequest& r) { r.method = "GET /x HTTP/1.1\r\nA:"; }},
                      BadRequest{"LineBreakInValue",
                                 [](HttpRequest& r) {
                                   r.headers = {{"A", "b\r\nC: d"}};
                                 }},
                      BadRequest{"ColonInName",
                                 [](HttpRequest& r) {
                                   r.headers = {{"A: b\r\nC", "d"}};
                                 }},
                      BadRequest{"LongSocketPath", [](HttpRequest& r) { r.unix_socket = std::string(108, 's'); }}),
    support::CaseName());

TEST(CurlHttpClient, LoopbackIsNeverAskedThroughAProxy) {
  LoopbackServer proxy(AnswerAll);
  LoopbackServer server(AnswerAll);
  setenv("http_proxy", proxy.url().c_str(), 1);
  CurlHttpClient client;
  EXPECT_TRUE(client.Send(Get(server.url())));
  EXPECT_EQ(proxy.connections(), 0);
  const auto elsewhere = client.Send(Get("http://somewhere.invalid/"));
  unsetenv("http_proxy");
  EXPECT_TRUE(elsewhere);
  EXPECT_EQ(proxy.connections(), 1);
}

TEST(CurlHttpClient, ServesManyThreadsAtOnce) {
  LoopbackServer server(AnswerAll);
  LoopbackServer other(SocketPath("threads"), AnswerAll);
  CurlHttpClient client;
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        HttpRequest request = Get(server.url());
        if (i % 2 == 0) request.unix_socket = other.socket_path();
        for (int n = 0; n < 25; ++n) good += client.Send(request) ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(good, 200);
}

TEST(CurlHttpClient, LeavesTheSignalsOfTheThreadAsTheyWere) {
  LoopbackServer server(AnswerAll);
  CurlHttpClient client;
  ASSERT_TRUE(client.Send(Get(server.url())));
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  EXPECT_EQ(sigismember(&mask, SIGPIPE), 0);
}

}  // namespace
}  // namespace dagitops
