#include "store/request_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace dagitops {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RequestJson : public ::testing::TestWithParam<Request::Kind> {};

TEST_P(RequestJson, GoesThereAndBack) {
  const Request request{
      .id = "id-1", .kind = GetParam(), .environment = "production", .locations = {"a", "b"}, .revision = "0123abcd"};
  const auto back = RequestFromJson(RequestToJson(request));
  ASSERT_TRUE(back) << back.error().Text();
  EXPECT_EQ(back->id, "id-1");
  EXPECT_EQ(back->kind, GetParam());
  EXPECT_EQ(back->environment, "production");
  EXPECT_THAT(back->locations, ElementsAre("a", "b"));
  EXPECT_EQ(back->revision, "0123abcd");
}

INSTANTIATE_TEST_SUITE_P(Kinds, RequestJson,
                         ::testing::Values(Request::Kind::kApprove, Request::Kind::kPause, Request::Kind::kResume,
                                           Request::Kind::kApply));

TEST(RequestJsonText, IsWhatTheDocumentSays) {
  EXPECT_EQ(
      RequestToJson({.id = "i", .kind = Request::Kind::kApply, .environment = "e", .locations = {}, .revision = ""}),
      R"({"schemaVersion":1,"id":"i","kind":"apply","environment":"e","locations":[],"revision":null})");
  EXPECT_EQ(AnswerToJson({.id = "i", .accepted = true, .message = ""}),
            R"({"schemaVersion":1,"id":"i","accepted":true,"message":null})");
}

TEST(AnswerJson, GoesThereAndBack) {
  const auto back = AnswerFromJson(AnswerToJson({.id = "i", .accepted = true, .message = "told"}));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->id, "i");
  EXPECT_TRUE(back->accepted);
  EXPECT_EQ(back->message, "told");
}

TEST(RequestJsonText, AnUnknownKindIsNamed) {
  const auto request = RequestFromJson(
      R"({"schemaVersion":1,"id":"i","kind":"explode","environment":"e","locations":[],"revision":null})");
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().code, "request-json");
  EXPECT_THAT(request.error().message, HasSubstr("kind: expected one of the known words, found \"explode\""));
}

TEST(RequestJsonText, ANewerVersionIsRefused) {
  EXPECT_EQ(RequestFromJson(R"({"schemaVersion":2})").error().code, "store-newer");
  EXPECT_EQ(AnswerFromJson(R"({"schemaVersion":2})").error().code, "store-newer");
}

}  // namespace
}  // namespace dagitops
