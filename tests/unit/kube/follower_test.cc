#include "kube/follower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "unit/kube/api_fixture.h"
#include "unit/kube/scripted_api.h"

namespace dagitops::kube {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kFirst = "/api/v1/pods?limit=500";

std::string Object(const std::string& name, const std::string& version) {
  return R"({"metadata":{"name":")" + name + R"(","resourceVersion":")" + version + "\"}}";
}
std::string Page(const std::string& version, const std::string& items, const std::string& next = "") {
  return R"({"metadata":{"resourceVersion":")" + version + R"(","continue":")" + next + R"("},"items":[)" + items +
         "]}";
}
std::string Event(const std::string& type, const std::string& name, const std::string& version) {
  return R"({"type":")" + type + R"(","object":)" + Object(name, version) + "}";
}
Error Gone() { return {ErrorKind::kRetry, "kube-gone", "", "too old", ""}; }
Error Forbidden() { return {ErrorKind::kStalled, "kube-forbidden", "", "no", ""}; }

class FollowerTest : public ::testing::Test {
 protected:
  FollowerTest() {
    options.path = "/api/v1/pods";
    options.changed = [this] { ++changes; };
    api.lists.emplace(kFirst, Page("10", Object("a", "1") + "," + Object("b", "2")));
  }
  std::vector<std::string> Names() {
    std::vector<std::string> names;
    for (const auto& [name, text] : *store.Snapshot().objects) names.push_back(name);
    return names;
  }

  support::FakeClock clock;
  NoRandom random;
  ScriptedApi api{clock};
  Collection::Options options;
  ObjectStore store;
  int changes = 0;
  Follower follower{{api, clock, random}, options, store};
};

TEST_F(FollowerTest, NothingIsKnownBeforeTheFirstList) {
  EXPECT_FALSE(store.Snapshot().synced);
  EXPECT_THAT(*store.Snapshot().objects, ::testing::IsEmpty());
}

TEST_F(FollowerTest, ListsAndThenWatchesFromThere) {
  api.plays = {{{Event("ADDED", "c", "11"), Event("MODIFIED", "a", "12"), Event("DELETED", "b", "13")}, 300s, Ok()},
               {{}, 300s, Ok()}};
  EXPECT_EQ(follower.Step(), 0s);
  EXPECT_TRUE(store.Snapshot().synced);
  EXPECT_THAT(Names(), ElementsAre("a", "b"));
  EXPECT_EQ(changes, 1);
  EXPECT_EQ(follower.Step(), 0s);
  EXPECT_THAT(Names(), ElementsAre("a", "c"));
  EXPECT_THAT(*store.Snapshot().objects->at("a"), HasSubstr("\"12\""));
  EXPECT_EQ(changes, 4);
  EXPECT_EQ(follower.Step(), 0s);
  EXPECT_THAT(api.asked, ElementsAre(std::string("list ") + kFirst, "watch 10", "watch 13"));
  EXPECT_EQ(api.deadlines.front(), 5min);
}

TEST_F(FollowerTest, ListsEveryPageBeforeAnythingIsShown) {
  api.lists.clear();
  api.lists.emplace(kFirst, Page("10", Object("a", "1"), "x/y="));
  EXPECT_GT(follower.Step(), 0s) << "the second page is missing";
  EXPECT_FALSE(store.Snapshot().synced);
  api.lists.emplace(std::string(kFirst) + "&continue=x%2Fy%3D", Page("10", Object("b", "2")));
  EXPECT_EQ(follower.Step(), 0s);
  EXPECT_THAT(Names(), ElementsAre("a", "b"));
}

TEST_F(FollowerTest, AListWithoutEndIsGivenUp) {
  api.lists.clear();
  api.lists.emplace(kFirst, Page("10", "", "more"));
  api.lists.emplace(std::string(kFirst) + "&continue=more", Page("10", "", "more"));
  EXPECT_GT(follower.Step(), 0s);
  EXPECT_EQ(store.Snapshot().error->code, "kube-bad-answer");
  EXPECT_EQ(api.asked.size(), 1000u);
}

TEST_F(FollowerTest, ABookmarkMovesTheVersionAndChangesNothing) {
  api.plays = {{{Event("BOOKMARK", "", "40")}, 300s, Ok()}, {{}, 300s, Ok()}};
  for (int i = 0; i < 3; ++i) follower.Step();
  EXPECT_THAT(api.asked, ElementsAre(std::string("list ") + kFirst, "watch 10", "watch 40"));
  EXPECT_EQ(changes, 1);
}

TEST_F(FollowerTest, AVersionThatIsTooOldIsListedAnewAtOnce) {
  api.plays = {{{}, 300s, Gone()}, {{}, 300s, Ok()}};
  follower.Step();
  EXPECT_EQ(follower.Step(), 0s);
  EXPECT_EQ(store.Snapshot().error, std::nullopt) << "that is how it is meant to be";
  api.lists.at(kFirst) = Page("90", Object("b", "2"));
  EXPECT_EQ(follower.Step(), 0s);
  EXPECT_THAT(Names(), ElementsAre("b")) << "what is not listed any more is gone";
  follower.Step();
  EXPECT_EQ(api.asked.back(), "watch 90");
}

