#include "kube/api_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "dagitops/base/secret.h"

#include "support/case_name.h"
#include "support/fake_http_client.h"

namespace dagitops::kube {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const ApiCall kCall{"patch", "https://a:6443/apis/apps/v1/namespaces/n/deployments/d?force=true",
                    "/apis/apps/v1/namespaces/n/deployments/d?force=true"};

std::string StatusObject(const std::string& reason, const std::string& message, const std::string& causes = "[]") {
  return R"({"kind":"Status","apiVersion":"v1","status":"Failure","reason":")" + reason + R"(","message":")" + message +
         R"(","details":{"causes":)" + causes + "}}";
}

struct Answer {
  std::string name;
  int status;
  std::string body;
  std::string code;
  ErrorKind kind;
  std::string told;
};
class AnswerErrorTest : public ::testing::TestWithParam<Answer> {};

TEST_P(AnswerErrorTest, IsWhatTheSeamSays) {
  const Error error = AnswerError(kCall, GetParam().status, GetParam().body);
  EXPECT_EQ(error.code, GetParam().code);
  EXPECT_EQ(error.kind, GetParam().kind);
  EXPECT_THAT(error.message, HasSubstr(GetParam().told));
  EXPECT_EQ(error.subject, "https://a:6443/apis/apps/v1/namespaces/n/deployments/d");
}

INSTANTIATE_TEST_SUITE_P(
    Answers, AnswerErrorTest,
    ::testing::Values(
        Answer{"Redirect", 302, "", "kube-bad-answer", ErrorKind::kRetry, "elsewhere (HTTP 302)"},
        Answer{"Odd", 101, "", "kube-bad-answer", ErrorKind::kRetry, "HTTP 101"},
        Answer{"BadRequest", 400, StatusObject("BadRequest", "strict decoding error: unknown field spec.replica"),
               "kube-rejected", ErrorKind::kInvalid, "unknown field spec.replica"},
        Answer{"Unauthorized", 401, StatusObject("Unauthorized", "Unauthorized"), "kube-unauthorized",
               ErrorKind::kStalled, "does not take our credentials (Unauthorized)"},
        Answer{"Forbidden", 403, StatusObject("Forbidden", "User x cannot patch"), "kube-forbidden",
               ErrorKind::kStalled, "patch of deployments.apps in namespace n is forbidden: User x cannot patch"},
        Answer{"ForbiddenByAProxy", 403, "", "kube-forbidden", ErrorKind::kStalled,
               "patch of deployments.apps in namespace n is forbidden"},
        Answer{"NotFound", 404, StatusObject("NotFound", "deployments.apps d not found"), "kube-not-found",
               ErrorKind::kInvalid, "d not found"},
        Answer{"MethodNotAllowed", 405, "", "kube-rejected", ErrorKind::kInvalid, "HTTP 405"},
        Answer{"Exists", 409, StatusObject("AlreadyExists", "d already exists"), "kube-exists", ErrorKind::kInvalid,
               "d already exists"},
        Answer{"Conflict", 409, StatusObject("Conflict", "the object has been modified"), "kube-conflict",
               ErrorKind::kRetry, "has been modified"},
        Answer{"ConflictWithoutAWord", 409, "", "kube-conflict", ErrorKind::kRetry, "not as we saw it"},
        Answer{"Gone", 410, StatusObject("Expired", "too old resource version"), "kube-gone", ErrorKind::kRetry,
               "too old resource version"},
        Answer{"TooLarge", 413, StatusObject("RequestEntityTooLarge", "limit is 3145728"), "kube-too-large",
               ErrorKind::kInvalid, "limit is 3145728"},
        Answer{"UnsupportedMedia", 415, "", "kube-rejected", ErrorKind::kInvalid, "HTTP 415"},
        Answer{"Invalid", 422, StatusObject("Invalid", "d is invalid"), "kube-rejected", ErrorKind::kInvalid,
               "d is invalid"},
        Answer{"TooMany", 429, StatusObject("TooManyRequests", "please wait"), "kube-busy", ErrorKind::kRetry,
               "please wait"},
        Answer{"Internal", 500, StatusObject("InternalError", "etcd is away"), "kube-busy", ErrorKind::kRetry,
               "etcd is away"},
        Answer{"Inconvertible", 500,
               StatusObject("InternalError", "unable to convert unstructured object to apps/v1: no"), "kube-rejected",
               ErrorKind::kInvalid, "the server rejects it: unable to convert unstructured object to apps/v1: no"},
        Answer{"UnavailableInHtml", 503, "<html>no backend</html>\n", "kube-busy", ErrorKind::kRetry,
               "(HTTP 503): <html>no backend</html>"}),
    support::CaseName());

TEST(AnswerErrorWordsTest, TellTheCausesThatTheMessageDoesNot) {
  const std::string causes = R"([{"reason":"FieldValueInvalid","message":"must be positive","field":"spec.replicas"},
                                 {"message":"is bad","field":"spec"},{"message":"has no field"},{"field":"nothing"}])";
  EXPECT_EQ(AnswerError(kCall, 422, StatusObject("Invalid", "d is bad", causes)).message,
            "the server rejects it: d is bad; spec.replicas: must be positive; has no field");
}

