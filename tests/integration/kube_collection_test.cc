#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <string>
#include <vector>

#include "dagitops/base/sync.h"
#include "dagitops/kube/collection.h"

#include "integration/kube_server.h"

namespace dagitops::kube {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kPods = "/api/v1/namespaces/n/pods";

std::string Object(const std::string& name, const std::string& version) {
  return R"({"metadata":{"name":")" + name + R"(","resourceVersion":")" + version + "\"}}";
}
std::string List(const std::string& version, const std::string& items, const std::string& next = "") {
  return R"({"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":")" + version + R"(","continue":")" +
         next + R"("},"items":[)" + items + "]}";
}
std::string Added(const std::string& name, const std::string& version) {
  return R"({"type":"ADDED","object":)" + Object(name, version) + "}\n";
}
bool IsWatch(const std::string& request) { return request.find("watch=true") != std::string::npos; }

// A collection of a server that a test scripts, and a way to wait for what it shows.
class KubeCollection : public ::testing::Test {
 protected:
  void Start(LoopbackServer& server) {
    client = std::make_unique<RealClient>(server.url());
    collection = std::make_unique<Collection>(Collection::Parts{client->api, client->clock, client->random},
                                              Collection::Options{kPods, client->stop, [this] {
                                                                    ++*changes.lock();
                                                                    changed.notify_all();
                                                                  }});
    collection->Start();
  }
  // False when that is not so within ten seconds. `well` is asked at every change, and now and then.
  bool Until(const std::function<bool(const CollectionSnapshot&)>& well) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    auto lock = changes.lock();
    while (!well(collection->Snapshot())) {
      if (std::chrono::steady_clock::now() > end) return false;
      changed.wait_for(lock.native(), 20ms);
    }
    return true;
  }
  static bool Has(const CollectionSnapshot& snapshot, const std::string& name) {
    return snapshot.objects->contains(name);
  }
  Duration StopTakes() {
    const auto begin = std::chrono::steady_clock::now();
    collection->Stop();
    return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - begin);
  }

  Sync<int> changes;
  std::condition_variable changed;
  std::unique_ptr<RealClient> client;
  std::unique_ptr<Collection> collection;  // ends before what it uses
};

TEST_F(KubeCollection, FollowsAllPagesAndThenTheWatch) {
  LoopbackServer server([](Peer& peer) {
    for (std::string request = peer.ReadHttp(); !request.empty(); request = peer.ReadHttp()) {
      if (IsWatch(request)) {
        peer.Send(kChunked + Chunk(Added("c", "11")));
        return peer.Hang();
      }
      const bool second = request.find("continue=next%2B1") != std::string::npos;
      peer.Answer(200, second ? List("10", Object("b", "2")) : List("10", Object("a", "1"), "next+1"));
    }
  });
  Start(server);
  ASSERT_TRUE(Until([](const auto& snapshot) { return Has(snapshot, "c"); }));
  const CollectionSnapshot snapshot = collection->Snapshot();
  EXPECT_TRUE(snapshot.synced);
  EXPECT_EQ(snapshot.error, std::nullopt);
  EXPECT_EQ(snapshot.objects->size(), 3u);
  EXPECT_THAT(*snapshot.objects->at("a"), HasSubstr("\"kind\":\"Pod\""));
  EXPECT_THAT(server.requests().at(0), HasSubstr("GET /api/v1/namespaces/n/pods?limit=500 HTTP"));
  EXPECT_THAT(server.requests().at(2), HasSubstr("resourceVersion=10"));
  EXPECT_LT(StopTakes(), 3s) << "the watch hangs";
}

TEST_F(KubeCollection, ListsAnewWhenItsVersionIsTooOld) {
  Sync<int> watches;
  LoopbackServer server([&](Peer& peer) {
    for (std::string request = peer.ReadHttp(); !request.empty(); request = peer.ReadHttp()) {
      const bool again = *watches.lock() > 0;
      if (!IsWatch(request)) {
        peer.Answer(200, again ? List("20", Object("b", "15")) : List("10", Object("a", "1")));
        continue;
      }
      ++*watches.lock();
      if (again) return peer.Hang();
      peer.Send(kChunked + Chunk("{\"type\":\"ERROR\",\"object\":" + StatusBody(410, "Expired", "too old") + "}\n"));
      return peer.Hang();
    }
  });
  Start(server);
  ASSERT_TRUE(Until([](const auto& snapshot) { return Has(snapshot, "b"); }));
  EXPECT_FALSE(Has(collection->Snapshot(), "a"));
}

TEST_F(KubeCollection, AnErrorKeepsWhatIsKnown) {
  enum class Phase { kUp, kDown, kUpAgain };
  Sync<Phase> phase(Phase::kUp);
  LoopbackServer server([&](Peer& peer) {
    for (std::string request = peer.ReadHttp(); !request.empty(); request = peer.ReadHttp()) {
      const Phase now = *phase.lock();
      if (now == Phase::kDown) {
        peer.Answer(403, StatusBody(403, "Forbidden", "no more"));
      } else if (!IsWatch(request)) {
        peer.Answer(200, List("10", Object("a", "1")));
      } else if (now == Phase::kUpAgain) {
        return peer.Hang();
      } else {
        *phase.lock() = Phase::kDown;
        return;
      }
    }
  });
  Start(server);
  ASSERT_TRUE(Until([](const auto& snapshot) { return snapshot.error && snapshot.error->code == "kube-forbidden"; }));
  const CollectionSnapshot failing = collection->Snapshot();
  EXPECT_TRUE(Has(failing, "a"));
  EXPECT_TRUE(failing.synced);
  *phase.lock() = Phase::kUpAgain;
  EXPECT_TRUE(Until([](const auto& snapshot) { return !snapshot.error; })) << "and it comes back by itself";
  EXPECT_EQ(*changes.lock(), 1) << "nothing changed since the first list";
}

TEST_F(KubeCollection, AServerThatWasNeverSeenIsNoEmptyCollection) {
  LoopbackServer server(Always(500, ""));
  Start(server);
  collection->Stop();
  EXPECT_FALSE(collection->Snapshot().synced);
  EXPECT_THAT(*collection->Snapshot().objects, IsEmpty());
}

TEST_F(KubeCollection, StopsWhileItsListHangs) {
  LoopbackServer server([](Peer& peer) { peer.Hang(); });
  Start(server);
  ASSERT_TRUE(Until([&](const auto&) { return server.connections() > 0; }));
  EXPECT_LT(StopTakes(), 3s);
  EXPECT_LT(StopTakes(), 1s) << "twice is once";
  EXPECT_EQ(collection->Snapshot().error, std::nullopt);
}

TEST_F(KubeCollection, StopsWhileItWaitsAfterAFailure) {
  LoopbackServer server(Always(403, ""));
  Start(server);
  ASSERT_TRUE(Until([&](const auto&) { return server.requests().size() > 1; }));
  EXPECT_LT(StopTakes(), 2s);
}

TEST_F(KubeCollection, OneThatWasNotStartedEndsAsWell) {
  RealClient idle("http://127.0.0.1:1");
  Collection never({idle.api, idle.clock, idle.random}, {kPods});
  EXPECT_FALSE(never.Snapshot().synced);
}

}  // namespace
}  // namespace dagitops::kube
