#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>

#include "dagitops/http/curl_http_client.h"

#include "support/case_name.h"
#include "support/loopback_server.h"
#include "support/program.h"
#include "support/tls_files.h"

namespace dagitops {
namespace {

using namespace std::chrono_literals;
using support::LoopbackServer;
using support::TlsFiles;
using ::testing::HasSubstr;
using ::testing::Not;
using Peer = LoopbackServer::Peer;

// Making a key takes a while, so all tests share these.
const TlsFiles& ServerFiles() {
  static const TlsFiles files("localhost");
  return files;
}
const TlsFiles& OtherFiles() {
  static const TlsFiles files("api.example.com");
  return files;
}
const TlsFiles& Alice() {
  static const TlsFiles files("alice");
  return files;
}
const TlsFiles& Bob() {
  static const TlsFiles files("bob");
  return files;
}

// Says who asks, and for which server.
void TellNames(Peer& peer) {
  while (!peer.ReadHttp().empty()) peer.Answer(200, peer.client_name() + " at " + peer.server_name());
}

HttpRequest Get(const std::string& url) {
  HttpRequest request;
  request.url = url;
  request.deadline = 5s;
  request.tls.authorities = ServerFiles().certificate_text();
  return request;
}

void ShowCertificate(HttpRequest& request, const TlsFiles& files) {
  request.tls.client_certificate = files.certificate_text();
  request.tls.client_key = Secret(files.key_text());
}

TEST(CurlHttpClientTls, TrustsTheGivenAuthority) {
  LoopbackServer server({ServerFiles().certificate(), ServerFiles().key(), ""}, TellNames);
  CurlHttpClient client;
  const auto response = client.Send(Get(server.url("/x")));
  ASSERT_TRUE(response) << response.error().Text();
  EXPECT_EQ(response->body, " at localhost");
}

TEST(CurlHttpClientTls, ShowsItsCertificateToAServerThatAsksForOne) {
  LoopbackServer server({ServerFiles().certificate(), ServerFiles().key(), Alice().certificate()}, TellNames);
  CurlHttpClient client;
  HttpRequest request = Get(server.url("/x"));
  ShowCertificate(request, Alice());
  const auto response = client.Send(request);
  ASSERT_TRUE(response) << response.error().Text();
  EXPECT_EQ(response->body, "alice at localhost");
}

TEST(CurlHttpClientTls, IsNotLetInWithoutTheRightCertificate) {
  LoopbackServer server({ServerFiles().certificate(), ServerFiles().key(), Alice().certificate()}, TellNames);
  CurlHttpClient client;
  HttpRequest request = Get(server.url("/x"));
  EXPECT_FALSE(client.Send(request)) << "it shows none";
  ShowCertificate(request, Bob());
  EXPECT_FALSE(client.Send(request)) << "it shows a stranger's";
  EXPECT_TRUE(server.requests().empty());
}

TEST(CurlHttpClientTls, AsksForAServerByTheNameThatIsGiven) {
  LoopbackServer server({OtherFiles().certificate(), OtherFiles().key(), ""}, TellNames);
  CurlHttpClient client;
  HttpRequest request = Get(server.url("/x?y=1"));
  request.tls.authorities = OtherFiles().certificate_text();
  EXPECT_EQ(client.Send(request).error().code, "http-tls") << "the certificate is not localhost's";
  request.tls.server_name = "api.example.com";
  const auto response = client.Send(request);
  ASSERT_TRUE(response) << response.error().Text();
  EXPECT_EQ(response->body, " at api.example.com");
  EXPECT_THAT(server.requests().at(0), HasSubstr("GET /x?y=1 HTTP/1.1\r\n"));
  EXPECT_THAT(server.requests().at(0), HasSubstr("\r\nHost: localhost:" + std::to_string(server.port()) + "\r\n"));
}

TEST(CurlHttpClientTls, TakesWhoeverAnswersOnlyWhenToldTo) {
  LoopbackServer server({OtherFiles().certificate(), OtherFiles().key(), ""}, TellNames);
  CurlHttpClient client;
  HttpRequest request = Get(server.url("/x"));
  EXPECT_EQ(client.Send(request).error().code, "http-tls");
  request.tls.insecure = true;
  EXPECT_TRUE(client.Send(request));
  request.tls.insecure = false;
  EXPECT_EQ(client.Send(request).error().code, "http-tls") << "the connection before was not looked at";
}

TEST(CurlHttpClientTls, UsesAConnectionAgainForTheSameSettingsOnly) {
  LoopbackServer server({ServerFiles().certificate(), ServerFiles().key(), Alice().certificate()}, TellNames);
  LoopbackServer open({ServerFiles().certificate(), ServerFiles().key(), ""}, TellNames);
  CurlHttpClient client;
  HttpRequest alice = Get(server.url("/x"));
  ShowCertificate(alice, Alice());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.Send(alice));
  EXPECT_EQ(server.connections(), 1);
  EXPECT_FALSE(client.Send(Get(server.url("/x")))) << "one without a certificate must not ride on Alice's connection";
  HttpRequest bob = alice;
  ShowCertificate(bob, Bob());
  EXPECT_FALSE(client.Send(bob));
  HttpRequest stranger = alice;
  stranger.tls.authorities = OtherFiles().certificate_text();
  EXPECT_EQ(client.Send(stranger).error().code, "http-tls") << "one that does not trust the server gets no answer";
  const auto again = client.Send(alice);
  ASSERT_TRUE(again) << again.error().Text();
  EXPECT_EQ(again->body, "alice at localhost");
}

struct BadTls {
  std::string name;
  std::function<void(HttpTls&)> spoil;
  std::string told;
};
class CurlHttpClientTlsRefusal : public ::testing::TestWithParam<BadTls> {};

TEST_P(CurlHttpClientTlsRefusal, OfWhatIsNoCertificate) {
  LoopbackServer server({ServerFiles().certificate(), ServerFiles().key(), ""}, TellNames);
  CurlHttpClient client;
  HttpRequest request = Get(server.url("/x"));
  ShowCertificate(request, Alice());
  GetParam().spoil(request.tls);
  const auto response = client.Send(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "http-tls");
  EXPECT_EQ(response.error().kind, ErrorKind::kStalled);
  EXPECT_THAT(response.error().message, HasSubstr(GetParam().told));
  EXPECT_THAT(response.error().Text(), Not(HasSubstr("hidden")));
}

std::string WithPassphrase() {
  return support::RunProgram({{"openssl", "rsa", "-aes128", "-passout", "pass:hidden", "-in", Alice().key()}}).output;
}

INSTANTIATE_TEST_SUITE_P(
    BadPem, CurlHttpClientTlsRefusal,
    ::testing::Values(
        BadTls{"Authorities", [](HttpTls& tls) { tls.authorities = "hidden"; }, "not trusted"},
        BadTls{"Certificate", [](HttpTls& tls) { tls.client_certificate = "hidden"; }, "client certificate"},
        BadTls{"Key", [](HttpTls& tls) { tls.client_key = Secret("hidden"); }, "client certificate"},
        BadTls{"KeyOfAnother", [](HttpTls& tls) { tls.client_key = Secret(Bob().key_text()); }, "client certificate"},
        BadTls{"NoKey", [](HttpTls& tls) { tls.client_key = Secret(); }, "client certificate"},
        BadTls{"KeyWithPassphrase", [](HttpTls& tls) { tls.client_key = Secret(WithPassphrase()); },
               "client certificate"}),
    support::CaseName());

TEST(CurlHttpClientTls, RefusesAServerNameThatIsNone) {
  CurlHttpClient client;
  HttpRequest request = Get("https://localhost/x");
  request.tls.server_name = "a b";
  EXPECT_EQ(client.Send(request).error().code, "http-bad-request");
}

}  // namespace
}  // namespace dagitops
