#include "source/git/fetch_request.h"

#include <git2.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "source/git/fetch_errors.h"
#include "source/git/remote_url.h"
#include "support/case_name.h"

namespace dagitops::git {
namespace {

using ::testing::HasSubstr;
using Transport = RemoteUrl::Transport;

TEST(WireTest, CarriesAnyBytes) {
  const Fields fields{{"a", ""}, {"b", "line\nend\n"}, {"c", std::string("\0\xFF", 2)}};
  EXPECT_EQ(DecodeFields(EncodeFields(fields)), fields);
  EXPECT_EQ(DecodeFields(EncodeFields({})), Fields{});
}

TEST(WireTest, AMessageCutOffAnywhereIsNone) {
  const std::string text = EncodeFields({{"state", "0"}, {"commit", "0123"}});
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_EQ(DecodeFields(std::string_view(text).substr(0, length)), std::nullopt) << length;
  }
}

TEST(WireTest, RefusesNonsense) {
  for (const char* text : {"x", "a b\nc\nend\n", "a 99999999999999999999\nx\nend\n", "a -1\nx\nend\n", " 1\nx\nend\n",
                           "a 1\nxx\nend\n", "a 5\nx\nend\n", "end", "end\nmore"}) {
    EXPECT_EQ(DecodeFields(text), std::nullopt) << text;
  }
}

TEST(FetchRequestTest, ArrivesAsItWasSent) {
  FetchRequest request;
  request.mirror = "/m";
  request.remote = "https://x/y";
  request.branch = "main";
  request.username = "u";
  request.token = Secret("t");
  request.token_file = "/t";
  request.ssh_key = Secret("k");
  request.ssh_key_file = "/k";
  request.known_hosts = "h\n";
  request.ca_file = "/c";
  request.max_bytes = 7;
  request.seconds = 8;
  const auto read = DecodeRequest(EncodeRequest(request));
  ASSERT_TRUE(read);
  EXPECT_EQ(EncodeRequest(*read), EncodeRequest(request));
  EXPECT_EQ(read->token.Reveal(), "t");
  EXPECT_EQ(read->seconds, 8U);
}

TEST(FetchRequestTest, AnswersAndErrorsArriveAsTheyWereSent) {
  const auto answer = DecodeAnswer(EncodeAnswer(FetchAnswer{BranchHead::State::kBranchMissing, "id"}), "remote");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->state, BranchHead::State::kBranchMissing);
  EXPECT_EQ(answer->commit, "id");
  const Error error{ErrorKind::kStalled, "code", "subject", "message", "hint"};
  EXPECT_EQ(DecodeAnswer(EncodeAnswer(error), "remote").error(), error);
}

TEST(FetchRequestTest, NoAnswerIsAnError) {
  for (const char* text : {"", "end\n", "garbage"}) {
    EXPECT_EQ(DecodeAnswer(text, "remote").error().code, "git-fetch-crashed");
    EXPECT_EQ(DecodeRequest(text).error().code, "git-fetch-request");
  }
}

struct UrlCase {
  std::string name;
  std::string text;
  Transport transport;
  std::string host;
  int port;
  std::string user;
};

class RemoteUrlTest : public ::testing::TestWithParam<UrlCase> {};

TEST_P(RemoteUrlTest, IsTakenApart) {
  const RemoteUrl url = ParseRemote(GetParam().text);
  EXPECT_EQ(url.transport, GetParam().transport);
  EXPECT_EQ(url.host, GetParam().host);
  EXPECT_EQ(url.port, GetParam().port);
  EXPECT_EQ(url.user, GetParam().user);
}

INSTANTIATE_TEST_SUITE_P(
    All, RemoteUrlTest,
    ::testing::Values(
        UrlCase{"Https", "https://git.example.com/a/b.git", Transport::kHttps, "git.example.com", 443, ""},
        UrlCase{"HttpsWithLogin", "https://me:pw@git.example.com:8443/a", Transport::kHttps, "git.example.com", 8443,
                "me"},
        UrlCase{"LoginWithAt", "https://me@x:pw@git.example.com/a", Transport::kHttps, "git.example.com", 443, "me@x"},
        UrlCase{"Http", "http://127.0.0.1:3000/a", Transport::kHttp, "127.0.0.1", 3000, ""},
        UrlCase{"Ssh", "ssh://git@git.example.com/a", Transport::kSsh, "git.example.com", 22, "git"},
        UrlCase{"SshPort", "ssh://git@git.example.com:2222/a", Transport::kSsh, "git.example.com", 2222, "git"},
        UrlCase{"SshIpv6", "ssh://git@[::1]:2222/a", Transport::kSsh, "::1", 2222, "git"},
        UrlCase{"SshIpv6WithoutPort", "ssh://[fe80::1]/a", Transport::kSsh, "fe80::1", 22, ""},
        UrlCase{"ScpLike", "git@github.com:acme/ws.git", Transport::kSsh, "github.com", 22, "git"},
        UrlCase{"ScpLikeWithoutUser", "host:ws", Transport::kSsh, "host", 22, ""},
        UrlCase{"Git", "git://git.example.com/a", Transport::kGit, "git.example.com", 9418, ""},
        UrlCase{"Path", "/srv/git/ws.git", Transport::kPath, "", 0, ""},
        UrlCase{"FileUrl", "file:///srv/git/ws.git", Transport::kPath, "", 0, ""}),
    support::CaseName());

