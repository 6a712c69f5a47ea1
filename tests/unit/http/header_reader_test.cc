#include "http/header_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "support/case_name.h"

namespace dagitops {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

HttpResponse Read(const std::vector<std::string>& lines, std::string body = "") {
  HeaderReader reader;
  for (const std::string& line : lines) EXPECT_TRUE(reader.Line(line));
  return std::move(reader).Response(std::move(body));
}

TEST(HeaderReader, ReadsStatusAndHeadersWithNamesInLowerCase) {
  const HttpResponse response =
      Read({"HTTP/1.1 200 OK\r\n", "Content-Type:  text/html \r\n", "X-A:b:c\r\n", "\r\n"}, "hi");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.headers, ElementsAre(Pair("content-type", "text/html"), Pair("x-a", "b:c")));
  EXPECT_THAT(response.trailers, IsEmpty());
  EXPECT_EQ(response.body, "hi");
}

TEST(HeaderReader, PutsLinesAfterTheHeadIntoTheTrailers) {
  const HttpResponse response = Read(
      {"HTTP/2 200 \r\n", "content-type: application/grpc\r\n", "\r\n", "grpc-status: 0\r\n", "grpc-message: \r\n"});
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.headers, ElementsAre(Pair("content-type", "application/grpc")));
  EXPECT_THAT(response.trailers, ElementsAre(Pair("grpc-status", "0"), Pair("grpc-message", "")));
}

TEST(HeaderReader, KeepsOnlyTheLastAnswerOfSeveral) {
  const HttpResponse response =
      Read({"HTTP/1.1 103 Early Hints", "Link: </a>", "", "HTTP/1.1 204 No Content", "Server: s", ""});
  EXPECT_EQ(response.status, 204);
  EXPECT_THAT(response.headers, ElementsAre(Pair("server", "s")));
  EXPECT_THAT(response.trailers, IsEmpty());
}

struct StatusCase {
  std::string name;
  std::string line;
  int status;
};
class HeaderReaderStatus : public ::testing::TestWithParam<StatusCase> {};

TEST_P(HeaderReaderStatus, IsReadFromTheLine) { EXPECT_EQ(Read({GetParam().line}).status, GetParam().status); }

INSTANTIATE_TEST_SUITE_P(Lines, HeaderReaderStatus,
                         ::testing::Values(StatusCase{"Plain", "HTTP/1.1 404 Not Found", 404},
                                           StatusCase{"NoReason", "HTTP/2 503", 503},
                                           StatusCase{"NoNumber", "HTTP/1.1 OK", 0},
                                           StatusCase{"NothingAfterTheVersion", "HTTP/1.1", 0}),
                         support::CaseName());

TEST(HeaderReader, IgnoresLinesWithoutAColon) {
  EXPECT_THAT(Read({"HTTP/1.1 200 OK", "garbage", ""}).headers, IsEmpty());
}

TEST(HeaderReader, RefusesMoreThanItsLimitOfBytes) {
  HeaderReader reader;
  EXPECT_TRUE(reader.Line("a: " + std::string(HeaderReader::kMaxBytes - 3, 'x')));
  EXPECT_FALSE(reader.Line("b"));
}

}  // namespace
}  // namespace dagitops
