#include "dagster/grpc_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "support/case_name.h"
#include "support/gzip.h"

namespace dagitops {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;
using ::testing::Not;

HttpResponse Good(std::string message) {
  return {.status = 200,
          .headers = {{"content-type", "application/grpc"}, {"grpc-encoding", "gzip"}},
          .trailers = {{"grpc-status", "0"}, {"grpc-message", ""}},
          .body = GrpcFrame(message)};
}

TEST(GrpcFrame, IsAFlagAFourByteLengthAndTheMessage) {
  EXPECT_EQ(GrpcFrame(""), "\0\0\0\0\0"s);
  EXPECT_EQ(GrpcFrame("abc"), "\0\0\0\0\3abc"s);
  EXPECT_EQ(GrpcFrame(std::string(70000, 'x')).substr(0, 5), "\0\0\x01\x11\x70"s);
}

TEST(ReadGrpcAnswer, GivesTheMessageWithoutItsFrame) {
  for (const std::string& message : {""s, "abc"s, std::string(70000, 'x')}) {
    const auto answer = ReadGrpcAnswer(Good(message));
    ASSERT_TRUE(answer) << answer.error().Text();
    EXPECT_EQ(*answer, message);
  }
}

TEST(ReadGrpcAnswer, TakesAContentTypeWithASuffix) {
  HttpResponse response = Good("a");
  response.headers = {{"content-type", "application/grpc+proto"}};
  EXPECT_TRUE(ReadGrpcAnswer(response));
}

TEST(ReadGrpcAnswer, InflatesACompressedMessage) {
  HttpResponse response = Good(support::Gzip("hello"));
  response.body[0] = 1;
  const auto answer = ReadGrpcAnswer(response);
  ASSERT_TRUE(answer) << answer.error().Text();
  EXPECT_EQ(*answer, "hello");
}

TEST(ReadGrpcAnswer, RefusesAFewBytesThatStandForManyMore) {
  HttpResponse response = Good(support::Gzip(std::string((1u << 20) + 1, 'x')));
  response.body[0] = 1;
  EXPECT_LT(response.body.size(), 2000u);
  EXPECT_EQ(ReadGrpcAnswer(response).error().code, "grpc-garbage");
}

struct StatusCase {
  std::string name;
  std::string status;
  std::string message;
  bool in_headers;
  std::string code;
  std::string text;
};
class ReadGrpcAnswerStatus : public ::testing::TestWithParam<StatusCase> {};

TEST_P(ReadGrpcAnswerStatus, BecomesAnError) {
  HttpResponse response = Good("ignored");
  const HttpHeaders status{{"grpc-status", GetParam().status}, {"grpc-message", GetParam().message}};
  response.trailers = GetParam().in_headers ? HttpHeaders{} : status;
  if (GetParam().in_headers) response.headers.insert(response.headers.end(), status.begin(), status.end());
  const auto answer = ReadGrpcAnswer(response);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, GetParam().code);
  EXPECT_EQ(answer.error().kind, GetParam().code == "grpc-unimplemented" ? ErrorKind::kInvalid : ErrorKind::kRetry);
  EXPECT_THAT(answer.error().message, HasSubstr(GetParam().text));
}

INSTANTIATE_TEST_SUITE_P(
    Statuses, ReadGrpcAnswerStatus,
    ::testing::Values(
        StatusCase{"Unavailable", "14", "going%20down", false, "grpc-error", "UNAVAILABLE: \"going down\""},
        StatusCase{"NoMessage", "13", "", false, "grpc-error", "gRPC status INTERNAL"},
        StatusCase{"OnlyHeaders", "12", "Method not found!", true, "grpc-unimplemented", "Method not found!"},
        StatusCase{"UnknownNumber", "99", "x", false, "grpc-error", "gRPC status 99: \"x\""},
        StatusCase{"BrokenEscapes", "2", "100% %zz %4", false, "grpc-error", "\"100% %zz %4\""},
        StatusCase{"EscapedLineBreak", "2", "a%0Ab", false, "grpc-error", "\"a\\nb\""}),
    support::CaseName());

TEST(ReadGrpcAnswer, ShowsNoSecretOfTheServersMessage) {
  HttpResponse response = Good("");
  response.trailers = {{"grpc-status", "2"}, {"grpc-message", "postgres://dagster:hunter2@db/x password=hunter2"}};
  EXPECT_THAT(ReadGrpcAnswer(response).error().Text(), Not(HasSubstr("hunter2")));
}

TEST(ReadGrpcAnswer, CutsALongMessage) {
  HttpResponse response = Good("");
  response.trailers = {{"grpc-status", "2"}, {"grpc-message", std::string(100'000, 'x')}};
  EXPECT_LT(ReadGrpcAnswer(response).error().Text().size(), 500u);
}

struct GarbageCase {
  std::string name;
  std::function<void(HttpResponse&)> spoil;
};
class ReadGrpcAnswerGarbage : public ::testing::TestWithParam<GarbageCase> {};

TEST_P(ReadGrpcAnswerGarbage, IsRefused) {
  HttpResponse response = Good("abc");
  GetParam().spoil(response);
  const auto answer = ReadGrpcAnswer(response);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "grpc-garbage");
  EXPECT_EQ(answer.error().kind, ErrorKind::kRetry);
}

INSTANTIATE_TEST_SUITE_P(
    Answers, ReadGrpcAnswerGarbage,
    ::testing::Values(GarbageCase{"HttpStatus", [](HttpResponse& r) { r.status = 404; }},
                      GarbageCase{"NoContentType", [](HttpResponse& r) { r.headers.clear(); }},
                      GarbageCase{"Html",
                                  [](HttpResponse& r) {
                                    r.headers = {{"content-type", "text/html"}};
                                  }},
                      GarbageCase{"NoStatus", [](HttpResponse& r) { r.trailers.clear(); }},
                      GarbageCase{"StatusNoNumber",
                                  [](HttpResponse& r) {
                                    r.trailers = {{"grpc-status", "0x"}};
                                  }},
                      GarbageCase{"StatusEmpty",
                                  [](HttpResponse& r) {
                                    r.trailers = {{"grpc-status", ""}};
                                  }},
                      GarbageCase{"StatusNegative",
                                  [](HttpResponse& r) {
                                    r.trailers = {{"grpc-status", "-1"}};
                                  }},
                      GarbageCase{"NoMessage", [](HttpResponse& r) { r.body.clear(); }},
                      GarbageCase{"FrameHeadCutOff", [](HttpResponse& r) { r.body.resize(4); }},
                      GarbageCase{"MessageCutOff", [](HttpResponse& r) { r.body.pop_back(); }},
                      GarbageCase{"TwoMessages", [](HttpResponse& r) { r.body += GrpcFrame("x"); }},
                      GarbageCase{"LengthOfFourGigabytes", [](HttpResponse& r) { r.body = "\0\xff\xff\xff\xff"s; }},
                      GarbageCase{"NotWhatItsFlagSays", [](HttpResponse& r) { r.body[0] = 1; }}),
    support::CaseName());

}  // namespace
}  // namespace dagitops
