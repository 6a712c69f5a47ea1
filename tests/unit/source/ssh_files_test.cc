#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dagitops/base/base64.h"
#include "dagitops/base/digest.h"

#include "source/git/known_hosts.h"
#include "source/git/ssh_key.h"
#include "support/case_name.h"

namespace dagitops::git {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string Blob(const std::string& type, const std::string& rest) {
  std::string blob("\0\0\0", 3);
  blob += static_cast<char>(type.size());
  return blob + type + rest;
}

const std::string& Ed() {
  static const std::string key = Base64Encode(Blob("ssh-ed25519", "the key of the host"));
  return key;
}
const std::string& OtherEd() {
  static const std::string key = Base64Encode(Blob("ssh-ed25519", "another key of it"));
  return key;
}
const std::string& Ec() {
  static const std::string key = Base64Encode(Blob("ecdsa-sha2-nistp256", "a third"));
  return key;
}

std::string Hashed(const std::string& label) {
  return "|1|" + Base64Encode("twenty bytes of salt") + "|" + Base64Encode(HmacSha1("twenty bytes of salt", label));
}

struct HostCase {
  std::string name;
  std::string names;  // the first word of the line
  std::string host;
  int port;
  bool known;
};

class KnownHostTest : public ::testing::TestWithParam<HostCase> {};

TEST_P(KnownHostTest, IsFoundByItsName) {
  const auto keys =
      KnownHostKeys(GetParam().names + " ssh-ed25519 " + Ed() + " comment\n", GetParam().host, GetParam().port);
  EXPECT_EQ(!keys.empty(), GetParam().known);
}

INSTANTIATE_TEST_SUITE_P(
    Known, KnownHostTest,
    ::testing::Values(HostCase{"Plain", "git.example.com", "git.example.com", 22, true},
                      HostCase{"AnyCase", "Git.Example.com", "gIT.example.COM", 22, true},
                      HostCase{"OneOfMany", "a.example.com,git.example.com,10.0.0.1", "git.example.com", 22, true},
                      HostCase{"WithPort", "[git.example.com]:2222", "git.example.com", 2222, true},
                      HostCase{"Star", "*.example.com", "git.example.com", 22, true},
                      HostCase{"StarInTheMiddle", "g*t.ex*.com", "git.example.com", 22, true},
                      HostCase{"QuestionMark", "g?t.example.com", "git.example.com", 22, true},
                      HostCase{"Ipv6WithPort", "[::1]:2222", "::1", 2222, true},
                      HostCase{"Hashed", Hashed("git.example.com"), "git.example.com", 22, true},
                      HostCase{"HashedWithPort", Hashed("[git.example.com]:2222"), "git.example.com", 2222, true}),
    support::CaseName());

INSTANTIATE_TEST_SUITE_P(
    Unknown, KnownHostTest,
    ::testing::Values(HostCase{"AnotherHost", "other.example.com", "git.example.com", 22, false},
                      HostCase{"PartOfTheName", "git.example", "git.example.com", 22, false},
                      HostCase{"WithoutItsPort", "git.example.com", "git.example.com", 2222, false},
                      HostCase{"WithAnotherPort", "[git.example.com]:2223", "git.example.com", 2222, false},
                      HostCase{"Excluded", "*.example.com,!git.example.com", "git.example.com", 22, false},
                      HostCase{"OnlyExcluded", "!other.example.com", "git.example.com", 22, false},
                      HostCase{"HashedOther", Hashed("other.example.com"), "git.example.com", 22, false},
                      HostCase{"HashedNonsense", "|1|zzz|", "git.example.com", 22, false},
                      HostCase{"Comment", "# git.example.com", "git.example.com", 22, false},
                      HostCase{"AuthorityOfHosts", "@cert-authority git.example.com", "git.example.com", 22, false}),
    support::CaseName());

TEST(KnownHostsTest, GivesAllKeysOfAHostAndSkipsLinesWithoutSense) {
  const std::string text = "git.example.com ssh-ed25519 " + Ed() + "\r\n\n   \ngit.example.com\n" +
                           "git.example.com ssh-ed25519 not*base64\n" + "git.example.com ssh-rsa " + Ed() +
                           "\n" +  // a key of another type than it says
                           "git.example.com ecdsa-sha2-nistp256 " + Ec() + "\n@revoked git.example.com ssh-ed25519 " +
                           OtherEd();
  const std::vector<HostKey> expected{
      {"ssh-ed25519", Ed(), false}, {"ecdsa-sha2-nistp256", Ec(), false}, {"ssh-ed25519", OtherEd(), true}};
  EXPECT_EQ(KnownHostKeys(text, "git.example.com", 22), expected);
  EXPECT_THAT(KnownHostKeys("", "git.example.com", 22), IsEmpty());
}

TEST(KnownHostsTest, APatternOfManyStarsTakesNoTime) {
  const std::string pattern(60, '*');
  std::string alternating;
  for (int i = 0; i < 60; ++i) alternating += "*a";
  EXPECT_THAT(KnownHostKeys(pattern + " ssh-ed25519 " + Ed(), "git.example.com", 22), SizeIs(1));
  EXPECT_THAT(KnownHostKeys(alternating + "b ssh-ed25519 " + Ed(), std::string(200, 'a'), 22), IsEmpty());
}

TEST(KnownHostsTest, JudgesWhatAHostShows) {
  const HostKey shown{"ssh-ed25519", Ed()};
  const HostKey other{"ssh-ed25519", OtherEd()};
  const HostKey ecdsa{"ecdsa-sha2-nistp256", Ec()};
  const HostKey revoked{"ssh-ed25519", Ed(), true};
  EXPECT_EQ(JudgeHostKey({}, shown), HostKeyVerdict::kUnknownHost);
  EXPECT_EQ(JudgeHostKey({shown}, shown), HostKeyVerdict::kKnown);
  EXPECT_EQ(JudgeHostKey({other, shown}, shown), HostKeyVerdict::kKnown);
  EXPECT_EQ(JudgeHostKey({ecdsa}, shown), HostKeyVerdict::kOtherTypes);
  EXPECT_EQ(JudgeHostKey({ecdsa, other}, shown), HostKeyVerdict::kMismatch);
  EXPECT_EQ(JudgeHostKey({shown, revoked}, shown), HostKeyVerdict::kRevoked);
  EXPECT_EQ(JudgeHostKey({revoked}, other), HostKeyVerdict::kOtherTypes);
}

std::string Text(const std::string& text) { return std::string("\0\0\0", 3) + static_cast<char>(text.size()) + text; }

std::string OpenSsh(const std::string& cipher, const std::string& type) {
  const std::string bytes = std::string("openssh-key-v1\0", 15) + Text(cipher) + Text("none") + Text("") +
                            std::string("\0\0\0\1", 4) + Text(Text(type) + "public") + Text("private");
  return "-----BEGIN OPENSSH PRIVATE KEY-----\n" + Base64Encode(bytes) + "\n-----END OPENSSH PRIVATE KEY-----\n";
}

std::string Pem(const std::string& label, const std::string& bytes) {
  return "-----BEGIN " + label + "-----\n" + Base64Encode(bytes) + "\n-----END " + label + "-----\n";
}

struct KeyCase {
  std::string name;
  std::string text;
  SshKeyInfo::Kind kind;
  bool encrypted;
};

class SshKeyTest : public ::testing::TestWithParam<KeyCase> {};

TEST_P(SshKeyTest, IsToldByItsEnvelope) {
  const SshKeyInfo info = InspectSshKey(GetParam().text);
  EXPECT_EQ(info.kind, GetParam().kind);
  EXPECT_EQ(info.encrypted, GetParam().encrypted);
}

using Kind = SshKeyInfo::Kind;

INSTANTIATE_TEST_SUITE_P(
    All, SshKeyTest,
    ::testing::Values(
        KeyCase{"Ed25519", OpenSsh("none", "ssh-ed25519"), Kind::kEd25519, false},
        KeyCase{"Ecdsa", OpenSsh("none", "ecdsa-sha2-nistp384"), Kind::kEcdsa, false},
        KeyCase{"Rsa", OpenSsh("none", "ssh-rsa"), Kind::kRsa, false},
        KeyCase{"SecurityKey", OpenSsh("none", "sk-ssh-ed25519@openssh.com"), Kind::kOther, false},
        KeyCase{"Encrypted", OpenSsh("aes256-ctr", "ssh-ed25519"), Kind::kEd25519, true},
        KeyCase{"PemRsa", Pem("RSA PRIVATE KEY", "x"), Kind::kRsa, false},
        KeyCase{"PemEcdsa", Pem("EC PRIVATE KEY", "x"), Kind::kEcdsa, false},
        KeyCase{"PemDsa", Pem("DSA PRIVATE KEY", "x"), Kind::kDsa, false},
        KeyCase{"PemEncrypted",
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n",
                Kind::kRsa, true},
        KeyCase{"Pkcs8Ed25519", Pem("PRIVATE KEY", "0.\x02\x01 0\x05\x06\x03\x2b\x65\x70 and the key"), Kind::kEd25519,
                false},
        KeyCase{"Pkcs8Encrypted", Pem("ENCRYPTED PRIVATE KEY", "x"), Kind::kOther, true},
        KeyCase{"PublicHalf", "ssh-ed25519 AAAAC3 user@host\n", Kind::kPublic, false},
        KeyCase{"Putty", "PuTTY-User-Key-File-3: ssh-ed25519\n", Kind::kPutty, false},
        KeyCase{"CutOff", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n", Kind::kNone, false},
        KeyCase{"Empty", "", Kind::kNone, false}, KeyCase{"SomethingElse", "hello", Kind::kNone, false}),
    support::CaseName());

}  // namespace
}  // namespace dagitops::git