TEST(AnswerErrorWordsTest, AreNotHiddenInTheLogForAWordLikeCredentials) {
  const ApiCall secrets{"list", "https://a:6443/api/v1/namespaces/n/secrets", "/api/v1/namespaces/n/secrets"};
  for (const int status : {401, 403, 404}) {
    const std::string text = AnswerError(secrets, status, StatusObject("x", "so it is")).Text();
    EXPECT_EQ(Redact(text), text);
  }
}

TEST(AnswerErrorWordsTest, SayWhatToDoAboutANamespaceThatIsNotThere) {
  EXPECT_EQ(AnswerError(kCall, 404, StatusObject("NotFound", R"(namespaces \"n\" not found)")).hint,
            "create the namespace, or name another one in the settings");
  EXPECT_EQ(AnswerError(kCall, 404, StatusObject("NotFound", R"(deployments.apps \"d\" not found)")).hint, "");
}

TEST(AnswerErrorWordsTest, AreCutAndHoldNoSecret) {
  std::string causes;
  for (int i = 0; i < 1000; ++i) {
    causes += (i == 0 ? "" : ",") + (R"({"message":")" + std::to_string(i) + std::string(1000, 'c') + "\"}");
  }
  const std::string message =
      AnswerError(kCall, 422, StatusObject("Invalid", std::string(50'000, 'm'), "[" + causes + "]")).message;
  EXPECT_LT(message.size(), 3500u);
  EXPECT_THAT(message, HasSubstr("; 9cc"));
  EXPECT_THAT(message, Not(HasSubstr("; 10cc")));
  EXPECT_LT(AnswerError(kCall, 500, std::string(50'000, 'x')).message.size(), 300u);
  const Error error = AnswerError(kCall, 422, StatusObject("Invalid", "DB_PASSWORD=hidden\\nsecond line"));
  EXPECT_THAT(error.message, Not(HasSubstr("hidden")));
  EXPECT_THAT(error.message, Not(HasSubstr("\n")));
}

struct Transport {
  std::string name;
  std::string http;
  std::string code;
  ErrorKind kind;
};
class TransportErrorTest : public ::testing::TestWithParam<Transport> {};

TEST_P(TransportErrorTest, IsWhatTheSeamSays) {
  const Error error = TransportError(kCall, {ErrorKind::kRetry, GetParam().http, "x", "it went wrong", "mend it"});
  EXPECT_EQ(error.code, GetParam().code);
  EXPECT_EQ(error.kind, GetParam().kind);
  EXPECT_EQ(error.message, "it went wrong");
  EXPECT_EQ(error.hint, "mend it");
}

INSTANTIATE_TEST_SUITE_P(
    Codes, TransportErrorTest,
    ::testing::Values(Transport{"Refused", "http-refused", "kube-unreachable", ErrorKind::kRetry},
                      Transport{"UnknownHost", "http-unknown-host", "kube-unreachable", ErrorKind::kRetry},
                      Transport{"Broken", "http-broken", "kube-unreachable", ErrorKind::kRetry},
                      Transport{"Stopped", "http-stopped", "kube-unreachable", ErrorKind::kRetry},
                      Transport{"Timeout", "http-timeout", "kube-timeout", ErrorKind::kRetry},
                      Transport{"CutOff", "http-cut-off", "kube-bad-answer", ErrorKind::kRetry},
                      Transport{"NoHttp", "http-not-http", "kube-bad-answer", ErrorKind::kRetry},
                      Transport{"Tls", "http-tls", "kube-untrusted", ErrorKind::kStalled},
                      Transport{"TooLarge", "http-too-large", "kube-too-large", ErrorKind::kInvalid},
                      Transport{"BadRequest", "http-bad-request", "kube-rejected", ErrorKind::kInvalid}),
    support::CaseName());

TEST(CheckObjectTest, TakesJsonObjectsOnly) {
  const auto checked = [](const std::string& type, const std::string& body) {
    HttpResponse response;
    response.headers = {{"content-type", type}};
    response.body = body;
    return CheckObject(kCall, response);
  };
  EXPECT_TRUE(checked("application/json", "{}"));
  EXPECT_TRUE(checked("application/json;charset=utf-8", " {\"a\":[1]}\n"));
  EXPECT_TRUE(CheckObject(kCall, {.status = 200, .headers = {}, .trailers = {}, .body = "{}"}));
  for (const char* body : {"", "[]", "{\"a\":", "ok"}) {
    EXPECT_EQ(checked("application/json", body).error().code, "kube-bad-answer") << body;
  }
  EXPECT_THAT(checked("text/html", "{}").error().message, HasSubstr("the answer is text/html"));
}

}  // namespace
}  // namespace dagitops::kube
