#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "integration/kube_server.h"

namespace dagitops::kube {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kPods = "/api/v1/namespaces/n/pods";
const std::string kAdded = R"({"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"2"}}})";
const std::string kBookmark = R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}})";

class KubeWatch : public ::testing::Test {
 protected:
  // Watches a server that sends these chunks, and then does as `end` says.
  Status Watch(const std::vector<std::string>& chunks, const std::function<void(Peer&)>& end, Duration deadline = 5s) {
    LoopbackServer server([&](Peer& peer) {
      peer.ReadHttp();
      peer.Send(kChunked);
      for (const std::string& chunk : chunks) {
        peer.Send(Chunk(chunk));
        std::this_thread::sleep_for(5ms);  // so that they arrive one by one
      }
      end(peer);
    });
    RealClient client(server.url());
    const auto begin = std::chrono::steady_clock::now();
    const Status done = client.api.Watch(kPods, "1", deadline, [&](std::string_view event) {
      seen.emplace_back(event);
      return event != last;
    });
    took = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - begin);
    requests = server.requests();
    return done;
  }
  static void EndWell(Peer& peer) { peer.Send("0\r\n\r\n"); }
  static void Cut(Peer& /*peer*/) {}
  static void BeSilent(Peer& peer) { peer.Hang(); }

  std::vector<std::string> seen;
  std::string last;  // event after which no more are wanted
  Duration took{};
  std::vector<std::string> requests;
};

TEST_F(KubeWatch, EventsAreTheSameWhereverTheChunksBegin) {
  const std::string all = kAdded + "\n" + kBookmark + "\n" + kAdded + "\n";
  const std::vector<std::vector<std::string>> cuts{
      {all}, {all.substr(0, 1), all.substr(1, 80), all.substr(81)}, {kAdded, "\n" + kBookmark, "\n", kAdded + "\n"}};
  for (const auto& chunks : cuts) {
    seen.clear();
    EXPECT_TRUE(Watch(chunks, EndWell));
    EXPECT_THAT(seen, ElementsAre(kAdded, kBookmark, kAdded));
  }
  EXPECT_THAT(requests.at(0), HasSubstr("GET /api/v1/namespaces/n/pods?watch=true&allowWatchBookmarks=true&"
                                        "resourceVersion=1&timeoutSeconds=4 HTTP/1.1"));
}

TEST_F(KubeWatch, AVersionThatIsTooOldIsToldByAnEvent) {
  const Status done =
      Watch({kAdded + "\n{\"type\":\"ERROR\",\"object\":" + StatusBody(410, "Expired", "too old") + "}\n"}, BeSilent);
  EXPECT_EQ(done.error().code, "kube-gone");
  EXPECT_THAT(seen, ElementsAre(kAdded));
}

TEST_F(KubeWatch, AConnectionThatIsCutIsAnEndLikeAnother) {
  EXPECT_TRUE(Watch({kAdded + "\n" + kBookmark.substr(0, 20)}, Cut));
  EXPECT_THAT(seen, ElementsAre(kAdded)) << "an event that did not come whole is none";
  EXPECT_EQ(requests.size(), 1u);
}

TEST_F(KubeWatch, ASilentServerIsWatchedUntilTheDeadline) {
  EXPECT_TRUE(Watch({kAdded + "\n"}, BeSilent, 700ms));
  EXPECT_GE(took, 700ms);
  EXPECT_LT(took, 3s);
}

TEST_F(KubeWatch, ItEndsAtOnceWhenNoMoreIsWanted) {
  last = kAdded;
  EXPECT_TRUE(Watch({kAdded + "\n" + kBookmark + "\n"}, BeSilent, 30s));
  EXPECT_LT(took, 5s);
  EXPECT_THAT(seen, ElementsAre(kAdded));
}

TEST_F(KubeWatch, WhatIsNoEventIsTold) {
  EXPECT_EQ(Watch({"<html>\n"}, BeSilent).error().code, "kube-bad-answer");
  EXPECT_THAT(seen, IsEmpty());
}

TEST_F(KubeWatch, AnEventWithoutEndIsTold) {
  const std::vector<std::string> chunks(17, std::string(1u << 20, 'x'));
  EXPECT_EQ(Watch(chunks, BeSilent, 20s).error().code, "kube-bad-answer");
}

}  // namespace
}  // namespace dagitops::kube
