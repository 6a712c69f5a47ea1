#include "dagitops/kube/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "support/fake_clock.h"
#include "support/fake_command_runner.h"

namespace dagitops::kube {
namespace {

using namespace std::chrono_literals;
using support::FakeClock;
using support::FakeCommandRunner;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

constexpr const char* kV1 = "client.authentication.k8s.io/v1";

std::string Answer(const std::string& status) {
  return R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":)" + status + "}";
}

class CredentialsTest : public ::testing::Test {
 protected:
  Credentials::Parts Parts() {
    return {runner,
            clock,
            [this](const std::string& path) -> Result<std::string> {
              ++reads;
              if (file.empty()) return Error{ErrorKind::kInvalid, "file-missing", path, "there is no such file", ""};
              return file;
            },
            {{"PATH", "/usr/bin"}, {"AREA", "south"}}};
  }
  static ClusterAccess FromFile() {
    ClusterAccess access;
    access.token_file = "/run/token";
    return access;
  }
  static ClusterAccess FromPlugin() {
    ClusterAccess access;
    access.exec = ExecPlugin{kV1, "/opt/bin/login", {"--secret", "hidden"}, {{"AREA", "north"}}, false};
    return access;
  }
  // The token that is given out now, or the error.
  std::string Token(Credentials& credentials) {
    const auto credential = credentials.Current(5s);
    return credential ? credential->token.Reveal() : credential.error().Text();
  }
  void Refuse(Credentials& credentials) { credentials.Refused(*credentials.Current(5s)); }

  FakeClock clock;
  FakeCommandRunner runner;
  std::string file = "one\n";
  int reads = 0;
};

TEST_F(CredentialsTest, GivesWhatStandsInTheAccess) {
  ClusterAccess access = FromPlugin();
  access.token = Secret("t");
  access.client_certificate = "c";
  access.client_key = Secret("k");
  Credentials credentials(access, Parts());
  const auto credential = credentials.Current(5s);
  ASSERT_TRUE(credential);
  EXPECT_EQ(credential->token.Reveal(), "t");
  EXPECT_EQ(credential->client_certificate, "c");
  EXPECT_EQ(credential->client_key.Reveal(), "k");
  EXPECT_FALSE(credentials.Refused(*credential)) << "there is no other";
  EXPECT_THAT(runner.commands, IsEmpty()) << "a plugin is asked only where nothing else is given";
}

TEST_F(CredentialsTest, WithoutAnyThingIsAnonymous) {
  Credentials credentials({}, Parts());
  const auto credential = credentials.Current(5s);
  ASSERT_TRUE(credential);
  EXPECT_TRUE(credential->token.empty());
  EXPECT_EQ(credential->client_certificate, "");
}

TEST_F(CredentialsTest, ReadsATokenFileAgainAfterAMinute) {
  Credentials credentials(FromFile(), Parts());
  EXPECT_EQ(Token(credentials), "one");
  file = "two";
  clock.Advance(59s);
  EXPECT_EQ(Token(credentials), "one");
  EXPECT_EQ(reads, 1);
  clock.Advance(1s);
  EXPECT_EQ(Token(credentials), "two");
}

TEST_F(CredentialsTest, ReadsATokenFileAgainWhenTheClockWasSetBack) {
  Credentials credentials(FromFile(), Parts());
  EXPECT_EQ(Token(credentials), "one");
  file = "two";
  clock.Advance(-24h);
  EXPECT_EQ(Token(credentials), "two");
}

TEST_F(CredentialsTest, ReadsATokenFileAgainAtOnceAfterARefusal) {
  Credentials credentials(FromFile(), Parts());
  EXPECT_EQ(Token(credentials), "one");
  file = "two";
  Refuse(credentials);
  EXPECT_EQ(Token(credentials), "two");
  EXPECT_EQ(Token(credentials), "two");
  EXPECT_EQ(reads, 2);
}

TEST_F(CredentialsTest, ARefusalOfAnOlderOneChangesNothing) {
  Credentials credentials(FromFile(), Parts());
  const auto old = credentials.Current(5s);
  file = "two";
  Refuse(credentials);
  EXPECT_EQ(Token(credentials), "two");
  EXPECT_TRUE(credentials.Refused(*old)) << "a newer one is there already";
  EXPECT_EQ(Token(credentials), "two");
  EXPECT_EQ(reads, 2);
}

TEST_F(CredentialsTest, TheSameTokenAgainIsNoOtherCredential) {
  Credentials credentials(FromFile(), Parts());
  const auto before = credentials.Current(5s);
  Refuse(credentials);
  EXPECT_EQ(credentials.Current(5s)->number, before->number);
  file = "two";
  Refuse(credentials);
  EXPECT_NE(credentials.Current(5s)->number, before->number);
}

TEST_F(CredentialsTest, ATokenOutlivesItsFile) {
  Credentials credentials(FromFile(), Parts());
  EXPECT_EQ(Token(credentials), "one");
  file.clear();
  clock.Advance(2min);
  EXPECT_EQ(Token(credentials), "one");
  EXPECT_EQ(Token(credentials), "one");
  EXPECT_EQ(reads, 2) << "and the file is not asked for at every call";
}

TEST_F(CredentialsTest, ATokenFileThatGivesNoneIsTold) {
  Credentials credentials(FromFile(), Parts());
  for (const char* text : {"", " \n"}) {
    file = text;
    const auto credential = credentials.Current(5s);
    ASSERT_FALSE(credential);
    EXPECT_EQ(credential.error().code, "kube-credentials");
    EXPECT_EQ(credential.error().kind, ErrorKind::kStalled);
    EXPECT_EQ(credential.error().subject, "/run/token");
  }
  file = "three";
  EXPECT_EQ(Token(credentials), "three") << "and it is read as soon as it is there";
}

TEST_F(CredentialsTest, RunsAPluginWithWhatItNeedsToKnow) {
  runner.answer = [](const Command&) { return FakeCommandRunner::Said(Answer(R"({"token":"t"})")); };
  Credentials credentials(FromPlugin(), Parts());
  EXPECT_EQ(Token(credentials), "t");
  ASSERT_EQ(runner.commands.size(), 1u);
  const Command& command = runner.commands[0];
  EXPECT_THAT(command.arguments, ElementsAre("/opt/bin/login", "--secret", "hidden"));
  EXPECT_THAT(command.environment, ElementsAre(Pair("AREA", "north"), Pair("KUBERNETES_EXEC_INFO", HasSubstr(kV1)),
                                               Pair("PATH", "/usr/bin")));
  EXPECT_EQ(command.deadline, 5s);
}

TEST_F(CredentialsTest, RunsAPluginAgainOnlyOnceItsCredentialExpired) {
  const std::string expires = FormatTime(clock.Now() + 1h);
  runner.answer = [&](const Command&) {
    return FakeCommandRunner::Said(Answer(R"({"token":"t)" + std::to_string(runner.commands.size()) +
                                          R"(","expirationTimestamp":")" + expires + "\"}"));
  };
  Credentials credentials(FromPlugin(), Parts());
  EXPECT_EQ(Token(credentials), "t1");
  clock.Advance(59min);
  EXPECT_EQ(Token(credentials), "t1");
  clock.Advance(1min);
  EXPECT_EQ(Token(credentials), "t2");
  EXPECT_EQ(Token(credentials), "t3") << "one that comes expired is good for one call";
}

TEST_F(CredentialsTest, RunsAPluginAgainAtOnceAfterARefusal) {
  runner.answer = [&](const Command&) {
    return FakeCommandRunner::Said(Answer(R"({"token":"t)" + std::to_string(runner.commands.size()) + "\"}"));
  };
  Credentials credentials(FromPlugin(), Parts());
  EXPECT_EQ(Token(credentials), "t1");
  clock.Advance(24h * 365);
  EXPECT_EQ(Token(credentials), "t1");
  Refuse(credentials);
  EXPECT_EQ(Token(credentials), "t2");
}

