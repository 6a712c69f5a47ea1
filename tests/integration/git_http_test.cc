#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <optional>
#include <thread>

#include "support/background_program.h"
#include "support/case_name.h"
#include "support/git_source_fixture.h"
#include "support/loopback_server.h"
#include "support/tls_files.h"

namespace dagitops::git {
namespace {

using support::BackgroundProgram;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kToken[] = "s3cr3t-t0ken";

class HttpFetchTest : public support::GitSourceTest {
 protected:
  HttpFetchTest() {
    remote_.Write("locations/a.yaml", "a");
    first_ = remote_.Commit("first");
    token_file_ = state_.Write("token", std::string(kToken) + "\n");
  }

  // Serves the folder above the repository, so that the repository's own folder is in the URL.
  int Serve(std::vector<std::string> options = {}) {
    std::vector<std::string> command{"/usr/bin/python3", DAGITOPS_SOURCE_DIR "/tests/support/git_http_server.py",
                                     "/tmp"};
    command.insert(command.end(), options.begin(), options.end());
    server_.emplace(command);
    return std::stoi(server_->first_line());
  }

  GitSettings Http(int port, const std::string& scheme = "http", const std::string& host = "127.0.0.1") const {
    GitSettings settings = Settings();
    settings.remote = scheme + "://" + host + ":" + std::to_string(port) + remote_.path().substr(4) + "/.git";
    return settings;
  }

  static Error FetchError(const GitSettings& settings, Duration deadline = kDeadline) {
    const auto head = Open(settings)->Fetch(deadline);
    return head ? Error{ErrorKind::kInternal, "none", "", "the fetch succeeded", ""} : head.error();
  }

