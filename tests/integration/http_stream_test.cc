#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <stop_token>
#include <string>
#include <vector>

#include "dagitops/http/curl_http_client.h"

#include "support/loopback_server.h"

namespace dagitops {
namespace {

using namespace std::chrono_literals;
using support::LoopbackServer;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Peer = LoopbackServer::Peer;

constexpr const char* kStreamHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

HttpRequest Get(const std::string& url, HttpSink sink) {
  HttpRequest request;
  request.url = url;
  request.deadline = 10s;
  request.sink = std::move(sink);
  return request;
}

// Remembers the parts, and says enough at the one that is `last`.
HttpSink Remember(std::vector<std::string>& parts, const std::string& last) {
  return [&parts, last](std::string_view part) {
    parts.emplace_back(part);
    return part != last;
  };
}

TEST(CurlHttpClientStream, HandsOverEachPartAsItComesAfterTheHead) {
  LoopbackServer server([](Peer& peer) {
    peer.ReadHttp();
    peer.Send(std::string(kStreamHead) + "3\r\none\r\n");
    peer.ReadSome();  // nothing comes: the rest is held back until the client is gone
  });
  CurlHttpClient client;
  std::vector<std::string> parts;
  const auto response = client.Send(Get(server.url(), Remember(parts, "one")));
  ASSERT_TRUE(response) << response.error().Text();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "");
  EXPECT_THAT(parts, ElementsAre("", "one"));
}

TEST(CurlHttpClientStream, EndsWithTheAnswerAndHasNoLimit) {
  LoopbackServer server([](Peer& peer) {
    peer.ReadHttp();
    peer.Answer(200, std::string(100'000, 'x'));
  });
  CurlHttpClient client;
  std::size_t got = 0;
  HttpRequest request = Get(server.url(), [&](std::string_view part) {
    got += part.size();
    return true;
  });
  request.max_body = 1000;
  ASSERT_TRUE(client.Send(request));
  EXPECT_EQ(got, 100'000u);
}

TEST(CurlHttpClientStream, TheSinkMayEndItAtTheHead) {
  LoopbackServer server([](Peer& peer) {
    peer.ReadHttp();
    peer.Send(kStreamHead);
    peer.Hang();
  });
  CurlHttpClient client;
  std::vector<std::string> parts;
  EXPECT_TRUE(client.Send(Get(server.url(), Remember(parts, ""))));
  EXPECT_THAT(parts, ElementsAre(""));
}

TEST(CurlHttpClientStream, GathersTheBodyOfAnError) {
  LoopbackServer server([](Peer& peer) {
    peer.ReadHttp();
    peer.Answer(410, "gone");
  });
  CurlHttpClient client;
  std::vector<std::string> parts;
  const auto response = client.Send(Get(server.url(), Remember(parts, "")));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 410);
  EXPECT_EQ(response->body, "gone");
  EXPECT_THAT(parts, IsEmpty());
}

TEST(CurlHttpClientStream, TheDeadlineIsThatOfAllOfIt) {
  LoopbackServer server([](Peer& peer) {
    peer.ReadHttp();
    peer.Send(kStreamHead);
    peer.Hang();
  });
  CurlHttpClient client;
  std::vector<std::string> parts;
  HttpRequest request = Get(server.url(), Remember(parts, "never"));
  request.deadline = 200ms;
  const auto response = client.Send(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "http-timeout");
  EXPECT_THAT(parts, ElementsAre(""));
}

TEST(CurlHttpClientStream, AConnectionThatWasCutIsNotUsedAgain) {
  LoopbackServer server([](Peer& peer) {
    while (!peer.ReadHttp().empty()) peer.Send(std::string(kStreamHead) + "3\r\none\r\n");
  });
  CurlHttpClient client;
  std::vector<std::string> parts;
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(client.Send(Get(server.url(), Remember(parts, "one"))));
  EXPECT_EQ(server.connections(), 2);
}

TEST(CurlHttpClientStream, ARequestIsCutWhenItIsToldToStop) {
  std::stop_source stop;
  LoopbackServer server([](Peer& peer) {
    peer.ReadHttp();
    peer.Send(kStreamHead);
    peer.Hang();
  });
  CurlHttpClient client;
  HttpRequest request = Get(server.url(), [&](std::string_view) {
    stop.request_stop();
    return true;
  });
  request.stop = stop.get_token();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(client.Send(request).error().code, "http-stopped");
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  request.stop = {};
  request.sink = nullptr;
  request.deadline = 100ms;
  EXPECT_EQ(client.Send(request).error().code, "http-timeout") << "others go on";
}

}  // namespace
}  // namespace dagitops
