#include "kube/list_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace dagitops::kube {
namespace {

using ::testing::IsEmpty;

TEST(ReadListPageTest, GivesEachObjectWhatTheListImplies) {
  Objects objects;
  const auto page = ReadListPage(R"({"kind":"DeploymentList","apiVersion":"apps/v1",
      "metadata":{"resourceVersion":"17","continue":"next"},
      "items":[{"metadata":{"name":"a"}},{"kind":"Other","apiVersion":"x/v2","metadata":{"name":"b"},"spec":{}}]})",
                                 objects);
  ASSERT_TRUE(page) << page.error().Text();
  EXPECT_EQ(page->version, "17");
  EXPECT_EQ(page->continue_from, "next");
  ASSERT_EQ(objects.size(), 2u);
  EXPECT_EQ(*objects["a"], R"({"metadata":{"name":"a"},"apiVersion":"apps/v1","kind":"Deployment"})");
  EXPECT_EQ(*objects["b"], R"({"kind":"Other","apiVersion":"x/v2","metadata":{"name":"b"},"spec":{}})");
}

TEST(ReadListPageTest, WhoSetWhichFieldIsNotKept) {
  Objects objects;
  ASSERT_TRUE(ReadListPage(R"({"metadata":{"resourceVersion":"1"},
      "items":[{"metadata":{"name":"a","managedFields":[{"manager":"helm"}],"uid":"u"},"managedFields":1}]})",
                           objects));
  EXPECT_EQ(*objects["a"], R"({"metadata":{"name":"a","uid":"u"},"managedFields":1})");
  const auto event = ReadWatchEvent(R"({"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"9",
      "managedFields":[{"manager":"helm"}]}}})");
  EXPECT_EQ(event->object, R"({"metadata":{"name":"a","resourceVersion":"9"}})");
}

TEST(ReadListPageTest, NoItemsAreAList) {
  Objects objects;
  for (const char* items : {"[]", "null"}) {
    const auto page =
        ReadListPage(std::string(R"({"metadata":{"resourceVersion":"1"},"items":)") + items + "}", objects);
    ASSERT_TRUE(page) << items;
    EXPECT_EQ(page->continue_from, "");
  }
  EXPECT_THAT(objects, IsEmpty());
}

TEST(ReadListPageTest, WhatIsNoListIsNotTakenForAnEmptyOne) {
  for (const char* text :
       {"", "[]", "{}", R"({"metadata":{"resourceVersion":"1"}})", R"({"items":[]})",
        R"({"metadata":{"resourceVersion":"1"},"items":{}})", R"({"metadata":{"resourceVersion":"1"},"items":[{}]})",
        R"({"metadata":{"resourceVersion":"1"},"items":[17]})"}) {
    Objects objects;
    const auto page = ReadListPage(text, objects);
    ASSERT_FALSE(page) << text;
    EXPECT_EQ(page.error().code, "kube-bad-answer");
  }
}

TEST(ReadWatchEventTest, ReadsEachType) {
  const auto read = [](const std::string& type) {
    return ReadWatchEvent(R"({"type":")" + type + R"(","object":{"metadata":{"name":"a","resourceVersion":"9"}}})");
  };
  EXPECT_EQ(read("ADDED")->kind, WatchEvent::Kind::kPut);
  EXPECT_EQ(read("MODIFIED")->kind, WatchEvent::Kind::kPut);
  EXPECT_EQ(read("DELETED")->kind, WatchEvent::Kind::kRemove);
  EXPECT_EQ(read("BOOKMARK")->kind, WatchEvent::Kind::kBookmark);
  EXPECT_EQ(read("BOOKMARK")->version, "9");
  EXPECT_EQ(read("ADDED")->name, "a");
  EXPECT_EQ(read("ADDED")->object, R"({"metadata":{"name":"a","resourceVersion":"9"}})");
}

TEST(ReadWatchEventTest, RefusesWhatItCannotFollow) {
  for (const char* text : {"", "{}", R"({"type":"ADDED"})", R"({"type":"ADDED","object":{"metadata":{"name":"a"}}})",
                           R"({"type":"ADDED","object":{"metadata":{"resourceVersion":"9"}}})",
                           R"({"type":"MOVED","object":{"metadata":{"name":"a","resourceVersion":"9"}}})"}) {
    const auto event = ReadWatchEvent(text);
    ASSERT_FALSE(event) << text;
    EXPECT_EQ(event.error().code, "kube-bad-answer");
  }
}

}  // namespace
}  // namespace dagitops::kube
