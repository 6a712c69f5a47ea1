#include "kube/exec_credential.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "support/case_name.h"

namespace dagitops::kube {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kV1 = "client.authentication.k8s.io/v1";

std::string Credential(const std::string& status) {
  return R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":)" + status + "}";
}

ExecPlugin Plugin(bool provide_cluster_info) { return {kV1, "login", {}, {}, provide_cluster_info}; }

TEST(ExecInfoTest, SaysThatNobodyIsThereToBeAsked) {
  EXPECT_EQ(ExecInfo({}, Plugin(false)),
            R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false}})");
}

TEST(ExecInfoTest, NamesTheClusterToAPluginThatWantsToKnow) {
  ClusterAccess access;
  access.server = "https://a:6443";
  access.authorities = "pem";
  access.tls_server_name = "b";
  access.token = Secret("hidden");
  const std::string info = ExecInfo(access, Plugin(true));
  EXPECT_THAT(info, HasSubstr(R"("cluster":{"server":"https://a:6443","tls-server-name":"b",)"
                              R"("certificate-authority-data":"cGVt"})"));
  access.insecure = true;
  EXPECT_THAT(ExecInfo(access, Plugin(true)), HasSubstr(R"("insecure-skip-tls-verify":true)"));
}

TEST(ReadExecCredentialTest, TakesATokenAndWhenItExpires) {
  const auto answer =
      ReadExecCredential(Credential(R"({"token":"t","expirationTimestamp":"2026-11-22T13:20:05Z"})"), kV1);
  ASSERT_TRUE(answer) << answer.error().Text();
  EXPECT_EQ(answer->credential.token.Reveal(), "t");
  EXPECT_EQ(answer->expires, ParseRfc3339("2026-11-22T13:20:05Z"));
}

TEST(ReadExecCredentialTest, TakesACertificate) {
  const auto answer = ReadExecCredential(Credential(R"({"clientCertificateData":"c","clientKeyData":"k"})"), kV1);
  ASSERT_TRUE(answer) << answer.error().Text();
  EXPECT_EQ(answer->credential.client_certificate, "c");
  EXPECT_EQ(answer->credential.client_key.Reveal(), "k");
  EXPECT_EQ(answer->expires, std::nullopt);
}

struct BadCase {
  std::string name;
  std::string output;
  std::string told;
};
class BadExecCredential : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadExecCredential, IsToldWithoutAWordOfIt) {
  const auto answer = ReadExecCredential(GetParam().output, kV1);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "kube-credentials");
  EXPECT_EQ(answer.error().kind, ErrorKind::kStalled);
  EXPECT_THAT(answer.error().message, HasSubstr(GetParam().told));
  EXPECT_THAT(answer.error().Text(), Not(HasSubstr("hidden")));
}

INSTANTIATE_TEST_SUITE_P(
    Outputs, BadExecCredential,
    ::testing::Values(
        BadCase{"Nothing", "", "no ExecCredential"}, BadCase{"Garbage", "hidden", "no ExecCredential"},
        BadCase{"CutOff", R"({"kind":"ExecCredential","token":"hidden)", "no ExecCredential"},
        BadCase{"List", "[]", "no ExecCredential"},
        BadCase{"OtherKind", R"({"kind":"Token","apiVersion":"client.authentication.k8s.io/v1"})", "no ExecCredential"},
        BadCase{"OtherVersion",
                R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1",
                                  "status":{"token":"hidden"}})",
                "not of client.authentication.k8s.io/v1"},
        BadCase{"NoStatus", R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"})",
                "neither a token"},
        BadCase{"Empty", Credential("{}"), "neither a token"},
        BadCase{"TokenIsANumber", Credential(R"({"token":17})"), "neither a token"},
        BadCase{"KeyAlone", Credential(R"({"token":"hidden","clientKeyData":"hidden"})"), "only one of"},
        BadCase{"CertificateAlone", Credential(R"({"clientCertificateData":"hidden"})"), "only one of"},
        BadCase{"OddTime", Credential(R"({"token":"hidden","expirationTimestamp":"soon"})"), "expirationTimestamp"}),
    support::CaseName());

TEST(ParseRfc3339Test, ReadsOffsetsAndFractions) {
  const auto want = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 13h + 20min + 5s;
  for (const char* text : {"2026-11-22T13:20:05Z", "2026-11-22t13:20:05z", "2026-11-22T13:20:05.999Z",
                           "2026-11-22T15:20:05+02:00", "2026-11-22T07:50:05.1-05:30"}) {
    EXPECT_EQ(ParseRfc3339(text), WallTime(want)) << text;
  }
}

TEST(ParseRfc3339Test, RefusesEverythingElse) {
  for (const char* text :
       {"", "2026-11-22", "2026-11-22T13:20:05", "2026-11-22 13:20:05Z", "2026-13-22T13:20:05Z", "2026-02-30T13:20:05Z",
        "2026-11-22T24:20:05Z", "2026-11-22T13:60:05Z", "2026-11-22T13:20:61Z", "2026-11-22T13:20:05.Z",
        "2026-11-22T13:20:05+2:00", "2026-11-22T13:20:05+02:60", "2026-11-22T13:20:05*02:00", "2026-11-22T13:20:05ZZ",
        "2026-11-22T13:20:05.5", "x026-11-22T13:20:05Z"}) {
    EXPECT_EQ(ParseRfc3339(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace dagitops::kube