TEST_F(FollowerTest, VersionsThatAreTooOldFromTheStartDoNotMakeItRun) {
  for (int i = 0; i < 4; ++i) api.plays.push_back({{}, 0s, Gone()});
  std::vector<Duration> pauses;
  for (int i = 0; i < 8; ++i) pauses.push_back(follower.Step());
  EXPECT_THAT(pauses, ElementsAre(0s, 500ms, 0s, 1s, 0s, 2s, 0s, 4s));
}

TEST_F(FollowerTest, WatchesThatEndAtOnceDoNotMakeItRun) {
  for (int i = 0; i < 3; ++i) api.plays.push_back({{}, 0s, Ok()});
  for (int i = 0; i < 2; ++i) api.plays.push_back({{Event("BOOKMARK", "", "10")}, 0s, Ok()});
  follower.Step();
  std::vector<Duration> pauses;
  for (int i = 0; i < 5; ++i) pauses.push_back(follower.Step());
  EXPECT_THAT(pauses, ElementsAre(500ms, 1s, 2s, 500ms, 500ms));
  EXPECT_EQ(store.Snapshot().error, std::nullopt);
}

TEST_F(FollowerTest, AnErrorKeepsWhatIsKnownAndSaysSinceWhen) {
  api.plays = {{{}, 10s, Forbidden()}};
  follower.Step();
  EXPECT_EQ(follower.Step(), 500ms);
  const WallTime since = clock.Now();
  api.lists.clear();
  std::vector<Duration> pauses;
  for (int i = 0; i < 8; ++i) {
    clock.Advance(1min);
    pauses.push_back(follower.Step());
  }
  EXPECT_THAT(pauses, ElementsAre(1s, 2s, 4s, 8s, 16s, 30s, 30s, 30s));
  const CollectionSnapshot snapshot = store.Snapshot();
  EXPECT_THAT(Names(), ElementsAre("a", "b"));
  EXPECT_TRUE(snapshot.synced);
  EXPECT_EQ(snapshot.error->code, "kube-unreachable");
  EXPECT_EQ(snapshot.failing_since, since);
  EXPECT_EQ(changes, 1);
}

TEST_F(FollowerTest, AListEndsAnError) {
  api.plays = {{{}, 10s, Forbidden()}, {{}, 300s, Ok()}, {{}, 10s, Forbidden()}};
  for (int i = 0; i < 2; ++i) follower.Step();
  EXPECT_EQ(store.Snapshot().error->code, "kube-forbidden");
  EXPECT_EQ(store.Snapshot().error->subject, "/api/v1/pods");
  EXPECT_EQ(follower.Step(), 0s);
  EXPECT_EQ(store.Snapshot().error, std::nullopt);
  EXPECT_EQ(changes, 1) << "the objects are the same";
  follower.Step();
  EXPECT_EQ(follower.Step(), 500ms) << "a watch that lasts ends the row of failures";
}

TEST_F(FollowerTest, AnEventThatCannotBeReadIsAnsweredByAList) {
  api.plays = {{{Event("ADDED", "c", "11"), Event("MOVED", "d", "12"), Event("ADDED", "e", "13")}, 10s, Ok()}};
  follower.Step();
  EXPECT_EQ(follower.Step(), 500ms);
  EXPECT_EQ(store.Snapshot().error->code, "kube-bad-answer");
  EXPECT_THAT(Names(), ElementsAre("a", "b", "c"));
  follower.Step();
  EXPECT_EQ(api.asked.back(), std::string("list ") + kFirst);
}

TEST_F(FollowerTest, StoppingEndsAWatchAndIsNoError) {
  api.plays = {{{Event("ADDED", "c", "11"), Event("ADDED", "d", "12")}, 10s, Ok()}};
  follower.Step();
  options.changed = [this] { options.stop.request_stop(); };
  follower.Step();
  EXPECT_THAT(Names(), ElementsAre("a", "b", "c"));
  api.lists.clear();
  Follower another({api, clock, random}, options, store);
  another.Step();
  EXPECT_EQ(store.Snapshot().error, std::nullopt);
}

TEST_F(FollowerTest, ASnapshotStaysAsItWasAndIsSharedUntilSomethingChanges) {
  api.plays = {{{Event("ADDED", "c", "11")}, 300s, Ok()}};
  follower.Step();
  const CollectionSnapshot before = store.Snapshot();
  EXPECT_EQ(store.Snapshot().objects, before.objects);
  follower.Step();
  EXPECT_EQ(before.objects->size(), 2u);
  EXPECT_EQ(store.Snapshot().objects->size(), 3u);
  EXPECT_EQ(store.Snapshot().objects->at("a"), before.objects->at("a"));
}

}  // namespace
}  // namespace dagitops::kube
