#include "dagitops/kube/rest_api_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "support/case_name.h"
#include "unit/kube/api_fixture.h"

namespace dagitops::kube {
namespace {

using namespace std::chrono_literals;
using support::FakeHttpClient;
using support::HeaderOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = ApiWrite::Kind;

class RestApiClientTest : public ApiFixture {};

TEST_F(RestApiClientTest, GetsWithItsCredentialsAndItsTls) {
  Answer({FakeHttpClient::Said(200, "{\"a\":1}")});
  EXPECT_EQ(*api.Get("/api/v1/namespaces/n/configmaps/c", 5s), "{\"a\":1}");
  ASSERT_EQ(http.requests.size(), 1u);
  const HttpRequest& request = http.requests[0];
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.url, "https://api:6443/api/v1/namespaces/n/configmaps/c");
  EXPECT_EQ(HeaderOf(request, "Authorization"), "Bearer one");
  EXPECT_EQ(HeaderOf(request, "Accept"), "application/json");
  EXPECT_EQ(request.tls.authorities, "CA");
  EXPECT_EQ(request.deadline, 5s);
}

TEST_F(RestApiClientTest, TextIsTakenWhereTheServerSpeaksText) {
  Answer({FakeHttpClient::Said(200, "line")});
  for (const char* path :
       {"/api/v1/namespaces/n/pods/p/log?tailLines=9", "/readyz", "/api/v1/namespaces/n/pods/http:p:80/proxy/x"}) {
    EXPECT_EQ(*api.Get(path, 5s), "line") << path;
    EXPECT_EQ(HeaderOf(http.requests.back(), "Accept"), "*/*");
  }
  EXPECT_EQ(api.Get("/api/v1/namespaces/n/pods/log", 5s).error().code, "kube-bad-answer") << "a pod called log";
}

struct Form {
  std::string name;
  ApiWrite write;
  std::string asked;
  std::string content_type;
  bool repeatable;
};
class RestApiClientWrite : public RestApiClientTest, public ::testing::WithParamInterface<Form> {};

TEST_P(RestApiClientWrite, AsksAsKubectlDoes) {
  Answer({FakeHttpClient::Said(201, "{\"b\":2}")});
  EXPECT_EQ(*api.Write(GetParam().write, 5s), "{\"b\":2}");
  EXPECT_THAT(http.Asked(), ElementsAre(GetParam().asked));
  EXPECT_EQ(HeaderOf(http.requests[0], "Content-Type"), GetParam().content_type);
  EXPECT_EQ(http.requests[0].body, "{\"a\":1}");
  EXPECT_EQ(http.requests[0].repeatable, GetParam().repeatable);
}

ApiWrite Write(Kind kind, bool dry_run = false, bool force = false) {
  return {kind, "/api/v1/namespaces/n/configmaps/c", "{\"a\":1}", dry_run, force};
}
std::string Asked(const std::string& method, const std::string& query) {
  return method + " https://api:6443/api/v1/namespaces/n/configmaps/c?fieldManager=dagitops" + query;
}

INSTANTIATE_TEST_SUITE_P(
    Forms, RestApiClientWrite,
    ::testing::Values(
        Form{"Create", Write(Kind::kCreate), Asked("POST", "&fieldValidation=Strict"), "application/json", false},
        Form{"Replace", Write(Kind::kReplace), Asked("PUT", "&fieldValidation=Strict"), "application/json", true},
        Form{"MergePatch", Write(Kind::kMergePatch), Asked("PATCH", ""), "application/merge-patch+json", false},
        Form{"Apply", Write(Kind::kApply), Asked("PATCH", "&fieldValidation=Strict&force=false"),
             "application/apply-patch+yaml", true},
        Form{"ApplyByForce", Write(Kind::kApply, false, true), Asked("PATCH", "&fieldValidation=Strict&force=true"),
             "application/apply-patch+yaml", true},
        Form{"DryApply", Write(Kind::kApply, true), Asked("PATCH", "&fieldValidation=Strict&force=false&dryRun=All"),
             "application/apply-patch+yaml", true},
        Form{"DryCreate", Write(Kind::kCreate, true), Asked("POST", "&fieldValidation=Strict&dryRun=All"),
             "application/json", false}),
    support::CaseName());

TEST_F(RestApiClientTest, DeletesOnlyWhatWasMeant) {
  EXPECT_TRUE(api.Delete({"/api/v1/namespaces/n/pods/p", "u-1", "17"}, 5s));
  EXPECT_TRUE(api.Delete({"/api/v1/namespaces/n/pods/p", "", ""}, 5s));
  EXPECT_THAT(http.Asked(), ElementsAre("DELETE https://api:6443/api/v1/namespaces/n/pods/p",
                                        "DELETE https://api:6443/api/v1/namespaces/n/pods/p"));
  EXPECT_EQ(http.requests[0].body, R"({"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Background",)"
                                   R"("preconditions":{"uid":"u-1","resourceVersion":"17"}})");
  EXPECT_EQ(http.requests[1].body, R"({"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Background"})");
}

TEST_F(RestApiClientTest, WhatIsGoneNeedsNoDeleting) {
  Answer({FakeHttpClient::Said(404, "")});
  EXPECT_TRUE(api.Delete({"/api/v1/namespaces/n/pods/p", "", ""}, 5s));
  Answer({FakeHttpClient::Said(409, "")});
  EXPECT_EQ(api.Delete({"/api/v1/namespaces/n/pods/p", "u", ""}, 5s).error().code, "kube-conflict");
}

TEST_F(RestApiClientTest, TellsWhatItMeant) {
  Answer({FakeHttpClient::Said(403, "")});
  EXPECT_THAT(api.Get("/api/v1/namespaces/n/pods", 5s).error().message,
              ::testing::HasSubstr("list of pods in namespace n"));
  EXPECT_THAT(api.Get("/api/v1/namespaces/n/pods/p", 5s).error().message, ::testing::HasSubstr("get of pods"));
  EXPECT_THAT(api.Write(Write(Kind::kCreate), 5s).error().message, ::testing::HasSubstr("create of configmaps"));
  EXPECT_THAT(api.Write(Write(Kind::kReplace), 5s).error().message, ::testing::HasSubstr("update of configmaps"));
  EXPECT_THAT(api.Write(Write(Kind::kMergePatch), 5s).error().message, ::testing::HasSubstr("patch of configmaps"));
  EXPECT_THAT(api.Write(Write(Kind::kApply), 5s).error().message, ::testing::HasSubstr("patch of configmaps"));
  EXPECT_THAT(api.Delete({"/api/v1/nodes/n", "", ""}, 5s).error().message, ::testing::HasSubstr("delete of nodes"));
  const auto watched = api.Watch("/api/v1/nodes", "1", 5s, [](std::string_view) { return true; });
  EXPECT_THAT(watched.error().message, ::testing::HasSubstr("watch of nodes"));
}

TEST_F(RestApiClientTest, WatchesFromAVersionWithBookmarks) {
  Answer({FakeHttpClient::Said(200, "{\"type\":\"ADDED\"}\n{\"type\":\"BOOKMARK\"}\n")});
  std::vector<std::string> events;
  EXPECT_TRUE(api.Watch("/api/v1/pods?labelSelector=a", "17", 300s, [&](std::string_view event) {
    events.emplace_back(event);
    return true;
  }));
  EXPECT_THAT(events, ElementsAre("{\"type\":\"ADDED\"}", "{\"type\":\"BOOKMARK\"}"));
  EXPECT_THAT(http.Asked(), ElementsAre("GET https://api:6443/api/v1/pods?labelSelector=a&watch=true&"
                                        "allowWatchBookmarks=true&resourceVersion=17&timeoutSeconds=299"));
}

TEST_F(RestApiClientTest, AWatchThatBeganEndsWellHoweverItIsCut) {
  for (const char* code : {"http-timeout", "http-cut-off", "http-stopped"}) {
    http.answer = [&](const HttpRequest& request) -> Result<HttpResponse> {
      request.sink("");
      return FakeHttpClient::Failed(code);
    };
    http.requests.clear();
    EXPECT_TRUE(api.Watch("/api/v1/pods", "1", 5s, [](std::string_view) { return true; })) << code;
    EXPECT_EQ(http.requests.size(), 1u) << "what came before the cut must not come again";
  }
}

TEST_F(RestApiClientTest, AWatchThatDidNotBeginFails) {
  Answer({FakeHttpClient::Failed("http-timeout")});
  EXPECT_EQ(api.Watch("/api/v1/pods", "1", 0s, [](std::string_view) { return true; }).error().code, "kube-timeout");
  Answer({FakeHttpClient::Said(410, "")});
  EXPECT_EQ(api.Watch("/api/v1/pods", "1", 5s, [](std::string_view) { return true; }).error().code, "kube-gone");
  Answer({FakeHttpClient::Said(200, "{\"type\":\"ERROR\",\"object\":{\"code\":410}}\n")});
  EXPECT_EQ(api.Watch("/api/v1/pods", "1", 5s, [](std::string_view) { return true; }).error().code, "kube-gone");
}

TEST_F(RestApiClientTest, TellsOfEveryExchange) {
  Answer({FakeHttpClient::Failed("http-refused"), FakeHttpClient::Said(401, ""), FakeHttpClient::Said(429, ""),
          FakeHttpClient::Said(200, "{}")});
  http.answer = [this, answer = http.answer](const HttpRequest& request) {
    token = "t" + std::to_string(http.requests.size());
    return answer(request);
  };
  EXPECT_TRUE(api.Get("/api/v1/nodes", 60s));
  EXPECT_THAT(observed, ElementsAre("GET 0", "GET 401", "GET 429", "GET 200"));
}

}  // namespace
}  // namespace dagitops::kube
