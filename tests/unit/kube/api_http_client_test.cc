#include "dagitops/kube/api_http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "unit/kube/api_fixture.h"

namespace dagitops::kube {
namespace {

using support::FakeHttpClient;
using support::HeaderOf;
using ::testing::SizeIs;

class ApiHttpClientTest : public ApiFixture {
 protected:
  HttpRequest Sent(const std::string& url, const std::string& unix_socket = "") {
    HttpRequest request;
    request.method = "POST";
    request.url = url;
    request.headers = {{"authorization", "Basic pod"}, {"Accept", "text/html"}};
    request.body = "{}";
    request.unix_socket = unix_socket;
    EXPECT_TRUE(client.Send(request));
    return http.requests.back();
  }

  ApiHttpClient client{{http, credentials, clock}};
};

TEST_F(ApiHttpClientTest, GivesCredentialsToWhatIsBelowTheServer) {
  for (const char* path : {"/api/v1/namespaces/n/pods/http:p:3000/proxy/graphql", "", "/", "?a=b"}) {
    const HttpRequest sent = Sent(std::string("https://api:6443") + path);
    EXPECT_EQ(HeaderOf(sent, "Authorization"), "Bearer one") << path;
    EXPECT_EQ(HeaderOf(sent, "authorization"), "") << "the server must not see two of them";
    EXPECT_EQ(HeaderOf(sent, "Accept"), "text/html");
    EXPECT_EQ(sent.tls.authorities, "CA");
    EXPECT_EQ(sent.method, "POST");
    EXPECT_EQ(sent.body, "{}");
  }
}

TEST_F(ApiHttpClientTest, LeavesAllOthersAlone) {
  for (const char* url : {"http://127.0.0.1:3000/graphql", "https://api:6443.example.com/",
                          "https://api:6443@example.com/", "https://api:64430/", "http://api:6443/", "https://api/"}) {
    const HttpRequest sent = Sent(url);
    EXPECT_EQ(HeaderOf(sent, "Authorization"), "") << url;
    EXPECT_EQ(HeaderOf(sent, "authorization"), "Basic pod");
    EXPECT_EQ(sent.tls.authorities, "");
  }
  EXPECT_EQ(HeaderOf(Sent("https://api:6443/x", "/run/a.sock"), "Authorization"), "");
}

TEST_F(ApiHttpClientTest, TriesFreshCredentialsAfterARefusal) {
  http.answer = [this](const HttpRequest& request) {
    token = "two";
    return FakeHttpClient::Said(HeaderOf(request, "Authorization") == "Bearer two" ? 200 : 401, "");
  };
  HttpRequest request;
  request.url = "https://api:6443/x";
  EXPECT_EQ(client.Send(request)->status, 200);
  EXPECT_THAT(http.requests, SizeIs(2));
}

TEST_F(ApiHttpClientTest, AnErrorStatusIsAnAnswer) {
  Answer({FakeHttpClient::Said(503, "no endpoints")});
  HttpRequest request;
  request.url = "https://api:6443/x";
  const auto response = client.Send(request);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
  EXPECT_THAT(http.requests, SizeIs(1));
}

}  // namespace
}  // namespace dagitops::kube
