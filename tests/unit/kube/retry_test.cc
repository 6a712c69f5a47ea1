#include "kube/retry.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "support/fake_http_client.h"

namespace dagitops::kube {
namespace {

using namespace std::chrono_literals;
using support::FakeHttpClient;

Result<HttpResponse> Answer(int status, const std::string& retry_after = "") {
  return FakeHttpClient::Said(status, "",
                              retry_after.empty() ? HttpHeaders() : HttpHeaders{{"retry-after", retry_after}});
}
Result<HttpResponse> Failure(const std::string& code, ErrorKind kind = ErrorKind::kRetry) {
  return Error{kind, code, "", "", ""};
}

TEST(PauseAfterTest, TriesAgainOnlyWhatMayBeTriedAgain) {
  struct Row {
    std::string name;
    Result<HttpResponse> outcome;
    bool any;         // also what may not be carried out twice
    bool repeatable;  // only what may
  };
  const std::vector<Row> rows{
      {"429", Answer(429), true, true},
      {"500", Answer(500), false, true},
      {"503", Answer(503), false, true},
      {"503 that says when", Answer(503, "1"), false, true},
      {"504", Answer(504), false, true},
      {"400", Answer(400), false, false},
      {"401", Answer(401), false, false},
      {"404", Answer(404), false, false},
      {"409", Answer(409), false, false},
      {"410", Answer(410), false, false},
      {"302", Answer(302), false, false},
      {"refused", Failure("http-refused"), true, true},
      {"unknown host", Failure("http-unknown-host"), true, true},
      {"broken", Failure("http-broken"), false, true},
      {"cut off", Failure("http-cut-off"), false, true},
      {"no HTTP", Failure("http-not-http"), false, true},
      {"stopped", Failure("http-stopped"), false, false},
      {"a value that cannot be", FakeHttpClient::Said(500, "unable to convert unstructured object to apps/v1: no"),
       false, false},
      {"another fault of the server's", FakeHttpClient::Said(500, "unable to reach etcd"), false, true},
      {"an admission webhook", FakeHttpClient::Said(403, "admission webhook \"x\" denied the request"), false, false},
      {"a quota", FakeHttpClient::Said(403, "pods \"x\" is forbidden: exceeded quota: small"), false, false},
      {"not trusted", Failure("http-tls", ErrorKind::kStalled), false, false},
      {"too large", Failure("http-too-large", ErrorKind::kInvalid), false, false},
      {"no credentials", Failure("kube-credentials", ErrorKind::kStalled), false, false},
  };
  for (const Row& row : rows) {
    const Duration left = 60s;
    EXPECT_EQ(PauseAfter(row.outcome, {1, false, left, 0}).has_value(), row.any) << row.name;
    EXPECT_EQ(PauseAfter(row.outcome, {1, true, left, 0}).has_value(), row.repeatable) << row.name;
  }
}

TEST(PauseAfterTest, GrowsFromAQuarterOfASecondToFive) {
  const std::vector<Duration> want{250ms, 500ms, 1s, 2s, 4s, 5s, 5s, 5s, 5s};
  for (int number = 1; number <= 9; ++number) {
    EXPECT_EQ(PauseAfter(Answer(429), {number, true, 60s, 0}), want.at(static_cast<std::size_t>(number - 1)));
  }
  EXPECT_EQ(PauseAfter(Answer(429), {10, true, 60s, 0}), std::nullopt) << "ten tries are enough";
}

TEST(PauseAfterTest, IsUpToHalfAsLongAgainByChance) {
  EXPECT_EQ(PauseAfter(Answer(429), {1, true, 60s, 0.5}), 312ms);
  EXPECT_EQ(PauseAfter(Answer(429, "2"), {1, true, 60s, 0.5}), 2500ms);
}

TEST(PauseAfterTest, DoesWhatTheServerAsksForWithinReason) {
  EXPECT_EQ(PauseAfter(Answer(429, "3"), {1, true, 10min, 0}), 3s);
  EXPECT_EQ(PauseAfter(Answer(503, "0"), {1, true, 10min, 0}), 0s);
  EXPECT_EQ(PauseAfter(Answer(429, "7200"), {1, true, 10min, 0}), 60s);
  EXPECT_EQ(PauseAfter(Answer(429, "99999999999999999999999"), {1, true, 10min, 0}), 60s);
  EXPECT_EQ(PauseAfter(Answer(429, "Wed, 21 Oct 2026 07:28:00 GMT"), {1, true, 10min, 0}), 250ms);
  EXPECT_EQ(PauseAfter(Answer(429, "-1"), {1, true, 10min, 0}), 250ms);
}

TEST(PauseAfterTest, LeavesTimeForTheTryBehindIt) {
  EXPECT_EQ(PauseAfter(Answer(429, "3"), {1, true, 3001ms, 0}), 3s);
  EXPECT_EQ(PauseAfter(Answer(429, "3"), {1, true, 3s, 0}), std::nullopt);
  EXPECT_EQ(PauseAfter(Answer(429, "0"), {1, true, 0s, 0}), std::nullopt);
}

}  // namespace
}  // namespace dagitops::kube
