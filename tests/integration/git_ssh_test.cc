#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "dagitops/base/text.h"

#include "support/git_source_fixture.h"
#include "support/loopback_server.h"
#include "support/program.h"
#include "support/ssh_server.h"

namespace dagitops::git {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class SshFetchTest : public support::GitSourceTest {
 protected:
  static void SetUpTestSuite() {
    if (support::SshServer::Available()) server_ = new support::SshServer();
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }

  void SetUp() override {
    if (server_ == nullptr) GTEST_SKIP() << "sshd is not installed";
    remote_.Write("locations/a.yaml", "a");
    first_ = remote_.Commit("first");
  }

  GitSettings Ssh(const std::string& key, const std::string& known_hosts) {
    GitSettings settings = Settings();
    settings.remote = server_->url(remote_.path());
    settings.ssh_key_file = key;
    settings.known_hosts_file = server_->WriteKnownHosts(known_hosts);
    return settings;
  }

  static Error FetchError(const GitSettings& settings, Duration deadline = kDeadline) {
    const auto head = Open(settings)->Fetch(deadline);
    return head ? Error{ErrorKind::kInternal, "none", "", "the fetch succeeded", ""} : head.error();
  }

  // A name that no other test of the program uses for a key.
  static std::string Fresh(const std::string& name) {
    static int count = 0;
    return name + std::to_string(++count);
  }