TEST(RemoteUrlNameTest, ShowsNoCredentialsAndFindsPaths) {
  EXPECT_EQ(ParseRemote("https://me:pw@git.example.com/a?t=x").name, "https://git.example.com/a");
  EXPECT_EQ(ParseRemote("file:///srv/a%20b%2Fc%zz").url, "/srv/a b/c%zz");
  EXPECT_EQ(ParseRemote("/srv/x/../ws.git").url, "/srv/ws.git");
  EXPECT_EQ(ParseRemote("relative").url.front(), '/');
}

struct FailureCase {
  std::string name;
  LibraryFailure failure;
  std::string code;
  ErrorKind kind;
};

class ExplainTest : public ::testing::TestWithParam<FailureCase> {};

TEST_P(ExplainTest, GivesCodeAndHint) {
  FetchRequest request;
  request.mirror = "/var/lib/dagitops/git";
  const Error error = ExplainFailure(ParseRemote("https://me:pw@git.example.com/a"), request, GetParam().failure);
  EXPECT_EQ(error.code, GetParam().code);
  EXPECT_EQ(error.kind, GetParam().kind);
  EXPECT_NE(error.hint, "");
  EXPECT_THAT(error.Text(), ::testing::Not(HasSubstr("pw")));
}

// The texts are those of libgit2 1.5.1; what real servers bring about is in git_http_test and git_ssh_test.
INSTANTIATE_TEST_SUITE_P(
    All, ExplainTest,
    ::testing::Values(
        FailureCase{"UnknownName",
                    {-1, GIT_ERROR_NET, "failed to resolve address for git.example.com: Name or service not known"},
                    "git-unreachable",
                    ErrorKind::kRetry},
        FailureCase{"NoRoute",
                    {-1, GIT_ERROR_OS, "failed to connect to git.example.com: No route to host"},
                    "git-unreachable",
                    ErrorKind::kRetry},
        FailureCase{"FullDisk",
                    {-1, GIT_ERROR_OS, "failed to write to pack: No space left on device"},
                    "git-mirror-unwritable",
                    ErrorKind::kStalled},
        FailureCase{"DamagedMirror",
                    {GIT_ENOTFOUND, GIT_ERROR_ODB, "object not found - no match for id (0123)"},
                    "git-mirror-corrupt",
                    ErrorKind::kRetry},
        FailureCase{"GithubOverSsh",
                    {-20, GIT_ERROR_SSH, "ERROR: Repository not found."},
                    "git-not-found",
                    ErrorKind::kStalled},
        FailureCase{"GitDaemon",
                    {-1, GIT_ERROR_NET, "remote error: access denied or repository not exported: /a"},
                    "git-not-found",
                    ErrorKind::kStalled},
        FailureCase{"OldTls",
                    {-1, GIT_ERROR_SSL, "SSL error: 0x7780 [0] - SSL - A fatal alert message was received"},
                    "git-tls",
                    ErrorKind::kStalled},
        FailureCase{"NoLogin",
                    {GIT_EAUTH, GIT_ERROR_HTTP, "remote authentication required but no callback set"},
                    "git-auth-failed",
                    ErrorKind::kStalled},
        FailureCase{"OddKey",
                    {-1, GIT_ERROR_SSH,
                     "Failed to authenticate SSH session: Unable to extract public key from private key file"},
                    "git-ssh-key-invalid",
                    ErrorKind::kStalled},
        FailureCase{"AnythingElse", {-1, 0, "no reason given"}, "git-protocol", ErrorKind::kRetry}),
    support::CaseName());

}  // namespace
}  // namespace dagitops::git
