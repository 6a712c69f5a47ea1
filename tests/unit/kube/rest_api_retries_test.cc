#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "dagitops/kube/rest_api_client.h"

#include "unit/kube/api_fixture.h"

namespace dagitops::kube {
namespace {

using namespace std::chrono_literals;
using support::FakeHttpClient;
using support::HeaderOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = ApiWrite::Kind;

class RestApiRetriesTest : public ApiFixture {
 protected:
  Result<std::string> Write(Kind kind, Duration deadline = 60s) {
    return api.Write({kind, "/api/v1/namespaces/n/configmaps/c", "{}"}, deadline);
  }
  // What a Write of this kind comes to after `first`, when everything is well behind it.
  std::size_t TriesAfter(Kind kind, const Result<HttpResponse>& first) {
    http.requests.clear();
    Answer({first, FakeHttpClient::Said(200, "{}")});
    const bool went_well = Write(kind).has_value();
    EXPECT_EQ(went_well, http.requests.size() == 2);
    return http.requests.size();
  }
};

TEST_F(RestApiRetriesTest, ABusyServerIsAskedAgainWhenItSays) {
  Answer({FakeHttpClient::Said(429, "", {{"retry-after", "3"}}), FakeHttpClient::Said(503, ""),
          FakeHttpClient::Said(200, "{}")});
  EXPECT_TRUE(api.Get("/api/v1/nodes", 60s));
  EXPECT_THAT(pauses, ElementsAre(3s, 500ms));
  EXPECT_EQ(http.requests.at(1).deadline, 57s) << "the deadline is for all of it";
}

TEST_F(RestApiRetriesTest, OneThatStaysBusyIsToldWithinTheDeadline) {
  Answer({FakeHttpClient::Said(503, "")});
  const auto begin = clock.Steady();
  EXPECT_EQ(api.Get("/api/v1/nodes", 3s).error().code, "kube-busy");
  EXPECT_LT(clock.Steady() - begin, 3s);
  EXPECT_THAT(pauses, ElementsAre(250ms, 500ms, 1s));
}

TEST_F(RestApiRetriesTest, TriesHaveALimit) {
  Answer({FakeHttpClient::Said(429, "", {{"retry-after", "0"}})});
  EXPECT_EQ(api.Get("/api/v1/nodes", 60s).error().code, "kube-busy");
  EXPECT_THAT(http.requests, SizeIs(10));
}

TEST_F(RestApiRetriesTest, AWaitThatWouldOutlastTheDeadlineIsNotBegun) {
  Answer({FakeHttpClient::Said(429, "", {{"retry-after", "30"}})});
  EXPECT_EQ(api.Get("/api/v1/nodes", 30s).error().code, "kube-busy");
  EXPECT_THAT(pauses, IsEmpty());
}

TEST_F(RestApiRetriesTest, NoWriteIsSentTwiceThatMayHaveBeenCarriedOut) {
  const std::vector<Result<HttpResponse>> unclear{FakeHttpClient::Said(500, ""), FakeHttpClient::Said(504, ""),
                                                  FakeHttpClient::Failed("http-broken"),
                                                  FakeHttpClient::Failed("http-cut-off")};
  for (const auto& first : unclear) {
    EXPECT_EQ(TriesAfter(Kind::kCreate, first), 1u);
    EXPECT_EQ(TriesAfter(Kind::kMergePatch, first), 1u);
    EXPECT_EQ(TriesAfter(Kind::kApply, first), 2u);
    EXPECT_EQ(TriesAfter(Kind::kReplace, first), 2u);
  }
}

TEST_F(RestApiRetriesTest, EveryWriteIsSentAgainThatWasNotCarriedOut) {
  const std::vector<Result<HttpResponse>> clear{FakeHttpClient::Said(429, ""), FakeHttpClient::Failed("http-refused"),
                                                FakeHttpClient::Failed("http-unknown-host")};
  for (const auto& first : clear) {
    for (const Kind kind : {Kind::kCreate, Kind::kMergePatch, Kind::kApply, Kind::kReplace}) {
      EXPECT_EQ(TriesAfter(kind, first), 2u);
    }
  }
}

TEST_F(RestApiRetriesTest, ADeleteThatWasCarriedOutUnseenIsFine) {
  Answer({FakeHttpClient::Failed("http-broken"), FakeHttpClient::Said(404, "")});
  EXPECT_TRUE(api.Delete({"/api/v1/nodes/n", "", ""}, 5s));
}

TEST_F(RestApiRetriesTest, AfterARefusalFreshCredentialsAreTriedOnce) {
  http.answer = [this](const HttpRequest& request) {
    token = "two";
    const bool good = HeaderOf(request, "Authorization") == "Bearer two";
    return FakeHttpClient::Said(good ? 200 : 401, "{}");
  };
  EXPECT_TRUE(Write(Kind::kCreate)) << "a request that was refused was not carried out";
  EXPECT_THAT(http.requests, SizeIs(2));
  EXPECT_THAT(pauses, IsEmpty());
}

TEST_F(RestApiRetriesTest, ARefusalOfFreshCredentialsIsTheEnd) {
  http.answer = [this](const HttpRequest&) {
    token = "t" + std::to_string(http.requests.size());
    return FakeHttpClient::Said(401, "");
  };
  const auto refused = api.Get("/api/v1/nodes", 60s);
  EXPECT_EQ(refused.error().code, "kube-unauthorized");
  EXPECT_EQ(refused.error().kind, ErrorKind::kStalled);
  EXPECT_THAT(http.requests, SizeIs(2));
}

TEST_F(RestApiRetriesTest, TheSameCredentialsAreNotTriedTwice) {
  Answer({FakeHttpClient::Said(401, "")});
  EXPECT_EQ(api.Get("/api/v1/nodes", 60s).error().code, "kube-unauthorized");
  EXPECT_THAT(http.requests, SizeIs(1));
}

TEST_F(RestApiRetriesTest, WithoutCredentialsNothingIsSent) {
  token = "";
  const auto none = api.Get("/api/v1/nodes", 60s);
  EXPECT_EQ(none.error().code, "kube-credentials");
  EXPECT_EQ(none.error().kind, ErrorKind::kStalled);
  EXPECT_THAT(http.requests, IsEmpty());
}

}  // namespace
}  // namespace dagitops::kube