  static support::SshServer* server_;
  std::string first_;
};

support::SshServer* SshFetchTest::server_ = nullptr;

TEST_F(SshFetchTest, FetchesWithAnEd25519Key) {
  const auto source = Open(Ssh(server_->MakeKey(Fresh("key"), "ed25519"), server_->KnownHostsLine("ed25519")));
  EXPECT_EQ(MustFetch(*source).revision.id, first_);
  remote_.Write("locations/b.yaml", "b");
  const std::string second = remote_.Commit("second");
  const BranchHead head = MustFetch(*source);
  EXPECT_EQ(head.revision.id, second);
  EXPECT_THAT(Paths(*source, head.revision), ElementsAre("locations/a.yaml", "locations/b.yaml"));
}

TEST_F(SshFetchTest, FetchesWithAnEcdsaKey) {
  const auto source = Open(Ssh(server_->MakeKey(Fresh("key"), "ecdsa"), server_->KnownHostsLine("ecdsa")));
  EXPECT_EQ(MustFetch(*source).revision.id, first_);
}

TEST_F(SshFetchTest, AsksTheHostForTheKindOfKeyThatIsKnown) {
  const std::string key = server_->MakeKey(Fresh("key"), "ed25519");
  for (const char* type : {"ed25519", "ecdsa"}) {
    EXPECT_EQ(MustFetch(*Open(Ssh(key, server_->KnownHostsLine(type)))).revision.id, first_) << type;
  }
}

TEST_F(SshFetchTest, FindsAHostByItsHashedName) {
  const std::string key = server_->MakeKey(Fresh("key"), "ed25519");
  GitSettings settings = Ssh(key, server_->KnownHostsLine("ed25519"));
  ASSERT_EQ(support::RunProgram({{"ssh-keygen", "-q", "-H", "-f", settings.known_hosts_file}}).exit_code, 0);
  EXPECT_EQ(MustFetch(*Open(settings)).revision.id, first_);
}

TEST_F(SshFetchTest, AnRsaKeyIsRefusedWithTheReason) {
  const Error error = FetchError(Ssh(server_->MakeKey(Fresh("key"), "rsa"), server_->KnownHostsLine("ed25519")));
  EXPECT_EQ(error.code, "git-ssh-rsa-unsupported") << error.Text();
  EXPECT_EQ(error.kind, ErrorKind::kStalled);
  EXPECT_THAT(error.hint, HasSubstr("ed25519"));
}

TEST_F(SshFetchTest, AnUnknownHostIsRefusedWithTheLineToAdd) {
  const std::string key = server_->MakeKey(Fresh("key"), "ed25519");
  const Error error = FetchError(Ssh(key, "other.example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==\n"));
  EXPECT_EQ(error.code, "git-host-key-unknown") << error.Text();
  EXPECT_EQ(error.kind, ErrorKind::kStalled);
  // The line is taken at its word.
  const std::size_t line = error.hint.find("[127.0.0.1]:");
  ASSERT_NE(line, std::string::npos);
  EXPECT_EQ(MustFetch(*Open(Ssh(key, error.hint.substr(line) + "\n"))).revision.id, first_);
}

TEST_F(SshFetchTest, AHostThatShowsAnotherKeyIsRefused) {
  const std::string key = server_->MakeKey(Fresh("key"), "ed25519");
  const std::string other = server_->MakeKey(Fresh("other-host"), "ed25519", false);
  const std::string public_half(Trim(support::RunProgram({{"ssh-keygen", "-y", "-f", other}}).output));
  const std::string line = "[127.0.0.1]:" + std::to_string(server_->port()) + " " + public_half + "\n";
  const Error error = FetchError(Ssh(key, line));
  EXPECT_EQ(error.code, "git-host-key-mismatch") << error.Text();
  EXPECT_EQ(error.kind, ErrorKind::kStalled);
  EXPECT_THAT(error.message, HasSubstr("listen in"));
}

TEST_F(SshFetchTest, ARevokedHostKeyIsRefused) {
  const std::string key = server_->MakeKey(Fresh("key"), "ed25519");
  const std::string line = server_->KnownHostsLine("ed25519");
  EXPECT_EQ(FetchError(Ssh(key, line + "@revoked " + line)).code, "git-host-key-mismatch");
}

TEST_F(SshFetchTest, AKeyThatTheHostDoesNotKnowIsRefused) {
  const std::string key = server_->MakeKey(Fresh("key"), "ed25519", false);
  const Error error = FetchError(Ssh(key, server_->KnownHostsLine("ed25519")));
  EXPECT_EQ(error.code, "git-auth-failed") << error.Text();
  EXPECT_EQ(error.kind, ErrorKind::kStalled);
  EXPECT_THAT(error.Text(), HasSubstr(key));
}

TEST_F(SshFetchTest, AnotherLoginInTheUrlIsUsed) {
  GitSettings settings = Ssh(server_->MakeKey(Fresh("key"), "ed25519"), server_->KnownHostsLine("ed25519"));
  settings.remote = "ssh://nobody-of-that-name@127.0.0.1:" + std::to_string(server_->port()) + remote_.path();
  EXPECT_EQ(FetchError(settings).code, "git-auth-failed");
}

TEST_F(SshFetchTest, SaysThatTheRepositoryIsNotThere) {
  GitSettings settings = Ssh(server_->MakeKey(Fresh("key"), "ed25519"), server_->KnownHostsLine("ed25519"));
  settings.remote += "-is-not-there";
  const Error error = FetchError(settings);
  EXPECT_EQ(error.code, "git-not-found") << error.Text();
}

TEST_F(SshFetchTest, SaysWhatIsWrongWithAKeyFile) {
  const std::string hosts = server_->KnownHostsLine("ed25519");
  const std::string locked = server_->MakeKey(Fresh("locked"), "ed25519", true, "a passphrase");
  EXPECT_EQ(FetchError(Ssh(locked, hosts)).code, "git-ssh-key-encrypted");
  const std::string key = server_->MakeKey(Fresh("key"), "ed25519");
  EXPECT_EQ(FetchError(Ssh(key + ".pub", hosts)).code, "git-ssh-key-open");
  std::filesystem::permissions(key + ".pub", std::filesystem::perms::owner_read);
  EXPECT_EQ(FetchError(Ssh(key + ".pub", hosts)).code, "git-ssh-key-invalid");
  EXPECT_EQ(FetchError(Ssh(key + "-gone", hosts)).code, "git-ssh-key-unreadable");
  std::filesystem::permissions(key, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
  const Error open = FetchError(Ssh(key, hosts));
  EXPECT_EQ(open.code, "git-ssh-key-open");
  EXPECT_THAT(open.hint, HasSubstr("chmod 600"));
}

TEST_F(SshFetchTest, SaysThatKnownHostsCannotBeRead) {
  GitSettings settings = Ssh(server_->MakeKey(Fresh("key"), "ed25519"), "");
  settings.known_hosts_file = state_ / "gone";
  EXPECT_EQ(FetchError(settings).code, "git-known-hosts-unreadable");
}

TEST_F(SshFetchTest, UsesKeysInOtherFormats) {
  const std::string hosts = server_->KnownHostsLine("ed25519");
  const std::string ecdsa = server_->MakeKey(Fresh("pem"), "ecdsa");
  ASSERT_EQ(support::RunProgram({{"ssh-keygen", "-q", "-p", "-N", "", "-m", "PEM", "-f", ecdsa}}).exit_code, 0);
  EXPECT_EQ(MustFetch(*Open(Ssh(ecdsa, hosts))).revision.id, first_);
}

struct BadSsh {
  std::string name;
  support::LoopbackServer::Script script;
  std::string code;
};

class BadSshServerTest : public support::GitSourceTest, public ::testing::WithParamInterface<BadSsh> {};

TEST_P(BadSshServerTest, EndsInTime) {
  remote_.Write("locations/a.yaml", "a");
  const std::string first = remote_.Commit("first");
  MustFetch(*Open());
  support::LoopbackServer server(GetParam().script);
  GitSettings settings = Settings();
  settings.remote = "ssh://git@127.0.0.1:" + std::to_string(server.port()) + "/a.git";
  settings.known_hosts_file = state_.Write("known_hosts", "");
  const auto source = Open(settings);
  const auto start = std::chrono::steady_clock::now();
  const Duration deadline = GetParam().code == "git-fetch-timeout" ? Duration(700) : kDeadline;
  const auto failed = source->Fetch(deadline);
  EXPECT_LT(std::chrono::steady_clock::now() - start, deadline + Duration(2000));
  ASSERT_TRUE(failed.has_error());
  EXPECT_EQ(failed.error().code, GetParam().code) << failed.error().Text();
  EXPECT_EQ(failed.error().kind, ErrorKind::kRetry);
  EXPECT_EQ(source->Head()->revision.id, first);
}

using Peer = support::LoopbackServer::Peer;

INSTANTIATE_TEST_SUITE_P(
    All, BadSshServerTest,
    ::testing::Values(BadSsh{"HangsAfterConnect", [](Peer& peer) { peer.Hang(); }, "git-fetch-timeout"},
                      BadSsh{"HangsAfterItsBanner",
                             [](Peer& peer) {
                               peer.Send("SSH-2.0-OpenSSH_9.2\r\n");
                               peer.Hang();
                             },
                             "git-fetch-timeout"},
                      BadSsh{"AnswersGarbage", [](Peer& peer) { peer.Send("HTTP/1.1 400 Bad Request\r\n\r\n"); },
                             "git-protocol"},
                      BadSsh{"ClosesAtOnce", [](Peer&) {}, "git-protocol"},
                      BadSsh{"ClosesAfterItsBanner",
                             [](Peer& peer) {
                               peer.Send("SSH-2.0-OpenSSH_9.2\r\n");
                               peer.ReadSome();
                             },
                             "git-protocol"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace dagitops::git