TEST_F(CredentialsTest, WhatWasRefusedIsNotGivenOutAgainWhenThePluginFails) {
  runner.answer = [](const Command&) { return FakeCommandRunner::Said(Answer(R"({"token":"t"})")); };
  Credentials credentials(FromPlugin(), Parts());
  Refuse(credentials);
  runner.answer = [](const Command&) { return FakeCommandRunner::Said(""); };
  for (int i = 0; i < 2; ++i) EXPECT_EQ(credentials.Current(5s).error().code, "kube-credentials");
}

TEST_F(CredentialsTest, GivesTheCertificateOfAPlugin) {
  runner.answer = [](const Command&) {
    return FakeCommandRunner::Said(Answer(R"({"clientCertificateData":"c","clientKeyData":"k"})"));
  };
  Credentials credentials(FromPlugin(), Parts());
  const auto credential = credentials.Current(5s);
  ASSERT_TRUE(credential);
  EXPECT_EQ(credential->client_certificate, "c");
  EXPECT_EQ(credential->client_key.Reveal(), "k");
}

TEST_F(CredentialsTest, APluginThatFailsIsToldWithoutWhatItSays) {
  CommandResult hangs;
  hangs.timed_out = true;
  CommandResult fails;
  fails.exit_code = 3;
  fails.errors = "hidden";
  fails.output = Answer(R"({"token":"hidden"})");
  CommandResult crashes;
  crashes.signal = 11;
  struct Row {
    Result<CommandResult> outcome;
    std::string told;
  };
  const std::vector<Row> rows{
      {Error{ErrorKind::kInvalid, "program-not-found", "x", "there is no such program", ""}, "no such program"},
      {hangs, "within 5s"},
      {fails, "exit code 3"},
      {crashes, "signal 11"},
      {FakeCommandRunner::Said("hidden"), "no ExecCredential"},
  };
  for (const Row& row : rows) {
    runner.answer = [&](const Command&) { return row.outcome; };
    Credentials credentials(FromPlugin(), Parts());
    const auto credential = credentials.Current(5s);
    ASSERT_FALSE(credential) << row.told;
    EXPECT_EQ(credential.error().code, "kube-credentials");
    EXPECT_EQ(credential.error().kind, ErrorKind::kStalled);
    EXPECT_EQ(credential.error().subject, "credential plugin login");
    EXPECT_THAT(credential.error().message, HasSubstr(row.told));
    EXPECT_THAT(credential.error().Text(), Not(HasSubstr("hidden")));
  }
}

}  // namespace
}  // namespace dagitops::kube