  std::string first_;
  std::string token_file_;
  std::optional<BackgroundProgram> server_;
};

TEST_F(HttpFetchTest, FetchesOverSmartHttp) {
  const auto source = Open(Http(Serve()));
  const BranchHead head = MustFetch(*source);
  EXPECT_EQ(head.revision.id, first_);
  EXPECT_THAT(Paths(*source, head.revision), ElementsAre("locations/a.yaml"));
  remote_.Write("locations/b.yaml", "b");
  const std::string second = remote_.Commit("second");
  EXPECT_EQ(MustFetch(*source).revision.id, second);
  EXPECT_THAT(Paths(*source, head.revision), ElementsAre("locations/a.yaml"));
  EXPECT_EQ(Fsck(), "");
  remote_.Git({"checkout", "-q", "-b", "other"});
  remote_.Git({"branch", "-q", "-D", "main"});
  EXPECT_EQ(MustFetch(*source).state, BranchHead::State::kBranchMissing);
}

TEST_F(HttpFetchTest, KnowsAnEmptyRepository) {
  support::TempGitRepo bare(support::TempGitRepo::Kind::kBare);
  const int port = Serve();
  GitSettings settings = Settings();
  settings.remote = "http://127.0.0.1:" + std::to_string(port) + bare.path().substr(4);
  EXPECT_EQ(MustFetch(*Open(settings)).state, BranchHead::State::kRepositoryEmpty);
  settings.branch = "";
  EXPECT_EQ(MustFetch(*Open(settings)).state, BranchHead::State::kRepositoryEmpty);
}

TEST_F(HttpFetchTest, FollowsTheDefaultBranch) {
  remote_.Git({"branch", "-q", "-M", "trunk"});
  GitSettings settings = Http(Serve());
  settings.branch = "";
  EXPECT_EQ(MustFetch(*Open(settings)).revision.id, first_);
}

TEST_F(HttpFetchTest, FetchesOverTlsWithATokenAndAnAuthorityOfItsOwn) {
  const support::TlsFiles tls;
  GitSettings settings = Http(Serve({"--tls", tls.certificate(), tls.key(), "--token", kToken}), "https", "localhost");
  settings.token_file = token_file_;
  settings.ca_file = tls.certificate();
  const auto source = Open(settings);
  EXPECT_EQ(MustFetch(*source).revision.id, first_);
  // A token that was changed on disk is used by the next fetch.
  std::ofstream(token_file_) << "wrong";
  EXPECT_EQ(source->Fetch(kDeadline).error().code, "git-auth-failed");
  std::ofstream(token_file_) << kToken;
  EXPECT_EQ(MustFetch(*source).revision.id, first_);
}

TEST_F(HttpFetchTest, RefusesACertificateThatNobodyVouchesFor) {
  const support::TlsFiles tls;
  GitSettings settings = Http(Serve({"--tls", tls.certificate(), tls.key()}), "https", "localhost");
  const Error unknown = FetchError(settings);
  EXPECT_EQ(unknown.code, "git-tls");
  EXPECT_EQ(unknown.kind, ErrorKind::kStalled);
  EXPECT_THAT(unknown.Text(), HasSubstr("source.caFile"));
  EXPECT_THAT(unknown.message, HasSubstr("not correctly signed by the trusted CA"));
  const support::TlsFiles other;
  settings.ca_file = other.certificate();
  EXPECT_EQ(FetchError(settings).code, "git-tls");
}

TEST_F(HttpFetchTest, RefusesACertificateForAnotherHost) {
  const support::TlsFiles tls("git.example.com");
  GitSettings settings = Http(Serve({"--tls", tls.certificate(), tls.key()}), "https", "localhost");
  settings.ca_file = tls.certificate();
  const Error error = FetchError(settings);
  EXPECT_EQ(error.code, "git-tls");
  EXPECT_THAT(error.message, HasSubstr("does not match with the expected CN"));
}

TEST_F(HttpFetchTest, SaysWhetherATokenIsMissingOrWrong) {
  GitSettings settings = Http(Serve({"--token", kToken}));
  const Error missing = FetchError(settings);
  EXPECT_EQ(missing.code, "git-auth-failed");
  EXPECT_EQ(missing.kind, ErrorKind::kStalled);
  EXPECT_THAT(missing.Text(), HasSubstr("set `source.tokenFile`"));
  settings.token_file = state_.Write("wrong", "not-the-token");
  const Error wrong = FetchError(settings);
  EXPECT_EQ(wrong.code, "git-auth-failed");
  EXPECT_THAT(wrong.Text(), HasSubstr(settings.token_file));
  EXPECT_THAT(wrong.Text(), Not(HasSubstr("not-the-token")));
  settings.token_file = token_file_;
  EXPECT_EQ(MustFetch(*Open(settings)).revision.id, first_);
}

TEST_F(HttpFetchTest, ShowsNoCredentialsOfTheUrl) {
  const int port = Serve({"--token", kToken});
  GitSettings settings = Http(port);
  settings.remote =
      "http://me:wrong-password@127.0.0.1:" + std::to_string(port) + remote_.path().substr(4) + "/.git?t=x";
  const Error error = FetchError(settings);
  EXPECT_EQ(error.code, "git-auth-failed") << error.Text();
  EXPECT_THAT(error.Text(), Not(HasSubstr("wrong-password")));
  EXPECT_THAT(error.subject, Not(HasSubstr("me")));
}

struct StatusCase {
  std::string name;
  std::string status;
  std::string code;
  ErrorKind kind;
};

class HttpStatusTest : public HttpFetchTest, public ::testing::WithParamInterface<StatusCase> {};

TEST_P(HttpStatusTest, IsExplained) {
  const Error error = FetchError(Http(Serve({"--status", GetParam().status})));
  EXPECT_EQ(error.code, GetParam().code) << error.Text();
  EXPECT_EQ(error.kind, GetParam().kind);
  EXPECT_NE(error.hint, "");
}

INSTANTIATE_TEST_SUITE_P(All, HttpStatusTest,
                         ::testing::Values(StatusCase{"Forbidden", "403", "git-auth-failed", ErrorKind::kStalled},
                                           StatusCase{"NotFound", "404", "git-not-found", ErrorKind::kStalled},
                                           StatusCase{"Gone", "410", "git-not-found", ErrorKind::kStalled},
                                           StatusCase{"TooMany", "429", "git-server-error", ErrorKind::kRetry},
                                           StatusCase{"Broken", "500", "git-server-error", ErrorKind::kRetry},
                                           StatusCase{"Unavailable", "503", "git-server-error", ErrorKind::kRetry},
                                           StatusCase{"NoContent", "204", "git-protocol", ErrorKind::kRetry}),
                         support::CaseName());

TEST_F(HttpFetchTest, SaysThatTheRepositoryIsNotThere) {
  GitSettings settings = Http(Serve());
  settings.remote += "-is-not-there";
  EXPECT_EQ(FetchError(settings).code, "git-not-found");
}

TEST_F(HttpFetchTest, NeverTakesATokenToAnotherHost) {
  support::LoopbackServer thief([](support::LoopbackServer::Peer& peer) {
    peer.ReadHttp();
    peer.Answer(404, "");
  });
  // "localhost" is another host than 127.0.0.1, wherever both lead.
  GitSettings settings = Http(Serve({"--redirect", "http://localhost:" + std::to_string(thief.port())}));
  settings.token_file = token_file_;
  const Error error = FetchError(settings);
  EXPECT_EQ(error.code, "git-redirected") << error.Text();
  EXPECT_EQ(thief.connections(), 0);
}

TEST_F(HttpFetchTest, FollowsARedirectOnTheSameHost) {
  const int target = Serve();
  BackgroundProgram first({"/usr/bin/python3", DAGITOPS_SOURCE_DIR "/tests/support/git_http_server.py", "/tmp",
                           "--redirect", "http://127.0.0.1:" + std::to_string(target)});
  EXPECT_EQ(MustFetch(*Open(Http(std::stoi(first.first_line())))).revision.id, first_);
}

TEST_F(HttpFetchTest, APackThatBreaksOffLeavesEverythingAsItWas) {
  const auto source = Open(Http(Serve()));
  MustFetch(*source);
  std::string noise;
  for (unsigned i = 0; i < 40'000; ++i) noise += std::to_string(i * 2654435761U);
  remote_.Write("locations/noise.txt", noise);
  const std::string second = remote_.Commit();
  for (const char* bytes : {"0", "20", "100", "3000", "60000"}) {
    const auto cut = Open(Http(Serve({"--cut", bytes})));
    const auto failed = cut->Fetch(kDeadline);
    ASSERT_TRUE(failed.has_error()) << bytes;
    EXPECT_EQ(failed.error().code, "git-protocol") << bytes << ": " << failed.error().Text();
    EXPECT_EQ(failed.error().kind, ErrorKind::kRetry);
    EXPECT_EQ(cut->Head()->revision.id, first_);
  }
  EXPECT_EQ(MustFetch(*Open(Http(Serve()))).revision.id, second);
  EXPECT_EQ(Fsck(), "");
}

TEST_F(HttpFetchTest, GivesUpAFetchThatBringsTooMuch) {
  std::string noise;
  for (unsigned i = 0; i < 40'000; ++i) noise += std::to_string(i * 2654435761U);
  remote_.Write("locations/noise.txt", noise).Commit();
  GitSettings settings = Http(Serve());
  settings.max_fetch_bytes = 20'000;
  const Error error = FetchError(settings);
  EXPECT_EQ(error.code, "git-too-large") << error.Text();
  EXPECT_THAT(error.message, HasSubstr("more than 20000 bytes"));
}

using Peer = support::LoopbackServer::Peer;

struct BadServer {
  std::string name;
  std::string scheme;  // "http" or "git"
  support::LoopbackServer::Script script;
  std::string code;
};

class BadServerTest : public HttpFetchTest, public ::testing::WithParamInterface<BadServer> {};

// Whatever the other side does, the fetch ends at its deadline at the latest and the state before stays.
TEST_P(BadServerTest, EndsInTime) {
  MustFetch(*Open());
  support::LoopbackServer server(GetParam().script);
  GitSettings settings = Settings();
  settings.remote = GetParam().scheme + "://127.0.0.1:" + std::to_string(server.port()) + "/a.git";
  const auto source = Open(settings);
  const auto start = std::chrono::steady_clock::now();
  const Duration deadline = GetParam().code == "git-fetch-timeout" ? Duration(700) : kDeadline;
  const auto failed = source->Fetch(deadline);
  EXPECT_LT(std::chrono::steady_clock::now() - start, deadline + Duration(2000));
  ASSERT_TRUE(failed.has_error());
  EXPECT_EQ(failed.error().code, GetParam().code) << failed.error().Text();
  EXPECT_EQ(failed.error().kind, ErrorKind::kRetry);
  EXPECT_EQ(failed.error().subject, settings.remote);
  EXPECT_NE(failed.error().hint, "");
  EXPECT_EQ(source->Head()->revision.id, first_);
  EXPECT_THAT(Paths(*source, source->Head()->revision), ElementsAre("locations/a.yaml"));
  EXPECT_EQ(Fsck(), "");
}

void Drip(Peer& peer, const std::string& text) {
  for (const char c : text) {
    peer.Send(std::string_view(&c, 1));
    std::this_thread::sleep_for(std::chrono::milliseconds(40));
  }
  peer.Hang();
}

std::string Pkt(const std::string& line) {
  char size[5];
  std::snprintf(size, sizeof size, "%04x", static_cast<unsigned>(line.size() + 4));
  return size + line;
}

const std::string& Advertisement() {
  static const std::string text =
      Pkt("0123456789012345678901234567890123456789 refs/heads/main" + std::string(1, '\0') + "ofs-delta\n") + "0000";
  return text;
}

void AnswerRefs(Peer& peer, const std::string& body) {
  peer.ReadHttp();
  peer.Answer(200, Pkt("# service=git-upload-pack\n") + "0000" + body, "application/x-git-upload-pack-advertisement");
}

INSTANTIATE_TEST_SUITE_P(
    Http, BadServerTest,
    ::testing::Values(
        BadServer{"HangsAfterConnect", "http", [](Peer& peer) { peer.Hang(); }, "git-fetch-timeout"},
        BadServer{"HangsAfterTheRequest", "http",
                  [](Peer& peer) {
                    peer.ReadHttp();
                    peer.Hang();
                  },
                  "git-fetch-timeout"},
        BadServer{"DripsBytes", "http",
                  [](Peer& peer) {
                    peer.ReadHttp();
                    Drip(peer, "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\n\r\n");
                  },
                  "git-fetch-timeout"},
        BadServer{"AnswersGarbage", "http",
                  [](Peer& peer) {
                    peer.ReadHttp();
                    peer.Send("\x00\xFFgarbage\r\n\r\n\r\n");
                  },
                  "git-protocol"},
        BadServer{"AnswersAWebPage", "http",
                  [](Peer& peer) {
                    peer.ReadHttp();
                    peer.Answer(200, "<html>log in here</html>", "text/html");
                  },
                  "git-protocol"},
        BadServer{"AnswersBadReferences", "http", [](Peer& peer) { AnswerRefs(peer, "zzzz no references"); },
                  "git-protocol"},
        BadServer{"ClosesAtOnce", "http", [](Peer&) {}, "git-protocol"},
        BadServer{"ClosesAfterTheRequest", "http", [](Peer& peer) { peer.ReadHttp(); }, "git-protocol"},
        BadServer{"Resets", "http",
                  [](Peer& peer) {
                    peer.ReadHttp();
                    peer.Reset();
                  },
                  "git-protocol"},
        BadServer{"ClosesInTheHead", "http",
                  [](Peer& peer) {
                    peer.ReadHttp();
                    peer.Send("HTTP/1.1 200 OK\r\nContent-");
                  },
                  "git-protocol"},
        BadServer{"HangsBeforeThePack", "http",
                  [](Peer& peer) {
                    AnswerRefs(peer, Advertisement());
                    peer.ReadHttp();
                    peer.Hang();
                  },
                  "git-fetch-timeout"},
        BadServer{"SendsAPackOfNonsense", "http",
                  [](Peer& peer) {
                    AnswerRefs(peer, Advertisement());
                    peer.ReadHttp();
                    peer.Answer(200, "0008NAK\nPACKnonsense and more nonsense", "application/x-git-upload-pack-result");
                  },
                  "git-protocol"}),
    support::CaseName());

INSTANTIATE_TEST_SUITE_P(
    Git, BadServerTest,
    ::testing::Values(BadServer{"HangsAfterConnect", "git", [](Peer& peer) { peer.Hang(); }, "git-fetch-timeout"},
                      BadServer{"DripsBytes", "git", [](Peer& peer) { Drip(peer, Advertisement()); },
                                "git-fetch-timeout"},
                      BadServer{"AnswersGarbage", "git", [](Peer& peer) { peer.Send("garbage, and no packet lines"); },
                                "git-protocol"},
                      BadServer{"ClosesAtOnce", "git", [](Peer&) {}, "git-protocol"},
                      BadServer{"Resets", "git", [](Peer& peer) { peer.Reset(); }, "git-protocol"},
                      BadServer{"ClosesInTheReferences", "git",
                                [](Peer& peer) { peer.Send(Advertisement().substr(0, 30)); }, "git-protocol"},
                      BadServer{"HangsInThePack", "git",
                                [](Peer& peer) {
                                  peer.Send(Advertisement());
                                  peer.ReadSome();
                                  peer.Send("0008NAK\nPACK");
                                  peer.Hang();
                                },
                                "git-fetch-timeout"},
                      BadServer{"ClosesInThePack", "git",
                                [](Peer& peer) {
                                  peer.Send(Advertisement());
                                  peer.ReadSome();
                                  peer.Send("0008NAK\nPACK" + std::string("\0\0\0\2\0\0\0\5", 8));
                                },
                                "git-protocol"}),
    support::CaseName());

TEST_F(HttpFetchTest, SaysThatNobodyListens) {
  MustFetch(*Open());
  for (const char* scheme : {"http", "https", "git", "ssh"}) {
    GitSettings settings = Settings();
    settings.remote =
        std::string(scheme) + "://127.0.0.1:" + std::to_string(support::LoopbackServer::RefusedPort()) + "/a";
    const auto source = Open(settings);
    const auto failed = source->Fetch(kDeadline);
    ASSERT_TRUE(failed.has_error());
    EXPECT_EQ(failed.error().code, "git-unreachable") << scheme << ": " << failed.error().Text();
    EXPECT_EQ(failed.error().kind, ErrorKind::kRetry);
    EXPECT_EQ(source->Head()->revision.id, first_);
  }
}

TEST_F(HttpFetchTest, SaysWhatIsWrongWithTheFilesOfCredentials) {
  GitSettings settings = Http(support::LoopbackServer::RefusedPort(), "https");
  settings.token_file = state_ / "gone";
  EXPECT_EQ(FetchError(settings).code, "git-token-unreadable");
  settings.token_file = state_.Write("empty", " \n");
  EXPECT_EQ(FetchError(settings).code, "git-token-unreadable");
  settings.token_file = state_.path();
  EXPECT_EQ(FetchError(settings).code, "git-token-unreadable");
  settings.token_file = token_file_;
  settings.ca_file = state_ / "gone";
  EXPECT_EQ(FetchError(settings).code, "git-ca-unreadable");
  settings.ca_file = token_file_;
  EXPECT_EQ(FetchError(settings).code, "git-ca-unreadable");
}

}  // namespace
}  // namespace dagitops::git
