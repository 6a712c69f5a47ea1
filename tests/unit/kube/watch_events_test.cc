#include "kube/watch_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dagitops::kube {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class WatchEventsTest : public ::testing::Test {
 protected:
  std::vector<std::string> seen;
  std::string last;  // an event after which no more are wanted
  const std::function<bool(std::string_view)> on_event = [this](std::string_view event) {
    seen.emplace_back(event);
    return event != last;
  };
  WatchEvents events{{"watch", "https://a/api/v1/pods", "/api/v1/pods"}, on_event};
};

TEST_F(WatchEventsTest, AreTheSameWhereverTheirPartsBegin) {
  const std::string body = "{\"type\":\"ADDED\"}\n\n{\"type\":\"BOOKMARK\",\"object\":{}}\r\n{\"type\":\"DELETED\"}\n";
  for (std::size_t size = 1; size <= body.size(); ++size) {
    seen.clear();
    WatchEvents cut({}, on_event);
    for (std::size_t at = 0; at < body.size(); at += size) ASSERT_TRUE(cut.Take(body.substr(at, size)));
    EXPECT_THAT(seen, ElementsAre("{\"type\":\"ADDED\"}", HasSubstr("{\"type\":\"BOOKMARK\",\"object\":{}}"),
                                  "{\"type\":\"DELETED\"}"))
        << size;
  }
}

TEST_F(WatchEventsTest, OneThatIsNotWholeIsNotHandedOver) {
  EXPECT_TRUE(events.Take(""));
  EXPECT_TRUE(events.Take("{\"type\":\"ADDED\"}"));
  EXPECT_THAT(seen, IsEmpty());
  EXPECT_EQ(events.error(), std::nullopt);
}

TEST_F(WatchEventsTest, EndWhenNoMoreAreWanted) {
  last = "{\"a\":1}";
  EXPECT_FALSE(events.Take("{\"a\":0}\n{\"a\":1}\n{\"a\":2}\n"));
  EXPECT_THAT(seen, ElementsAre("{\"a\":0}", "{\"a\":1}"));
  EXPECT_EQ(events.error(), std::nullopt);
}

TEST_F(WatchEventsTest, AnErrorEventEndsThem) {
  const std::string status = R"({"kind":"Status","code":410,"reason":"Expired","message":"too old: 1 of 9"})";
  EXPECT_FALSE(events.Take("{\"type\":\"ERROR\",\"object\":" + status + "}\n{\"type\":\"ADDED\"}\n"));
  EXPECT_THAT(seen, IsEmpty());
  EXPECT_EQ(events.error()->code, "kube-gone");
  EXPECT_THAT(events.error()->message, HasSubstr("too old: 1 of 9"));
}

TEST_F(WatchEventsTest, OtherErrorsAreTheirOwn) {
  EXPECT_FALSE(events.Take("{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":500,\"message\":\"no\"}}\n"));
  EXPECT_EQ(events.error()->code, "kube-busy");
  WatchEvents odd({}, on_event);
  EXPECT_FALSE(odd.Take("{\"type\":\"ERROR\"}\n"));
  EXPECT_EQ(odd.error()->code, "kube-bad-answer");
}

TEST_F(WatchEventsTest, WhatIsNoJsonEndsThem) {
  EXPECT_FALSE(events.Take("{\"type\":\n"));
  EXPECT_EQ(events.error()->code, "kube-bad-answer");
}

TEST_F(WatchEventsTest, ALineHasALimit) {
  const std::string part(1u << 20, ' ');
  for (int i = 0; i < 16; ++i) ASSERT_TRUE(events.Take(part));
  EXPECT_FALSE(events.Take(" "));
  EXPECT_EQ(events.error()->code, "kube-bad-answer");
}

}  // namespace
}  // namespace dagitops::kube
